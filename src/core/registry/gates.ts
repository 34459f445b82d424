import type { Datasets } from "../datasets/datasets.js";
import { cardOf, missingHeadings } from "./card.js";
import { compareSignatures } from "./compare-signatures.js";
import { championResult, conditionResult, type Gate } from "./gate.js";
import type { ModelPolicy } from "./policy.js";
import type { Registry } from "./registry.js";
import type { GateResult, ModelVersionDetail } from "./view.js";

/** Where models and data sets are found. */
export interface RegistryGround {
  readonly registry: Registry;
  readonly datasets: Datasets;
}

/** The version that has the alias `champion`; null where none has, or it is this one. */
export function championOf(
  { registry }: RegistryGround,
  version: ModelVersionDetail,
): ModelVersionDetail | null {
  const number = registry.find(version.model)?.aliases["champion"];
  if (number === undefined || number === version.number) return null;
  return registry.version({ id: version.model, name: version.name }, number);
}

/** What the checks of a policy say of a version now. */
export function gatesOf(
  ground: RegistryGround,
  version: ModelVersionDetail,
  policy: ModelPolicy,
): readonly GateResult[] {
  const champion = championOf(ground, version);
  return policy.checks.map((gate) => resultOf(ground, gate, version, champion, policy));
}

function resultOf(
  ground: RegistryGround,
  gate: Gate,
  version: ModelVersionDetail,
  champion: ModelVersionDetail | null,
  policy: ModelPolicy,
): GateResult {
  switch (gate.kind) {
    case "condition":
      return conditionResult(gate, version);
    case "champion":
      return championResult(gate, version, champion);
    case "quality":
      return { name: gate.text, ...qualityOf(ground.datasets, version) };
    case "signature":
      return { name: gate.text, ...signatureResult(version, champion) };
    case "card": {
      const missing = missingHeadings(
        cardOf(version, ground.registry.find(version.model)?.card ?? ""),
        policy.card,
      );
      if (missing.length === 0) return { name: gate.text, outcome: "passed", found: "" };
      return { name: gate.text, outcome: "failed", found: `without text: ${missing.join(", ")}` };
    }
  }
}

type Found = Omit<GateResult, "name">;

/** What the quality rules said of the data that a version saw. */
function qualityOf(datasets: Datasets, { data }: ModelVersionDetail): Found {
  if (data.length === 0) return { outcome: "unknown", found: "no version of a data set is known" };
  datasets.refresh();
  const said = data.map(({ dataset, version, name, number }) => {
    const checks = datasets.find(dataset)?.history.find(({ id }) => id === version)?.checks ?? null;
    const bad = checks?.filter(({ outcome }) => outcome !== "passed") ?? [];
    return { name: `${name} ${number}`, checks, bad };
  });
  const failed = said.filter(({ bad }) => bad.length > 0);
  const unchecked = said.filter(({ checks }) => checks === null);
  if (failed.length > 0)
    return {
      outcome: "failed",
      found: failed.map(({ name, bad }) => `${name}: ${bad.map(({ rule }) => rule).join(", ")}`).join("; "),
    };
  if (unchecked.length > 0)
    return { outcome: "unknown", found: `not checked: ${unchecked.map(({ name }) => name).join(", ")}` };
  return {
    outcome: "passed",
    found: said.map(({ name, checks }) => `${name}: ${checks?.length ?? 0}`).join("; "),
  };
}

function signatureResult({ signature }: ModelVersionDetail, champion: ModelVersionDetail | null): Found {
  if (!champion) return { outcome: "passed", found: "there is no champion yet" };
  if (!signature || !champion.signature)
    return { outcome: "unknown", found: signature ? "the champion has no signature" : "it has no signature" };
  const changes = compareSignatures(champion.signature, signature);
  if (changes.length === 0) return { outcome: "passed", found: "" };
  const told = changes.map(({ where, name, change }) => `${where} ${name} ${change}`);
  return { outcome: "failed", found: told.join(", ") };
}
