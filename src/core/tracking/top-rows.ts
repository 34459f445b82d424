import type { TableQuestion } from "../query/ask.js";
import { compile } from "../query/compile.js";
import { resolve, type Field } from "../query/resolve.js";
import type { Target } from "../query/target.js";
import type { Direction } from "../query/tree.js";
import type { IndexDatabase, SqlValue } from "../store/index-database.js";

/** How many entities at the top of an order are looked at before all are. */
const usualDepth = 2000;

interface Sql {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** The entities that an index has first in an order, as `id, rank`. */
interface Top extends Sql {
  /** True where several entities may have one rank. */
  readonly tied: boolean;
}

interface Tie {
  readonly column: string;
  readonly direction: Direction;
}

/** The order of entities that nothing else orders. */
function tiesOf(target: Target): readonly Tie[] {
  return target.ties.flatMap(({ attribute, direction }) => {
    const identifier = { prefix: "", key: attribute, span: { column: 1, length: 0, entry: 0 } };
    const field = resolve(target, identifier, "loam", "order");
    return field.kind === "attribute" ? [{ column: field.attribute.column, direction }] : [];
  });
}

function topByTies({ table, id }: Target, ties: readonly Tie[]): Top {
  const order = ties.map(({ column, direction }) => `${column} ${direction}`).join(", ");
  return {
    sql: `select ${table}.${id} as id, null as rank from ${table} order by ${order}`,
    params: [],
    tied: false,
  };
}

function topByNumber({ id }: Target, field: Field, direction: Direction): Top | undefined {
  if (field.kind !== "keyed") return undefined;
  const { table, type, latest, only } = field.source;
  if (type !== "number" || latest !== "" || only) return undefined;
  return {
    sql: `select ${id} as id, value as rank from ${table} where key = ? and value is not null order by value ${direction}`,
    params: [field.key],
    tied: true,
  };
}

/** undefined where no index has that order. */
function topOf({ target, query }: TableQuestion): Top | undefined {
  const [first, ...others] = query.order;
  const ties = tiesOf(target);
  if (!first) return topByTies(target, ties);
  const field = resolve(target, first.field, query.dialect, "order");
  const [tie] = ties;
  const asTies = field.kind === "attribute" && field.attribute.column === tie?.column;
  if (asTies && first.direction === tie?.direction && others.length === 0) return topByTies(target, ties);
  return topByNumber(target, field, first.direction);
}

/**
 * Ids of a page of a search, from the top of its order alone: a hundred of a hundred thousand runs are found without
 * looking at the others. undefined where that top may not hold the whole page; then all must be asked.
 */
export function topRows(
  db: Pick<IndexDatabase, "rows">,
  question: TableQuestion,
  depth = usualDepth,
): SqlValue[][] | undefined {
  const { target, scope, query, now, limit, offset } = question;
  if (offset + limit > depth / 2) return undefined;
  const top = topOf(question);
  if (!top) return undefined;
  const { table, id } = target;
  const { where, orderBy, params } = compile(query, target, now, true);
  const rows = db.rows(
    `select ${table}.${id}, best.rank from (${top.sql} limit ?) as best cross join ${table} on ${table}.${id} = best.id where ${scope.sql} and ${where} order by ${orderBy} limit ? offset ?`,
    [...top.params, depth, ...scope.params, ...params, limit, offset],
  );
  const last = rows[limit - 1];
  if (!last) return undefined;
  if (top.tied) {
    const lowest = db.rows(`${top.sql} limit 1 offset ?`, [...top.params, depth - 1])[0]?.[1];
    if (last[1] === lowest) return undefined; // others below the top may have the same rank
  }
  return rows.map(([row]) => [row ?? null]);
}
