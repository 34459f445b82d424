import type { RowSource } from "./row-store.js";

/** Rows that are here already. `key` names one among them; default: its place. */
export function arraySource<R>(
  rows: readonly R[],
  key: (row: R, index: number) => string = (_, index) => String(index),
): RowSource<R> {
  return {
    count: rows.length,
    keyAt: (index) => {
      const row = rows[index];
      return row === undefined ? "" : key(row, index);
    },
    rows: async (from, to) => rows.slice(from, to),
  };
}
