import type { ColumnProfile } from "../../src/protocol/datasets.js";

/** What a reader of a profile looks for first. */
export type Notable = "constant" | "empty" | "missing" | "notFinite";

export const isNotable: Readonly<Record<Notable, (column: ColumnProfile) => boolean>> = {
  empty: ({ count, missing }) => count === 0 && missing > 0,
  constant: ({ count, distinct }) => count > 1 && distinct === 1,
  missing: ({ count, missing }) => count > 0 && missing > 0,
  notFinite: ({ numbers }) => numbers !== null && numbers.nonFinite > 0,
};
export const notables = Object.keys(isNotable) as readonly Notable[];

/** Which columns of a profile are shown. */
export interface ColumnChoice {
  /** What stands in their names; "": anything. */
  readonly text: string;
  /** Those with any of these; none: all. */
  readonly notable: readonly Notable[];
}

export const allColumns: ColumnChoice = { text: "", notable: [] };

/** The columns that a choice leaves. */
export function chosenColumns(
  columns: readonly ColumnProfile[],
  { text, notable }: ColumnChoice,
): readonly ColumnProfile[] {
  const word = text.trim().toLowerCase();
  if (word === "" && notable.length === 0) return columns;
  return columns.filter(
    (column) =>
      column.name.toLowerCase().includes(word) &&
      (notable.length === 0 || notable.some((kind) => isNotable[kind](column))),
  );
}
