import { wholeNumber } from "../../core/datasets/bounds.js";
import type { Bound, CellValue, QualityRule } from "../../core/datasets/view.js";
import type { Column } from "./columns.js";
import { literal } from "./database.js";

/** In SQL which values of a column break a rule; undefined where it is about numbers and the column holds none. */
export function wrongSql(
  rule: Extract<QualityRule, { kind: "range" | "regex" | "values" }>,
  column: Column,
): string | undefined {
  switch (rule.kind) {
    case "range":
      return outsideSql(rule, column);
    case "regex":
      return `NOT regexp_full_match(CAST(${column.field} AS VARCHAR), ${literal(rule.pattern)})`;
    case "values":
      return notAmongSql(rule.allowed, column);
  }
}

function outsideSql(
  { min, max }: { readonly min: Bound | null; readonly max: Bound | null },
  column: Column,
): string | undefined {
  const { type, field } = column;
  if (type !== "integer" && type !== "number") return undefined;
  const isWhole = holdsWhole(column);
  const side = (sign: ">" | "<", bound: Bound): string => {
    const whole = isWhole ? wholeBeside(bound, sign === "<" ? Math.ceil : Math.floor) : undefined;
    return whole === undefined
      ? `CAST(${field} AS DOUBLE) ${sign} CAST(${literal(String(bound))} AS DOUBLE)`
      : `CAST(${field} AS HUGEINT) ${sign} CAST(${literal(whole)} AS HUGEINT)`;
  };
  const outside = [
    ...(min === null ? [] : [side("<", min)]),
    ...(max === null ? [] : [side(">", max)]), // NaN is above all numbers, as a value out of range is
  ];
  return outside.length === 0 ? "false" : `(${outside.join(" OR ")})`;
}

/** Whether all values are whole numbers, which are compared digit by digit: decimals of floating point round large ones. */
const holdsWhole = ({ type, sql }: Column): boolean =>
  type === "integer" || /^DECIMAL\(\d+,\s*0\)$/.test(sql);

/** What DuckDB's HUGEINT holds. */
const isHuge = (digits: string): boolean => BigInt.asIntN(128, BigInt(digits)) === BigInt(digits);

/** The whole number at or beside a bound, as digits; undefined where there is none that SQL holds. */
function wholeBeside(bound: Bound, round: (value: number) => number): string | undefined {
  const digits = wholeNumber(typeof bound === "number" ? round(bound) : bound);
  return digits !== undefined && isHuge(digits) ? digits : undefined;
}

function notAmongSql(allowed: readonly CellValue[], column: Column): string {
  const { type, field } = column;
  const isWhole = holdsWhole(column);
  const isNumber = type === "integer" || type === "number";
  const form = isWhole ? "HUGEINT" : isNumber ? "DOUBLE" : "VARCHAR";
  const values = allowed.flatMap((value) => {
    const text = isWhole ? wholeNumber(value) : String(value);
    if (text === undefined || (isWhole && !isHuge(text))) return []; // no whole number is that
    return [`try_cast(${literal(text)} AS ${form})`];
  });
  const among =
    values.length === 0 ? "false" : `list_contains([${values.join(", ")}], CAST(${field} AS ${form}))`;
  return `(${field} IS NOT NULL AND NOT coalesce(${among}, false))`;
}
