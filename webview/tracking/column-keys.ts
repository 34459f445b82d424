import type { Column } from "../../src/protocol/tracking.js";

/** The id of a metric's column in the grid of runs. */
export const metricColumn = (name: string): string => `metric:${name}`;

/** The metric, param or tag that a column of the grid shows; undefined for a column of what every run has. */
export function keyOfColumn(id: string): Pick<Column, "kind" | "name"> | undefined {
  const colon = id.indexOf(":");
  const kind = id.slice(0, Math.max(colon, 0));
  if (kind !== "metric" && kind !== "param" && kind !== "tag") return undefined;
  return { kind, name: id.slice(colon + 1) };
}
