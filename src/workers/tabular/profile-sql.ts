import type { Column } from "./columns.js";

export const quantilesSql = "[0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]";
/** So many of the most frequent values are told. */
export const mostTop = 10;

/** A value as a number, for the statistics of numbers and times; undefined where a column has none. */
export function numberSql({ type, field }: Column): string | undefined {
  if (type === "integer" || type === "number") return `CAST(${field} AS DOUBLE)`;
  if (type === "time" || type === "date") return `CAST(epoch_ms(CAST(${field} AS TIMESTAMP)) AS DOUBLE)`;
  return undefined;
}

export const finite = (number: string): string => `isfinite(${number})`;

/** Bins of equal steps, so that the one of a value is computed and not looked for. */
interface Steps<T> {
  readonly bins: T;
  readonly first: T;
  readonly step: T;
}

export function stepsOf(edges: readonly number[]): Steps<number> {
  const bins = edges.length - 1;
  const [first = 0, last = 0] = [edges[0], edges.at(-1)];
  return { bins, first, step: (last - first) / bins };
}

/** The bin of a number, of steps that are given or stand in columns. */
export const binSql = (number: string, { bins, first, step }: Steps<number | string>): string =>
  `CAST(greatest(0, least(${bins} - 1, floor((${number} - ${first}) / ${step}))) AS INTEGER)`;
