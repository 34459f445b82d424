import { said } from "../base/said.js";
import type { LoamWord } from "../code/loam-choice.js";
import type { LoamKey } from "../code/loam-place.js";
import { columnTypes } from "./rules-form.js";

/** The section of data sets in `loam.yaml`. */
export const dataKey: LoamWord = {
  name: "data",
  about: said`Rules for data sets, by their names.`,
  then: ":\n  ",
};

/** What may be said of a data set, below `data.NAME`. */
export const setKeys: readonly LoamWord[] = [
  { name: "file", about: said`Of a folder: the table that the rules are about.`, then: ": " },
  {
    name: "rules",
    about: said`What must hold of the data. Each new version is checked.`,
    then: ":\n  - ",
  },
];

/** What a rule may say. */
export const ruleKeys: readonly LoamWord[] = [
  { name: "column", about: said`The column that the rule is about.`, then: ": " },
  { name: "columns", about: said`Several columns, for a rule such as unique.`, then: ": [$1]" },
  {
    name: "type",
    about: said`The type that the column must have.`,
    then: `: \${1|${columnTypes.join(",")}|}`,
  },
  {
    name: "missing",
    about: said`At most this part of the rows may lack a value: 0.05 or 5%.`,
    then: ": ${1:0}",
  },
  {
    name: "range",
    about: said`The least and the greatest value; null is no bound.`,
    then: ": [${1:0}, ${2:100}]",
  },
  { name: "min", about: said`The least value.`, then: ": ${1:0}" },
  { name: "max", about: said`The greatest value.`, then: ": ${1:100}" },
  {
    name: "unique",
    about: said`No value, or no combination of the columns, stands twice.`,
    then: ": true",
  },
  { name: "values", about: said`The only values that may stand there.`, then: ": [$1]" },
  { name: "regex", about: said`A regular expression that each value matches.`, then: ': "$1"' },
  {
    name: "freshness",
    about: said`The newest time is not older than this: 90m, 12h, 7d or 2w.`,
    then: ": ${1:7d}",
  },
  { name: "rows", about: said`How many rows there may be; null is no bound.`, then: ": [${1:1}, ${2:null}]" },
];

/** What a key of the section means, by its path. */
export function dataKeyAt(keys: readonly LoamKey[]): LoamWord | undefined {
  const [, , word, at, ofRule] = keys;
  const named = (words: readonly LoamWord[], name: LoamKey | undefined): LoamWord | undefined =>
    words.find((one) => one.name === name);
  if (keys.length === 1) return dataKey;
  if (keys.length === 3) return named(setKeys, word);
  return keys.length === 5 && word === "rules" && typeof at === "number"
    ? named(ruleKeys, ofRule)
    : undefined;
}
