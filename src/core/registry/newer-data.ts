import type { Datasets } from "../datasets/datasets.js";
import { championAlias } from "./names.js";
import type { Registry } from "./registry.js";
import type { ModelVersionDetail, NewerData, OvertakenChampion } from "./view.js";

/**
 * The data sets of which there is newer content than a version's run saw, by name. One that was brought back to what the
 * version saw has none.
 */
export function newerData(
  datasets: Datasets,
  { data }: Pick<ModelVersionDetail, "data">,
): readonly NewerData[] {
  if (data.length === 0) return [];
  return datasets.all().flatMap((dataset): NewerData[] => {
    const ids = new Set(data.flatMap((one) => (one.dataset === dataset.id ? [one.version] : [])));
    const seen = dataset.history.filter(({ id }) => ids.has(id));
    const { latest } = dataset;
    if (!latest || dataset.stage === "deleted" || seen.length === 0) return [];
    const newest = Math.max(...seen.map(({ number }) => number));
    if (latest.number <= newest || seen.some(({ content }) => content === latest.content)) return [];
    return [{ dataset: dataset.id, name: dataset.name, seen: newest, newest: latest.number }];
  });
}

/** Of all models the champions that saw older data than there is now: what a tree marks. */
export function overtakenChampions(datasets: Datasets, registry: Registry): readonly OvertakenChampion[] {
  return registry.all().flatMap((model) => {
    const number = model.deleted ? undefined : model.aliases[championAlias];
    const champion = model.history.find((version) => version.number === number);
    const detail = champion && registry.versionOf(model.id, champion.id);
    if (!detail) return [];
    return newerData(datasets, detail).map((data) => ({
      ...data,
      model: model.id,
      modelName: model.name,
      version: detail.id,
      number: detail.number,
    }));
  });
}
