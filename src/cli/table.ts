import { toned, type Screen, type Tone } from "./screen.js";
import { fitted, padded, printable, textWidth } from "./text-width.js";

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Down to so many columns its cells may be cut where the screen is narrow; absent: never. */
  readonly shrinksTo?: number;
}

export type Cell = string | { readonly text: string; readonly tone: Tone };

const gap = "  ";
const textOf = (cell: Cell): string => printable(typeof cell === "string" ? cell : cell.text);

/** Columns that a table needs at least, with the gaps between. */
export function leastWidth(columns: readonly Column[], rows: readonly (readonly Cell[])[]): number {
  return naturalWidths(columns, rows).reduce(
    (sum, width, at) => sum + Math.min(width, columns[at]?.shrinksTo ?? width) + (at === 0 ? 0 : gap.length),
    0,
  );
}

function naturalWidths(columns: readonly Column[], rows: readonly (readonly Cell[])[]): number[] {
  return columns.map(({ title }, at) =>
    rows.reduce((most, row) => Math.max(most, textWidth(textOf(row[at] ?? ""))), textWidth(printable(title))),
  );
}

/** Takes from the widest of the columns that may shrink until the row fits. */
function fittedWidths(columns: readonly Column[], natural: readonly number[], most: number): number[] {
  const widths = [...natural];
  const total = (): number => widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1));
  for (let excess = total() - most; excess > 0; excess = total() - most) {
    let widest = -1;
    columns.forEach(({ shrinksTo }, at) => {
      const width = widths[at] ?? 0;
      if (shrinksTo !== undefined && width > shrinksTo && width > (widths[widest] ?? 0)) widest = at;
    });
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** A table as lines: a header, then the rows, aligned by what each character takes in a terminal. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  screen: Screen,
): string[] {
  const natural = naturalWidths(columns, rows);
  const widths = screen.live ? fittedWidths(columns, natural, screen.width) : natural;
  const line = (cells: readonly Cell[], head: boolean): string => {
    const drawn = columns.map(({ align }, at) => {
      const cell = cells[at] ?? "";
      const width = widths[at] ?? 0;
      const text = fitted(textOf(cell), width);
      const last = at === columns.length - 1 && align === "left";
      const blanks = padded("", width - textWidth(text));
      const tone = head ? "bold" : typeof cell === "string" ? undefined : cell.tone;
      const shown = tone === undefined ? text : toned(text, tone, screen);
      return last ? shown : align === "left" ? shown + blanks : blanks + shown;
    });
    return drawn.join(gap).trimEnd();
  };
  return [
    line(
      columns.map(({ title }) => title),
      true,
    ),
    ...rows.map((row) => line(row, false)),
  ];
}
