import type { Fact } from "./store/fact.js";
import type { AboutFacts } from "./store/verify-versions.js";
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

/** What a verification wants to know of facts: it looks at all of them after what any process wrote was read. */
export function aboutFacts(bench: Workbench): AboutFacts {
  const { datasets, registry } = bench;
  const look = (): void => {
    datasets.refresh();
    registry.refresh();
  };
  return {
    nameOf: (fact) => {
      look();
      return nameOfFact(bench, fact);
    },
    cameOf: (fact) => {
      if (fact.kind !== "version.registered") return [];
      look();
      const model = typeof fact["model"] === "string" ? registry.find(fact["model"]) : undefined;
      const version = model?.deleted === false ? registry.versionOf(model.id, fact.id) : undefined;
      if (!version || version.deleted) return [];
      return version.data.map((one) => ({ fact: one.version, name: `${one.name}@${one.number}` }));
    },
  };
}
