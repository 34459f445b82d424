import type { Column } from "./columns.js";
import { countOf, takenAs } from "./columns.js";
import { literal, type Session } from "./database.js";
import { askColumns, retype } from "./many-columns.js";

const zone = "(?: ?(?:Z|[+-]\\d\\d(?::?\\d\\d)?))";
/** A day and a time of it; of more digits DuckDB's times would lose some. */
const moment = `\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,6})?)?${zone}?`;

/**
 * Makes times of texts that are all times: DuckDB takes some of the forms of ISO 8601 in JSON for texts, such as what
 * pandas writes of times without a zone.
 */
export async function timesAmongText(
  session: Session,
  table: string,
  columns: readonly Column[],
): Promise<readonly Column[]> {
  const texts = columns.filter(({ native }) => native === "VARCHAR");
  const firsts = await askColumns(session, table, texts, ({ field }) => [
    `first(${field}) FILTER (${field} IS NOT NULL)`,
  ]);
  const isMoment = new RegExp(`^${moment}$`);
  const likely = texts.filter((_, at) => isMoment.test(String(firsts[at]?.[0] ?? "")));
  if (likely.length === 0) return columns;
  const counts = await askColumns(session, table, likely, ({ field }) => [
    `count(${field})`,
    `count(*) FILTER (regexp_full_match(${field}, ${literal(moment)}) AND try_cast(${field} AS TIMESTAMPTZ) IS NOT NULL)`,
    `count(*) FILTER (regexp_full_match(${field}, ${literal(`.*:.*${zone}`)}))`,
  ]);
  const changed = new Map<Column, Column>();
  for (const [at, column] of likely.entries()) {
    const [all, moments, zoned] = (counts[at] ?? []).map(countOf);
    if (all !== moments) continue;
    const native = zoned === 0 ? "TIMESTAMP" : "TIMESTAMP WITH TIME ZONE";
    changed.set(column, { ...column, ...takenAs(native), native });
  }
  await retype(
    session,
    table,
    columns.map(({ field }) => field),
    [...changed].map(([{ field }, { sql }]) => ({ field, type: sql, using: `CAST(${field} AS ${sql})` })),
  );
  return columns.map((column) => changed.get(column) ?? column);
}
