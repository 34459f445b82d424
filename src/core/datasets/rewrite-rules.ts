import { isDeepStrictEqual } from "node:util";
import type { LoamFile, LoamFileChange } from "../code/loam-file.js";
import { inYaml } from "./bounds.js";
import { entriesOf, rulesOf, type RulesEntry } from "./rules-form.js";
import type { QualityRule } from "./view.js";

/** A rule as it stands in an entry, and what it is to be; undefined: it goes. */
interface Standing {
  readonly rule: QualityRule;
  now: QualityRule | undefined;
}

/**
 * The text of `loam.yaml` with other rules for a data set. A rule that stays is not touched, one whose bounds change is
 * written over in its place, and comments stay with both. `entries`: the rules as the file has them.
 */
export function withRules(
  file: LoamFile,
  name: string,
  entries: readonly RulesEntry[],
  rules: readonly QualityRule[],
): string {
  const place = ["data", name, "rules"];
  const { standing, added } = matched(entries, rules);
  const isKept = standing.map((ofEntry) => ofEntry.some(({ now }) => now !== undefined));
  if (!isKept.includes(true)) return file.with(place, rules.length === 0 ? undefined : entriesOf(rules));
  const changes = standing.flatMap((ofEntry, at): LoamFileChange[] => {
    const keys = [...place, String(at)];
    const entry = entries[at];
    if (isKept[at] !== true || !entry) return [{ keys, value: undefined }];
    return ofEntry.flatMap(({ rule, now }) =>
      isDeepStrictEqual(rule, now)
        ? []
        : values(entry, rule, now).map(([key, value]) => ({ keys: [...keys, key], value })),
    );
  });
  const homeless: QualityRule[] = [];
  const filled = new Set<string>();
  const more = added.flatMap((rule): LoamFileChange[] => {
    const home = entries.findIndex(
      (entry, at) => isKept[at] === true && takesIn(entry, rule) && !filled.has(`${at} ${rule.kind}`),
    );
    if (home < 0) homeless.push(rule);
    filled.add(`${home} ${rule.kind}`);
    return home < 0 ? [] : [{ keys: [...place, String(home), rule.kind], value: wordsOf(rule)[1] }];
  });
  const last = entriesOf(homeless).map((value, at): LoamFileChange => {
    return { keys: [...place, String(entries.length + at)], value };
  });
  return file.withEach([...changes, ...more, ...last]);
}

/** Whether an entry is about the rule's column and says nothing of its kind yet. */
function takesIn(entry: RulesEntry, rule: QualityRule): boolean {
  const column = rule.kind === "unique" && rule.columns.length === 1 ? rule.columns[0] : undefined;
  return (
    entry.column !== undefined &&
    entry.column === (rule.kind === "rows" || rule.kind === "unique" ? column : rule.column) &&
    !rulesOf(entry).some(({ kind }) => kind === rule.kind)
  );
}

/** The key of an entry that says a rule, and its value. */
const wordsOf = (rule: QualityRule): readonly [string, unknown] =>
  Object.entries(entriesOf([rule])[0] ?? {}).find(([name]) => !name.startsWith("column")) ?? ["", undefined];

/** Finds for each rule of the file what it is to be: itself, else another one of its kind about the same. */
function matched(
  entries: readonly RulesEntry[],
  rules: readonly QualityRule[],
): { readonly standing: readonly (readonly Standing[])[]; readonly added: readonly QualityRule[] } {
  const left = [...rules];
  const take = (isIt: (rule: QualityRule) => boolean): QualityRule | undefined => {
    const at = left.findIndex(isIt);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const standing = entries.map((entry) =>
    rulesOf(entry).map((rule): Standing => ({ rule, now: take((one) => isDeepStrictEqual(one, rule)) })),
  );
  for (const one of standing.flat()) one.now ??= take((other) => subject(other) === subject(one.rule));
  return { standing, added: left };
}

/** What a rule is about: its kind with its columns. */
const subject = (rule: QualityRule): string =>
  JSON.stringify([
    rule.kind,
    rule.kind === "rows" ? "" : rule.kind === "unique" ? rule.columns : rule.column,
  ]);

/** The keys of an entry that say a rule, with what they are to say of another one. */
function values(
  entry: RulesEntry,
  rule: QualityRule,
  now: QualityRule | undefined,
): readonly (readonly [string, unknown])[] {
  if (rule.kind !== "range" || entry.range !== undefined) return [[rule.kind, now && wordsOf(now)[1]]];
  const bounds = now?.kind === "range" ? now : { min: null, max: null };
  return [
    ["min", inYaml(bounds.min) ?? undefined],
    ["max", inYaml(bounds.max) ?? undefined],
  ];
}
