import { LoamFile, loamFileName } from "../code/loam-file.js";
import { dataSection, rulesOf, type DataPart } from "./rules-form.js";
import { ruleSaid } from "./rule-words.js";
import type { RulesText } from "./view.js";

/** What a text of `loam.yaml`, as it stands in an editor, says of data: mistakes, and where each rule is. */
export function readRulesText(text: string): RulesText {
  const file = LoamFile.of(loamFileName, text);
  const read = file.section<Record<string, DataPart>>(["data"], dataSection, {});
  if ("mistakes" in read) return { mistakes: read.mistakes, sets: [] };
  const sets = Object.entries(read.value).map(([name, { rules = [] }]) => {
    let at = 0;
    const told = rules.flatMap((entry, index) =>
      rulesOf(entry).map((rule) => ({
        at: at++,
        line: file.lineOf(["data", name, "rules", String(index)]) ?? 1,
        said: ruleSaid(rule),
        rule,
      })),
    );
    return { name, line: file.keyLineOf(["data", name]) ?? 1, rules: told };
  });
  return { mistakes: [], sets };
}
