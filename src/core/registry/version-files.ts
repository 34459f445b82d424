import type { Contents } from "../datasets/contents.js";
import type { StoredContent } from "../datasets/view.js";
import type { Ports } from "../base/ports.js";
import { filesOnDisk, type ModelFile } from "./model-files.js";
import type { Flavor, ModelVersionDetail } from "./view.js";

/** A model's files where other programs can open them, read-only. */
export interface PlacedModel {
  /** The file or the folder, absolute. */
  readonly at: string;
  readonly files: readonly ModelFile[];
}

const endings: Partial<Record<Flavor, string>> = {
  onnx: ".onnx",
  pickle: ".pkl",
  joblib: ".joblib",
  torch: ".pt",
  keras: ".keras",
  safetensors: ".safetensors",
};

/** What the one file of a model is called, with the ending that says what it is. */
export const artifactName = ({ file, flavor }: Pick<ModelVersionDetail, "file" | "flavor">): string =>
  file ?? `model${endings[flavor] ?? ""}`;

/** Puts a model's content where it can be read as files. Throws `artifact.notFound` where the store does not have it. */
export async function placeModel(
  ports: Pick<Ports, "files">,
  contents: Contents,
  content: StoredContent,
  name: string,
  signal: AbortSignal,
): Promise<PlacedModel> {
  const at = await contents.materialised(content, undefined, signal, name);
  return { at, files: filesOnDisk(ports, at) };
}
