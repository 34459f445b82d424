import { readMlModel, mlmodelOf } from "./mlmodel.js";
import type { ModelFile } from "./model-files.js";
import { readOnnx } from "./onnx.js";
import type { Flavor, Signature } from "./view.js";

/** What the ending of a file's name says of it. */
const endings: Readonly<Record<string, Flavor>> = {
  onnx: "onnx",
  ort: "other",
  pkl: "pickle",
  pickle: "pickle",
  joblib: "joblib",
  pt: "torch",
  pth: "torch",
  pt2: "torch",
  ckpt: "torch",
  keras: "keras",
  h5: "keras",
  hdf5: "keras",
  safetensors: "safetensors",
};

/** What one file of a model is, by its name alone. */
export function flavorOfName(path: string): Flavor {
  const [, ending] = /[.]([^./]+)$/.exec(path.toLowerCase()) ?? [];
  return (ending === undefined ? undefined : endings[ending]) ?? "other";
}

/**
 * What a model's files are: what the name of the one file says, of a folder what MLflow says or what its model files
 * have in common. `other` where nothing is known.
 */
export function flavorOf(files: readonly ModelFile[]): Flavor {
  if (mlmodelOf(files)) return "mlflow";
  const flavors = new Set(files.map(({ path }) => flavorOfName(path)));
  flavors.delete("other"); // settings and words beside it
  const [flavor] = flavors;
  return flavors.size === 1 && flavor !== undefined ? flavor : "other";
}

/** The ONNX file of a model: the only one that it has, or null. */
export function onnxOf(files: readonly ModelFile[]): ModelFile | null {
  const found = files.filter(({ path }) => flavorOfName(path) === "onnx");
  return found.length === 1 ? (found[0] ?? null) : null;
}

/**
 * What goes into a model and what comes out of it, from its MLmodel or ONNX file; null where neither says. Throws
 * `value.invalid` where such a file is none, naming what is wrong with it.
 */
export function readSignature(files: readonly ModelFile[]): Signature | null {
  const mlmodel = mlmodelOf(files);
  const described = mlmodel && readMlModel(mlmodel).signature;
  if (described) return described;
  const onnx = onnxOf(files);
  if (!onnx) return null;
  const { inputs, outputs } = readOnnx(onnx);
  return { source: "onnx", inputs, outputs, params: [] };
}

/** The file that has an example of the model's input, where its MLmodel names one that is there. */
export function exampleOf(files: readonly ModelFile[]): ModelFile | null {
  const mlmodel = mlmodelOf(files);
  const named = mlmodel ? readMlModel(mlmodel).example : null;
  return files.find(({ path }) => path === named) ?? null;
}
