import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { oneOf, said } from "../base/said.js";
import type { Datasets } from "./datasets.js";
import { findVersion } from "./find.js";
import { tableFormatOf } from "./table-format.js";
import type { TableFile, TableFormat } from "./tabular.js";
import type { DatasetDetail } from "./view.js";
import { readWorking, workingPath } from "./working-copy.js";

/** A table of a version of a data set, or of its working copy. */
export interface TablePlace {
  readonly dataset: string;
  /** null: the working copy. */
  readonly version: string | null;
  /** Of a folder the file that is meant, below it; absent where it has only one table. */
  readonly file?: string | undefined;
}

/** A table that was found, and by which its profile is known again. */
export interface PlacedTable {
  readonly table: TableFile;
  /** SHA-256 of its bytes; undefined of a working copy, which may change. */
  readonly hash: string | undefined;
}

/** Whether all of a data set is one table. */
export const isTableSet = ({ form, path: of }: Pick<DatasetDetail, "form" | "path">): boolean =>
  form === "file" && tableFormatOf(of) !== undefined;

/** Paths of the tables in a version or working copy; "" for a data set of one file. */
export async function tablesIn(
  datasets: Datasets,
  place: TablePlace,
  signal: AbortSignal,
): Promise<string[]> {
  const detail = datasets.get(place.dataset);
  if (detail.form === "file") return isTableSet(detail) ? [""] : [];
  return (await namesIn(datasets, detail, place, signal)).filter((name) => tableFormatOf(name) !== undefined);
}

async function namesIn(
  datasets: Datasets,
  detail: DatasetDetail,
  { version }: TablePlace,
  signal: AbortSignal,
): Promise<string[]> {
  if (version === null)
    return (await readWorking(datasets.store, detail, signal))?.files.map((file) => file.path) ?? [];
  return [...datasets.contents.manifest(findVersion(detail, version, "any"))].map((file) => file.path);
}

/** By what a version's table is known; undefined where it is not said, or not there. */
export function storedTable(
  datasets: Datasets,
  { dataset, version: id, file }: TablePlace,
): { readonly hash: string; readonly format: TableFormat } | undefined {
  const detail = datasets.get(dataset);
  if (id === null) return undefined;
  const version = findVersion(detail, id, "any");
  const manifest = datasets.contents.manifest(version);
  const tables = [...manifest].filter(({ path: name }) => tableFormatOf(name) !== undefined);
  const inFolder = file ?? (tables.length === 1 ? tables[0]?.path : undefined);
  const entry = version.form === "file" ? "" : inFolder;
  const hash = entry === undefined ? undefined : manifest.get(entry)?.hash;
  const format = tableFormatOf(version.form === "file" ? detail.path : (inFolder ?? ""));
  return hash === undefined || format === undefined ? undefined : { hash, format };
}

/** Finds a table on disk. Throws `value.missing` where it must be said which of a folder's is meant. */
export async function placeTable(
  datasets: Datasets,
  place: TablePlace,
  signal: AbortSignal,
): Promise<PlacedTable> {
  const detail = datasets.get(place.dataset);
  const file =
    detail.form === "file" ? undefined : (place.file ?? (await onlyTable(datasets, detail, place, signal)));
  const version = place.version === null ? undefined : findVersion(detail, place.version, "any");
  const name = `${detail.name}${version ? `@${version.number}` : ""}${file === undefined ? "" : `/${file}`}`;
  const format = tableFormatOf(file ?? detail.path);
  if (format === undefined) {
    if (version?.form === "folder") datasets.contents.manifest(version).get(file ?? ""); // throws where it is not there
    throw noTable(name);
  }
  if (!version) {
    const root = workingPath(datasets.store, detail);
    const at = path.join(root, file ?? "");
    if (at !== root && !at.startsWith(root + path.sep))
      throw new Failure("path.invalid", said`There is no file ${at}.`);
    return { table: { path: at, name, format }, hash: undefined };
  }
  const { hash } = datasets.contents.manifest(version).get(version.form === "file" ? "" : (file ?? ""));
  const at = await datasets.contents.materialised(
    version,
    version.form === "file" ? undefined : file,
    signal,
  );
  return { table: { path: at, name, format }, hash };
}

const noTable = (name: string): Failure =>
  new Failure("table.unreadable", said`${name} is no table that Loam can read.`, {
    next: said`It reads CSV, TSV, Parquet, JSON lines and Arrow (Feather), by the ending of the name.`,
  });

/** A file that nobody tracks. */
export function looseTable(file: string, name: string): PlacedTable {
  const format = tableFormatOf(file);
  if (format === undefined) throw noTable(name);
  return { table: { path: file, name, format }, hash: undefined };
}

const mostNamed = 8;

async function onlyTable(
  datasets: Datasets,
  detail: DatasetDetail,
  place: TablePlace,
  signal: AbortSignal,
): Promise<string> {
  const tables = await tablesIn(datasets, place, signal);
  const [only, other] = tables;
  if (only === undefined) throw noTable(detail.name);
  if (other === undefined) return only;
  throw new Failure("value.missing", said`${detail.name} has ${tables.length} tables.`, {
    next: said`Say which one: ${oneOf(tables.slice(0, mostNamed))}`,
  });
}
