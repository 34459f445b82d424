import type { CellValue, DiffRow } from "../../src/protocol/datasets.js";
import type { RowParts } from "../grid/row-store.js";

/** A row of a diff, as far as its columns were read: values by the places of their columns. */
export interface ReadRow {
  readonly change: DiffRow["change"];
  readonly before: ReadonlyMap<number, CellValue>;
  readonly after: ReadonlyMap<number, CellValue>;
  readonly cells: ReadonlySet<number>;
  /** Places of the columns that were read. */
  readonly read: ReadonlySet<number>;
}

/** A row that came with these columns. */
export function readRow({ change, before, after, cells }: DiffRow, places: readonly number[]): ReadRow {
  const valuesOf = (side: DiffRow["before"]): ReadonlyMap<number, CellValue> =>
    new Map(side === null ? [] : places.map((place, at) => [place, side[at] ?? null]));
  return {
    ...{ change, before: valuesOf(before), after: valuesOf(after) },
    ...{ cells: new Set(cells), read: new Set(places) },
  };
}

/** Which columns rows are read for: of a wide table those in the view alone. */
export class DiffColumns implements RowParts<ReadRow> {
  wanted: readonly number[] = [];

  /** Grids name columns by their places; others, such as the kind of change, every row has. */
  readonly onColumns = (columns: readonly string[]): void => {
    this.wanted = columns.map(Number).filter(Number.isInteger);
  };

  isWhole(row: ReadRow): boolean {
    return this.wanted.every((place) => row.read.has(place));
  }

  joined(before: ReadRow, read: ReadRow): ReadRow {
    return {
      change: read.change,
      before: new Map([...before.before, ...read.before]),
      after: new Map([...before.after, ...read.after]),
      cells: new Set([...before.cells, ...read.cells]),
      read: new Set([...before.read, ...read.read]),
    };
  }
}

/** What is known of a column from the first rows that came. */
export interface SeenColumn {
  readonly isNumeric: boolean;
  /** The longest of its values as it is shown; undefined where it came later: columns would move under the reader. */
  readonly length: number | undefined;
}

/** What rows say of those of their columns that nobody knows yet; the same map where there are none. */
export function seenColumns(
  known: ReadonlyMap<number, SeenColumn>,
  rows: readonly ReadRow[],
  textOf: (value: CellValue) => string,
): ReadonlyMap<number, SeenColumn> {
  const places = new Set(rows.flatMap(({ read }) => [...read].filter((place) => !known.has(place))));
  if (places.size === 0) return known;
  const seen = new Map(known);
  for (const place of places) {
    const values = rows.flatMap(({ before, after }) => [before.get(place), after.get(place)]);
    const there = values.filter((value) => value !== null && value !== undefined);
    const lengths = rows.map(({ before, after, cells }) => {
      const [old = 0, now = 0] = [before.get(place), after.get(place)].map((value) =>
        value === undefined ? 0 : textOf(value).length,
      );
      return cells.has(place) ? old + 3 + now : Math.max(old, now);
    });
    seen.set(place, {
      isNumeric: there.length > 0 && there.every((value) => typeof value === "number"),
      length: known.size === 0 ? Math.max(0, ...lengths) : undefined,
    });
  }
  return seen;
}
