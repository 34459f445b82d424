import * as fs from "node:fs";
import type { Said } from "../../core/base/said.js";
import type { TableFile } from "../../core/datasets/tabular.js";
import { arrowSize, takeInArrow } from "./arrow.js";
import { likelySeparator, readHead, recordsOf } from "./csv-head.js";
import { CsvFile } from "./csv.js";
import type { Database, Session } from "./database.js";
import { inParts, manyColumns } from "./many-columns.js";
import { ParquetFile } from "./parquet.js";
import type { Untold } from "./taken-table.js";

/** What is held at once. */
export interface VastLimits {
  /** A table of more columns and more values is not taken in as a whole. */
  readonly columns: number;
  readonly values: number;
  /** So many columns of Parquet are taken in together: reading one holds a page of it, writing one a block. */
  readonly columnsOfParquet: number;
  /** And no more values. */
  readonly valuesOfParquet: number;
  /** As many as memory allows, where each reading goes over the whole file: what is too much for it is sooner spilled. */
  readonly columnsOfWhole: number;
}

const usualLimits: VastLimits = {
  columns: manyColumns,
  values: 12_000_000,
  columnsOfParquet: 100,
  valuesOfParquet: 20_000_000,
  columnsOfWhole: 200,
};

/** A table that is too large to be held as a whole: it is taken in some columns at a time. */
export interface VastTable {
  readonly format: TableFile["format"];
  /** Places of the columns that are taken in together. */
  readonly parts: readonly (readonly number[])[];
  readonly take: (places: readonly number[], far: (part: number) => void) => Promise<Untold>;
  /** What a reader should know of all that was taken in. */
  readonly notes: () => readonly Said[];
  readonly close: () => void;
}

/** A file as a vast table, to be closed; undefined where it is none. */
export async function openVast(
  database: Database,
  session: Session,
  file: TableFile,
  limits = usualLimits,
): Promise<VastTable | undefined> {
  switch (file.format) {
    case "csv":
    case "tsv":
      return openText(database, session, file, limits);
    case "parquet":
      return openParquet(database, session, file, limits);
    case "arrow":
      return openArrow(database, session, file, limits);
    default:
      return undefined; // JSON names each of its values: nobody writes such tables so
  }
}

const isVast = (columns: number, rows: number, limits: VastLimits): boolean =>
  columns > limits.columns && columns * rows > limits.values;

/** No file of fewer bytes has so many values: each has a separator, or a bit of eight in Arrow. */
const fewBytes = ({ values }: VastLimits): number => values / 8;

const placesOf = (columns: number): readonly number[] => Array.from({ length: columns }, (_, at) => at);

async function openText(
  database: Database,
  session: Session,
  file: TableFile,
  limits: VastLimits,
): Promise<VastTable | undefined> {
  if (!mayBeVast(file, limits)) return undefined;
  const csv = await CsvFile.open(database, session, file);
  if (!csv) return undefined;
  const { names, rows } = csv;
  const close = (): void => {
    csv.close();
  };
  if (!isVast(names.length, rows, limits)) {
    close();
    return undefined;
  }
  return {
    format: file.format,
    parts: inParts(placesOf(names.length), limits.columnsOfWhole),
    take: (places, far) => csv.take(places, far),
    notes: () => csv.readNotes(),
    close,
  };
}

/** A look that costs nothing: most files are not read twice to find out how their values are separated. */
function mayBeVast({ path, format }: TableFile, limits: VastLimits): boolean {
  const { text, compressed } = readHead(path);
  if (!compressed && fs.statSync(path).size < fewBytes(limits)) return false;
  const separator = format === "tsv" ? "\t" : likelySeparator(text);
  return separator !== undefined && (recordsOf(text, separator, 1)[0]?.length ?? 0) > limits.columns;
}

function openArrow(
  database: Database,
  session: Session,
  file: TableFile,
  limits: VastLimits,
): VastTable | undefined {
  if (fs.statSync(file.path).size < fewBytes(limits)) return undefined;
  const { columns, rows } = arrowSize(file);
  if (!isVast(columns, rows, limits)) return undefined;
  let notes: readonly Said[] = [];
  return {
    format: file.format,
    parts: inParts(placesOf(columns), limits.columnsOfWhole),
    take: async (places, far) => {
      const taken = await takeInArrow(database, session, file, far, places);
      ({ notes } = taken); // of the whole file, each time
      return { ...taken, notes: [] };
    },
    notes: () => notes,
    close: () => undefined,
  };
}

async function openParquet(
  database: Database,
  session: Session,
  file: TableFile,
  limits: VastLimits,
): Promise<VastTable | undefined> {
  const parquet = await ParquetFile.open(database, session, file);
  const close = (): void => {
    parquet.close();
  };
  try {
    const { columns, rows } = await parquet.size();
    if (isVast(columns, rows, limits)) {
      const together = Math.min(limits.columnsOfParquet, Math.floor(limits.valuesOfParquet / rows));
      return {
        format: file.format,
        parts: inParts(placesOf(columns), Math.max(1, together)),
        take: (places, far) => parquet.take(far, places),
        notes: () => parquet.nameNotes,
        close,
      };
    }
  } catch (error) {
    close();
    throw error;
  }
  close();
  return undefined;
}
