import type { CellValue, ColumnProfile } from "../../src/protocol/datasets.js";
import { missing as noCell, type Cell } from "../grid/cell.js";
import { datasetWords } from "./dataset-words.js";

/** A longer value is cut where it is shown; its tooltip has more. */
const longest = 300;

/** A value as it stands in the table: data is shown as it is, not rounded. */
export function valueText(value: CellValue): string {
  if (value === null) return "–";
  const text = String(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

export function valueCell(value: CellValue | undefined): Cell {
  if (value === null || value === undefined) return noCell(datasetWords.noValue);
  const text = valueText(value);
  return text.length > 24 ? { text, title: text } : { text };
}

/** Whether values of a column stand at the right. */
export const isNumeric = ({ type }: Pick<ColumnProfile, "type">): boolean =>
  type === "number" || type === "integer";

/** A number of a column of times is told as the moment that it is. */
export const isTime = ({ type }: Pick<ColumnProfile, "type">): boolean => type === "time" || type === "date";

/** A moment as tables write it; a day where it is no more. */
export function momentText(at: number): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return String(at);
  return moment
    .toISOString()
    .replace(/T00:00:00\.000Z$/, "")
    .replace(/\.000Z$/, "")
    .replace("T", " ")
    .replace(/Z$/, "");
}
