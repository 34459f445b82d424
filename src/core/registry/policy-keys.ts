import { said } from "../base/said.js";
import type { LoamWord } from "../code/loam-choice.js";
import type { LoamKey } from "../code/loam-place.js";

/** The section of models in `loam.yaml`. */
export const modelsKey: LoamWord = {
  name: "models",
  about: said`What a version of a model must have before it is approved, by the names of models.`,
  then: ":\n  ",
};

/** The part of the section that is about all models. */
export const defaultKey: LoamWord = {
  name: "default",
  about: said`For all models that say nothing else themselves.`,
  then: ":\n  ",
};

/** What may be said of a model, below `models.NAME`. */
export const policyKeys: readonly LoamWord[] = [
  {
    name: "approvers",
    about: said`How many different persons must approve a version; 1 unless it is said.`,
    then: ": ${1:1}",
  },
  {
    name: "requester_counts",
    about: said`Whether the approval of the person who asked for it counts; true unless it is said.`,
    then: ": ${1|false,true|}",
  },
  { name: "checks", about: said`What must hold of a version before it is approved.`, then: ":\n  - " },
  { name: "protected", about: said`Aliases that only an approved version takes.`, then: ": [$1]" },
  {
    name: "approve_failing",
    about: said`Whether a version may be approved though a check fails; what failed stands with the approval.`,
    then: ": ${1|true,false|}",
  },
  {
    name: "card",
    about: said`Headings of the card that must have text, for the check card complete.`,
    then: ": [$1]",
  },
];

/** What a key of the section means, by its path. */
export function modelsKeyAt(keys: readonly LoamKey[]): LoamWord | undefined {
  const [, name, word] = keys;
  if (keys.length === 1) return modelsKey;
  if (keys.length === 2) return name === defaultKey.name ? defaultKey : undefined;
  return keys.length === 3 ? policyKeys.find((one) => one.name === word) : undefined;
}
