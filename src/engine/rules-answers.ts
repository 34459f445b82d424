import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { LoamFile, loamFileName } from "../core/code/loam-file.js";
import { rulesFor, setRules } from "../core/datasets/quality-rules.js";
import { relaxed, relaxes } from "../core/datasets/relax-rule.js";
import { readRulesText } from "../core/datasets/rules-text.js";
import { mistakesInModels } from "../core/registry/policy.js";
import type { Handlers } from "../protocol/channel.js";
import type { DatasetPlace, RulesFileRequests } from "../protocol/datasets.js";
import type { OpenFolder } from "./open-folder.js";

/** What an engine answers about rules as they stand in `loam.yaml`. */
export function rulesAnswers(open: OpenFolder): Handlers<RulesFileRequests> {
  const profileOf = async (place: DatasetPlace, table: string | undefined, signal: AbortSignal) => {
    const { tables } = open.bench;
    const placed = await tables.place(table === undefined ? place : { ...place, file: table }, signal);
    return tables.profile(placed, signal);
  };
  return {
    "rules/ofText": ({ text }) => {
      const file = LoamFile.of(loamFileName, text);
      const rules = readRulesText(text);
      if (file.syntaxMistakes().length > 0) return rules; // they are among the mistakes of every section
      return { ...rules, mistakes: [...rules.mistakes, ...mistakesInModels(file)] };
    },
    "rules/mayRelax": async ({ dataset, version, rule }, signal) => {
      const kind = relaxes(rule);
      if (kind !== "by profile") return kind === "always";
      const { datasets } = open.bench;
      const { table } = rulesFor(datasets.store, datasets.get(dataset).name);
      return relaxed(rule, await profileOf({ dataset, version }, table, signal)) !== undefined;
    },
    "rules/relax": async ({ dataset, version, at }, signal) => {
      const { datasets } = open.bench;
      const { name } = datasets.get(dataset);
      const { rules, table } = rulesFor(datasets.store, name);
      const rule = rules[at];
      const wider = rule && relaxed(rule, await profileOf({ dataset, version }, table, signal));
      if (!wider)
        throw new Failure("value.invalid", said`This rule cannot be widened to what ${name} has.`, {
          next: said`Change it in loam.yaml, or take it away.`,
        });
      setRules(
        datasets.store,
        name,
        rules.map((one, index) => (index === at ? wider : one)),
      );
      return null;
    },
  };
}
