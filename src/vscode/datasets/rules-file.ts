import type * as vscode from "vscode";
import type { CheckResult, DatasetSummary, RulesText } from "../../protocol/datasets.js";
import type { Engine, Engines } from "../engines.js";
import { onDisk } from "../loam-file.js";

/** A data set whose rules stand in a document, with its newest version. */
export interface RuledSet {
  readonly data: DatasetSummary;
  readonly line: number;
  readonly rules: RulesText["sets"][number]["rules"];
  /** What the newest version came to under these very rules; undefined where it was not asked. */
  readonly results: readonly CheckResult[] | undefined;
}

export interface RulesFile {
  readonly engine: Engine;
  readonly mistakes: RulesText["mistakes"];
  readonly sets: readonly RuledSet[];
}

/** What a `loam.yaml` in an editor says, beside what is known of its data sets; undefined outside of a folder. */
export async function readRulesFile(
  engines: Engines,
  document: vscode.TextDocument,
): Promise<RulesFile | undefined> {
  const engine = engines.of(onDisk(document));
  if (!engine) return undefined;
  const { mistakes, sets } = await engine.request("rules/ofText", { text: document.getText() });
  const state = await engine.request("store/state", null);
  const known = state.state === "ready" ? await engine.request("datasets/list", null) : [];
  return {
    engine,
    mistakes,
    sets: sets.flatMap(({ name, line, rules }) => {
      const data = known.find((one) => one.name === name && one.stage === "active");
      if (!data) return [];
      const checks = data.latest?.checks;
      // what was said of other rules says nothing of these
      const isOfThese =
        checks?.length === rules.length && checks.every(({ rule }, at) => rule === rules[at]?.said.text);
      return [{ data, line, rules, results: isOfThese ? checks : undefined }];
    }),
  };
}
