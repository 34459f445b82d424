import { said } from "../../core/base/said.js";
import type { TellProgress } from "../../core/datasets/tabular.js";
import type { ColumnProfile } from "../../core/datasets/view.js";
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
import type { TakenTable } from "./taken-table.js";

/** So many values are looked at together. */
const cellsAtOnce = 500_000;
/** Up to so many distinct numbers a column may be one of whole numbers, each with a bin of its own. */
const mostWhole = 24;

/** Columns of one type, one below the other: `col` says whose a value `v` is. */
interface Stacked {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly rows: number;
}

/** What was counted of a column, as `askFacts` asks it. */
type Facts = readonly SqlValue[];

/**
 * Profiles many columns of few rows, as each would be by itself: statements of their own take a hundred times longer
 * than what they do, and so columns of one type are asked about at once.
 */
export async function profileTogether(
  session: Session,
  taken: TakenTable,
  tell: TellProgress,
): Promise<ColumnProfile[]> {
  const profiles = new Map<Column, ColumnProfile>();
  for (const columns of alike(taken)) {
    const [first] = columns;
    if (!first) continue;
    tell({ text: said`Profiling ${first.name}`, done: profiles.size / taken.columns.length });
    const table = `${taken.table}_stacked`;
    const fields = columns.map(({ field }) => field).join(", ");
    await session.run(
      `CREATE TEMP TABLE ${table} AS SELECT unnest(range(${columns.length})) AS col, unnest([${fields}]) AS v FROM ${taken.table}`,
    );
    const all = await profileStacked(session, { table, columns, rows: taken.rows });
    for (const [at, column] of columns.entries()) {
      const profile = all[at];
      if (profile) profiles.set(column, profile);
    }
    await session.run(`DROP TABLE ${table}`);
  }
  return taken.columns.flatMap((column) => profiles.get(column) ?? []);
}

/** Columns of one type, no more than are looked at together. */
function alike({ columns, rows }: TakenTable): Column[][] {
  const most = Math.max(1, Math.floor(cellsAtOnce / Math.max(1, rows)));
  const groups = new Map<string, Column[]>();
  for (const column of columns) {
    const key = `${column.type} ${column.sql}`;
    groups.set(key, [...(groups.get(key) ?? []), column]);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / most) }, (_, at) =>
      group.slice(at * most, (at + 1) * most),
    ),
  );
}

async function profileStacked(session: Session, stacked: Stacked): Promise<ColumnProfile[]> {
  const { columns, rows } = stacked;
  const facts = await askFacts(session, stacked);
  const numbers = await numbersOf(session, stacked, facts);
  const tops = await topsOf(session, stacked);
  return columns.map((column, at): ColumnProfile => {
    const [count, distinct, ...rest] = facts.get(at) ?? [];
    const [least, most, mean] = rest;
    return {
      name: column.name,
      type: column.type,
      nativeType: column.native,
      count: countOf(count),
      missing: rows - countOf(count),
      distinct: countOf(distinct),
      distinctIsExact: true,
      numbers: numbers[at] ?? null,
      lengths:
        column.type === "text" && countOf(count) > 0
          ? { min: countOf(least), max: countOf(most), mean: Number(mean) }
          : null,
      top: tops.get(at) ?? [],
    };
  });
}

/** Values of `v` as a column of this type. */
const stackedColumn = (column: Column): Column => ({ ...column, field: "v" });

/** Count, distinct values, and then what a type has: of numbers their statistics, of texts their lengths. */
async function askFacts(session: Session, { table, columns }: Stacked): Promise<Map<number, Facts>> {
  const [column] = columns;
  const values = column ? [stackedColumn(column)] : [];
  const more = values.some((one) => numberSql(one) !== undefined)
    ? [...numberFacts("v"), "count_if(n_v <> floor(n_v))", `quantile_cont(n_v, ${quantilesSql})`]
    : column?.type === "text"
      ? ["min(length(v))", "max(length(v))", "avg(length(v))"]
      : [];
  const asked = ["col", "count(v)", "count(DISTINCT v)", ...more].join(", ");
  const rows = await session.rows(`SELECT ${asked} FROM ${withNumbers(table, values, ["col"])} GROUP BY col`);
  return new Map(rows.map(([at, ...facts]) => [countOf(at), facts]));
}

async function numbersOf(
  session: Session,
  stacked: Stacked,
  facts: ReadonlyMap<number, Facts>,
): Promise<ColumnProfile["numbers"][]> {
  const [first] = stacked.columns;
  const number = first && numberSql(stackedColumn(first));
  if (number === undefined) return [];
  const found = stacked.columns.map(({ type }, at) => {
    const [, distinct, min, max, mean, deviation, zeros, nonFinite, odd, quantiles] = facts.get(at) ?? [];
    if (min === null || min === undefined) return null;
    const isWhole =
      type === "integer" || (type === "number" && countOf(distinct) <= mostWhole && countOf(odd) === 0);
    return {
      min: Number(min),
      max: Number(max),
      mean: Number(mean),
      deviation: deviation === null ? null : Number(deviation),
      quantiles: (quantiles as unknown as readonly number[] | null) ?? [],
      zeros: countOf(zeros),
      nonFinite: countOf(nonFinite),
      edges: binEdges(Number(min), Number(max), isWhole),
    };
  });
  const counts = await countsOf(
    session,
    stacked.table,
    number,
    found.map((one) => one?.edges ?? []),
  );
  return found.map((one, at) => {
    if (!one) return null;
    const { edges, ...rest } = one;
    return { ...rest, histogram: { edges, counts: counts[at] ?? [] } };
  });
}

/** How many numbers are between the edges of each column. */
async function countsOf(
  session: Session,
  table: string,
  number: string,
  edges: readonly (readonly number[])[],
): Promise<number[][]> {
  const counts = edges.map((one) => new Array<number>(Math.max(0, one.length - 1)).fill(0));
  const steps = edges.flatMap((one, at) => {
    const { bins, first, step } = stepsOf(one);
    return bins < 1 ? [] : [`(${at}, ${bins}, CAST(${first} AS DOUBLE), CAST(${step} AS DOUBLE))`];
  });
  if (steps.length === 0) return counts;
  const bin = binSql(number, { bins: "s.bins", first: "s.first", step: "s.step" });
  const rows = await session.rows(
    `SELECT col, ${bin}, count(*) FROM ${table} JOIN (VALUES ${steps.join(", ")}) s(whose, bins, first, step) ON col = s.whose ` +
      `WHERE ${finite(number)} GROUP BY 1, 2`,
  );
  for (const [at, place, count] of rows) {
    const of = counts[countOf(at)];
    if (of) of[countOf(place)] = countOf(count);
  }
  return counts;
}

/** The most frequent values of each column. */
async function topsOf(
  session: Session,
  { table, columns }: Stacked,
): Promise<Map<number, ColumnProfile["top"]>> {
  const tops = new Map<number, { value: ReturnType<typeof cellOf>; count: number }[]>();
  const [column] = columns;
  if (!column) return tops;
  const rows = await session.rows(
    `SELECT col, ${cellSql(stackedColumn(column))}, n FROM (SELECT col, v, count(*) AS n, ` +
      "row_number() OVER (PARTITION BY col ORDER BY count(*) DESC, v) AS place " +
      `FROM ${table} WHERE v IS NOT NULL GROUP BY col, v) WHERE place <= ${mostTop} ORDER BY col, place`,
  );
  for (const [at, value, count] of rows) {
    const top = tops.get(countOf(at)) ?? [];
    top.push({ value: cellOf(value), count: countOf(count) });
    tops.set(countOf(at), top);
  }
  return tops;
}
