import type { ColumnPair } from "./column-pairs.js";
import { countOf } from "./columns.js";
import type { Session } from "./database.js";
import { evenForms } from "./equality.js";
import { askColumns } from "./many-columns.js";
import type { TakenTable } from "./taken-table.js";

/** Names that people give to what tells rows apart. */
const likeId =
  /^(?:id|key|uuid|guid|index|code|sku|isbn|rowid|row_id|unnamed: 0)$|(?:[_\s.-]|^)(?:id|key|uuid|guid|no|nr|number|code)$|[a-z](?:Id|ID|Key|Uuid|UUID)$/i;
/** And to when something was, which with what it was of tells rows apart; it may stand there as text or a number. */
const likeTime = /(?:^|[_\s.-])(?:date|day|week|month|quarter|year|period|hour|time|timestamp)(?:$|[_\s.-])/i;
/** Of the keys of the smaller side so many must stand on the other: a key that does not stay is none. */
const leastShared = 0.5;
/** A column of whole numbers with no name of a key: all the more must stay. */
const leastSharedOfNumbers = 0.9;
const mostTried = 8;
/** An estimate of distinct values may be off by so much. */
const slack = 0.85;

interface Candidate {
  readonly pair: ColumnPair;
  readonly idLike: boolean;
  readonly distinct: number;
}

/**
 * The columns by which rows of the two tables are matched, as a person would choose them: one without missing and
 * repeated values on both sides, named like an id first, else two together; none where nothing serves.
 */
export async function guessKeys(
  session: Session,
  [before, after]: readonly [TakenTable, TakenTable],
  pairs: readonly ColumnPair[],
): Promise<readonly ColumnPair[]> {
  const usable = pairs.filter(
    ({ before: { type }, after: { type: now } }) => canBeKey(type) && canBeKey(now),
  );
  if (usable.length === 0) return [];
  const distinctOf = async (table: string, side: "after" | "before"): Promise<number[]> => {
    const found = await askColumns(session, table, usable, (pair) => {
      const { field } = pair[side];
      return [`CASE WHEN count(*) > count(${field}) THEN 0 ELSE approx_count_distinct(${field}) END`];
    });
    return found.map(([distinct]) => countOf(distinct));
  };
  const [was, is] = [await distinctOf(before.table, "before"), await distinctOf(after.table, "after")];
  const candidates = usable
    .map((pair, at): Candidate & { readonly before: number; readonly after: number } => ({
      pair,
      idLike: likeId.test(pair.after.name),
      distinct: Math.min(was[at] ?? 0, is[at] ?? 0),
      before: was[at] ?? 0,
      after: is[at] ?? 0,
    }))
    .filter((one) => (one.before > 0 || before.rows === 0) && (one.after > 0 || after.rows === 0))
    .sort((x, y) => Number(y.idLike) - Number(x.idLike));
  const single = candidates.filter(
    (one) => one.before >= before.rows * slack && one.after >= after.rows * slack,
  );
  for (const { pair, idLike } of single.slice(0, mostTried)) {
    const least = idLike || pair.after.type !== "integer" ? leastShared : leastSharedOfNumbers;
    if (await isKey(session, [before, after], [pair], least)) return [pair];
  }
  const several = [...candidates]
    .sort((x, y) => Number(y.idLike) - Number(x.idLike) || y.distinct - x.distinct)
    .slice(0, 6);
  let tried = 0;
  for (const [at, one] of several.entries())
    for (const other of several.slice(at + 1)) {
      const named = [one, other].some(
        ({ idLike, pair: { after: column } }) =>
          idLike || column.type === "date" || column.type === "time" || likeTime.test(column.name),
      );
      const enough = one.distinct * other.distinct >= Math.max(before.rows, after.rows) * slack;
      if (!named || !enough || tried++ >= mostTried) continue;
      const both = [one.pair, other.pair];
      if (await isKey(session, [before, after], both, leastShared)) return both;
    }
  return [];
}

const canBeKey = (type: string): boolean =>
  type === "integer" || type === "text" || type === "date" || type === "time";

/** How many keys stand in several rows of a side. */
export async function repeatedKeys(
  session: Session,
  [before, after]: readonly [TakenTable, TakenTable],
  keys: readonly ColumnPair[],
): Promise<number> {
  const repeated = (table: string, forms: readonly string[]): string =>
    `SELECT ${forms.join(", ")} FROM ${table} GROUP BY ALL HAVING count(*) > 1`;
  const [count] = await session.row(
    `SELECT count(*) FROM ((${repeated(before.table, formsOf(keys, 0))}) UNION (${repeated(after.table, formsOf(keys, 1))}))`,
  );
  return countOf(count);
}

/** What is compared of the keys, of one side. */
export const formsOf = (keys: readonly ColumnPair[], side: 0 | 1, prefix = ""): string[] =>
  keys.map((pair) => evenForms(pair, prefix, prefix)[side]);

async function isKey(
  session: Session,
  tables: readonly [TakenTable, TakenTable],
  keys: readonly ColumnPair[],
  least: number,
): Promise<boolean> {
  const [before, after] = tables;
  for (const [table, side] of [
    [before, 0],
    [after, 1],
  ] as const) {
    const forms = formsOf(keys, side);
    const value = forms.length === 1 ? (forms[0] ?? "") : `(${forms.join(", ")})`;
    const [distinct] = await session.row(`SELECT count(DISTINCT ${value}) FROM ${table.table}`);
    if (countOf(distinct) < table.rows) return false;
  }
  const smaller = Math.min(before.rows, after.rows);
  if (smaller === 0) return true;
  const on = keys.map((pair) => evenForms(pair).join(" = ")).join(" AND ");
  const [shared] = await session.row(`SELECT count(*) FROM ${before.table} a JOIN ${after.table} b ON ${on}`);
  return countOf(shared) >= smaller * least;
}
