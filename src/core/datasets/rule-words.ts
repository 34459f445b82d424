import { recognised, said, type Said } from "../base/said.js";
import type { Bound, CellValue, QualityRule } from "./view.js";

const word = (value: CellValue): string => (value === null ? "missing" : String(value));

/** A part of 1 in percent. */
const percentWords = (part: number): string => `${Number((part * 100).toPrecision(3))} %`;

/** A rule as a person says it: `age between 0 and 120`. */
export function ruleSaid(rule: QualityRule): Said {
  switch (rule.kind) {
    case "missing":
      return rule.most === 0
        ? said`${rule.column} never missing`
        : said`${rule.column} missing in at most ${percentWords(rule.most)}`;
    case "range":
      return bounds(rule.column, rule.min, rule.max);
    case "type":
      return said`${rule.column} is ${rule.type}`;
    case "unique":
      return said`${rule.columns.join(" and ")} unique`;
    case "values":
      return said`${rule.column} one of ${rule.allowed.map(word).join(", ")}`;
    case "freshness":
      return said`${rule.column} not older than ${rule.within}`;
    case "regex":
      return said`${rule.column} matches ${rule.pattern}`;
    case "rows":
      return rowsBounds(rule.min, rule.max);
  }
}

/** As facts keep it: in English. */
export const ruleWords = (rule: QualityRule): string => ruleSaid(rule).text;

/** One of each form; those of whole tables first, since a column may be called as they begin. */
const examples: readonly QualityRule[] = [
  { kind: "rows", min: 0, max: 1 },
  { kind: "rows", min: 0, max: null },
  { kind: "rows", min: null, max: 0 },
  { kind: "missing", column: "a", most: 0 },
  { kind: "missing", column: "a", most: 0.5 },
  { kind: "range", column: "a", min: 0, max: 1 },
  { kind: "range", column: "a", min: 0, max: null },
  { kind: "range", column: "a", min: null, max: 0 },
  { kind: "unique", columns: ["a"] },
  { kind: "values", column: "a", allowed: [] },
  { kind: "freshness", column: "a", within: "1d" },
  { kind: "regex", column: "a", pattern: "a" },
  { kind: "type", column: "a", type: "text" },
];
const known = examples.map(ruleSaid);

/** What a fact keeps of a rule, to be said in other languages. */
export const keptRule = (words: string): Said => recognised(words, known);

/** The column that a rule is about; null where it is about the table or several. */
export function ruleColumn(rule: QualityRule): string | null {
  if (rule.kind === "rows") return null;
  if (rule.kind === "unique") return rule.columns.length === 1 ? (rule.columns[0] ?? null) : null;
  return rule.column;
}

function bounds(what: string, min: Bound | null, max: Bound | null): Said {
  if (min !== null && max !== null) return said`${what} between ${min} and ${max}`;
  if (min !== null) return said`${what} at least ${min}`;
  return max === null ? said`${what} of any size` : said`${what} at most ${max}`;
}

function rowsBounds(min: number | null, max: number | null): Said {
  if (min !== null && max !== null) return said`rows between ${min} and ${max}`;
  if (min !== null) return said`rows at least ${min}`;
  return max === null ? said`rows of any size` : said`rows at most ${max}`;
}
