import { oneOf, said, type Said } from "../base/said.js";
import { didYouMean, mistake, nearest, shown, suggesting } from "./mistake.js";
import type { Attribute, Prefix, Rules, Source, Target } from "./target.js";
import { printIdentifier, type Dialect, type Identifier } from "./tree.js";

type Keyed = Extract<Source, { kind: "keyed" }>;

/** A name of a query, found in the target. `name` is its canonical form, the same for all aliases. */
export type Field = { readonly name: string; readonly rules: Rules } & (
  | { readonly kind: "attribute"; readonly attribute: Attribute }
  | { readonly kind: "keyed"; readonly source: Keyed; readonly key: string }
  | { readonly kind: "rows"; readonly table: string; readonly column: string }
);

export type Use = "filter" | "order";

const knows = (rules: Rules, dialect: Dialect, use: Use): boolean =>
  use === "filter" ? rules.comparators[dialect].length > 0 : rules.order.includes(dialect);

/** The keys behind a prefix that the dialect knows, or undefined where any key goes. */
export function keysOf(source: Source, dialect: Dialect, use: Use): readonly string[] | undefined {
  if (source.kind === "keyed") return undefined;
  const known: Readonly<Record<string, Rules>> = source.kind === "rows" ? source.columns : source.attributes;
  return Object.keys(known).filter((key) => {
    const rules = known[key];
    return rules !== undefined && knows(rules, dialect, use);
  });
}

/** False for prefixes of which nothing can be asked (or ordered by) in the dialect. */
export function offers({ source }: Prefix, dialect: Dialect, use: Use): boolean {
  if (source.kind === "keyed") return knows(source, dialect, use);
  return (keysOf(source, dialect, use) ?? []).length > 0;
}

export function findPrefix(target: Target, name: string): Prefix | undefined {
  if (name === "") return target.prefixes.find((prefix) => prefix.bare);
  return target.prefixes.find((prefix) => prefix.name === name || prefix.aliases.includes(name));
}

function lookUp(prefix: Prefix, key: string): Field | undefined {
  const { source, name } = prefix;
  if (source.kind === "keyed") return { kind: "keyed", name: `${name}.${key}`, rules: source, source, key };
  if (source.kind === "rows") {
    const column = Object.hasOwn(source.columns, key) ? source.columns[key] : undefined;
    return (
      column && {
        kind: "rows",
        name: `${name}.${key}`,
        rules: column,
        table: source.table,
        column: column.column,
      }
    );
  }
  const { attributes } = source;
  const canonical = Object.hasOwn(attributes, key)
    ? key
    : Object.keys(attributes).find((other) => attributes[other]?.aliases.includes(key));
  const attribute = canonical === undefined ? undefined : attributes[canonical];
  if (!attribute) return undefined;
  const named = { name: `${name}.${canonical ?? key}`, rules: attribute };
  return attribute.rows === undefined
    ? { kind: "attribute", ...named, attribute }
    : { kind: "rows", ...named, table: attribute.rows, column: attribute.column };
}

/** Finds what an identifier means. Throws `filter.syntax` at its place where the target has no such thing. */
export function resolve(target: Target, identifier: Identifier, dialect: Dialect, use: Use): Field {
  const prefix = findPrefix(target, identifier.prefix);
  if (!prefix || !offers(prefix, dialect, use)) throw unknownPrefix(target, identifier, dialect, use);
  const field = lookUp(prefix, identifier.key);
  if (!field || !knows(field.rules, dialect, use)) throw unknownKey(target, prefix, identifier, dialect, use);
  return field;
}

/** That a target has no such thing, and what it has. */
const without = ({ name }: Target, use: Use, thing: string, expected: Said): Said =>
  use === "order"
    ? said`${name} cannot be ordered by ${shown(thing)}, expected ${expected}`
    : said`${name} have no ${shown(thing)}, expected ${expected}`;

function unknownPrefix(target: Target, { prefix, key, span }: Identifier, dialect: Dialect, use: Use): Error {
  const names = target.prefixes.filter((other) => offers(other, dialect, use)).map((other) => other.name);
  if (prefix === "") return mistake(span, without(target, use, key, said`${oneOf(names)} and a key`));
  return mistake(span, suggesting(without(target, use, prefix, oneOf(names)), prefix, names));
}

function unknownKey(
  target: Target,
  prefix: Prefix,
  { prefix: written, key, span }: Identifier,
  dialect: Dialect,
  use: Use,
): Error {
  const known = keysOf(prefix.source, dialect, use) ?? [];
  const missing = without(target, use, printIdentifier({ prefix: written, key }), oneOf(known));
  if (written !== "" || nearest(key, known) !== undefined)
    return mistake(span, suggesting(missing, key, known));
  const keyed = target.prefixes.filter(
    (other) => other.source.kind === "keyed" && offers(other, dialect, use),
  );
  const other = keyed.find(({ name, aliases }) => name === key || aliases.includes(key));
  if (other) return mistake(span, said`${shown(key)} needs a key, such as ${other.name}.name`);
  const places = keyed.map(({ name }) => printIdentifier({ prefix: name, key }));
  return mistake(span, places.length > 0 ? didYouMean(missing, oneOf(places)) : missing);
}
