import type { PlacedColumn, PlacedColumns } from "./columns.js";

/** Rows or columns from `from` up to but without `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Of every row, in pixels. */
export const rowHeight = 22;
/** Of the titles above them. */
export const headerHeight = 26;
/** How many rows are drawn beyond what is seen, so that a turn of the wheel finds them drawn. */
const rowsBeyond = 8;
/** The window moves in steps of this many rows, so that most frames of a scroll draw nothing. */
const rowStep = 2;
const pixelsBeyond = 160;

/** The rows to draw: those in the view and some beyond. `top`: how far the rows are scrolled. */
export function rowWindow(top: number, height: number, count: number): Span {
  const first = Math.floor(Math.max(0, top) / rowHeight) - rowsBeyond;
  const last = Math.ceil((Math.max(0, top) + Math.max(0, height)) / rowHeight) + rowsBeyond;
  const from = Math.max(0, Math.floor(first / rowStep) * rowStep);
  const to = Math.min(count, Math.ceil(last / rowStep) * rowStep);
  return { from: Math.min(from, to), to };
}

/** The index of the last column that begins at or before `x`, by halving. */
function columnAt(columns: readonly PlacedColumn[], x: number): number {
  let [low, high] = [0, columns.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((columns[middle]?.left ?? 0) <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The columns to draw of those that scroll. `left`: how far they are scrolled; `width`: what of them is seen. */
export function columnWindow(columns: readonly PlacedColumn[], left: number, width: number): Span {
  if (columns.length === 0) return { from: 0, to: 0 };
  return {
    from: columnAt(columns, left - pixelsBeyond),
    to: columnAt(columns, left + Math.max(0, width) + pixelsBeyond) + 1,
  };
}

/** Values are read for this many columns at once: a scroll sideways asks for others now and then, not at each of them. */
const columnChunk = 24;
/** Values of so many columns beyond those that are drawn are there when a scroll comes to them. */
const columnsAhead = 8;

/** The columns of which values are read where these are drawn. */
export const columnChunks = ({ from, to }: Span, count: number): Span => ({
  from: Math.max(0, Math.floor((from - columnsAhead) / columnChunk) * columnChunk),
  to: Math.min(count, Math.ceil((to + columnsAhead) / columnChunk) * columnChunk),
});

/** Ids of the columns that rows are read for where these of the scrolling ones are drawn. */
export function columnsToRead({ pinned, scrolling }: PlacedColumns, drawn: Span): readonly string[] {
  const { from, to } = columnChunks(drawn, scrolling.length);
  return [...pinned, ...scrolling.slice(from, to)].map(({ id }) => id);
}

export const sameSpan = (a: Span, b: Span): boolean => a.from === b.from && a.to === b.to;

/** How far to scroll so that what stands from `start` to `end` is seen; `at` where it is already. */
export function scrolledTo(at: number, size: number, start: number, end: number): number {
  if (start < at) return start;
  if (end > at + size) return Math.min(start, end - size);
  return at;
}
