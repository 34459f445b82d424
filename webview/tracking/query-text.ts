import type { WireFailure } from "../../src/protocol/failure.js";

// What a page must know of Loam's grammar to complete it and to change parts of it. The engine has the grammar itself.

export interface QueryToken {
  readonly kind: "word" | "name" | "string" | "number" | "symbol" | "bad";
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const parts =
  /\s+|(?<string>'(?:[^']|'')*'?|"(?:[^"]|"")*"?)|(?<name>(?:[\p{L}\p{M}_][\p{L}\p{M}\p{N}_/:@$-]*\.)?`(?:[^`]|``)*`?|[\p{L}\p{M}_][\p{L}\p{M}\p{N}_/:@$-]*\."(?:[^"]|"")*"?)|(?<word>[\p{L}\p{M}_][\p{L}\p{M}\p{N}_./:@$-]*)|(?<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<symbol>!=|>=|<=|[=<>(),])|(?<bad>[^])/gu;

/** The words, names, values and symbols of a query; never throws. */
export function queryTokens(text: string): readonly QueryToken[] {
  const tokens: QueryToken[] = [];
  for (const found of text.matchAll(parts)) {
    const kind = (["string", "name", "word", "number", "symbol", "bad"] as const).find(
      (one) => found.groups?.[one] !== undefined,
    );
    if (kind) tokens.push({ kind, text: found[0], from: found.index, to: found.index + found[0].length });
  }
  return tokens;
}

const isWord = (token: QueryToken | undefined, word: string): boolean =>
  token?.kind === "word" && token.text.toLowerCase() === word;

export interface QueryParts {
  /** The conditions. */
  readonly filter: string;
  /** What follows `order by`; "" where nothing is said. */
  readonly order: string;
  /** `limit` with its count; "" where nothing is said. */
  readonly limit: string;
}

/** A query cut at `order by` and `limit`. */
export function queryParts(text: string): QueryParts {
  const tokens = queryTokens(text);
  // a comparator before it makes it a value, however it is meant
  const isStart = (at: number): boolean =>
    at === 0 || tokens[at - 1]?.kind !== "symbol" || tokens[at - 1]?.text === ")";
  const order = tokens.findIndex(
    (token, at) => isWord(token, "order") && isWord(tokens[at + 1], "by") && isStart(at),
  );
  const limit = tokens.findIndex((token, at) => isWord(token, "limit") && at >= order && isStart(at));
  const orderAt = tokens[order]?.from ?? text.length;
  const limitAt = tokens[limit]?.from ?? text.length;
  return {
    filter: text.slice(0, Math.min(orderAt, limitAt)).trim(),
    order: order < 0 ? "" : text.slice(tokens[order + 1]?.to, Math.max(orderAt, limitAt)).trim(),
    limit: text.slice(limitAt).trim(),
  };
}

/** The query with its parts joined again. */
const queryText = ({ filter, order, limit }: QueryParts): string =>
  [filter, order === "" ? "" : `order by ${order}`, limit].filter((part) => part !== "").join(" ");

export interface OrderTerm {
  /** As the query writes it: `metrics.f1`. */
  readonly field: string;
  readonly direction: "asc" | "desc";
}

/** What a query is ordered by; nothing where the order cannot be read. */
export function orderTerms(text: string): readonly OrderTerm[] {
  const terms: OrderTerm[] = [];
  let field: string | undefined;
  let direction: OrderTerm["direction"] = "asc";
  for (const token of [...queryTokens(queryParts(text).order), undefined]) {
    if (token === undefined || token.text === ",") {
      if (field !== undefined) terms.push({ field, direction });
      [field, direction] = [undefined, "asc"];
    } else if (field === undefined) field = token.text;
    else if (isWord(token, "desc")) direction = "desc";
    else if (!isWord(token, "asc")) return [];
  }
  return terms;
}

/** The query in another order; its conditions and limit stay. */
export function withOrder(text: string, terms: readonly OrderTerm[]): string {
  const order = terms
    .map(({ field, direction }) => (direction === "desc" ? `${field} desc` : field))
    .join(", ");
  return queryText({ ...queryParts(text), order });
}

/** The query ordered by a field; `add`: beside what it is ordered by already. A direction of null takes the field out. */
export function withTerm(
  text: string,
  field: string,
  direction: OrderTerm["direction"] | null,
  add: boolean,
): string {
  const before = orderTerms(text);
  const term = direction === null ? [] : [{ field, direction }];
  if (!add) return withOrder(text, term);
  const at = before.findIndex((one) => one.field === field);
  return withOrder(text, at < 0 ? [...before, ...term] : before.toSpliced(at, 1, ...term));
}

/** The conditions that all must hold, each as it is written; one where they are joined otherwise. */
export function conditions(text: string): readonly string[] {
  const { filter } = queryParts(text);
  if (filter === "") return [];
  const tokens = queryTokens(filter);
  const found: string[] = [];
  let [from, depth] = [0, 0];
  for (const token of tokens) {
    if (token.text === "(") depth++;
    if (token.text === ")") depth--;
    if (depth !== 0) continue;
    if (isWord(token, "or")) return [filter];
    if (!isWord(token, "and")) continue;
    found.push(filter.slice(from, token.from).trim());
    from = token.to;
  }
  return [...found, filter.slice(from).trim()].filter((part) => part !== "");
}

/** The query without one of its `conditions`. */
export function withoutCondition(text: string, at: number): string {
  const filter = conditions(text)
    .filter((_, index) => index !== at)
    .join(" and ");
  return queryText({ ...queryParts(text), filter });
}

/** The query with one more condition. */
export function withCondition(text: string, condition: string): string {
  const all = conditions(text);
  if (all.includes(condition)) return text;
  const before = all.length === 1 && queryTokens(all[0] ?? "").some((token) => isWord(token, "or"));
  const filter = before ? `(${all[0] ?? ""}) and ${condition}` : [...all, condition].join(" and ");
  return queryText({ ...queryParts(text), filter });
}

const bareName = /^[\p{L}\p{M}_][\p{L}\p{M}\p{N}_./:@$-]*$/u;

/** How a query names a metric, param or tag: ``metrics.f1``, ``params.`learning rate` ``. */
export function fieldName(kind: "metric" | "param" | "tag", name: string): string {
  return bareName.test(name) && !name.endsWith(".")
    ? `${kind}s.${name}`
    : `${kind}s.\`${name.replaceAll("`", "``")}\``;
}

/** A text as a value of a query. */
export const quotedText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Where the grammar says that the mistake is, from 0; undefined where it names no place. */
export function mistakeAt({ data }: WireFailure): number | undefined {
  const column = data?.["column"];
  return typeof column === "number" ? column - 1 : undefined;
}
