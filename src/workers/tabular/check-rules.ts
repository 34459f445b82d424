import { Failure } from "../../core/base/failure.js";
import type { RuleFinding } from "../../core/datasets/tabular.js";
import type { CellValue, QualityRule } from "../../core/datasets/view.js";
import { cellOf, cellSql, countOf, type Column } from "./columns.js";
import type { Session } from "./database.js";
import { askColumns } from "./many-columns.js";
import { wrongSql } from "./rule-sql.js";
import type { TakenTable } from "./taken-table.js";

const mostExamples = 3;

/** Asks each rule about a table. */
export async function checkRules(
  session: Session,
  taken: TakenTable,
  rules: readonly QualityRule[],
  now: number,
): Promise<RuleFinding[]> {
  const counts = await countAll(session, taken, rules);
  const findings: RuleFinding[] = [];
  for (const rule of rules) findings.push(await checkRule(session, taken, rule, { now, counts }));
  return findings;
}

interface Given {
  readonly now: number;
  /** What was counted of all at once, by the words of SQL. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Counts what most rules ask: a statement of its own for each would take longer than what it counts. */
async function countAll(
  session: Session,
  { table, columns }: TakenTable,
  rules: readonly QualityRule[],
): Promise<Map<string, number>> {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const asked = rules.flatMap((rule) => {
    const column = "column" in rule ? byName.get(rule.column) : undefined;
    return column ? (countOfRule(rule, column) ?? []) : [];
  });
  const distinct = [...new Set(asked)];
  const found = await askColumns(session, table, distinct, (sql) => [sql]);
  return new Map(distinct.map((sql, at) => [sql, countOf(found[at]?.[0])]));
}

function countOfRule(rule: QualityRule, column: Column): string | undefined {
  if (rule.kind === "missing" || rule.kind === "type") return valuesSql(column);
  const wrong = rule.kind === "range" || rule.kind === "values" ? wrongSql(rule, column) : undefined;
  return wrong === undefined ? undefined : countSql(wrong);
}

const valuesSql = ({ field }: Column): string => `count(${field})`;
const countSql = (wrong: string): string => `count(*) FILTER (${wrong})`;

async function checkRule(
  session: Session,
  taken: TakenTable,
  rule: QualityRule,
  { now, counts }: Given,
): Promise<RuleFinding> {
  if (rule.kind === "rows") return rowsFinding(taken.rows, rule);
  const names = rule.kind === "unique" ? rule.columns : [rule.column];
  const columns = names.map((name) => taken.columns.find((column) => column.name === name));
  const missing = names.find((_, at) => columns[at] === undefined);
  if (missing !== undefined) return { outcome: "error", found: `there is no column ${missing}` };
  const known = columns.filter((column) => column !== undefined);
  const [column] = known;
  if (rule.kind === "unique") return uniqueFinding(session, taken, known);
  if (!column) return { outcome: "error", found: "the rule names no column" };
  switch (rule.kind) {
    case "missing":
      return missingFinding(taken, counts.get(valuesSql(column)) ?? 0, rule.most);
    case "type":
      return typeFinding(column, counts.get(valuesSql(column)) ?? 0, rule.type);
    case "freshness":
      return freshFinding(session, taken, column, { within: rule.within, now });
    case "range":
    case "regex":
    case "values": {
      const wrong = wrongSql(rule, column);
      if (wrong === undefined)
        return { outcome: "error", found: `${column.name} holds no numbers but ${column.type}` };
      const known = counts.get(countSql(wrong));
      return wrongFinding(session, taken, column, { wrong, known, isPattern: rule.kind === "regex" });
    }
  }
}

function rowsFinding(rows: number, { min, max }: { min: number | null; max: number | null }): RuleFinding {
  const passed = (min === null || rows >= min) && (max === null || rows <= max);
  return { outcome: passed ? "passed" : "failed", found: counted(rows, "row") };
}

const counted = (count: number, one: string): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : `${one}s`}`;

function missingFinding({ rows }: TakenTable, values: number, most: number): RuleFinding {
  const missing = rows - values;
  const part = rows === 0 ? 0 : missing / rows;
  return {
    outcome: part <= most ? "passed" : "failed",
    found:
      missing === 0 ? "" : `${missing.toLocaleString("en-US")} of ${counted(rows, "row")} (${percent(part)})`,
  };
}

const percent = (part: number): string => `${Number((part * 100).toPrecision(3))} %`;

async function uniqueFinding(
  session: Session,
  { table, rows }: TakenTable,
  columns: readonly Column[],
): Promise<RuleFinding> {
  const fields = columns.map(({ field }) => field).join(", ");
  const [values, beyond] = await session.row(
    `SELECT count(*), coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM ${table} GROUP BY ${fields} HAVING count(*) > 1)`,
  );
  if (countOf(values) === 0) return { outcome: "passed", found: "" };
  const examples = await session.rows(
    `SELECT ${columns.map((column) => cellSql(column)).join(", ")} FROM (SELECT ${fields} FROM ${table} ` +
      `GROUP BY ${fields} HAVING count(*) > 1 ORDER BY count(*) DESC, ${fields} LIMIT ${mostExamples})`,
  );
  const shown = examples.map((row) => row.map((value) => shownValue(cellOf(value))).join(" · "));
  return {
    outcome: "failed",
    found: `${countOf(beyond).toLocaleString("en-US")} of ${counted(rows, "row")} share ${counted(countOf(values), "value")}, such as ${shown.join(", ")}`,
  };
}

/** Columns may be wider than asked for: whole numbers are numbers, days are times, and everything is text. */
const alsoOf: Readonly<Record<string, readonly string[]>> = {
  number: ["integer"],
  time: ["date"],
};

function typeFinding(column: Column, values: number, wanted: string): RuleFinding {
  const fits = column.type === wanted || alsoOf[wanted]?.includes(column.type) === true || values === 0;
  return {
    outcome: fits ? "passed" : "failed",
    found: fits ? "" : `it is ${column.type} (${column.native})`,
  };
}

interface WrongValues {
  readonly wrong: string;
  readonly known: number | undefined;
  /** Whether a pattern says which they are. */
  readonly isPattern: boolean;
}

async function wrongFinding(
  session: Session,
  { table, rows }: TakenTable,
  column: Column,
  { wrong, known, isPattern }: WrongValues,
): Promise<RuleFinding> {
  let count: number;
  try {
    count = known ?? countOf((await session.row(`SELECT count(*) FROM ${table} WHERE ${wrong}`))[0]);
  } catch (error) {
    // what DuckDB's patterns (RE2's) lack, such as looking ahead, is known when it reads the pattern
    if (error instanceof Failure || !(error instanceof Error) || !isPattern) throw error;
    const reason = (error.message.split("\n", 1)[0] ?? "").replace(/^Invalid Input Error: /, "");
    return { outcome: "error", found: `the pattern cannot be read: ${reason}` };
  }
  if (count === 0) return { outcome: "passed", found: "" };
  const examples = await session.rows(
    `SELECT ${cellSql(column)} FROM (SELECT ${column.field}, count(*) AS n FROM ${table} WHERE ${wrong} ` +
      `GROUP BY 1 ORDER BY n DESC, 1 LIMIT ${mostExamples})`,
  );
  return {
    outcome: "failed",
    found: `${count.toLocaleString("en-US")} of ${counted(rows, "row")}, such as ${examples.map(([value]) => shownValue(cellOf(value))).join(", ")}`,
  };
}

const longestShown = 40;
function shownValue(value: CellValue): string {
  const text = value === null ? "missing" : value === "" ? '""' : String(value);
  return text.length > longestShown ? `${text.slice(0, longestShown - 1)}…` : text;
}

const unitMs: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** A time may be so far ahead, since a day begins earlier elsewhere: more is a mistake, which hides that nothing is new. */
const mostAheadMs = 86_400_000;

async function freshFinding(
  session: Session,
  { table }: TakenTable,
  column: Column,
  { within, now }: { readonly within: string; readonly now: number },
): Promise<RuleFinding> {
  if (column.type !== "time" && column.type !== "date")
    return { outcome: "error", found: `${column.name} holds no times but ${column.type}` };
  const [, count = "", unit = ""] = /^(\d+)([mhdw])$/.exec(within) ?? [];
  const most = Number(count) * (unitMs[unit] ?? Number.NaN);
  if (Number.isNaN(most)) return { outcome: "error", found: `'${within}' is no span of time such as 7d` };
  const [newest, text] = await session.row(
    `SELECT epoch_ms(CAST(max(${column.field}) AS TIMESTAMP)), CAST(max(${column.field}) AS VARCHAR) FROM ${table} ` +
      `WHERE isfinite(${column.field})`,
  );
  if (newest === null || newest === undefined) return { outcome: "failed", found: "there is no time in it" };
  const age = now - Number(newest);
  const isAhead = age < -mostAheadMs;
  return {
    outcome: age <= most && !isAhead ? "passed" : "failed",
    found: `the newest is ${String(text)}${isAhead ? ", which is yet to come" : ""}`,
  };
}
