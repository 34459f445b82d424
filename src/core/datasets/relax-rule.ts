import { comparable } from "./bounds.js";
import type { CellValue, QualityRule, TableProfile } from "./view.js";

/** Whether rules of this kind can be widened at all, and whether a profile must say if this one can. */
export function relaxes(rule: QualityRule): "never" | "always" | "by profile" {
  if (rule.kind === "unique" || rule.kind === "freshness" || rule.kind === "regex") return "never";
  return rule.kind === "values" ? "by profile" : "always";
}

/** A profile rounds whole numbers above 2^53: what it says of them is widened by what it may have lost. */
const beyond = (value: number, sign: -1 | 1): number =>
  Math.abs(value) < 2 ** 53 ? value : value + sign * Math.abs(value) * Number.EPSILON;

/** A rule that holds of what a profile has; undefined where none of its kind does, or the profile does not say. */
export function relaxed(rule: QualityRule, { rows, columns }: TableProfile): QualityRule | undefined {
  if (rule.kind === "rows")
    return {
      ...rule,
      min: rule.min === null ? null : Math.min(rule.min, rows),
      max: rule.max === null ? null : Math.max(rule.max, rows),
    };
  if (rule.kind === "unique" || rule.kind === "freshness" || rule.kind === "regex") return undefined;
  const column = columns.find(({ name }) => name === rule.column);
  if (!column) return undefined;
  switch (rule.kind) {
    case "missing": {
      const share = column.missing / Math.max(1, column.count + column.missing);
      return { ...rule, most: Math.max(rule.most, Math.ceil(share * 10_000) / 10_000) };
    }
    case "type":
      return { ...rule, type: column.type };
    case "range": {
      if (!column.numbers) return undefined;
      const { min, max } = column.numbers;
      return {
        ...rule,
        min: rule.min === null || comparable(rule.min) <= min ? rule.min : beyond(min, -1),
        max: rule.max === null || comparable(rule.max) >= max ? rule.max : beyond(max, 1),
      };
    }
    case "values": {
      // the profile has the most frequent values alone: where there are more, nobody knows what to allow
      if (column.distinct > column.top.length) return undefined;
      const known = new Set<CellValue>(rule.allowed);
      return {
        ...rule,
        allowed: [
          ...rule.allowed,
          ...column.top.map(({ value }) => value).filter((value) => !known.has(value)),
        ],
      };
    }
  }
}
