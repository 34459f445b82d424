import { expectedAfter } from "./parser.js";
import type { Expected } from "./cursor.js";
import { lex, type Token } from "./lexer.js";
import { findPrefix, keysOf, offers, resolve, type Use } from "./resolve.js";
import type { FieldType, Target } from "./target.js";
import type { Comparator, Dialect, Identifier } from "./tree.js";
import { Failure } from "../base/failure.js";

export type Suggestion =
  /** `prefix` is canonical; its keys are the store's to know. */
  | { readonly kind: "prefix"; readonly prefix: string }
  | { readonly kind: "attribute"; readonly name: string }
  | { readonly kind: "key"; readonly prefix: string }
  | { readonly kind: "comparator"; readonly comparator: Comparator }
  /** `field` is canonical, such as `params.model`. */
  | { readonly kind: "value"; readonly field: string; readonly type: FieldType }
  | { readonly kind: "keyword"; readonly word: string };

export interface Outlook {
  /** What stands between the start of the word at the cursor and the cursor; completing replaces it. */
  readonly partial: string;
  /** Column of its start, from 1. */
  readonly column: number;
  readonly suggestions: readonly Suggestion[];
}

/** The token that is still being written: it reaches up to the cursor, and more of it could follow. */
function unfinished(tokens: readonly Token[], cursor: number): Token | undefined {
  const last = tokens.at(-2);
  if (!last || last.offset + last.length < cursor) return undefined;
  return last.kind === "word" || last.kind === "number" || (last.kind === "bad" && last.open)
    ? last
    : undefined;
}

/**
 * What may stand at a place of a text: `cursor` counts UTF-16 units from 0. Nothing is suggested after a mistake.
 * The caller keeps of the suggestions what begins with `partial`, and knows keys and values itself.
 */
export function expectAt(text: string, cursor: number, target: Target, dialect: Dialect = "loam"): Outlook {
  const tokens = lex(text.slice(0, cursor));
  const word = unfinished(tokens, cursor);
  const before = word ? [...tokens.slice(0, -2), ...tokens.slice(-1)] : tokens;
  const use = before.some((token) => token.kind === "word" && token.text.toLowerCase() === "order")
    ? "order"
    : "filter";
  const given: Given = { target, dialect, use, partial: word?.text ?? "" };
  return {
    partial: given.partial,
    column: (word?.offset ?? cursor) + 1,
    suggestions: expectedAfter(before, dialect).flatMap((expected) => suggestionsFor(expected, given)),
  };
}

interface Given {
  readonly target: Target;
  readonly dialect: Dialect;
  readonly use: Use;
  readonly partial: string;
}

function suggestionsFor(expected: Expected, given: Given): readonly Suggestion[] {
  switch (expected.kind) {
    case "field":
      return fields(given);
    case "comparator":
      return known(expected.field, given, (_, comparators) =>
        comparators.map((comparator) => ({ kind: "comparator", comparator })),
      );
    case "value":
      return known(expected.field, given, (field, _, type) => [{ kind: "value", field, type }]);
    case "word":
      if (given.partial.includes(".")) return [];
      return [{ kind: "keyword", word: expected.word === "order" ? "order by" : expected.word }];
    case "symbol":
    case "count":
      return [];
  }
}

function fields({ target, dialect, use, partial }: Given): readonly Suggestion[] {
  const attributes = (names: readonly string[]) =>
    names.map((name): Suggestion => ({ kind: "attribute", name }));
  const dot = partial.indexOf(".");
  if (dot >= 0) {
    const prefix = findPrefix(target, partial.slice(0, dot));
    if (dot === 0 || !prefix || !offers(prefix, dialect, use)) return [];
    const keys = keysOf(prefix.source, dialect, use);
    return keys
      ? attributes(keys.map((key) => `${partial.slice(0, dot)}.${key}`))
      : [{ kind: "key", prefix: prefix.name }];
  }
  return target.prefixes
    .filter((prefix) => offers(prefix, dialect, use))
    .flatMap((prefix) =>
      prefix.bare
        ? attributes(keysOf(prefix.source, dialect, use) ?? [])
        : [{ kind: "prefix", prefix: prefix.name } satisfies Suggestion],
    );
}

function known(
  identifier: Identifier,
  { target, dialect }: Given,
  suggest: (field: string, comparators: readonly Comparator[], type: FieldType) => readonly Suggestion[],
): readonly Suggestion[] {
  try {
    const field = resolve(target, identifier, dialect, "filter");
    return suggest(field.name, field.rules.comparators[dialect], field.rules.type);
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
