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

/**
 * Rows with the numbers of their columns beside them: `n_FIELD` those that are finite, `s_FIELD` those that can be
 * squared. To leave the others out of each aggregate by a FILTER takes five times as long.
 */
export function withNumbers(table: string, columns: readonly Column[], more: readonly string[] = []): string {
  const fields = columns.flatMap((column) => {
    const { field } = column;
    const number = numberSql(column);
    if (number === undefined) return [field];
    return [
      field,
      `CASE WHEN ${finite(number)} THEN ${number} END AS n_${field}`,
      `CASE WHEN abs(${number}) < 1e150 THEN ${number} END AS s_${field}`,
    ];
  });
  return `(SELECT ${[...more, ...fields].join(", ")} FROM ${table})`;
}

/** Of rows of `withNumbers`: least, greatest, mean, deviation, zeros, and those that are not finite. */
export const numberFacts = (field: string): readonly string[] => [
  `min(n_${field})`,
  `max(n_${field})`,
  `avg(n_${field})`,
  `stddev_samp(s_${field})`,
  `count_if(n_${field} = 0)`,
  `count(${field}) - count(n_${field})`,
];

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
