import { mistake } from "../query/mistake.js";
import { parseQuery } from "../query/parser.js";
import { printIdentifier, type Condition, type Identifier, type Tree, type Value } from "../query/tree.js";
import { inRow, said, type Said } from "../base/said.js";
import type { GateFinding, GateResult, JsonNumber } from "./view.js";

type Comparison = "=" | "!=" | ">" | ">=" | "<" | "<=";

/** A check that a version must pass before it is approved. `text` is how `loam.yaml` says it. */
export type Gate = { readonly text: string } & (
  | { readonly kind: "quality" | "signature" | "card" }
  /** A condition of the grammar of filters, on the version's metrics and params. */
  | { readonly kind: "condition"; readonly tree: Tree }
  /** `metrics.f1 >= champion`, `metrics.loss < champion - 0.01`. */
  | {
      readonly kind: "champion";
      readonly metric: string;
      readonly comparator: Comparison;
      readonly offset: number;
    }
);

const named: Readonly<Record<string, "quality" | "signature" | "card">> = {
  "quality rules": "quality",
  "signature unchanged": "signature",
  "card complete": "card",
};
const againstChampion =
  /^(.*?)\s*(>=|<=|!=|=|>|<)\s*champion\s*(?:([+-])\s*(\d+(?:\.\d+)?(?:e[+-]?\d+)?))?$/is;

/** Reads a check as it stands in `loam.yaml`. Throws `filter.syntax` with the place of a mistake. */
export function parseGate(text: string): Gate {
  const words = text.trim().replaceAll(/\s+/g, " ");
  const kind = Object.hasOwn(named, words.toLowerCase()) ? named[words.toLowerCase()] : undefined;
  if (kind) return { text: words, kind };
  const relative = againstChampion.exec(words);
  const { filter, order, limit } = parseQuery(relative ? `${relative[1] ?? ""} = 0` : words);
  if (filter.kind === "all" || order.length > 0 || limit !== undefined)
    throw mistake(
      { column: 1, length: words.length, entry: 0 },
      said`a check is a condition such as metrics.f1 >= 0.9, or one of ${Object.keys(named).join(", ")}`,
    );
  if (!relative) {
    checkTree(filter);
    return { text: words, kind: "condition", tree: filter };
  }
  const field = "field" in filter ? filter.field : undefined;
  if (field?.prefix !== "metrics")
    throw mistake(
      { column: 1, length: words.length, entry: 0 },
      said`only metrics are compared with the champion's`,
    );
  const [, , comparator, sign, by] = relative;
  const offset = by === undefined ? 0 : Number(by) * (sign === "-" ? -1 : 1);
  return { text: words, kind: "champion", metric: field.key, comparator: comparator as Comparison, offset };
}

function checkTree(tree: Tree): void {
  switch (tree.kind) {
    case "all":
      return;
    case "and":
    case "or":
      for (const part of tree.of) checkTree(part);
      return;
    case "not":
      checkTree(tree.of);
      return;
    default:
      checkCondition(tree);
  }
}

function checkCondition(condition: Condition): void {
  const { field } = condition;
  if (field.prefix !== "metrics" && field.prefix !== "params")
    throw mistake(field.span, said`a check looks at metrics and params, not at ${printIdentifier(field)}`);
  const pattern = condition.kind === "compare" && /like/.test(condition.comparator);
  if (pattern) throw mistake(condition.at, said`a check compares; it takes no ${condition.comparator}`);
  const values =
    condition.kind === "compare" ? [condition.value] : condition.kind === "list" ? condition.values : [];
  const text = values.find(({ kind }) => kind === "text");
  if (field.prefix === "metrics" && text)
    throw mistake(text.span, said`${printIdentifier(field)} is a number: compare it with one`);
}

/** What a version's metrics and params are measured by. */
export interface Measures {
  readonly metrics: Readonly<Record<string, JsonNumber>>;
  readonly params: Readonly<Record<string, string>>;
}

/** What a condition says of a version; `unknown` where what it names is missing and decides. */
export function conditionResult(gate: Extract<Gate, { kind: "condition" }>, of: Measures): GateFinding {
  const seen = new Map<string, Said>();
  const truth = holds(gate.tree, of, seen);
  return finding(gate, outcomeOf(truth), inRow([...seen].map(([name, value]) => said`${name} = ${value}`)));
}

const outcomeOf = (truth: boolean | undefined): GateResult["outcome"] =>
  truth === undefined ? "unknown" : truth ? "passed" : "failed";

/** True, false, or undefined where nobody knows. */
function holds(tree: Tree, of: Measures, seen: Map<string, Said>): boolean | undefined {
  switch (tree.kind) {
    case "all":
      return true;
    case "not": {
      const inner = holds(tree.of, of, seen);
      return inner === undefined ? undefined : !inner;
    }
    case "and":
    case "or": {
      const decides = tree.kind === "or";
      const parts = tree.of.map((part) => holds(part, of, seen));
      return parts.includes(decides) ? decides : parts.includes(undefined) ? undefined : !decides;
    }
    default:
      return meets(tree, of, seen);
  }
}

function meets(condition: Condition, of: Measures, seen: Map<string, Said>): boolean | undefined {
  const { field } = condition;
  const value = valueOf(field, of);
  seen.set(printIdentifier(field), value === undefined ? said`missing` : said`${value}`);
  if (condition.kind === "presence") return (value === undefined) === (condition.comparator === "is null");
  if (value === undefined) return undefined;
  if (condition.kind === "list") {
    const isIn = condition.values.some((one) => compares(value, "=", operandOf(one, value)));
    return isIn === (condition.comparator === "in");
  }
  return compares(value, condition.comparator as Comparison, operandOf(condition.value, value));
}

function valueOf({ prefix, key }: Identifier, { metrics, params }: Measures): number | string | undefined {
  if (prefix === "params") return Object.hasOwn(params, key) ? params[key] : undefined;
  return Object.hasOwn(metrics, key) ? Number(metrics[key]) : undefined;
}

const operandOf = (value: Value, beside: number | string): number | string =>
  value.kind === "number" && typeof beside === "number" ? value.value : value.text;

function compares(a: number | string, comparator: Comparison, b: number | string): boolean {
  switch (comparator) {
    case "=":
      return a === b;
    case "!=":
      return a !== b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
  }
}

/** What a comparison with the champion says; `champion` null where no other version is it. */
export function championResult(
  gate: Extract<Gate, { kind: "champion" }>,
  of: Measures,
  champion: Measures | null,
): GateFinding {
  const { metric, comparator, offset } = gate;
  const own = valueOf(identifier(metric), of);
  const result = (truth: boolean | undefined, found: Said): GateFinding =>
    finding(gate, outcomeOf(truth), found);
  if (typeof own !== "number") return result(undefined, said`${`metrics.${metric}`} = ${said`missing`}`);
  if (!champion) return result(true, said`${own}; there is no champion yet`);
  const other = valueOf(identifier(metric), champion);
  if (typeof other !== "number") return result(undefined, said`${own}; the champion has no ${metric}`);
  return result(compares(own, comparator, other + offset), said`${own}; the champion has ${other}`);
}

/** What a check came to, with what was found in English and for other languages. */
export const finding = (
  { text }: Pick<Gate, "text">,
  outcome: GateResult["outcome"],
  found: Said,
): GateFinding => ({ name: text, outcome, found: found.text, said: found });

const identifier = (key: string): Identifier => ({
  prefix: "metrics",
  key,
  span: { column: 1, length: 0, entry: 0 },
});
