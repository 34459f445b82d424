import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { rulesFor, setRules } from "../core/datasets/quality-rules.js";
import { relaxed } from "../core/datasets/relax-rule.js";
import { readRulesText } from "../core/datasets/rules-text.js";
import type { Handlers } from "../protocol/channel.js";
import type { RulesFileRequests } from "../protocol/datasets.js";
import type { OpenFolder } from "./open-folder.js";

/** What an engine answers about rules as they stand in `loam.yaml`. */
export function rulesAnswers(open: OpenFolder): Handlers<RulesFileRequests> {
  return {
    "rules/ofText": ({ text }) => readRulesText(text),
    "rules/relax": async ({ dataset, version, at }, signal) => {
      const { datasets, tables } = open.bench;
      const { name } = datasets.get(dataset);
      const { rules, table } = rulesFor(datasets.store, name);
      const rule = rules[at];
      const place = { dataset, version, ...(table === undefined ? {} : { file: table }) };
      const wider = rule && relaxed(rule, await tables.profile(await tables.place(place, signal), signal));
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
