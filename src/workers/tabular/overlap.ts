import { Failure } from "../../core/base/failure.js";
import { oneOf, said } from "../../core/base/said.js";
import type { Overlap } from "../../core/datasets/view.js";
import { matchColumns, type ColumnPair } from "./column-pairs.js";
import { cellOf, cellSql, countOf, type Column } from "./columns.js";
import type { Database, Session } from "./database.js";
import { formsOf } from "./keys.js";
import type { TakenTable } from "./taken-table.js";

const sampleRows = 50;

/** Rows of B that also stand in A, over the columns that both have or those chosen. */
export async function overlapOf(
  database: Database,
  session: Session,
  [a, b]: readonly [TakenTable, TakenTable],
  columns: readonly string[] | null,
): Promise<Overlap> {
  const shared = matchColumns(a.columns, b.columns).pairs;
  const pairs = chosen(shared, columns);
  const found = database.freshName("overlap");
  const exact = (side: 0 | 1): string => `hash(${formsOf(pairs, side).join(", ")})`;
  const even = (side: 0 | 1): string =>
    `hash(${pairs.map((pair) => evened(side === 0 ? pair.before : pair.after)).join(", ")})`;
  await session.run(
    `CREATE TABLE ${found} AS SELECT r, is_exact FROM (SELECT rowid AS r, ` +
      `${exact(1)} IN (SELECT ${exact(0)} FROM ${a.table}) AS is_exact, ` +
      `${even(1)} IN (SELECT ${even(0)} FROM ${a.table}) AS is_even FROM ${b.table}) ` +
      "WHERE is_exact OR is_even ORDER BY r",
  );
  try {
    const [exactly, all] = await session.row(`SELECT count(*) FILTER (is_exact), count(*) FROM ${found}`);
    const cells = pairs.map(({ after }) => cellSql(after, "b.")).join(", ");
    const rows = await session.rows(
      `SELECT f.is_exact, ${cells} FROM (SELECT * FROM ${found} ORDER BY r LIMIT ${sampleRows}) f ` +
        `JOIN ${b.table} b ON b.rowid = f.r ORDER BY f.r`,
    );
    return {
      rowsA: a.rows,
      rowsB: b.rows,
      exact: countOf(exactly),
      normalised: countOf(all),
      columns: pairs.map(({ after }) => after.name),
      shared: shared.map(({ after }) => after.name),
      sample: rows.map(([isExact, ...values]) => ({
        kind: isExact === true ? "exact" : "normalised",
        cells: values.map(cellOf),
      })),
    };
  } finally {
    await session.run(`DROP TABLE ${found}`);
  }
}

/** A value without what people write differently: spaces, case, composed letters, and the form of numbers. */
function evened({ type, field }: Column): string {
  if (type === "integer" || type === "number") return `CAST(CAST(${field} AS DOUBLE) AS VARCHAR)`;
  const text = `nfc_normalize(lower(trim(regexp_replace(CAST(${field} AS VARCHAR), '\\s+', ' ', 'g'))))`;
  return `coalesce(CAST(try_cast(${text} AS DOUBLE) AS VARCHAR), nullif(${text}, ''))`;
}

function chosen(pairs: readonly ColumnPair[], names: readonly string[] | null): readonly ColumnPair[] {
  const missing = names?.find((name) => !pairs.some(({ after }) => after.name === name));
  if (missing !== undefined)
    throw new Failure("value.invalid", said`There is no column ${missing} on both sides.`, {
      next: said`Choose among ${oneOf(pairs.map(({ after }) => after.name).slice(0, 50))}.`,
    });
  const wanted = names === null ? pairs : pairs.filter(({ after }) => names.includes(after.name));
  if (wanted.length === 0)
    throw new Failure("value.invalid", said`The two tables have no column in common.`, {
      next: said`Give both the same names of columns.`,
    });
  return wanted;
}
