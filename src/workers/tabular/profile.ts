import { said } from "../../core/base/said.js";
import type { TellProgress } from "../../core/datasets/tabular.js";
import type { ColumnProfile, TableProfile } from "../../core/datasets/view.js";
import { cellOf, cellSql, countOf, type Column } from "./columns.js";
import type { Session, SqlValue } from "./database.js";
import { binEdges } from "./histogram.js";
import {
  binSql,
  finite,
  mostTop,
  numberFacts,
  numberSql,
  quantilesSql,
  stepsOf,
  withNumbers,
} from "./profile-sql.js";
import { profileTogether } from "./profile-together.js";
import type { TakenTable } from "./taken-table.js";

/** Up to so many distinct values are counted one by one; above, DuckDB estimates them within some percent. */
const exactDistinct = 10_000;
/** An estimate may be off by some percent. */
const sureOfEstimate = 0.9;
/** Up to so many rows quantiles are exact: all values of a column must then be held. */
const exactQuantiles = 5_000_000;
const sampleRows = 100;
/** Columns that one statement asks for: each has some ten aggregates. */
const columnsAtOnce = 20;

interface Counted {
  readonly column: Column;
  readonly missing: number;
  readonly distinct: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number | null;
  readonly zeros: number;
  readonly nonFinite: number;
}

/** What stands in a table: one reading for the counts of all columns, and one a column for its values. */
export async function profileTable(
  session: Session,
  taken: TakenTable,
  tell: TellProgress,
): Promise<TableProfile> {
  return {
    rows: taken.rows,
    format: taken.format,
    columns: await profileColumns(session, taken, tell),
    duplicates: await duplicateRows(session, taken),
    sample: await firstRows(session, taken),
    notes: taken.notes,
  };
}

/** How the values of each column lie. */
export function profileColumns(
  session: Session,
  taken: TakenTable,
  tell: TellProgress,
): Promise<ColumnProfile[]> {
  const { columns, rows } = taken;
  const together = columns.length > 2 * columnsAtOnce && rows <= exactDistinct * sureOfEstimate;
  return together ? profileTogether(session, taken, tell) : profileEach(session, taken, tell);
}

async function profileEach(
  session: Session,
  taken: TakenTable,
  tell: TellProgress,
): Promise<ColumnProfile[]> {
  const { columns } = taken;
  const profiles: ColumnProfile[] = [];
  for (let at = 0; at < columns.length; at += columnsAtOnce) {
    const some = columns.slice(at, at + columnsAtOnce);
    await withNarrow(session, taken, some, async (narrow) => {
      for (const one of await countColumns(session, narrow.table, some)) {
        tell({ text: said`Profiling ${one.column.name}`, done: profiles.length / columns.length });
        profiles.push(await profileColumn(session, narrow, one));
      }
    });
  }
  return profiles;
}

/** Each statement on a table costs by the number of its columns: some of many are copied first. */
async function withNarrow(
  session: Session,
  taken: TakenTable,
  columns: readonly Column[],
  work: (narrow: TakenTable) => Promise<void>,
): Promise<void> {
  if (taken.columns.length <= 2 * columnsAtOnce) {
    await work(taken);
    return;
  }
  const table = `${taken.table}_some`;
  const fields = columns.map(({ field }) => field).join(", ");
  await session.run(`CREATE TEMP TABLE ${table} AS SELECT ${fields} FROM ${taken.table}`);
  await work({ ...taken, table, columns });
  await session.run(`DROP TABLE ${table}`);
}

async function countColumns(session: Session, table: string, columns: readonly Column[]): Promise<Counted[]> {
  const perColumn = 8;
  const asked = columns.flatMap((column) => {
    const { field } = column;
    const numbers =
      numberSql(column) === undefined ? ["NULL", "NULL", "NULL", "NULL", "0", "0"] : numberFacts(field);
    return [`count(${field})`, `approx_count_distinct(${field})`, ...numbers];
  });
  const [total, ...values] = await session.row(
    `SELECT count(*), ${asked.join(", ")} FROM ${withNumbers(table, columns)}`,
  );
  return columns.map((column, at) => {
    const of = (n: number): SqlValue => values[at * perColumn + n] ?? null;
    return {
      column,
      missing: countOf(total) - countOf(of(0)),
      distinct: countOf(of(1)),
      min: Number(of(2) ?? Number.NaN),
      max: Number(of(3) ?? Number.NaN),
      mean: Number(of(4) ?? Number.NaN),
      deviation: of(5) === null ? null : Number(of(5)),
      zeros: countOf(of(6)),
      nonFinite: countOf(of(7)),
    };
  });
}

async function profileColumn(session: Session, taken: TakenTable, counted: Counted): Promise<ColumnProfile> {
  const { table, rows } = taken;
  const { column, missing } = counted;
  const few = counted.distinct <= exactDistinct * sureOfEstimate;
  const [exact] = few ? await session.row(`SELECT count(DISTINCT ${column.field}) FROM ${table}`) : [];
  const distinct = few ? countOf(exact) : Math.min(counted.distinct, rows - missing);
  return {
    name: column.name,
    type: column.type,
    nativeType: column.native,
    count: rows - missing,
    missing,
    distinct,
    distinctIsExact: few,
    numbers: await numbersOf(session, taken, counted, distinct),
    lengths: column.type === "text" ? await lengthsOf(session, table, column) : null,
    top: await topOf(session, taken, column, { few, distinct: counted.distinct }),
  };
}

async function numbersOf(
  session: Session,
  { table, rows }: TakenTable,
  counted: Counted,
  distinct: number,
): Promise<ColumnProfile["numbers"]> {
  const { column, min, max, mean, deviation, zeros, nonFinite } = counted;
  const number = numberSql(column);
  if (number === undefined || !Number.isFinite(min)) return null;
  const only = `WHERE ${finite(number)}`;
  const [found] = await session.row(
    rows <= exactQuantiles
      ? `SELECT quantile_cont(${number}, ${quantilesSql}) FROM ${table} ${only}`
      : `SELECT approx_quantile(${number}, ${quantilesSql}) FROM ${table} ${only}`,
  );
  const isWhole =
    column.type === "integer" ||
    (column.type === "number" && distinct <= 24 && (await isAllWhole(session, table, number)));
  const edges = binEdges(min, max, isWhole);
  return {
    min,
    max,
    mean,
    deviation,
    quantiles: (found as unknown as readonly number[] | null) ?? [],
    zeros,
    nonFinite,
    histogram: { edges, counts: await countsBetween(session, table, number, edges) },
  };
}

async function isAllWhole(session: Session, table: string, number: string): Promise<boolean> {
  const [odd] = await session.row(
    `SELECT count(*) FROM ${table} WHERE ${finite(number)} AND ${number} <> floor(${number})`,
  );
  return countOf(odd) === 0;
}

async function countsBetween(
  session: Session,
  table: string,
  number: string,
  edges: readonly number[],
): Promise<number[]> {
  const { bins, first, step } = stepsOf(edges);
  if (bins < 1) return [];
  const rows = await session.rows(
    `SELECT ${binSql(number, { bins, first, step })}, count(*) ` +
      `FROM ${table} WHERE ${finite(number)} GROUP BY 1`,
  );
  const counts = new Array<number>(bins).fill(0);
  for (const [bin, count] of rows) counts[Number(bin)] = countOf(count);
  return counts;
}

async function lengthsOf(
  session: Session,
  table: string,
  { field }: Column,
): Promise<ColumnProfile["lengths"]> {
  const [min, max, mean] = await session.row(
    `SELECT min(length(${field})), max(length(${field})), avg(length(${field})) FROM ${table}`,
  );
  return min === null || min === undefined
    ? null
    : { min: countOf(min), max: countOf(max), mean: Number(mean) };
}

/** The most frequent values: of columns whose values hardly repeat, by an estimate of which they are, then counted. */
async function topOf(
  session: Session,
  { table, rows }: TakenTable,
  column: Column,
  { few, distinct }: { readonly few: boolean; readonly distinct: number },
): Promise<ColumnProfile["top"]> {
  const { field } = column;
  if (column.type === "number" && !few) return [];
  let only = `${field} IS NOT NULL`;
  if (!few && distinct > rows / 2)
    only = `${field} IN (SELECT unnest(approx_top_k(${field}, ${mostTop})) FROM ${table})`;
  const found = await session.rows(
    `SELECT ${cellSql(column)}, n FROM (SELECT ${field}, count(*) AS n FROM ${table} WHERE ${only} GROUP BY ${field} ` +
      `ORDER BY n DESC, ${field} LIMIT ${mostTop})`,
  );
  const top = found.map(([value, count]) => ({ value: cellOf(value), count: countOf(count) }));
  return top.every(({ count }) => count === 1) && !few ? [] : top;
}

/** Rows beyond the first of each that are the same. */
async function duplicateRows(session: Session, { table, rows, columns }: TakenTable): Promise<number> {
  if (columns.length === 0) return Math.max(0, rows - 1);
  const [distinct] = await session.row(
    `SELECT count(DISTINCT hash(${columns.map(({ field }) => field).join(", ")})) FROM ${table}`,
  );
  return rows - countOf(distinct);
}

export async function firstRows(
  session: Session,
  { table, columns }: TakenTable,
): Promise<TableProfile["sample"]> {
  if (columns.length === 0) return [];
  const cells = columns.map((column) => cellSql(column)).join(", ");
  const rows = await session.rows(`SELECT ${cells} FROM ${table} LIMIT ${sampleRows}`);
  return rows.map((row) => row.map(cellOf));
}
