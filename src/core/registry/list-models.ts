import type { Registry } from "./registry.js";
import type { RegistrySearches } from "./searches.js";
import { summaryOfModel } from "./summaries.js";
import type { ModelSummary } from "./view.js";

/** From so many facts on, opening the index takes less time than making all models of theirs. */
const manyFacts = 4000;

/** Models that a filter in Loam's grammar finds, by name unless it says otherwise; "" is all. Throws `filter.syntax`. */
export async function listModels(
  bench: { readonly registry: Registry; readonly registrySearches: () => Promise<RegistrySearches> },
  filter: string,
  most: number,
): Promise<readonly ModelSummary[]> {
  const { registry, registrySearches } = bench;
  registry.look();
  if (filter.trim() !== "" || registry.facts > manyFacts)
    return (await registrySearches()).findModels(filter, 0, most).rows;
  return registry.all().flatMap((model) => (model.deleted ? [] : [summaryOfModel(model)]));
}
