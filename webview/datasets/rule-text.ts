import type { QualityRule } from "../../src/protocol/datasets.js";
import * as l10n from "../l10n.js";
import { percentText } from "../numbers.js";
import { datasetWords } from "./dataset-words.js";

/** A rule as a person says it. */
export function ruleText(rule: QualityRule): string {
  switch (rule.kind) {
    case "missing":
      return rule.most === 0
        ? l10n.t("{0} has no missing values", rule.column)
        : l10n.t("{0} has at most {1} missing", rule.column, percentText(rule.most));
    case "range":
      return rangeText(rule.column, rule.min, rule.max);
    case "type":
      return l10n.t("{0} has the type {1}", rule.column, datasetWords.types[rule.type]);
    case "unique":
      return l10n.t("{0} is unique", rule.columns.join(" + "));
    case "values":
      return l10n.t("{0} is one of {1}", rule.column, rule.allowed.map(String).join(", "));
    case "freshness":
      return l10n.t("The newest {0} is not older than {1}", rule.column, rule.within);
    case "regex":
      return l10n.t("{0} matches {1}", rule.column, rule.pattern);
    case "rows":
      return rangeText(l10n.t("The number of rows"), rule.min, rule.max);
  }
}

function rangeText(what: string, min: number | string | null, max: number | string | null): string {
  if (min !== null && max !== null) return l10n.t("{0} is between {1} and {2}", what, min, max);
  if (min !== null) return l10n.t("{0} is {1} or more", what, min);
  return l10n.t("{0} is {1} or less", what, max ?? "");
}
