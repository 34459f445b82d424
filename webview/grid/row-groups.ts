/** Rows that belong together: `count` of them from row `from` on. Groups follow each other without gaps. */
export interface RowGroup {
  readonly key: string;
  readonly label: string;
  /** What stands behind the label; default: how many rows it has. */
  readonly told?: string;
  readonly from: number;
  readonly count: number;
}

export type Line =
  | { readonly kind: "row"; readonly row: number }
  | { readonly kind: "group"; readonly group: RowGroup; readonly open: boolean };

/** What stands on each line of a grid: rows, and above each group its heading. Made anew when groups open or close. */
export class Lines {
  readonly count: number;
  readonly #groups: readonly RowGroup[];
  readonly #closed: ReadonlySet<string>;
  /** The line of each group's heading. */
  readonly #starts: readonly number[];

  /** Without groups a line is a row. */
  constructor(rows: number, groups: readonly RowGroup[] = [], closed: ReadonlySet<string> = new Set()) {
    this.#groups = groups;
    this.#closed = closed;
    const starts: number[] = [];
    let line = 0;
    for (const { key, count } of groups) {
      starts.push(line);
      line += 1 + (closed.has(key) ? 0 : count);
    }
    this.#starts = starts;
    this.count = groups.length === 0 ? rows : line;
  }

  at(line: number): Line | undefined {
    if (line < 0 || line >= this.count) return undefined;
    if (this.#groups.length === 0) return { kind: "row", row: line };
    const at = this.#groupOf(this.#starts, line);
    const group = this.#groups[at];
    if (!group) return undefined;
    const inGroup = line - (this.#starts[at] ?? 0);
    if (inGroup > 0) return { kind: "row", row: group.from + inGroup - 1 };
    return { kind: "group", group, open: !this.#closed.has(group.key) };
  }

  /** The line of a row; that of its group's heading where the group is closed. */
  of(row: number): number {
    if (this.#groups.length === 0) return row;
    const at = this.#groupOf(
      this.#groups.map(({ from }) => from),
      row,
    );
    const group = this.#groups[at];
    const start = this.#starts[at] ?? 0;
    return !group || this.#closed.has(group.key) ? start : start + 1 + row - group.from;
  }

  #groupOf(starts: readonly number[], value: number): number {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
