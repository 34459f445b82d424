import type { ColumnPair } from "./column-pairs.js";
import type { Database, Session } from "./database.js";
import { evenForms, sameSql, type Tolerance } from "./equality.js";
import { formsOf } from "./keys.js";
import { inParts } from "./many-columns.js";
import type { TakenTable } from "./taken-table.js";

type Sides = readonly [TakenTable, TakenTable];

interface ByKeys {
  readonly keys: readonly ColumnPair[];
  readonly compared: readonly ColumnPair[];
  readonly tolerance: Tolerance;
  /** Whether keys repeat on a side: their rows are then matched in order. */
  readonly repeated: boolean;
}

/** In the order of the newer side; what is gone from it stands where it was. */
const inOrder = "ORDER BY coalesce(now, was), now IS NULL";

/** Makes the table of the rows that differ, matched by keys. */
export async function matchByKeys(
  database: Database,
  session: Session,
  [before, after]: Sides,
  { keys, compared, tolerance, repeated }: ByKeys,
  into: string,
): Promise<void> {
  const parts = inParts(compared).map(
    (some) => `NOT (${some.map((pair) => sameSql(pair, tolerance)).join(" AND ")})`,
  );
  if (!repeated && parts.length <= 1) {
    const differ = parts[0] ?? "false";
    await session.run(
      `CREATE TABLE ${into} AS SELECT a.rowid AS was, b.rowid AS now FROM ${before.table} a ` +
        `FULL JOIN ${after.table} b ON ${onKeys(keys)} WHERE a.rowid IS NULL OR b.rowid IS NULL OR ${differ} ${inOrder}`,
    );
    return;
  }
  const matched = database.freshName("matched");
  await session.run(
    repeated
      ? matchedInOrder(matched, [before, after], keys)
      : `CREATE TABLE ${matched} AS SELECT a.rowid AS was, b.rowid AS now FROM ${before.table} a ` +
          `FULL JOIN ${after.table} b ON ${onKeys(keys)}`,
  );
  const differing = database.freshName("differing");
  await session.run(`CREATE TABLE ${differing} (row BIGINT)`);
  for (const differ of parts)
    await session.run(
      `INSERT INTO ${differing} SELECT m.rowid FROM ${matched} m JOIN ${before.table} a ON a.rowid = m.was ` +
        `JOIN ${after.table} b ON b.rowid = m.now WHERE ${differ}`,
    );
  await session.run(
    `CREATE TABLE ${into} AS SELECT was, now FROM ${matched} WHERE was IS NULL OR now IS NULL ` +
      `OR rowid IN (SELECT row FROM ${differing}) ${inOrder}`,
  );
  await session.run(`DROP TABLE ${matched}`);
  await session.run(`DROP TABLE ${differing}`);
}

const onKeys = (keys: readonly ColumnPair[]): string =>
  keys.map((pair) => evenForms(pair).join(" IS NOT DISTINCT FROM ")).join(" AND ");

/** Makes the table of all rows by keys that repeat: the first of one side belongs to the first of the other. */
function matchedInOrder(matched: string, [before, after]: Sides, keys: readonly ColumnPair[]): string {
  const numbered = (table: string, side: 0 | 1): string => {
    const forms = formsOf(keys, side);
    const named = forms.map((form, at) => `${form} AS k${at}`).join(", ");
    return (
      `(SELECT rowid AS r, ${named}, row_number() OVER (PARTITION BY ${forms.join(", ")} ORDER BY rowid) AS n ` +
      `FROM ${table})`
    );
  };
  const on = [...keys.map((_, at) => `x.k${at} IS NOT DISTINCT FROM y.k${at}`), "x.n = y.n"].join(" AND ");
  return (
    `CREATE TABLE ${matched} AS SELECT x.r AS was, y.r AS now FROM ${numbered(before.table, 0)} x ` +
    `FULL JOIN ${numbered(after.table, 1)} y ON ${on}`
  );
}

/** Makes the table of the rows that differ as two sets in which a row may stand several times. */
export async function matchByContent(
  database: Database,
  session: Session,
  [before, after]: Sides,
  pairs: readonly ColumnPair[],
  into: string,
): Promise<void> {
  const uneven = database.freshName("uneven");
  const hash = (side: 0 | 1): string =>
    pairs.length === 0 ? "0" : `hash(${formsOf(pairs, side).join(", ")})`;
  await session.run(
    `CREATE TABLE ${uneven} AS SELECT h, count(*) FILTER (side = 0) AS had, count(*) FILTER (side = 1) AS has FROM (` +
      `SELECT ${hash(0)} AS h, 0 AS side FROM ${before.table} UNION ALL SELECT ${hash(1)}, 1 FROM ${after.table}) ` +
      "GROUP BY h HAVING had <> has",
  );
  const beyond = (table: string, side: 0 | 1, other: string): string =>
    `SELECT r FROM (SELECT t.r, u.${other} AS most, row_number() OVER (PARTITION BY t.h ORDER BY t.r) AS n ` +
    `FROM (SELECT rowid AS r, ${hash(side)} AS h FROM ${table}) t JOIN ${uneven} u ON u.h = t.h) WHERE n > most`;
  await session.run(
    `CREATE TABLE ${into} AS SELECT * FROM (SELECT r AS was, NULL::BIGINT AS now FROM (${beyond(before.table, 0, "has")}) ` +
      `UNION ALL SELECT NULL, r FROM (${beyond(after.table, 1, "had")})) ${inOrder}`,
  );
  await session.run(`DROP TABLE ${uneven}`);
}
