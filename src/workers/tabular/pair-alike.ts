import type { ColumnPair } from "./column-pairs.js";
import { countOf } from "./columns.js";
import type { Database, Session } from "./database.js";
import { formsOf } from "./keys.js";
import type { TakenTable } from "./taken-table.js";

/** Rows of fewer columns are alike too easily. */
const leastColumns = 3;
/** So many cells of rows that differ are looked at: above, what a person wants is a key. */
const mostCells = 4_000_000;
/** A value that more rows of a side have says little about which of them was which. */
const mostAlike = 3;
/** Of so many rows that share the most such values all cells are compared. */
const mostCompared = 3;

/**
 * Of rows that were compared by content: matches a row that is gone with one that came where more than half of their
 * cells are the same and each is the likest to the other, as a person would who sees one number changed. `diff` has
 * columns `was` and `now`; it is made anew. Says whether the rows that differ were few enough to be looked at.
 */
export async function pairAlike(
  database: Database,
  session: Session,
  [before, after]: readonly [TakenTable, TakenTable],
  pairs: readonly ColumnPair[],
  diff: string,
): Promise<boolean> {
  if (pairs.length < leastColumns) return true;
  const [gone, come] = (
    await session.row(`SELECT count(*) FILTER (now IS NULL), count(*) FILTER (was IS NULL) FROM ${diff}`)
  ).map(countOf) as [number, number];
  if (gone === 0 || come === 0) return true;
  if ((gone + come) * pairs.length > mostCells) return false;
  const names = ["cells", "likely", "paired"].map((name) => database.freshName(name));
  const [cells, likely, paired] = names as [string, string, string];
  const cellsOf = (table: string, side: 0 | 1, place: string): string =>
    `SELECT ${side} AS side, ${place} AS r, unnest(range(${pairs.length})) AS c, ` +
    `unnest([${formsOf(pairs, side, "t.")
      .map((form) => `hash(${form})`)
      .join(", ")}]) AS h FROM ${diff} d JOIN ${table} t ON t.rowid = d.${place} ` +
    `WHERE d.${place === "was" ? "now" : "was"} IS NULL`;
  await session.run(
    `CREATE TABLE ${cells} AS ${cellsOf(before.table, 0, "was")} UNION ALL ${cellsOf(after.table, 1, "now")}`,
  );
  const rare = [0, 1]
    .map((side) => `count(*) FILTER (side = ${side}) BETWEEN 1 AND ${mostAlike}`)
    .join(" AND ");
  await session.run(
    `CREATE TABLE ${likely} AS WITH rare AS (SELECT c, h FROM ${cells} GROUP BY c, h HAVING ${rare}), ` +
      `told AS (SELECT side, r, c, h FROM ${cells} SEMI JOIN rare USING (c, h)) ` +
      "SELECT x.r AS was, y.r AS now FROM told x JOIN told y USING (c, h) WHERE x.side = 0 AND y.side = 1 GROUP BY x.r, y.r " +
      `QUALIFY row_number() OVER (PARTITION BY x.r ORDER BY count(*) DESC, abs(x.r - y.r), y.r) <= ${mostCompared}`,
  );
  const first = (side: string, other: string): string =>
    `row_number() OVER (PARTITION BY ${side} ORDER BY same DESC, abs(was - now), ${other}) = 1`;
  await session.run(
    `CREATE TABLE ${paired} AS SELECT was, now FROM (` +
      `SELECT l.was, l.now, count(*) FILTER (x.h = y.h) AS same FROM ${likely} l ` +
      `JOIN ${cells} x ON x.side = 0 AND x.r = l.was JOIN ${cells} y ON y.side = 1 AND y.r = l.now AND y.c = x.c ` +
      `GROUP BY l.was, l.now HAVING 2 * same > ${pairs.length}) QUALIFY ${first("was", "now")} AND ${first("now", "was")}`,
  );
  await session.run(
    `CREATE OR REPLACE TABLE ${diff} AS SELECT was, now FROM (` +
      `SELECT d.was, coalesce(d.now, p.now) AS now FROM ${diff} d LEFT JOIN ${paired} p ON p.was = d.was ` +
      `WHERE d.now IS NULL OR d.now NOT IN (SELECT now FROM ${paired})) ORDER BY coalesce(now, was), now IS NULL`,
  );
  for (const name of names) await session.run(`DROP TABLE ${name}`);
  return true;
}
