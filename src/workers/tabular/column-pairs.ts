import type { ColumnChange } from "../../core/datasets/view.js";
import type { Column } from "./columns.js";

/** A column that both sides have. */
export interface ColumnPair {
  readonly before: Column;
  readonly after: Column;
}

/** How the columns of two tables go together. */
export interface MatchedColumns {
  /** In the order of the newer side. */
  readonly pairs: readonly ColumnPair[];
  readonly removed: readonly Column[];
  readonly added: readonly Column[];
}

/** Pairs columns by name, and those of `renamed` by what they hold. */
export function matchColumns(
  before: readonly Column[],
  after: readonly Column[],
  renamed: readonly ColumnPair[] = [],
): MatchedColumns {
  const byName = new Map(before.map((column) => [column.name, column]));
  for (const pair of renamed) byName.delete(pair.before.name);
  const pairs = after.flatMap((column): ColumnPair[] => {
    const known = renamed.find((pair) => pair.after === column);
    if (known) return [known];
    const same = byName.get(column.name);
    return same ? [{ before: same, after: column }] : [];
  });
  return {
    pairs,
    removed: before.filter((column) => !pairs.some((pair) => pair.before === column)),
    added: after.filter((column) => !pairs.some((pair) => pair.after === column)),
  };
}

/** What changed about the columns themselves. */
export function columnChanges(
  { pairs, removed, added }: MatchedColumns,
  before: readonly Column[],
): ColumnChange[] {
  const places = pairs.map((pair) => before.indexOf(pair.before));
  const stayed = longestRise(places);
  return [
    ...added.map(({ name, native }) => ({ change: "added" as const, name, before: null, after: native })),
    ...removed.map(({ name, native }) => ({ change: "removed" as const, name, before: native, after: null })),
    ...pairs
      .filter((pair) => pair.before.name !== pair.after.name)
      .map((pair) => ({
        change: "renamed" as const,
        name: pair.after.name,
        before: pair.before.name,
        after: pair.after.name,
      })),
    ...pairs
      .filter((pair) => pair.before.type !== pair.after.type)
      .map((pair) => ({
        change: "retyped" as const,
        name: pair.after.name,
        before: pair.before.type,
        after: pair.after.type,
      })),
    ...pairs.flatMap((pair, at) =>
      stayed.has(places[at] ?? -1)
        ? []
        : [
            {
              change: "moved" as const,
              name: pair.after.name,
              before: String((places[at] ?? 0) + 1),
              after: String(Number(pair.after.field.slice(1)) + 1),
            },
          ],
    ),
  ];
}

/** The most numbers of a row that stand in rising order: what is moved is what is not among them. */
function longestRise(numbers: readonly number[]): ReadonlySet<number> {
  const ends: number[] = []; // of rises of each length, the place of the smallest last number
  const previous: number[] = [];
  for (const [at, number] of numbers.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    previous[at] = ends[low - 1] ?? -1;
    ends[low] = at;
  }
  const rise = new Set<number>();
  for (let at = ends.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) rise.add(numbers[at] ?? -1);
  return rise;
}
