import { oneOf, said } from "../base/said.js";
import { mistake } from "./mistake.js";
import { operand, type Circumstances } from "./operand.js";
import { likeToGlob } from "./pattern.js";
import type { Field } from "./resolve.js";
import type { Sql, SqlValue } from "./target.js";
import { printIdentifier, type Condition, type Value } from "./tree.js";

const longestPattern = 50_000; // bytes; SQLite fails beyond
const fewest = 16;

export const sql = (text: string, ...params: readonly SqlValue[]): Sql => ({ sql: text, params });

export const joined = (parts: readonly Sql[], by: string): Sql => ({
  sql: parts.map((part) => part.sql).join(by),
  params: parts.flatMap((part) => part.params),
});

export const enclosed = (before: string, part: Sql, after: string): Sql => ({
  sql: before + part.sql + after,
  params: part.params,
});

function inList(column: Sql, operator: "in" | "not in", operands: readonly (string | number)[]): Sql {
  // Numbers stay parameters: SQLite may round them otherwise than JavaScript when it reads JSON.
  if (operands.length > fewest && operands.every((value) => typeof value === "string"))
    return joined(
      [column, sql(`${operator} (select value from json_each(?))`, JSON.stringify(operands))],
      " ",
    );
  return joined([column, sql(`${operator} (${operands.map(() => "?").join(", ")})`, ...operands)], " ");
}

/** The condition on one stored value. Not true where the column is NULL, but for `is null`. */
function test(column: Sql, condition: Condition, field: Field, given: Circumstances): Sql {
  const read = (value: Value) => operand(value, field.rules.type, condition, given);
  if (condition.kind === "presence") return joined([column, sql(condition.comparator)], " ");
  if (condition.kind === "list") return inList(column, condition.comparator, condition.values.map(read));
  const { comparator, value } = condition;
  const right = read(value);
  if (comparator !== "like" && comparator !== "ilike")
    return joined([column, sql(`${comparator} ?`, right)], " ");
  const glob = likeToGlob(String(right), comparator);
  if (Buffer.byteLength(glob) > longestPattern) throw mistake(value.span, said`the pattern is too long`);
  return joined([column, sql("glob ?", glob)], " ");
}

const numberOf = (value: Value): number => (value.kind === "number" ? value.value : NaN);

/** True where the condition holds for 0, the number that NaN counts as. */
function holdsForZero(condition: Condition): boolean {
  if (condition.kind === "presence") return false;
  if (condition.kind === "list")
    return condition.values.some((value) => numberOf(value) === 0) === (condition.comparator === "in");
  const right = numberOf(condition.value);
  switch (condition.comparator) {
    case "=":
      return right === 0;
    case "!=":
      return right !== 0;
    case ">":
      return right < 0;
    case ">=":
      return right <= 0;
    case "<":
      return right > 0;
    case "<=":
      return right >= 0;
    case "like":
    case "ilike":
      return false;
  }
}

/** Entities with a row that meets one of `cases`: the rows drive the search, read from an index by value. */
function listed(table: string, cases: readonly Sql[], { target }: Circumstances): Sql {
  const rows = cases.map((one) => ({ ...one, sql: `select ${target.id} from ${table} where ${one.sql}` }));
  return enclosed(`${target.table}.${target.id} in (`, joined(rows, " union all "), ")");
}

/** The same, but each entity that other conditions leave looks up its own row. */
function checked(table: string, row: Sql, { target }: Circumstances): Sql {
  const own = `${table}.${target.id} = ${target.table}.${target.id}`;
  return enclosed(`exists (select 1 from ${table} where ${own} and `, row, ")");
}

type Of<K extends Field["kind"]> = Extract<Field, { kind: K }>;

function keyed(condition: Condition, field: Of<"keyed">, asList: boolean, given: Circumstances): Sql {
  const { table, only, absent, type } = field.source;
  const { target } = given;
  const ofKey = joined([sql("key = ?", field.key), ...(only ? [only] : [])], " and ");
  const row = (part: Sql) => joined([ofKey, part], " and ");
  const meets = (column: Sql) => test(column, condition, field, given);

  if (condition.kind === "presence") return presence(condition, checked(table, ofKey, given));
  const assumed = Object.hasOwn(absent, field.key) ? absent[field.key] : undefined;
  if (assumed !== undefined) {
    const own = `${table}.${target.id} = ${target.table}.${target.id}`;
    const value = enclosed(`coalesce((select value from ${table} where ${own} and `, ofKey, "), ?)");
    return meets({ ...value, params: [...value.params, assumed] });
  }
  const nan = type !== "text" && holdsForZero(condition);
  if (!asList) return checked(table, row(meets(sql(nan ? "coalesce(value, 0)" : ownValue("value")))), given);
  return listed(table, [row(meets(sql("value"))), ...(nan ? [row(sql("value is null"))] : [])], given);
}

function ofRows(condition: Condition, field: Of<"rows">, asList: boolean, given: Circumstances): Sql {
  const { table, column } = field;
  if (condition.kind === "presence")
    return presence(condition, checked(table, sql(`${column} is not null`), given));
  const meets = (value: string) => test(sql(value), condition, field, given);
  return asList ? listed(table, [meets(column)], given) : checked(table, meets(ownValue(column)), given);
}

const presence = (condition: Condition, present: Sql): Sql =>
  condition.comparator === "is null" ? enclosed("not ", present, "") : present;

/** Keeps SQLite from walking the index by value where it is to look up one row by id. */
const ownValue = (column: string): string => `+${column}`;

/**
 * One condition as SQL over `target.table`; it may come out NULL, which counts as false. `asList`: whether rows of
 * other tables may drive the search.
 */
export function conditionSql(condition: Condition, field: Field, asList: boolean, given: Circumstances): Sql {
  const allowed = field.rules.comparators[given.dialect];
  if (!allowed.includes(condition.comparator)) {
    const name = printIdentifier(condition.field);
    throw mistake(condition.at, said`${name} takes ${oneOf(allowed)}, found '${condition.comparator}'`);
  }
  if (field.kind === "attribute") return test(sql(field.attribute.column), condition, field, given);
  const list = asList && selective.includes(condition.comparator);
  return field.kind === "keyed"
    ? keyed(condition, field, list, given)
    : ofRows(condition, field, list, given);
}

/** Comparators whose matching rows are few enough, as a rule, to be read as a list. */
const selective: readonly string[] = ["=", "in", ">", ">=", "<", "<=", "like", "ilike"];

/** How well a condition narrows a search: 0 best, undefined where it should not drive one. */
export function driveRank(condition: Condition, field: Field): number | undefined {
  const exact = condition.comparator === "=" || condition.comparator === "in";
  if (field.kind === "attribute") return field.attribute.unique && exact ? 0 : undefined;
  if (exact) return 1;
  return selective.includes(condition.comparator) ? 2 : undefined;
}
