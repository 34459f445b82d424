import type { CellValue } from "../../src/core/datasets/view.js";

export type Row = readonly CellValue[];

export interface NaiveDiff {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly same: number;
  readonly duplicateKeys: number;
  /** By place of the column. */
  readonly cells: readonly number[];
}

export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

export function sameCell(a: CellValue, b: CellValue, { absolute, relative }: Tolerance): boolean {
  if (a === b) return true;
  if (typeof a !== "number" || typeof b !== "number") return false;
  return Math.abs(a - b) <= Math.max(absolute, relative * Math.max(Math.abs(a), Math.abs(b)));
}

/** Rows matched by the columns at `keys`, those of one key in order; none: rows as two bags. As plainly as can be. */
export function naiveDiff(
  before: readonly Row[],
  after: readonly Row[],
  keys: readonly number[],
  tolerance: Tolerance,
): NaiveDiff {
  const keyOf = (row: Row): string => JSON.stringify(keys.length === 0 ? row : keys.map((at) => row[at]));
  const grouped = (rows: readonly Row[]): Map<string, Row[]> => {
    const groups = new Map<string, Row[]>();
    for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
    return groups;
  };
  const [was, is] = [grouped(before), grouped(after)];
  const result = { added: 0, removed: 0, changed: 0, same: 0, duplicateKeys: 0 };
  const cells = (before[0] ?? after[0] ?? []).map(() => 0);
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    const [olds, news] = [was.get(key) ?? [], is.get(key) ?? []];
    if (keys.length > 0 && (olds.length > 1 || news.length > 1)) result.duplicateKeys++;
    for (let at = 0; at < Math.max(olds.length, news.length); at++) {
      const [old, fresh] = [olds[at], news[at]];
      if (!old) result.added++;
      else if (!fresh) result.removed++;
      else {
        const differ = old.map((cell, place) => !sameCell(cell, fresh[place] ?? null, tolerance));
        if (differ.some((is) => is)) result.changed++;
        else result.same++;
        for (const [place, is] of differ.entries()) if (is) cells[place] = (cells[place] ?? 0) + 1;
      }
    }
  }
  return { ...result, cells };
}
