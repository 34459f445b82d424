import type { Field, ModelVersionSummary } from "../../src/protocol/registry.js";
import { modelWords } from "./model-words.js";

/** A version as people say it: `v7`. */
export const versionName = (number: number): string => `v${number}`;

const formats: Readonly<Record<ModelVersionSummary["flavor"], string>> = {
  onnx: "ONNX",
  mlflow: "MLflow",
  pickle: "Pickle",
  joblib: "Joblib",
  torch: "PyTorch",
  keras: "Keras",
  safetensors: "Safetensors",
  other: modelWords.otherFlavor,
};

/** What a version's files are. */
export const formatName = (flavor: ModelVersionSummary["flavor"]): string => formats[flavor];

/** The order of names: `slice_2` before `slice_10`. */
export const byName: (a: string, b: string) => number = new Intl.Collator("en", { numeric: true }).compare;

/** Whether there is an ONNX file of it that was kept: one that lies elsewhere has no size here. */
export const canBeMeasured = ({ onnx, size, deleted }: ModelVersionSummary): boolean =>
  !deleted && (onnx === "converted" || (onnx === "own" && size !== null));

/** The type of a column or tensor: `double`, `float32 [?, 30]`. */
export function typeText({ type, shape }: Field): string {
  if (shape === undefined) return type;
  return `${type} [${shape.map((size) => size ?? "?").join(", ")}]`;
}

/** Who wrote something: the name of a git identity without its address. */
export function personName(author: string): string {
  const name = author.replace(/\s*<[^>]*>\s*$/, "");
  return name === "" ? (author === "" ? modelWords.state.nobody : author) : name;
}
