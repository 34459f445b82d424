import { Failure } from "../base/failure.js";
import type { Contents } from "../datasets/contents.js";
import { keepForContent, knownForContent } from "../code/cache-file.js";
import type { Store } from "../store/store.js";
import type { ModelFile } from "./model-files.js";
import { readTrust } from "./trust.js";
import { artifactName, placeModel } from "./version-files.js";
import type { ModelVersionDetail, TrustReport } from "./view.js";

/** Raised when the same files would be judged otherwise: what was kept before counts no more. */
const edition = 3;

/**
 * What loading a version's files would do; null where the store does not have them. It is found once for a content,
 * and kept in the cache. Throws `cancelled`, `store.damaged`.
 */
export async function trustOf(
  store: Store,
  contents: Contents,
  version: Pick<ModelVersionDetail, "artifact" | "file" | "flavor">,
  signal: AbortSignal,
): Promise<TrustReport | null> {
  const { artifact } = version;
  if (!artifact) return null;
  const name = artifactName(version);
  const file = `${artifact.content}.json`;
  const kept = knownForContent(store, "trust", file) as Kept | undefined;
  if (kept?.edition === edition && kept.name === name) return kept.report;
  let files: readonly ModelFile[];
  try {
    ({ files } = await placeModel(store.ports, contents, artifact, name, signal));
  } catch (error) {
    if (error instanceof Failure && error.code === "artifact.notFound") return null;
    throw error;
  }
  const report = await readTrust(files, store.ports.jobs, signal);
  keepForContent(store, "trust", file, { edition, name, report } satisfies Kept);
  return report;
}

interface Kept {
  readonly edition: number;
  /** A file's name is part of how it is read. */
  readonly name: string;
  readonly report: TrustReport;
}
