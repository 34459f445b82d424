import { wordChoices } from "../core/code/loam-choice.js";
import { keyAt, placeIn, type LoamPlace } from "../core/code/loam-place.js";
import type { LoamChoices } from "../core/code/view.js";
import { rulesChoices, type KnownData } from "../core/datasets/rules-choices.js";
import { dataKey, dataKeyAt } from "../core/datasets/rules-keys.js";
import { tablesIn } from "../core/datasets/table-places.js";
import type { TableProfile } from "../core/datasets/view.js";
import { championAlias } from "../core/registry/names.js";
import { policyChoices, type KnownModels } from "../core/registry/policy-choices.js";
import { modelsKey, modelsKeyAt } from "../core/registry/policy-keys.js";
import { interestIn } from "../core/tracking/metrics-that-matter.js";
import type { Handlers } from "../protocol/channel.js";
import type { LoamFileRequests } from "../protocol/loam-file.js";
import type { OpenFolder } from "./open-folder.js";

/** Larger data is not read to complete a word, but what a profile of it has said is used. */
const largestRead = 64 * 1024 * 1024;
const mostMeasures = 500;

/** The sections of the file, with what their keys mean. */
const sections = [
  { key: dataKey, keyAt: dataKeyAt },
  { key: modelsKey, keyAt: modelsKeyAt },
];

/** What an engine answers about `loam.yaml` while a person types. */
export function loamFileAnswers(open: OpenFolder): Handlers<LoamFileRequests> {
  const data = knownData(open);
  const models = knownModels(open);
  const choicesAt = async (place: LoamPlace): Promise<LoamChoices> => {
    const { from, to, keys } = place;
    const keysOfFile = sections.map(({ key }) => key);
    if (keys.length === 0) return { from, to, choices: wordChoices(place, keysOfFile) };
    if (keys[0] === dataKey.name) return { from, to, choices: await rulesChoices(place, data) };
    return keys[0] === modelsKey.name ? policyChoices(place, models) : { from, to, choices: [] };
  };
  return {
    "loamFile/choices": async ({ text, offset }) => {
      const place = placeIn(text, offset);
      return place ? choicesAt(place) : null;
    },
    "loamFile/explain": ({ text, offset }) => {
      const found = keyAt(text, offset);
      if (!found) return null;
      const { keys, from, to } = found;
      const word = sections.find(({ key }) => key.name === keys[0])?.keyAt(keys);
      return word ? { from, to, about: word.about } : null;
    },
  };
}

const isReady = ({ state }: OpenFolder): boolean => state.state === "ready";

function knownData(open: OpenFolder): KnownData {
  /** Profiles that are being made: the next letter that is typed waits for the same one. */
  const making = new Map<string, Promise<TableProfile>>();
  const sets = () =>
    isReady(open) ? open.bench.datasets.all().filter(({ stage }) => stage === "active") : [];
  const newestOf = (name: string) => {
    const found = sets().find((set) => set.name === name);
    return found?.latest
      ? { dataset: found.id, version: found.latest.id, size: found.latest.size }
      : undefined;
  };
  const never = new AbortController().signal;
  const profileOf = async (name: string, file: string | undefined): Promise<TableProfile | undefined> => {
    const newest = newestOf(name);
    if (!newest) return undefined;
    const { tables } = open.bench;
    const place = { dataset: newest.dataset, version: newest.version, file };
    const known = tables.knownProfile(place);
    if (known || newest.size > largestRead) return known;
    const key = JSON.stringify(place);
    const made =
      making.get(key) ?? tables.place(place, never).then((placed) => tables.profile(placed, never));
    making.set(key, made);
    return made.finally(() => making.delete(key));
  };
  return {
    sets,
    tables: async (name) => {
      const newest = newestOf(name);
      return newest ? tablesIn(open.bench.datasets, newest, never) : [];
    },
    // what cannot be read has no columns to offer: the page of the data says why
    columns: async (name, table) => (await profileOf(name, table).catch(() => undefined))?.columns ?? [],
  };
}

function knownModels(open: OpenFolder): KnownModels {
  return {
    models: () => (isReady(open) ? open.bench.registry.all().filter(({ deleted }) => !deleted) : []),
    measures: async () => {
      if (!isReady(open)) return { metrics: [], params: [] };
      const columns = await (await open.searches()).columns();
      const named = (kind: "metric" | "param"): string[] =>
        columns
          .filter((column) => column.kind === kind)
          .sort((a, b) => interestIn(b.name) - interestIn(a.name) || b.runs - a.runs)
          .slice(0, mostMeasures)
          .map(({ name }) => name);
      return { metrics: named("metric"), params: named("param") };
    },
    championOf: (name) => {
      const model = isReady(open) ? open.bench.registry.byName(name) : undefined;
      const champion = model?.aliases[championAlias];
      return model && champion !== undefined ? open.bench.registry.version(model, champion).metrics : {};
    },
  };
}
