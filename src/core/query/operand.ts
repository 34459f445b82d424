import { said, type Said } from "../base/said.js";
import { readMoment } from "./dates.js";
import { mistake, shown } from "./mistake.js";
import type { FieldType, Target } from "./target.js";
import { printIdentifier, type Condition, type Dialect, type Value } from "./tree.js";

export interface Circumstances {
  readonly target: Target;
  readonly dialect: Dialect;
  /** ms since the epoch, for dates such as `-7d`. */
  readonly now: number;
}

const equalities: readonly string[] = ["=", "!=", "in", "not in"];

/** The value as a field of the type stores it. Throws `filter.syntax` at the value where it does not fit. */
export function operand(
  value: Value,
  type: FieldType,
  condition: Condition,
  { dialect, now }: Circumstances,
): string | number {
  const name = printIdentifier(condition.field);
  const wrong = (what: Said, expected: Said) =>
    mistake(value.span, said`${name} is ${what}, found ${shown(value.text)}, expected ${expected}`);

  if (type === "text") {
    // MLflow wants quotes; in Loam `params.depth = 3` is the text as it stands there.
    if (value.kind === "text" || dialect === "loam") return value.text;
    throw wrong(said`text`, said`quotes around it`);
  }
  if (value.kind === "number") return value.value;
  if (type === "number") throw wrong(said`a number`, said`a number without quotes`);
  if (dialect === "mlflow") throw wrong(said`a time`, said`ms since the epoch without quotes`);
  const moment = readMoment(value.text, now);
  if (!moment)
    throw wrong(
      said`a time`,
      said`a date such as '2026-11-01', '2026-11-01T10:00', '-7d', 'today' or 'yesterday'`,
    );
  if (!moment.exact && equalities.includes(condition.comparator))
    throw wrong(said`exact to the millisecond`, said`a range for a date, with >= and <`);
  return moment.ms;
}
