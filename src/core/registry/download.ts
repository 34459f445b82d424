import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { OnProgress } from "../datasets/content-progress.js";
import type { Datasets } from "../datasets/datasets.js";
import { nameOnDisk } from "../store/names.js";
import { artifactName } from "./version-files.js";
import type { ModelVersionDetail } from "./view.js";

/** The files of a version's artifact; of one that is a file its name. Throws `artifact.notFound`. */
export function filesOfVersion(
  datasets: Datasets,
  version: ModelVersionDetail,
): { readonly path: string; readonly size: number }[] {
  const artifact = needArtifact(version);
  return [...datasets.contents.manifest(artifact)].map(({ path: file, size }) => ({
    path: file === "" ? artifactName(version) : file,
    size,
  }));
}

/**
 * Writes a version's artifact as plain files: a file into the folder `to`, a folder as `to`, or into it where there is
 * one already. Nothing is written over. Returns the path of what was written. Throws `artifact.notFound`, `name.taken`.
 */
export async function downloadVersion(
  datasets: Datasets,
  version: ModelVersionDetail,
  to: string,
  signal: AbortSignal,
  progress?: OnProgress,
): Promise<string> {
  const artifact = needArtifact(version);
  const isThere = datasets.store.ports.files.stat(to) !== undefined;
  const target =
    artifact.form === "file"
      ? path.join(to, nameOnDisk(artifactName(version)))
      : isThere
        ? path.join(to, nameOnDisk(`${version.name}-${version.number}`))
        : to;
  await datasets.contents.place(artifact, target, signal, progress);
  return target;
}

/**
 * Where one of `filesOfVersion` lies on the disk to be read, until the cache needs its room. Throws `artifact.notFound`,
 * `path.invalid`.
 */
export function fileOfVersion(
  { contents }: Datasets,
  version: ModelVersionDetail,
  file: string,
  signal: AbortSignal,
): Promise<string> {
  const artifact = needArtifact(version);
  return artifact.form === "file"
    ? contents.materialised(artifact, undefined, signal, artifactName(version))
    : contents.materialised(artifact, file, signal);
}

function needArtifact({ artifact, name, number, source }: ModelVersionDetail) {
  if (artifact) return artifact;
  throw new Failure("artifact.notFound", said`The files of ${name}/${number} were never in this store.`, {
    next: said`They lie at ${source}.`,
  });
}
