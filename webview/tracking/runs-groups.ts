import type { RowGroup } from "../grid/row-groups.js";

/** What a run has in the field by which runs are grouped; null where it has nothing there. */
export type GroupValue = string | null;

export const mostGroups = 100;

/**
 * Where the value changes along ids that are sorted by it, found by halving: a few rows are read a group, however many
 * runs it has. `values` gives those of some ids, in their order. Beyond `mostGroups` the rest is one group.
 */
export async function findGroups(
  ids: readonly string[],
  values: (ids: readonly string[]) => Promise<readonly GroupValue[]>,
  label: (value: GroupValue) => string,
  others: string,
): Promise<{ readonly groups: readonly RowGroup[]; readonly cut: boolean }> {
  if (ids.length === 0) return { groups: [], cut: false };
  const known = new Map<number, GroupValue>();
  const read = async (indexes: readonly number[]): Promise<void> => {
    const missing = [...new Set(indexes)].filter((index) => !known.has(index));
    if (missing.length === 0) return;
    const found = await values(missing.map((index) => ids[index] ?? ""));
    missing.forEach((index, at) => known.set(index, found[at] ?? null));
  };
  const last = ids.length - 1;
  await read([0, last]);
  let spans: (readonly [number, number])[] = [[0, last]];
  const starts = new Set([0]);
  while (spans.length > 0 && starts.size <= mostGroups) {
    const open = spans.filter(([from, to]) => known.get(from) !== known.get(to));
    for (const [from, to] of open) if (to === from + 1) starts.add(to);
    const wide = open.filter(([from, to]) => to > from + 1);
    const middle = ([from, to]: readonly [number, number]): number => (from + to) >> 1;
    await read(wide.map(middle));
    spans = wide.flatMap((span) => [[span[0], middle(span)] as const, [middle(span), span[1]] as const]);
  }
  const cut = spans.length > 0 || starts.size > mostGroups;
  const all = [...starts].sort((a, b) => a - b);
  const kept = cut ? all.slice(0, mostGroups) : all;
  const groups = kept.map((from, at): RowGroup => {
    const rest = cut && at === kept.length - 1;
    const value = known.get(from) ?? null;
    return {
      key: rest ? "rest" : value === null ? "none" : `value ${value}`,
      label: rest ? others : label(value),
      from,
      count: (kept[at + 1] ?? ids.length) - from,
    };
  });
  return { groups, cut };
}
