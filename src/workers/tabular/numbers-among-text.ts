import { said, type Said } from "../../core/base/said.js";
import { countOf, type Column } from "./columns.js";
import { literal, type Session } from "./database.js";
import { startsWithZero } from "./leading-zeros.js";
import { askColumns, retype, type Retyped } from "./many-columns.js";

/** What people write where a number is missing. */
const missingWords = ["NA", "N/A", "n/a", "#N/A", "NULL", "null", "None", "none", "nil", "-", "?", "."];
/** By so many rows it is judged whether a column may hold numbers; then all are looked at. */
const sampled = 2000;

const isMissing = (field: string): string =>
  `trim(${field}) IN (${missingWords.map(literal).join(", ")}, '')`;
const isOdd = (field: string): string =>
  `${field} IS NOT NULL AND try_cast(${field} AS DOUBLE) IS NULL AND NOT ${isMissing(field)}`;

interface NumbersAmongText {
  readonly columns: readonly Column[];
  readonly notes: readonly Said[];
  /** Columns that stay text, since numbers in them begin with zeros: as those of a postal code. */
  readonly padded: readonly Column[];
}

/** Columns of text that hold numbers, and words such as `NA` where one is missing, become columns of numbers. */
export async function numbersAmongText(
  session: Session,
  table: string,
  columns: readonly Column[],
): Promise<NumbersAmongText> {
  const texts = columns.filter(({ type }) => type === "text");
  if (texts.length === 0) return { columns, notes: [], padded: [] };
  const sample = `(SELECT ${texts.map(({ field }) => field).join(", ")} FROM ${table} LIMIT ${sampled})`;
  const numbers = await askColumns(session, sample, texts, ({ field }) => [
    `count(try_cast(${field} AS DOUBLE))`,
  ]);
  const some = texts.filter((_, at) => countOf(numbers[at]?.[0]) > 0);
  const judged = await askColumns(session, sample, some, ({ field }) => [
    `count(*) FILTER (${isOdd(field)})`,
  ]);
  const likely = some.filter((_, at) => countOf(judged[at]?.[0]) === 0);
  const sure = await askColumns(session, table, likely, ({ field }) => [
    `count(*) FILTER (${isOdd(field)})`,
    `count(*) FILTER (${isMissing(field)})`,
    `count(*) FILTER (NOT regexp_full_match(trim(${field}), '[+-]?[0-9]+') AND NOT ${isMissing(field)})`,
    `max(length(${field}))`,
    `count(*) FILTER (${startsWithZero(field)})`,
  ]);
  const changed = new Map<Column, Column>();
  const notes: Said[] = [];
  const retyped: Retyped[] = [];
  const left: Column[] = [];
  for (const [at, column] of likely.entries()) {
    const [odd = 0, missing = 0, decimals = 0, longest = 0, padded = 0] = (sure[at] ?? []).map(countOf);
    if (odd > 0) continue;
    if (padded > 0) {
      left.push(column);
      continue;
    }
    if (decimals === 0 && longest > 38) continue; // as a decimal it would lose digits
    const whole = decimals === 0;
    const sql = !whole ? "DOUBLE" : longest <= 18 ? "BIGINT" : "HUGEINT";
    const { field, name } = column;
    const using = `CASE WHEN ${isMissing(field)} THEN NULL ELSE try_cast(${field} AS ${sql}) END`;
    retyped.push({ field, type: sql, using });
    changed.set(column, { ...column, type: whole ? "integer" : "number", native: sql, sql });
    if (missing > 0)
      notes.push(
        said`${name} holds numbers; words such as NA in it were read as missing (${missing.toLocaleString("en-US")}).`,
      );
  }
  await retype(
    session,
    table,
    columns.map(({ field }) => field),
    retyped,
  );
  return { columns: columns.map((column) => changed.get(column) ?? column), notes, padded: left };
}
