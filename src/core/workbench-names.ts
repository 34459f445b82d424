import type { Fact } from "./store/fact.js";
import type { Workbench } from "./workbench.js";

/** What a fact of the ledger is about, as a person calls it: `data@3`, `churn/2`. undefined for other facts. */
export function nameOfFact({ datasets, registry }: Workbench, fact: Fact): string | undefined {
  const { id, kind } = fact;
  const dataset = typeof fact["dataset"] === "string" ? datasets.find(fact["dataset"]) : undefined;
  if (dataset) {
    const version = dataset.history.find((one) => one.id === id);
    return version ? `${dataset.name}@${version.number}` : dataset.name;
  }
  const model = typeof fact["model"] === "string" ? registry.find(fact["model"]) : undefined;
  if (!model) return undefined;
  const named = kind === "version.registered" ? id : fact["version"];
  const version = typeof named === "string" ? registry.versionOf(model.id, named) : undefined;
  return version ? `${model.name}/${version.number}` : model.name;
}
