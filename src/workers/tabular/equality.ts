import type { ColumnPair } from "./column-pairs.js";
import type { Column } from "./columns.js";
import { startsWithZero } from "./leading-zeros.js";

export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

const isNumber = ({ type }: Column): boolean => type === "integer" || type === "number";
const isMoment = ({ type }: Column): boolean => type === "time" || type === "date";

/**
 * The two columns of a pair in one form, in which equal values are the same: numbers as numbers though one side has
 * them as text, moments as moments. `a` and `b` are prefixes of the two tables.
 */
export function evenForms({ before, after }: ColumnPair, a = "a.", b = "b."): readonly [string, string] {
  const [left, right] = [a + before.field, b + after.field];
  if (before.sql === after.sql) return [left, right];
  if (isNumber(before) && isNumber(after)) {
    const whole = before.type === "integer" && after.type === "integer";
    const form = whole ? "HUGEINT" : "DOUBLE";
    return [`CAST(${left} AS ${form})`, `CAST(${right} AS ${form})`];
  }
  if (isMoment(before) && isMoment(after))
    return [`CAST(${left} AS TIMESTAMP)`, `CAST(${right} AS TIMESTAMP)`];
  return [textForm(before, left), textForm(after, right)];
}

/**
 * Numbers and texts that are numbers have one form: `1`, `1.0` and `"1"` are the same, `"01"` is text, and whole numbers
 * keep all their digits.
 */
function textForm(column: Column, field: string): string {
  if (column.type === "integer") return `CAST(${field} AS VARCHAR)`;
  if (isNumber(column)) return decimalForm(`CAST(${field} AS DOUBLE)`);
  const text = `CAST(${field} AS VARCHAR)`;
  if (column.type === "boolean" || isMoment(column)) return text;
  return (
    `CASE WHEN ${startsWithZero(text)} OR regexp_full_match(${text}, '0|-?[1-9][0-9]*') THEN ${text} ` +
    `ELSE coalesce(${decimalForm(`try_cast(${text} AS DOUBLE)`)}, ${text}) END`
  );
}

/** A decimal that is whole as the digits of a whole number. */
const decimalForm = (number: string): string =>
  `CASE WHEN ${number} = trunc(${number}) AND abs(${number}) < 1e38 THEN CAST(CAST(${number} AS HUGEINT) AS VARCHAR) ` +
  `ELSE CAST(${number} AS VARCHAR) END`;

const numberIn = (text: string): string =>
  `CASE WHEN ${startsWithZero(text)} THEN NULL ELSE try_cast(${text} AS DOUBLE) END`;

/** Whether the two cells of a pair are the same: null as null, NaN as NaN, numbers within the tolerance. */
export function sameSql(pair: ColumnPair, { absolute, relative }: Tolerance): string {
  const [left, right] = evenForms(pair);
  const same = `${left} IS NOT DISTINCT FROM ${right}`;
  if (absolute === 0 && relative === 0) return `(${same})`;
  const numeric = isNumber(pair.before) || isNumber(pair.after);
  if (!numeric) return `(${same})`;
  const number = (column: Column, field: string): string =>
    isNumber(column) ? `CAST(${field} AS DOUBLE)` : numberIn(`CAST(${field} AS VARCHAR)`);
  const [x, y] = [number(pair.before, `a.${pair.before.field}`), number(pair.after, `b.${pair.after.field}`)];
  const near =
    `isfinite(${x}) AND isfinite(${y}) AND ` +
    `abs(${x} - ${y}) <= greatest(${absolute}, ${relative} * greatest(abs(${x}), abs(${y})))`;
  return `(${same} OR coalesce(${near}, false))`;
}
