import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { removeTree } from "../store/entity-walk.js";
import { writeAll } from "../store/file-bytes.js";
import { Pace } from "../store/pace.js";
import type { Store } from "../store/store.js";
import { removeQuietly } from "../store/whole-file.js";
import type { OnProgress } from "./content-progress.js";
import type { Manifest } from "./manifest.js";
import type { ManifestFile, StoredContent } from "./view.js";

/** Writes one file of a content beside its place, complete and checked; the name is for a rename. */
export async function writeBeside(
  store: Store,
  file: ManifestFile,
  folder: string,
  pace: Pace,
  mode = 0o666,
): Promise<string> {
  const { files, random } = store.ports;
  const temp = path.join(folder, `.${random(6).toString("hex")}.tmp`);
  const fd = files.openNew(temp, file.executable ? mode | 0o111 : mode);
  try {
    try {
      for (const slice of store.objects.slices(file.hash)) {
        writeAll(files, fd, slice);
        if (pace.due()) await pace.rest();
      }
    } finally {
      files.close(fd);
    }
  } catch (error) {
    removeQuietly(files, temp);
    throw error;
  }
  return temp;
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
  const { files, random } = store.ports;
  const pace = new Pace(signal, said`writing ${path.basename(target)}`);
  if (files.stat(target))
    throw new Failure("name.taken", said`There is something at ${target} already.`, {
      next: said`Name a place where nothing is.`,
    });
  files.makeFolder(path.dirname(target));
  const total = { totalFiles: content.files, totalBytes: content.size };
  if (content.form === "file") {
    const file = manifest.get("");
    const temp = await writeBeside(store, file, path.dirname(target), pace, mode);
    files.rename(temp, target);
    progress({ files: 1, bytes: file.size, ...total });
    return;
  }
  checkNames(store, manifest, path.dirname(target));
  const beside = path.join(path.dirname(target), `.${random(6).toString("hex")}.tmp`);
  files.makeFolder(beside);
  try {
    let [count, bytes] = [0, 0];
    let made = beside;
    for (const file of manifest) {
      const place = path.join(beside, file.path);
      const folder = path.dirname(place);
      if (folder !== made) files.makeFolder((made = folder));
      files.rename(await writeBeside(store, file, folder, pace, mode), place);
      bytes += file.size;
      progress({ files: ++count, bytes, ...total });
      if (pace.due()) await pace.rest();
    }
    files.rename(beside, target);
  } catch (error) {
    removeTree(files, beside);
    throw error;
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
