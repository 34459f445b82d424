import type { Fact, FactBody } from "./fact.js";
import type { Shapes } from "./fold.js";

/** Whether a value that was read is what it should be. */
export type Check = (value: unknown) => boolean;
/** A check for each field of a kind: a kind or a field without one does not compile. */
export type Fields<F extends Fact> = {
  readonly [K in F["kind"]]: {
    readonly [N in Exclude<keyof FactBody<Extract<F, { kind: K }>>, "kind">]-?: Check;
  };
};

export const text: Check = (value) => typeof value === "string";
export const number: Check = (value) => typeof value === "number" && Number.isFinite(value);
export const truth: Check = (value) => typeof value === "boolean";
const or =
  (other: null | undefined, check: Check): Check =>
  (value) =>
    value === other || (other === undefined && value === null) || check(value);
export const optional = (check: Check): Check => or(undefined, check);
export const nullable = (check: Check): Check => or(null, check);
export const oneOf =
  (values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
export const like =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value);
export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
export const mapOf =
  (check: Check): Check =>
  (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(check);
export const having = (fields: Readonly<Record<string, Check>>): Check => {
  const checks = Object.entries(fields);
  return (value) =>
    typeof value === "object" &&
    value !== null &&
    checks.every(([name, check]) => check((value as Readonly<Record<string, unknown>>)[name]));
};

export const hash = like(/^[0-9a-f]{64}$/);
/** A path that stays below the folder from which it counts; "" is that folder. */
export const inside: Check = (value) =>
  typeof value === "string" &&
  !/^([/\\]|[A-Za-z]:)|\u0000/.test(value) &&
  !value.split(/[/\\]/).includes("..");

/** The shapes of a pillar's facts: a store may come from a hostile clone. */
export const shapesOf = <F extends Fact>(fields: Fields<F>): Shapes =>
  new Map(Object.entries(fields).map(([kind, checks]) => [kind, having(checks as Record<string, Check>)]));
