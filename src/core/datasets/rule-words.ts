import type { Bound, CellValue, QualityRule } from "./view.js";

/** A rule as a person says it: `age between 0 and 120`. Kept in facts, so in English. */
export function ruleWords(rule: QualityRule): string {
  switch (rule.kind) {
    case "missing":
      return rule.most === 0
        ? `${rule.column} never missing`
        : `${rule.column} missing in at most ${percentWords(rule.most)}`;
    case "range":
      return `${rule.column} ${bounds(rule.min, rule.max)}`;
    case "type":
      return `${rule.column} is ${rule.type}`;
    case "unique":
      return `${rule.columns.join(" and ")} unique`;
    case "values":
      return `${rule.column} one of ${rule.allowed.map(word).join(", ")}`;
    case "freshness":
      return `${rule.column} not older than ${rule.within}`;
    case "regex":
      return `${rule.column} matches ${rule.pattern}`;
    case "rows":
      return `rows ${bounds(rule.min, rule.max)}`;
  }
}

/** The column that a rule is about; null where it is about the table or several. */
export function ruleColumn(rule: QualityRule): string | null {
  if (rule.kind === "rows") return null;
  if (rule.kind === "unique") return rule.columns.length === 1 ? (rule.columns[0] ?? null) : null;
  return rule.column;
}

const word = (value: CellValue): string => (value === null ? "missing" : String(value));

/** A part of 1 in percent. */
const percentWords = (part: number): string => `${Number((part * 100).toPrecision(3))} %`;

function bounds(min: Bound | null, max: Bound | null): string {
  if (min !== null && max !== null) return `between ${min} and ${max}`;
  if (min !== null) return `at least ${min}`;
  return max === null ? "of any size" : `at most ${max}`;
}
