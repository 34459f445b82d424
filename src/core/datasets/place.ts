import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { removeTree } from "../store/entity-walk.js";
import { Pace } from "../store/pace.js";
import type { Store } from "../store/store.js";
import { removeQuietly } from "../store/whole-file.js";
import type { OnProgress } from "./content-progress.js";
import type { Manifest } from "./manifest.js";
import { placeAll } from "./placing.js";
import type { FileToPlace } from "./placing-jobs.js";
import type { ManifestFile, StoredContent } from "./view.js";

/** What a new file is to be: `mode` and what makes it a program, where it is one. */
export const toPlace = (file: ManifestFile, place: string, mode = 0o666): FileToPlace => ({
  hash: file.hash,
  size: file.size,
  place,
  mode: file.executable ? mode | 0o111 : mode,
});

/** A name beside others for what is not whole yet. */
export const temporaryIn = ({ ports }: Store, folder: string): string =>
  path.join(folder, `.${ports.random(6).toString("hex")}.tmp`);

/** Writes one file of a content to where nothing is, or takes the place of what is there. */
export async function placeFile(
  store: Store,
  file: ManifestFile,
  target: string,
  signal: AbortSignal,
  mode?: number,
): Promise<void> {
  const { files } = store.ports;
  const temp = temporaryIn(store, path.dirname(target));
  files.makeFolder(path.dirname(target));
  try {
    await placeAll(store, [toPlace(file, temp, mode)], target, signal);
    files.rename(temp, target);
  } catch (error) {
    removeQuietly(files, temp);
    throw error;
  }
}

/** Writes a content to a path where nothing is: to a place beside it first, which is then renamed. */
export async function placeContent(
  store: Store,
  content: StoredContent,
  manifest: Manifest,
  target: string,
  signal: AbortSignal,
  progress: OnProgress,
  mode?: number,
): Promise<void> {
  const { files } = store.ports;
  if (files.stat(target))
    throw new Failure("name.taken", said`There is something at ${target} already.`, {
      next: said`Name a place where nothing is.`,
    });
  const total = { totalFiles: content.files, totalBytes: content.size };
  if (content.form === "file") {
    const file = manifest.get("");
    await placeFile(store, file, target, signal, mode);
    progress({ files: 1, bytes: file.size, ...total });
    return;
  }
  files.makeFolder(path.dirname(target));
  checkNames(store, manifest, path.dirname(target));
  const beside = temporaryIn(store, path.dirname(target));
  try {
    const wanted = [...manifest].map((file) => toPlace(file, path.join(beside, file.path), mode));
    await makeFolders(store, beside, wanted, new Pace(signal, said`writing ${path.basename(target)}`));
    let [count, bytes] = [0, 0];
    await placeAll(store, wanted, target, signal, (placed, more) => {
      count += placed.length;
      bytes += more;
      progress({ files: count, bytes, ...total });
    });
    files.rename(beside, target);
  } catch (error) {
    removeTree(files, beside);
    throw error;
  }
}

/** The folders of files, which come in the order of their paths. */
async function makeFolders(
  store: Store,
  root: string,
  wanted: readonly FileToPlace[],
  pace: Pace,
): Promise<void> {
  const { files } = store.ports;
  files.makeFolder(root);
  let made = root;
  for (const { place } of wanted) {
    const folder = path.dirname(place);
    if (folder === made) continue;
    files.makeFolder((made = folder));
    if (pace.due()) await pace.rest();
  }
}

/** Throws `path.invalid` before anything is written where this disk cannot tell two of the names apart. */
export function checkNames(store: Store, manifest: Iterable<ManifestFile>, folder: string): void {
  const seen = new Map<string, string>();
  const pairs: [string, string][] = [];
  for (const { path: name } of manifest) {
    if (path.sep === "\\" && name.includes("\\"))
      throw new Failure("path.invalid", said`This system cannot hold a file named ${name}.`);
    // folders too: `A/x` and `a/y` would come together in one
    for (let end = name.indexOf("/"); ; end = name.indexOf("/", end + 1)) {
      const part = end < 0 ? name : name.slice(0, end);
      const folded = part.normalize("NFC").toLowerCase();
      const other = seen.get(folded);
      if (other === undefined) seen.set(folded, part);
      else if (other !== part) pairs.push([other, part]);
      if (end < 0) break;
    }
  }
  const [pair] = pairs;
  if (pair && foldsNames(store, folder))
    throw new Failure(
      "path.invalid",
      said`This disk cannot tell ${pair[0]} and ${pair[1]} apart: writing one would overwrite the other.`,
      { next: said`Take them file by file, or write them to a disk where case counts. Nothing was written.` },
    );
}

/** Whether a disk takes names that differ in case for the same. */
function foldsNames(store: Store, folder: string): boolean {
  const { files, random } = store.ports;
  const name = `.a${random(6).toString("hex")}.tmp`;
  const probe = path.join(folder, name);
  files.close(files.openNew(probe));
  try {
    return files.stat(path.join(folder, name.toUpperCase())) !== undefined;
  } finally {
    removeQuietly(files, probe);
  }
}
