import type { Column } from "../../src/protocol/tracking.js";
import { words } from "../words.js";
import { isInternal } from "./ranked-metrics.js";
import { fieldName, queryTokens, quotedText, type QueryToken } from "./query-text.js";

export interface Completion {
  /** What is put in the place of the word at the cursor. */
  readonly text: string;
  /** What kind of thing it is; a word is one of the grammar. */
  readonly kind: keyof typeof words.kinds | "word";
  /** Beside it: how many runs have it. */
  readonly detail?: string;
  /** What follows when it is taken, such as a space. */
  readonly then: string;
}

export interface Completions {
  /** The word at the cursor, which a completion replaces. */
  readonly from: number;
  readonly to: number;
  readonly items: readonly Completion[];
}

export interface KnownWords {
  readonly columns: readonly Column[];
  /** Values that runs have for a field as a query writes it; few are enough. */
  readonly values: (field: string) => readonly string[];
}

/** What runs have besides metrics, params and tags, with the comparators that go with it. */
const attributes: Readonly<Record<string, "text" | "number" | "time">> = {
  name: "text",
  state: "text",
  experiment: "text",
  start_time: "time",
  end_time: "time",
  duration: "number",
  user: "text",
  run_id: "text",
};

const states = ["running", "finished", "failed", "killed", "lost", "scheduled"];
const numberComparators = [">", ">=", "<", "<=", "=", "!=", "in", "is null", "is not null"];
const textComparators = ["=", "!=", "like", "ilike", "in", "not in", "is null", "is not null"];
const times = ["'-1d'", "'-7d'", "'-30d'", "'today'", "'yesterday'"];
const mostItems = 50;

type Expecting =
  | { readonly what: "field" | "joint" | "by" | "orderField" | "orderJoint" | "list" | "nothing" }
  | { readonly what: "comparator" | "value" | "listValue" | "listJoint"; readonly field: string }
  | { readonly what: "words"; readonly words: readonly string[] };

const relation = /^(=|!=|>|>=|<|<=|like|ilike)$/;

/** What the grammar takes after some tokens; a mistake in them takes nothing. */
function expectedAfter(tokens: readonly QueryToken[]): Expecting {
  let now: Expecting = { what: "field" };
  let field = "";
  let begun = false;
  for (const token of tokens) {
    const word = token.kind === "word" || token.kind === "symbol" ? token.text.toLowerCase() : "";
    now = step(now, token, word);
    begun = true;
  }
  return begun || now.what !== "field" ? now : { what: "field" };

  function step(at: Expecting, token: QueryToken, word: string): Expecting {
    switch (at.what) {
      case "field":
        if (word === "not" || word === "(") return { what: "field" };
        if (word === "order") return { what: "by" };
        if (word === "limit") return { what: "nothing" };
        if (token.kind !== "word" && token.kind !== "name") return { what: "nothing" };
        field = token.text;
        return { what: "comparator", field };
      case "comparator":
        if (relation.test(word)) return { what: "value", field };
        if (word === "is") return { what: "words", words: ["null", "not null"] };
        if (word === "in") return { what: "list" };
        return word === "not" ? { what: "words", words: ["in"] } : { what: "nothing" };
      case "words":
        if (word === "in") return { what: "list" };
        if (word === "not") return { what: "words", words: ["null"] };
        return word === "null" ? { what: "joint" } : { what: "nothing" };
      case "list":
        return word === "(" ? { what: "listValue", field } : { what: "nothing" };
      case "listValue":
        return { what: "listJoint", field };
      case "listJoint":
        if (word === ",") return { what: "listValue", field };
        return word === ")" ? { what: "joint" } : { what: "nothing" };
      case "value":
        return token.kind === "string" || token.kind === "number" ? { what: "joint" } : { what: "nothing" };
      case "joint":
        if (word === "and" || word === "or") return { what: "field" };
        if (word === ")") return { what: "joint" };
        return word === "order" ? { what: "by" } : { what: "nothing" };
      case "by":
        return word === "by" ? { what: "orderField" } : { what: "nothing" };
      case "orderField":
        return token.kind === "word" || token.kind === "name" ? { what: "orderJoint" } : { what: "nothing" };
      case "orderJoint":
        if (word === "asc" || word === "desc") return { what: "orderJoint" };
        return word === "," ? { what: "orderField" } : { what: "nothing" };
      case "nothing":
        return at;
    }
  }
}

const word = (text: string): Completion => ({ text, kind: "word", then: " " });

/** Metrics, params, tags and attributes that may be named, those that most runs have first. */
function fields(columns: readonly Column[], then: string): Completion[] {
  const own = Object.keys(attributes).map((name) => ({ text: name, kind: "run" as const, then }));
  const keyed = [...columns]
    .sort(
      (a, b) =>
        Number(isInternal(a.name)) - Number(isInternal(b.name)) ||
        b.runs - a.runs ||
        (a.name < b.name ? -1 : 1),
    )
    .map((column) => ({
      text: fieldName(column.kind, column.name),
      kind: column.kind,
      detail: words.runs(column.runs),
      then,
    }));
  return [...keyed, ...own];
}

/** The canonical name of a field, whatever of its names the query uses: `param.x` and `params.x` are one. */
const kindOf = (field: string): "text" | "number" | "time" =>
  /^(metric|metrics)\./.test(field) ? "number" : (attributes[field] ?? "text");

function valuesOf(field: string, known: KnownWords): readonly string[] {
  if (field === "state") return states.map(quotedText);
  if (kindOf(field) === "time") return times;
  const values = known.values(field);
  return kindOf(field) === "number" ? values : values.map(quotedText);
}

/** What may stand at the cursor, given what is typed of it already. */
export function completionsAt(text: string, cursor: number, known: KnownWords): Completions {
  const tokens = queryTokens(text.slice(0, cursor));
  const last = tokens.at(-1);
  const isOpen = last !== undefined && last.to === cursor && isUnfinished(last);
  const before = isOpen ? tokens.slice(0, -1) : tokens;
  const partial = isOpen ? last.text.toLowerCase() : "";
  const after = /^[\p{L}\p{M}\p{N}_./:@$-]*/u.exec(text.slice(cursor))?.[0] ?? "";
  const span = {
    from: isOpen ? last.from : cursor,
    to: cursor + (isOpen && last.kind === "word" ? after.length : 0),
  };
  const matching = (items: readonly Completion[]): Completion[] => {
    const key = (item: Completion): string => item.text.toLowerCase();
    const starts = items.filter((item) => key(item).startsWith(partial));
    const tails = items.filter((item) => !starts.includes(item) && matchesInside(key(item), partial));
    const found = [...starts, ...tails].slice(0, mostItems);
    // what is typed in full already needs no completion
    return found.length === 1 && found[0]?.text.toLowerCase() === partial ? [] : found;
  };
  const expecting = expectedAfter(before);
  const values = (field: string, then: string): Completion[] =>
    valuesOf(field, known).map((value) => ({ text: value, kind: "value", then }));
  const offered = (): Completion[] => {
    if (last?.kind === "number" && last.to === cursor) return []; // more digits may follow
    switch (expecting.what) {
      case "field":
        return matching([
          ...fields(known.columns, " "),
          ...(before.length === 0 ? [word("order by")] : []),
          word("not"),
        ]);
      case "orderField":
        return matching(fields(known.columns, " "));
      case "comparator":
        return matching((kindOf(expecting.field) === "text" ? textComparators : numberComparators).map(word));
      case "value":
        return matching(values(expecting.field, " "));
      case "listValue":
        return matching(values(expecting.field, ""));
      case "joint":
        return matching([word("and"), word("or"), word("order by")]);
      case "orderJoint":
        return matching([word("desc"), word("asc")]);
      case "by":
        return matching([word("by")]);
      case "list":
        return matching([{ text: "(", kind: "word", then: "" }]);
      case "words":
        return matching(expecting.words.map(word));
      case "listJoint":
      case "nothing":
        return [];
    }
  };
  return { ...span, items: offered() };
}

const isUnfinished = ({ kind, text }: QueryToken): boolean => {
  if (kind === "word") return true;
  const quote = kind === "string" ? text.charAt(0) : "`";
  if (kind === "string") return text.length === 1 || !text.endsWith(quote);
  return kind === "name" && !/[`"]$/.test(text.slice(text.indexOf(".") + 2));
};

/** A part of a name, from two letters on: `f1` finds `metrics.val_f1`. */
const matchesInside = (key: string, partial: string): boolean => partial.length >= 2 && key.includes(partial);
