import type { Condition, Identifier, OrderItem, Tree, Value } from "../../../src/core/query/tree.js";
import type { RunRow } from "./runs.js";

type Cell = string | number | null | undefined; // undefined: no such row; null: NaN, or an attribute without value

const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function cells(row: RunRow, { prefix, key }: Identifier): readonly Cell[] {
  switch (prefix) {
    case "metrics":
      return [row.metrics[key]];
    case "params":
      return [row.params[key]];
    case "tags":
      return [row.tags[key]];
    case "dataset":
      return row.datasets.map((dataset) => dataset[key as "name" | "digest" | "context"] ?? undefined);
    default: {
      const { runId, name, status, startTime, endTime } = row;
      const attributes: Record<string, Cell> = {
        run_id: runId,
        run_name: name,
        status,
        start_time: startTime,
        end_time: endTime,
      };
      return [attributes[key] ?? undefined];
    }
  }
}

export function likes(text: string, pattern: string, flags: string): boolean {
  const source = [...pattern]
    .map((char) =>
      char === "%" ? "[^]*" : char === "_" ? "[^]" : char.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&"),
    )
    .join("");
  return new RegExp(`^${source}$`, flags).test(text);
}

function holds(cell: string | number, condition: Condition): boolean {
  const left = typeof cell === "number" && Number.isNaN(cell) ? 0 : cell;
  const read = (value: Value): string | number =>
    typeof left === "number" && value.kind === "number" ? value.value : value.text;
  if (condition.kind === "presence") return condition.comparator === "is not null";
  if (condition.kind === "list")
    return condition.values.map(read).includes(left) === (condition.comparator === "in");
  const right = read(condition.value);
  switch (condition.comparator) {
    case "=":
      return left === right;
    case "!=":
      return left !== right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case "like":
      return likes(String(left), String(right), "u");
    case "ilike":
      return likes(String(left), String(right), "iu");
  }
}

/** What the grammar means, said as plainly as possible: the measure for the SQL. */
export function matches(row: RunRow, tree: Tree): boolean {
  switch (tree.kind) {
    case "all":
      return true;
    case "not":
      return !matches(row, tree.of);
    case "and":
      return tree.of.every((part) => matches(row, part));
    case "or":
      return tree.of.some((part) => matches(row, part));
    default: {
      const found = cells(row, tree.field).filter((cell) => cell !== undefined && cell !== null);
      if (tree.comparator === "is null") return found.length === 0;
      return found.some((cell) => holds(cell, tree));
    }
  }
}

function compareCells(a: Cell, b: Cell, sign: 1 | -1): number {
  const rank = (cell: Cell) =>
    cell === undefined || cell === null ? 2 : typeof cell === "number" && Number.isNaN(cell) ? 1 : 0;
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === "string" && typeof b === "string") return sign * byCodePoint(a, b);
  if (rank(a) > 0 || a === b) return 0;
  return Number(a) < Number(b) ? -sign : sign;
}

export function ordered(rows: readonly RunRow[], order: readonly OrderItem[]): readonly RunRow[] {
  return rows.toSorted((a, b) => {
    for (const { field, direction } of order) {
      const by = compareCells(cells(a, field)[0], cells(b, field)[0], direction === "asc" ? 1 : -1);
      if (by !== 0) return by;
    }
    return b.startTime - a.startTime || byCodePoint(a.runId, b.runId);
  });
}
