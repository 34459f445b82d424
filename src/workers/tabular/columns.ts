import type { CellValue, ColumnType } from "../../core/datasets/view.js";
import type { SqlValue } from "./database.js";

/** A column of a table that was taken in. */
export interface Column {
  /** As a person sees it: no other column of the table has that name. */
  readonly name: string;
  /** Its name in SQL: `c0`, `c1` … */
  readonly field: string;
  readonly type: ColumnType;
  /** As the reader of the file called it. */
  readonly native: string;
  /** Its type in SQL, one of few. */
  readonly sql: string;
}

interface Taken {
  readonly type: ColumnType;
  readonly sql: string;
  /** Of a field of the file what is taken in. */
  readonly taken: (field: string) => string;
}

const asIs = (field: string): string => field;
const cast =
  (sql: string): Taken["taken"] =>
  (field) =>
    `CAST(${field} AS ${sql})`;

/** How a column of DuckDB's type is taken in: few types are left for all that follows. */
export function takenAs(native: string): Taken {
  const name = native.toUpperCase();
  if (name.endsWith("]") || /^(STRUCT|MAP|UNION|VARIANT)\b/.test(name))
    return { type: "other", sql: "VARCHAR", taken: (field) => `CAST(to_json(${field}) AS VARCHAR)` };
  if (name === "JSON") return { type: "text", sql: "VARCHAR", taken: (field) => `(${field} ->> '$')` };
  if (name === "BOOLEAN") return { type: "boolean", sql: name, taken: asIs };
  if (/^U?(TINY|SMALL)INT$|^U?INTEGER$|^BIGINT$/.test(name))
    return { type: "integer", sql: "BIGINT", taken: cast("BIGINT") };
  if (name === "UBIGINT" || name === "HUGEINT")
    return { type: "integer", sql: "HUGEINT", taken: cast("HUGEINT") };
  if (name === "FLOAT" || name === "DOUBLE") return { type: "number", sql: "DOUBLE", taken: cast("DOUBLE") };
  if (name.startsWith("DECIMAL")) return { type: "number", sql: name, taken: asIs };
  if (name === "DATE") return { type: "date", sql: name, taken: asIs };
  if (name === "TIMESTAMP WITH TIME ZONE" || name === "TIMESTAMP_NS")
    return { type: "time", sql: name, taken: asIs };
  if (name.startsWith("TIMESTAMP")) return { type: "time", sql: "TIMESTAMP", taken: cast("TIMESTAMP") };
  const isText = name === "VARCHAR" || name === "UUID" || name.startsWith("ENUM");
  return { type: isText ? "text" : "other", sql: "VARCHAR", taken: cast("VARCHAR") };
}

/** A cell as it is asked for: what JSON has no form for is text. */
export function cellSql(column: Column, from = ""): string {
  const field = from + column.field;
  if (column.type === "boolean" || column.type === "integer") return field;
  if (isLongDecimal(column))
    return `CASE WHEN ${field} IS NULL THEN NULL ELSE [CAST(${field} AS VARCHAR)] END`;
  if (column.type === "number") return `CAST(${field} AS DOUBLE)`;
  return `CAST(${field} AS VARCHAR)`;
}

/** So many digits every double keeps. */
const digitsOfDouble = 15;
const isLongDecimal = ({ sql }: Column): boolean =>
  Number(/^DECIMAL\((\d+)/.exec(sql)?.[1] ?? 0) > digitsOfDouble;

/** A cell that was asked for so: a decimal that a double may not hold comes as a list of its text alone. */
export function cellOf(value: SqlValue | readonly string[] | undefined): CellValue {
  if (value === undefined) return null;
  if (typeof value === "object" && value !== null) return decimalOf(value[0] ?? "");
  if (typeof value === "bigint") return isSafe(value) ? Number(value) : String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value;
}

/** The number that a text says, else the text. */
function decimalOf(text: string): number | string {
  const bare = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  const digits = bare.replace(/^-?[0.]*/, "").replace(".", "");
  return digits.length <= digitsOfDouble || String(Number(bare)) === bare ? Number(bare) : bare;
}

const isSafe = (value: bigint): boolean => value >= -9007199254740991n && value <= 9007199254740991n;

/** A count of SQL. */
export const countOf = (value: SqlValue | undefined): number => Number(value ?? 0);
