import { inRow, said, type Said } from "../base/said.js";
import type { Datasets } from "../datasets/datasets.js";
import { keptRule } from "../datasets/rule-words.js";
import { cardOf, missingHeadings } from "./card.js";
import { compareSignatures } from "./compare-signatures.js";
import { championResult, conditionResult, finding, type Gate } from "./gate.js";
import { givenUpData } from "./given-up.js";
import { championAlias } from "./names.js";
import type { ModelPolicy } from "./policy.js";
import type { Registry } from "./registry.js";
import type { GateFinding, GateResult, ModelVersionDetail, SignatureChange } from "./view.js";

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
  const number = registry.find(version.model)?.aliases[championAlias];
  if (number === undefined || number === version.number) return null;
  return registry.version({ id: version.model, name: version.name }, number);
}

/** What the checks of a policy say of a version now. */
export function gatesOf(
  ground: RegistryGround,
  version: ModelVersionDetail,
  policy: ModelPolicy,
): readonly GateFinding[] {
  const champion = championOf(ground, version);
  return policy.checks.map((gate) => resultOf(ground, gate, version, champion, policy));
}

function resultOf(
  ground: RegistryGround,
  gate: Gate,
  version: ModelVersionDetail,
  champion: ModelVersionDetail | null,
  policy: ModelPolicy,
): GateFinding {
  switch (gate.kind) {
    case "condition":
      return conditionResult(gate, version);
    case "champion":
      return championResult(gate, version, champion);
    case "quality":
      return finding(gate, ...qualityOf(ground.datasets, version));
    case "signature":
      return finding(gate, ...signatureResult(version, champion));
    case "card": {
      const missing = missingHeadings(
        cardOf(version, ground.registry.find(version.model)?.card ?? ""),
        policy.card,
      );
      if (missing.length === 0) return finding(gate, "passed", nothing);
      return finding(gate, "failed", said`without text: ${missing.join(", ")}`);
    }
  }
}

type Found = readonly [GateResult["outcome"], Said];

const nothing = said``;

/** What the quality rules said of the data that a version saw. */
function qualityOf(datasets: Datasets, version: ModelVersionDetail): Found {
  const { data } = version;
  if (data.length === 0) return ["unknown", said`no version of a data set is known`];
  datasets.refresh();
  const given = givenUpData(datasets.store, version);
  if (given.length > 0)
    return [
      "unknown",
      said`given up for ever: ${given.map(({ name, number }) => `${name} ${number}`).join(", ")}`,
    ];
  const seen = data.map(({ dataset, version: of, name, number }) => {
    const checks = datasets.find(dataset)?.history.find(({ id }) => id === of)?.checks ?? null;
    const bad = checks?.filter(({ outcome }) => outcome !== "passed") ?? [];
    return { name: `${name} ${number}`, checks, bad };
  });
  const failed = seen.filter(({ bad }) => bad.length > 0);
  const unchecked = seen.filter(({ checks }) => checks === null);
  if (failed.length > 0) {
    const rules = failed.map(
      ({ name, bad }) => said`${name}: ${inRow(bad.map(({ rule }) => keptRule(rule)))}`,
    );
    return ["failed", inRow(rules, "; ")];
  }
  if (unchecked.length > 0)
    return ["unknown", said`not checked: ${unchecked.map(({ name }) => name).join(", ")}`];
  return [
    "passed",
    inRow(
      seen.map(({ name, checks }) =>
        checks?.length === 1
          ? said`${name}: its rule holds`
          : said`${name}: ${checks?.length ?? 0} rules hold`,
      ),
    ),
  ];
}

const places: Readonly<Record<SignatureChange["where"], Said>> = {
  input: said`input`,
  output: said`output`,
  param: said`param`,
};
const changeWords: Readonly<Record<SignatureChange["change"], Said>> = {
  added: said`added`,
  removed: said`removed`,
  retyped: said`retyped`,
  reshaped: said`reshaped`,
  moved: said`moved`,
  optional: said`optional`,
};

function signatureResult({ signature }: ModelVersionDetail, champion: ModelVersionDetail | null): Found {
  if (!champion) return ["passed", said`there is no champion yet`];
  if (!signature) return ["unknown", said`it has no signature`];
  if (!champion.signature) return ["unknown", said`the champion has no signature`];
  const changes = compareSignatures(champion.signature, signature);
  if (changes.length === 0) return ["passed", nothing];
  return [
    "failed",
    inRow(changes.map(({ where, name, change }) => said`${places[where]} ${name} ${changeWords[change]}`)),
  ];
}
