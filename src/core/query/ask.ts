import type { IndexDatabase, SqlValue } from "../store/index-database.js";
import { compile } from "./compile.js";
import { closePage, openPage, rowsOf, searchDigest } from "./page.js";
import type { Target } from "./target.js";
import type { OrderItem, Query } from "./tree.js";

/** Own conditions of a question, before those of its filter. */
export interface Scope {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

export const everything: Scope = { sql: "1", params: [] };

/** A question as it is put to the tables of an index. */
export interface TableQuestion {
  readonly target: Target;
  readonly scope: Scope;
  readonly query: Query;
  /** Dates such as `-7d` count from it; in ms since the epoch. */
  readonly now: number;
  readonly limit: number;
  readonly offset: number;
}

export interface Asked {
  readonly target: Target;
  /** Of the target's table: what each row of the answer has. */
  readonly columns: string;
  readonly scope: Scope;
  readonly query: Query;
  /** In place of the query's own order, where there is any. */
  readonly order: readonly OrderItem[];
  readonly most: number;
  readonly token: string | undefined;
  readonly now: number;
  /** A faster way to the ids of a page; undefined where it does not lead there. */
  readonly shortcut?: ((question: TableQuestion) => SqlValue[][] | undefined) | undefined;
}

/** Some of what was found. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The token of the next page; absent on the last. */
  readonly next?: string;
}

/** Rows of one page of a search. Throws `filter.syntax`, `page.token`. */
export function askIndex(db: IndexDatabase, asked: Asked): Page<SqlValue[]> {
  const { target, columns, scope, order, most, token, now, shortcut } = asked;
  const of = searchDigest(target.name.text, scope.sql, scope.params, asked.query, order);
  const page = openPage(token, of, most, now);
  const query = order.length > 0 ? { ...asked.query, order } : asked.query;
  const { limit, offset } = rowsOf(page, query.limit);
  const question = { target, scope, query, now: page.now, limit, offset };
  const ids = shortcut?.(question) ?? allRows(db, question);
  const closed = closePage(page, ids);
  const one = `select ${columns} from ${target.table} where ${target.id} = ?`;
  const items = closed.rows.flatMap((id) => db.rows(one, id));
  return { items, ...(closed.next === undefined ? {} : { next: closed.next }) };
}

/** Ids of a page, found among all entities. They alone are sorted: documents would be carried through the sorter. */
function allRows(
  db: IndexDatabase,
  { target, scope, query, now, limit, offset }: TableQuestion,
): SqlValue[][] {
  const { table, id } = target;
  const { where, orderBy, params } = compile(query, target, now);
  const sql = `select ${table}.${id} from ${table} where ${scope.sql} and ${where} order by ${orderBy} limit ? offset ?`;
  return db.rows(sql, [...scope.params, ...params, limit, offset]);
}

/** Some rows of an answer, and how many it has in all. */
export interface Found<T> {
  readonly rows: readonly T[];
  readonly total: number;
}

/** `limit` rows from `offset` on, with how many there are. Throws `filter.syntax`. */
export function findInIndex(
  db: IndexDatabase,
  columns: string,
  { target, scope, query, now, limit, offset }: TableQuestion,
): Found<SqlValue[]> {
  const { table } = target;
  const { where, orderBy, params } = compile(query, target, now);
  const own = query.limit ?? Number.POSITIVE_INFINITY;
  const rows = db.rows(
    `select ${columns} from ${table} where ${scope.sql} and ${where} order by ${orderBy} limit ? offset ?`,
    [...scope.params, ...params, Math.max(0, Math.min(limit, own - offset)), offset],
  );
  if (rows.length > 0 && rows.length < limit) return { rows, total: offset + rows.length };
  const unordered = compile({ ...query, order: [] }, target, now);
  const sql = `select count(*) from ${table} where ${scope.sql} and ${unordered.where}`;
  const counted = Number(db.rows(sql, [...scope.params, ...unordered.params])[0]?.[0]);
  return { rows, total: Math.min(counted, own) };
}

/** `?, ?, ?` */
export const marks = (count: number): string => Array.from({ length: count }, () => "?").join(", ");

/** A page whose items `work` made of its rows. */
export const mapped = <T>(page: Page<SqlValue[]>, work: (row: SqlValue[]) => T): Page<T> => ({
  ...page,
  items: page.items.map(work),
});
