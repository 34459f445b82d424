import * as path from "node:path";
import type { Contents } from "../datasets/contents.js";
import type { StoredContent } from "../datasets/view.js";
import type { Ports } from "../base/ports.js";
import { filesOnDisk, type ModelFile } from "./model-files.js";
import type { ModelVersionDetail } from "./view.js";

/** A model's files where other programs can open them, read-only. */
export interface PlacedModel {
  /** The file or the folder, absolute. */
  readonly at: string;
  readonly files: readonly ModelFile[];
}

/** What the one file of a model is called: as where it came from, with the ending that says what it is. */
export function artifactName({ source, flavor }: Pick<ModelVersionDetail, "flavor" | "source">): string {
  const last = path.posix.basename(source.replaceAll("\\", "/")).replaceAll(/[^\p{L}\p{N}._-]/gu, "_");
  const endings = {
    onnx: ".onnx",
    pickle: ".pkl",
    joblib: ".joblib",
    torch: ".pt",
    keras: ".keras",
  } as const;
  const ending = flavor in endings ? endings[flavor as keyof typeof endings] : "";
  const named = last === "" || last.startsWith(".") ? "model" : last.slice(-100);
  return path.extname(named) === "" ? `${named}${ending}` : named;
}

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
