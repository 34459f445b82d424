import type { CellValue, ColumnProfile } from "../core/datasets/view.js";

/** A cell of a table for one place of a line. */
export const cellText = (value: CellValue): string =>
  value === null ? "–" : value === "" ? '""' : String(value);

const blocks = "▁▂▃▄▅▆▇█";
/** So many characters show a distribution. */
const mostBlocks = 12;

/** Counts as blocks of a height each: neighbours are put together where there are more than fit. */
export function blockBars(counts: readonly number[], most = mostBlocks): string {
  const width = Math.min(most, counts.length);
  const bars = Array.from({ length: width }, (_, bar) => {
    const from = Math.floor((bar * counts.length) / width);
    const to = Math.floor(((bar + 1) * counts.length) / width);
    return counts.slice(from, to).reduce((sum, count) => sum + count, 0) / (to - from);
  });
  const highest = Math.max(...bars, 0);
  return bars
    .map((bar) => (bar === 0 ? " " : (blocks[Math.min(7, Math.floor((bar / highest) * 8))] ?? "█")))
    .join("");
}

/** A statistic of a column in the form of its values: times as times. */
export function statisticText(column: Pick<ColumnProfile, "type">, value: number | undefined): string {
  if (value === undefined) return "";
  if (column.type === "date") return isoText(value)?.slice(0, 10) ?? "";
  if (column.type === "time") return isoText(value)?.slice(0, 19).replace("T", " ") ?? "";
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function isoText(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
