import { conditionSql, driveRank, enclosed, joined, sql } from "./condition.js";
import { said } from "../base/said.js";
import { mistake } from "./mistake.js";
import type { Circumstances } from "./operand.js";
import { resolve, type Field } from "./resolve.js";
import type { Sql, SqlValue, Target } from "./target.js";
import {
  printIdentifier,
  type Condition,
  type Direction,
  type OrderItem,
  type Query,
  type Tree,
} from "./tree.js";

/**
 * Goes into `select … from TABLE where OWN and WHERE order by ORDERBY limit ? offset ?`, with the parameters of OWN
 * (the caller's conditions) before `params` and those of limit and offset after.
 */
export interface Compiled {
  readonly where: string;
  readonly orderBy: string;
  readonly limit: number | undefined;
  readonly params: SqlValue[];
}

type Branch = Exclude<Tree, Condition>;

const isCondition = (tree: Tree): tree is Condition =>
  tree.kind === "compare" || tree.kind === "list" || tree.kind === "presence";

class Compiler {
  readonly #given: Circumstances;

  constructor(given: Circumstances) {
    this.#given = given;
  }

  /** `driven`: another condition has narrowed the search before this one is looked at. */
  tree(tree: Tree, driven: boolean): Sql {
    return isCondition(tree) ? this.#condition(tree, !driven) : this.#branch(tree, driven);
  }

  #branch(tree: Branch, driven: boolean): Sql {
    switch (tree.kind) {
      case "all":
        return sql("1");
      case "not": {
        // A condition on a missing key is NULL or false; its negation holds in both cases.
        const inner = this.tree(tree.of, driven);
        return enclosed("((", inner, ") is not true)");
      }
      case "or":
        return bracketed(
          tree.of.map((part) => this.tree(part, driven)),
          " or ",
        );
      case "and":
        return this.#and(tree.of, driven);
    }
  }

  #and(parts: readonly Tree[], driven: boolean): Sql {
    const driver = driven ? undefined : this.#driver(parts);
    const compiled = new Map(
      parts.map((part) => [part, this.tree(part, driven || (driver !== undefined && part !== driver))]),
    );
    const first = driver && compiled.get(driver);
    const others = [...compiled].filter(([part]) => part !== driver).map(([, one]) => one);
    return bracketed(first ? [first, ...others] : others, " and ");
  }

  #driver(parts: readonly Tree[]): Condition | undefined {
    let best: { condition: Condition; rank: number } | undefined;
    for (const part of parts) {
      if (!isCondition(part)) continue;
      const rank = driveRank(part, this.#field(part));
      if (rank !== undefined && (!best || rank < best.rank)) best = { condition: part, rank };
    }
    return best?.condition;
  }

  #field({ field }: Condition): Field {
    return resolve(this.#given.target, field, this.#given.dialect, "filter");
  }

  #condition(condition: Condition, asList: boolean): Sql {
    return conditionSql(condition, this.#field(condition), asList, this.#given);
  }

  order(items: readonly OrderItem[]): Sql {
    const { target, dialect } = this.#given;
    const seen = new Set<string>();
    const parts = items.map((item) => {
      const field = resolve(target, item.field, dialect, "order");
      if (seen.has(field.name))
        throw mistake(item.field.span, said`${printIdentifier(item.field)} is in the order twice`);
      seen.add(field.name);
      return this.#orderBy(field, item.direction);
    });
    for (const { attribute, direction } of target.ties) {
      const identifier = { prefix: "", key: attribute, span: { column: 1, length: 0, entry: 0 } };
      const field = resolve(target, identifier, "loam", "order");
      // without `nulls last`, so that an index serves the order
      if (field.kind === "attribute" && !seen.has(field.name))
        parts.push(sql(`${field.attribute.column} ${direction}`));
    }
    return joined(parts, ", ");
  }

  #orderBy(field: Field, direction: Direction): Sql {
    if (field.kind === "attribute") return sql(`${field.attribute.column} ${direction} nulls last`);
    const { target } = this.#given;
    if (field.kind === "rows") {
      const first = `${direction === "asc" ? "min" : "max"}(${field.column})`;
      const own = `${field.table}.${target.id} = ${target.table}.${target.id}`;
      return sql(`(select ${first} from ${field.table} where ${own}) ${direction} nulls last`);
    }
    const { table, only, latest, type } = field.source;
    const rows = joined([sql("key = ?", field.key), ...(only ? [only] : [])], " and ");
    const from = `from ${table} where ${table}.${target.id} = ${target.table}.${target.id}`;
    const newest = latest === "" ? "" : ` order by ${latest} limit 1`;
    if (type === "text")
      return enclosed(`(select value ${from} and `, rows, `${newest}) ${direction} nulls last`);
    // One look-up ranks all: SQLite puts text ('' for NaN) after numbers, and the missing (NULL) last.
    const ranked = `iif(value is null, '', ${direction === "asc" ? "value" : "-value"})`;
    return enclosed(`(select ${ranked} ${from} and `, rows, `${newest}) asc nulls last`);
  }
}

const bracketed = (parts: readonly Sql[], by: string): Sql => enclosed("(", joined(parts, by), ")");

/**
 * Looks a query's names up in the target and writes it as SQL for SQLite. `now` is in ms since the epoch; dates such
 * as `-7d` count from it. Texts of the user only ever become parameters. Throws `filter.syntax` at the place of a
 * name, comparator or value that the target does not take. `driven`: the caller's own conditions leave few entities,
 * so that no condition of the query should drive the search.
 */
export function compile(query: Query, target: Target, now: number, driven = false): Compiled {
  const compiler = new Compiler({ target, dialect: query.dialect, now });
  const where = compiler.tree(query.filter, driven);
  const order = compiler.order(query.order);
  return {
    where: where.sql,
    orderBy: order.sql,
    limit: query.limit,
    params: [...where.params, ...order.params],
  };
}
