import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { hashFile } from "../store/file-bytes.js";
import { Pace } from "../store/pace.js";
import type { Store } from "../store/store.js";
import { contentOf, entryOf } from "./content-of.js";
import { checkNoLinkAbove } from "./data-path.js";
import { asUnreadable, listData, type DataFile } from "./data-files.js";
import type { Datasets } from "./datasets.js";
import { fileChanges } from "./file-changes.js";
import { KnownFiles } from "./known-files.js";
import type {
  DatasetDetail,
  DatasetVersionSummary,
  ManifestFile,
  StoredContent,
  WorkingState,
} from "./view.js";

/** What stands at a data set's path now. */
export interface WorkingFiles {
  readonly content: Omit<StoredContent, "manifest"> & { readonly manifest: string };
  /** By path; `stat` as it was before the file was read. */
  readonly files: readonly (ManifestFile & Pick<DataFile, "stat">)[];
}

/** The absolute path of a data set's working copy. */
export const workingPath = (store: Store, detail: Pick<DatasetDetail, "path">): string =>
  path.join(path.dirname(store.layout.root), detail.path);

/** Reads what is not known to be as it was. undefined where nothing is there; `path.invalid` where it is unreadable. */
export async function readWorking(
  store: Store,
  detail: DatasetDetail,
  signal: AbortSignal,
): Promise<WorkingFiles | undefined> {
  const source = workingPath(store, detail);
  checkNoLinkAbove(store, detail.path);
  if (!store.ports.files.stat(source)) return undefined;
  const pace = new Pace(signal, said`reading ${detail.name}`);
  const { form, files } = await listData(store.ports.files, source, detail, pace);
  const known = new KnownFiles(store, source);
  const found: (ManifestFile & Pick<DataFile, "stat">)[] = [];
  for (const file of files) {
    const hash = known.find(file) ?? (await hashAnew(store, source, file, known, pace));
    found.push({ ...entryOf(file, hash), stat: file.stat });
  }
  const whole = known.whole();
  const content = whole?.form === form ? whole : contentOf(form, found);
  known.save(content);
  return { content, files: found };
}

async function hashAnew(
  store: Store,
  source: string,
  file: DataFile,
  known: KnownFiles,
  pace: Pace,
): Promise<string> {
  const at = path.join(source, file.path);
  known.beforeReading();
  try {
    const { sha256 } = await hashFile(store.ports.files, at, pace);
    known.add(file, sha256);
    return sha256;
  } catch (error) {
    throw asUnreadable(at, error);
  }
}

/** How the working copy of a data set stands to its versions. */
export async function workingState(
  datasets: Datasets,
  detail: DatasetDetail,
  signal: AbortSignal,
): Promise<WorkingState> {
  try {
    return await compareWorking(datasets, detail, signal);
  } catch (error) {
    if (error instanceof Failure && error.code === "path.invalid")
      return { state: "unreadable", why: error.said.message };
    throw error;
  }
}

async function compareWorking(
  datasets: Datasets,
  detail: DatasetDetail,
  signal: AbortSignal,
): Promise<WorkingState> {
  const { store } = datasets;
  const source = workingPath(store, detail);
  const { files } = store.ports;
  checkNoLinkAbove(store, detail.path);
  if (!files.stat(source)) return { state: "missing" };
  const base = datasets.baseOf(detail);
  const pace = new Pace(signal, said`reading ${detail.name}`);
  const listed = await listData(files, source, detail, pace);
  const known = new KnownFiles(store, source);
  const hashes = listed.files.map((file) => known.find(file));
  const whole = known.whole();
  const asBefore = whole?.form === listed.form ? versionOf(detail, whole, base) : undefined;
  if (asBefore) return { state: "clean", number: asBefore.number };
  const entries: ManifestFile[] = [];
  const size = listed.files.reduce((sum, { stat }) => sum + stat.size, 0);
  // Only what has the size of a version can be one: nothing has to be read to know that it changed.
  const may = detail.history.some(
    (one) => one.stage === "active" && one.size === size && one.files === listed.files.length,
  );
  const before = may ? undefined : sizesOf(datasets, base);
  for (const [i, file] of listed.files.entries()) {
    const other = before?.get(file.path);
    const differs = before !== undefined && other?.size !== file.stat.size;
    const hash = hashes[i] ?? (differs ? "" : await hashAnew(store, source, file, known, pace));
    entries.push(entryOf(file, hash));
  }
  if (!may)
    return { state: "changed", number: base?.number ?? null, ...countChanges(datasets, base, entries) };
  const content = whole?.form === listed.form ? whole : contentOf(listed.form, entries);
  known.save(content);
  const same = versionOf(detail, content, base);
  if (same) return { state: "clean", number: same.number };
  return { state: "changed", number: base?.number ?? null, ...countChanges(datasets, base, entries) };
}

/** The active version that has a content; the one from which the working copy came before others, then the newest. */
export function versionOf(
  { history }: DatasetDetail,
  content: Pick<StoredContent, "form" | "content">,
  base: DatasetVersionSummary | undefined,
): DatasetVersionSummary | undefined {
  const isSame = (one: DatasetVersionSummary): boolean =>
    one.stage === "active" && one.form === content.form && one.content === content.content;
  return base && isSame(base) ? base : history.find(isSame);
}

function sizesOf(
  { contents }: Datasets,
  base: DatasetVersionSummary | undefined,
): ReadonlyMap<string, ManifestFile> {
  return new Map(base ? [...contents.manifest(base)].map((file) => [file.path, file]) : []);
}

function countChanges(
  { contents }: Datasets,
  base: DatasetVersionSummary | undefined,
  entries: readonly ManifestFile[],
): { added: number; changed: number; removed: number } {
  const counts = { added: 0, changed: 0, removed: 0 };
  for (const { change } of fileChanges(base ? contents.manifest(base) : [], entries))
    counts[change === "mode" ? "changed" : change]++;
  return counts;
}
