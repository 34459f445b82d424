import { said, type Said } from "../base/said.js";
import { nameChoice, plain, valueChoice, wordChoices } from "../code/loam-choice.js";
import type { LoamPlace } from "../code/loam-place.js";
import type { LoamChoice, LoamChoices } from "../code/view.js";
import { expectAt, type Suggestion } from "../query/expect.js";
import { printIdentifier } from "../query/tree.js";
import { isMoreBetter } from "../tracking/metrics-that-matter.js";
import { championAlias } from "./names.js";
import { ownHeadings } from "./policy.js";
import { defaultKey, policyKeys } from "./policy-keys.js";
import { modelVersionTarget } from "./targets.js";
import type { JsonNumber } from "./view.js";

/** What is in the workspace that a policy can name. */
export interface KnownModels {
  /** The models that are not deleted; none where there is no store. */
  readonly models: () => readonly {
    readonly name: string;
    readonly aliases: Readonly<Record<string, number>>;
    readonly card: string;
  }[];
  /** Metrics and params that runs have, those first that a person wants to see first. */
  readonly measures: () => Promise<{
    readonly metrics: readonly string[];
    readonly params: readonly string[];
  }>;
  /** The metrics of the version of a model that has the alias champion; none where none has. */
  readonly championOf: (name: string) => Readonly<Record<string, JsonNumber>>;
}

/** What may stand at a place of the section `models` of `loam.yaml`. */
export async function policyChoices(place: LoamPlace, known: KnownModels): Promise<LoamChoices> {
  const { keys, role, from, to } = place;
  const [, name, word] = keys;
  if (role === "key" && keys.length === 1) return { from, to, choices: modelNames(place, known) };
  if (typeof name !== "string") return { from, to, choices: [] };
  if (role === "key") return { from, to, choices: keys.length === 2 ? wordChoices(place, policyKeys) : [] };
  if (word === "checks" && keys.length === 4) return checkChoices(place, name, known);
  return { from, to, choices: policyValues(place, name, known) };
}

function modelNames(place: LoamPlace, known: KnownModels): LoamChoice[] {
  const named = known
    .models()
    .filter(({ name }) => name !== defaultKey.name && !place.beside.includes(name))
    .map(({ name }) => nameChoice(place, name, ":\n  "));
  return [...named, ...wordChoices(place, [defaultKey])];
}

function policyValues(place: LoamPlace, name: string, { models }: KnownModels): LoamChoice[] {
  const [, , word] = place.keys;
  const isListed = place.keys.length === 4;
  const ofName = models().filter((model) => name === defaultKey.name || model.name === name);
  const rest = (texts: readonly string[]): LoamChoice[] =>
    [...new Set(texts)].filter((text) => !place.beside.includes(text)).map((text) => valueChoice(text));
  switch (isListed ? `${String(word)}[]` : word) {
    case "requester_counts":
    case "approve_failing":
      return [valueChoice(true), valueChoice(false)];
    case "protected[]":
      return rest([championAlias, ...ofName.flatMap(({ aliases }) => Object.keys(aliases).sort())]);
    case "card[]":
      return rest([...ownHeadings, ...ofName.flatMap(({ card }) => headingsIn(card))]);
    default:
      return [];
  }
}

const headingsIn = (card: string): string[] =>
  [...card.matchAll(/^#{2,6}\s+([^\n<]*?)\s*#*\s*$/gm)].map(([, heading = ""]) => heading).filter(Boolean);

const checks: readonly { readonly name: string; readonly about: Said }[] = [
  { name: "quality rules", about: said`The rules of the data that the version saw: all passed.` },
  { name: "signature unchanged", about: said`Inputs and outputs are as those of the champion.` },
  { name: "card complete", about: said`There is text below each heading of the card that must have some.` },
];

/** Of the grammar of filters, what a check may ask of a version. */
const measuresTarget = {
  ...modelVersionTarget,
  prefixes: modelVersionTarget.prefixes.filter(({ name }) => name === "metrics" || name === "params"),
};

async function checkChoices(place: LoamPlace, name: string, known: KnownModels): Promise<LoamChoices> {
  const { typed, beside, quote, within } = place;
  const { partial, suggestions } = expectAt(typed, typed.length, measuresTarget);
  const parts = await Promise.all(suggestions.map((one) => ofSuggestion(one, name, known)));
  const conditions = unique(parts.flat()).filter(({ label }) => standsIn(quote, label));
  const isFirst = typed.trim() === partial;
  const whole = checks
    .filter((check) => isFirst && !beside.includes(check.name))
    .map(({ name: text, about }) => valueChoice(text, { about }));
  return {
    from: within.from + typed.length - partial.length,
    to: within.to,
    choices: [...whole, ...conditions],
  };
}

/** Whether a part of a text can be written where the text has these quotes, or none. */
const standsIn = (quote: string, part: string): boolean =>
  quote === "" ? !/: |:$| #/.test(part) : !part.includes(quote) && !part.includes("\\");

const unique = (choices: readonly LoamChoice[]): LoamChoice[] => [
  ...new Map(choices.map((choice) => [choice.label, choice])).values(),
];

async function ofSuggestion(one: Suggestion, name: string, known: KnownModels): Promise<LoamChoice[]> {
  switch (one.kind) {
    case "prefix":
    case "key":
      return fields(one.prefix, name, known);
    case "comparator":
      return /like|null/.test(one.comparator) ? [] : [typing(one.comparator)];
    case "value": {
      const metric = /^metrics\.(.+)$/.exec(one.field)?.[1];
      return metric === undefined ? [] : against(metric, known.championOf(name)[metric]);
    }
    case "keyword":
      return /^(and|or|not)$/.test(one.word) ? [typing(one.word)] : [];
    case "attribute":
      return [];
  }
}

const typing = (text: string, snippet = `${text} `, detail?: Said): LoamChoice => ({
  label: text,
  kind: "value",
  snippet,
  ...(detail ? { detail } : {}),
});

async function fields(prefix: string, name: string, known: KnownModels): Promise<LoamChoice[]> {
  const measures = await known.measures();
  const best = known.championOf(name);
  const keys = prefix === "metrics" ? measures.metrics : measures.params;
  return keys.map((key) => {
    const text = printIdentifier({ prefix, key });
    if (prefix !== "metrics") return typing(text, `${plain(text)} = `);
    const value = best[key];
    const detail = value === undefined ? undefined : said`champion: ${value}`;
    return typing(text, `${plain(text)} ${isMoreBetter(key) === false ? "<=" : ">="} `, detail);
  });
}

/** What a metric is compared with: that of the champion as it will be then, or what it is today. */
function against(metric: string, today: JsonNumber | undefined): LoamChoice[] {
  const moving: LoamChoice = {
    ...valueChoice(championAlias),
    about: said`The ${metric} of the version that has the alias champion.`,
  };
  return today === undefined
    ? [moving]
    : [moving, { ...valueChoice(today), detail: said`the champion's today` }];
}
