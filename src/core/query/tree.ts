import { bareWord } from "./lexer.js";

/** `loam`: everything. `mlflow`: what an MLflow server takes, for REST clients. */
export type Dialect = "loam" | "mlflow";

/** Where something stands: column from 1 in UTF-16 units; `entry` as in the lexer (0: filter, n: `order_by[n-1]`). */
export interface Span {
  readonly column: number;
  readonly length: number;
  readonly entry: number;
}

/** `metrics.f1` is prefix `metrics`, key `f1`; a bare attribute has the prefix "". */
export interface Identifier {
  readonly prefix: string;
  readonly key: string;
  readonly span: Span;
}

export type Value =
  | { readonly kind: "text"; readonly text: string; readonly span: Span }
  /** `text` is the number as it was written: text fields compare with that. */
  | { readonly kind: "number"; readonly text: string; readonly value: number; readonly span: Span };

export type Relation = "=" | "!=" | ">" | ">=" | "<" | "<=" | "like" | "ilike";
export type Comparator = Relation | "in" | "not in" | "is null" | "is not null";

export const relations: readonly Relation[] = ["=", "!=", ">", ">=", "<", "<=", "like", "ilike"];
export const comparators: readonly Comparator[] = [...relations, "in", "not in", "is null", "is not null"];

export type Condition = { readonly field: Identifier; readonly at: Span } & (
  | { readonly kind: "compare"; readonly comparator: Relation; readonly value: Value }
  | { readonly kind: "list"; readonly comparator: "in" | "not in"; readonly values: readonly Value[] }
  | { readonly kind: "presence"; readonly comparator: "is null" | "is not null" }
);

export type Tree =
  | Condition
  | { readonly kind: "and" | "or"; readonly of: readonly Tree[] }
  | { readonly kind: "not"; readonly of: Tree }
  /** The empty filter. */
  | { readonly kind: "all" };

export type Direction = "asc" | "desc";

export interface OrderItem {
  readonly field: Identifier;
  readonly direction: Direction;
}

export interface Query {
  readonly dialect: Dialect;
  readonly filter: Tree;
  readonly order: readonly OrderItem[];
  readonly limit: number | undefined;
}

/** Words that name no attribute unless they stand in backticks. */
export const keywords: ReadonlySet<string> = new Set(
  "and or not like ilike in is null order by asc desc limit".split(" "),
);

const inQuotes = (text: string, quote: string): string =>
  quote + text.replaceAll(quote, quote + quote) + quote;

/** The shortest way to write an identifier; the key is quoted where it has to be. */
export function printIdentifier({ prefix, key }: Pick<Identifier, "prefix" | "key">): string {
  if (prefix !== "") {
    const whole = `${prefix}.${key}`;
    return bareWord.test(whole) ? whole : `${prefix}.${inQuotes(key, "`")}`;
  }
  const bare = bareWord.test(key) && !key.includes(".") && !keywords.has(key.toLowerCase());
  return bare ? key : inQuotes(key, "`");
}

const printValue = (value: Value): string => (value.kind === "text" ? inQuotes(value.text, "'") : value.text);

function printCondition(condition: Condition): string {
  const start = `${printIdentifier(condition.field)} ${condition.comparator}`;
  if (condition.kind === "presence") return start;
  if (condition.kind === "compare") return `${start} ${printValue(condition.value)}`;
  return `${start} (${condition.values.map(printValue).join(", ")})`;
}

function printTree(tree: Tree): string {
  const inner = (part: Tree): string =>
    part.kind === "and" || part.kind === "or" ? `(${printTree(part)})` : printTree(part);
  switch (tree.kind) {
    case "all":
      return "";
    case "and":
    case "or":
      return tree.of.map(inner).join(` ${tree.kind} `);
    case "not":
      return `not ${inner(tree.of)}`;
    default:
      return printCondition(tree);
  }
}

/** Canonical text of a query: parsing it again gives the same query, but for the spans. */
export function printQuery(query: Query): string {
  const order = query.order.map(
    (item) => printIdentifier(item.field) + (item.direction === "desc" ? " desc" : ""),
  );
  return [
    printTree(query.filter),
    order.length > 0 ? `order by ${order.join(", ")}` : "",
    query.limit === undefined ? "" : `limit ${String(query.limit)}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}
