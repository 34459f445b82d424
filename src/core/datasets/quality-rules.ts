import * as path from "node:path";
import { LoamFile, type LoamFileMistake } from "../code/loam-file.js";
import type { Store } from "../store/store.js";
import { dataSection, entriesOf, rulesOf, type DataPart } from "./rules-form.js";
import { withRules } from "./rewrite-rules.js";
import type { QualityRule } from "./view.js";

/** The rules of a data set and where they stand. */
export interface RulesOfData {
  readonly rules: readonly QualityRule[];
  /** Of a data set that is a folder the table that they are about, where it is said. */
  readonly table: string | undefined;
  /** `loam.yaml`, absolute. */
  readonly file: string;
  /** Of the rules, from 1; null where there are none. */
  readonly line: number | null;
}

const read = (store: Store): LoamFile => LoamFile.read(store.ports, path.dirname(store.layout.root));

/** The rules that `loam.yaml` has for a data set of this name. Throws `value.invalid` where it has a mistake there. */
export function rulesFor(store: Store, name: string): RulesOfData {
  const file = read(store);
  const parts = file.need<Record<string, DataPart>>(["data"], dataSection, {});
  const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
  return {
    rules: (part?.rules ?? []).flatMap(rulesOf),
    table: part?.file,
    file: file.file,
    line: part?.rules === undefined ? null : (file.lineOf(["data", name, "rules"]) ?? null),
  };
}

/** Rules of a data set as they would stand in `loam.yaml`. */
export const rulesText = (name: string, rules: readonly QualityRule[]): string =>
  LoamFile.of("", "").with(["data", name, "rules"], entriesOf(rules));

/** Writes the rules of a data set; what else stands in `loam.yaml` stays, comments and order too. Throws `content.changed`, `store.readOnly`. */
export function setRules(store: Store, name: string, rules: readonly QualityRule[]): void {
  const file = read(store);
  const parts = file.need<Record<string, DataPart>>(["data"], dataSection, {});
  const entries = Object.hasOwn(parts, name) ? parts[name]?.rules : undefined;
  if (rules.length === 0 && entries === undefined) return;
  file.write(store.ports, withRules(file, name, entries ?? [], rules));
}

/** Mistakes in the section `data`, for whoever edits the file. */
export function mistakesInData(file: LoamFile): readonly LoamFileMistake[] {
  const found = file.section<Record<string, DataPart>>(["data"], dataSection, {});
  return "mistakes" in found ? found.mistakes : [];
}
