import type { ColumnPair, MatchedColumns } from "./column-pairs.js";
import { countOf } from "./columns.js";
import type { Session } from "./database.js";
import { evenForms, sameSql } from "./equality.js";
import type { TakenTable } from "./taken-table.js";

/** So many rows tell whether two columns hold the same. */
const sampled = 20_000;
const mostPairs = 100;
/** Of the values so many must be the same, and so many different ones there must be, that it is no accident. */
const leastSame = 0.99;
const leastDistinct = 5;

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/** Columns that have another name on the newer side: only where the rows that are matched by the keys leave no doubt. */
export async function renamedColumns(
  session: Session,
  [before, after]: readonly [TakenTable, TakenTable],
  { removed, added }: MatchedColumns,
  keys: readonly ColumnPair[],
): Promise<readonly ColumnPair[]> {
  const possible = removed.flatMap((was) =>
    added.filter((is) => is.type === was.type).map((is): ColumnPair => ({ before: was, after: is })),
  );
  if (possible.length === 0 || possible.length > mostPairs || keys.length === 0) return [];
  const on = keys.map((pair) => evenForms(pair).join(" = ")).join(" AND ");
  const asked = possible.flatMap((pair) => [
    `count(*) FILTER (${sameSql(pair, { absolute: 0, relative: 0 })})`,
    `count(DISTINCT a.${pair.before.field})`,
  ]);
  const [total, ...counts] = await session.row(
    `SELECT count(*), ${asked.join(", ")} FROM (SELECT * FROM ${before.table} LIMIT ${sampled}) a ` +
      `JOIN ${after.table} b ON ${on}`,
  );
  const rows = countOf(total);
  const alike = possible.filter((pair, at) => {
    const [same, distinct] = [countOf(counts[2 * at]), countOf(counts[2 * at + 1])];
    const sameName = bare(pair.before.name) === bare(pair.after.name);
    return rows > 0 && same >= rows * leastSame && (distinct >= leastDistinct || sameName);
  });
  // one that could be two others is neither
  return alike.filter(
    (pair) =>
      alike.filter((other) => other.before === pair.before || other.after === pair.after).length === 1,
  );
}
