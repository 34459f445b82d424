import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { resolve } from "../core/query/resolve.js";
import { parseQuery } from "../core/query/parser.js";
import type { Identifier, Query, Tree } from "../core/query/tree.js";
import { runTarget } from "../core/tracking/targets.js";
import { printable, textWidth } from "./text-width.js";

/** What a filter asks about, in the order in which it names them. */
export interface Asked {
  readonly metrics: readonly string[];
  readonly params: readonly string[];
  /** The filter's own `limit`. */
  readonly limit: number | undefined;
}

/** Reads a filter over runs. Throws `filter.syntax` that shows the place. */
export function readFilter(filter: string): Asked {
  return pointing(filter, () => {
    const query = parseQuery(filter, "loam");
    const names = namesOf(query);
    return { metrics: keysIn("run_metrics", names), params: keysIn("run_params", names), limit: query.limit };
  });
}

function namesOf(query: Query): readonly Identifier[] {
  const names = query.order.map(({ field }) => field);
  const walk = (tree: Tree): void => {
    switch (tree.kind) {
      case "and":
      case "or":
        tree.of.forEach(walk);
        break;
      case "not":
        walk(tree.of);
        break;
      case "compare":
      case "list":
      case "presence":
        names.push(tree.field);
        break;
      case "all":
        break;
    }
  };
  walk(query.filter);
  return names;
}

function keysIn(table: string, names: readonly Identifier[]): string[] {
  const keys = names.flatMap((name) => {
    const field = resolve(runTarget, name, "loam", "filter");
    return field.kind === "keyed" && field.source.table === table ? [field.key] : [];
  });
  return [...new Set(keys)];
}

/** Does `work`, and shows in a failure of `filter.syntax` where in the filter the mistake is. */
function pointing<T>(filter: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withCaret(error, filter);
  }
}

/** How much of a long filter is shown before and behind the place of a mistake, in characters. */
const shownAround = 60;

/** The error with the filter and a line of carets below it; other errors as they are. */
export function withCaret(error: unknown, filter: string): unknown {
  if (!(error instanceof Failure) || error.code !== "filter.syntax") return error;
  const column = Number(error.data["column"] ?? 1) - 1;
  const length = Math.max(1, Number(error.data["length"] ?? 1));
  const from = Math.max(0, column - shownAround);
  const to = Math.min(filter.length, column + length + shownAround);
  const before = (from > 0 ? "…" : "") + printable(filter.slice(from, column));
  const wrong = printable(filter.slice(column, Math.min(column + length, to)));
  const after = printable(filter.slice(column + length, to)) + (to < filter.length ? "…" : "");
  const carets = "^".repeat(Math.max(1, textWidth(wrong)));
  const picture = `  ${before}${wrong}${after}\n  ${" ".repeat(textWidth(before))}${carets}`;
  return new Failure("filter.syntax", error.said.message, {
    next: said`${picture}`,
    data: error.data,
    cause: error,
  });
}
