import * as os from "node:os";
import * as path from "node:path";
import { Failure } from "../base/failure.js";
import type { Contents } from "../datasets/contents.js";
import { readCache, writeCache } from "../code/cache-file.js";
import type { Store } from "../store/store.js";
import type { StoredContent } from "../datasets/view.js";
import { removeTree } from "../store/entity-walk.js";
import { filesOnDisk, type ModelFile } from "./model-files.js";
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
  const file = store.layout.at("cache", "trust", `${artifact.content}.json`);
  const kept = readCache(store.ports, file) as Kept | undefined;
  if (kept?.edition === edition && kept.name === name) return kept.report;
  let files: readonly ModelFile[];
  try {
    ({ files } = await placeModel(store.ports, contents, artifact, name, signal));
  } catch (error) {
    if (error instanceof Failure && error.code === "artifact.notFound") return null;
    if (error instanceof Failure && error.code === "store.readOnly")
      return readElsewhere(store, contents, artifact, name, signal);
    throw error;
  }
  const report = await readTrust(files, signal);
  writeCache(store.ports, file, { edition, name, report } satisfies Kept);
  return report;
}

/** In a store that may only be read, its cache too: for the moment the files stand in a folder of this process's own. */
async function readElsewhere(
  { ports }: Store,
  contents: Contents,
  artifact: StoredContent,
  name: string,
  signal: AbortSignal,
): Promise<TrustReport> {
  const folder = path.join(os.tmpdir(), `loam-trust-${ports.random(12).toString("hex")}`);
  ports.files.makeFolder(folder, 0o700);
  try {
    const at = path.join(folder, name);
    await contents.place(artifact, at, signal);
    return await readTrust(filesOnDisk(ports, at), signal);
  } finally {
    removeTree(ports.files, folder);
  }
}

interface Kept {
  readonly edition: number;
  /** A file's name is part of how it is read. */
  readonly name: string;
  readonly report: TrustReport;
}
