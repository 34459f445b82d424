import { Failure } from "../base/failure.js";
import { said, type Said } from "../base/said.js";
import { interestIn, isMoreBetter } from "../tracking/metrics-that-matter.js";
import { mayDecide } from "./approvals.js";
import { cardOf, cardTemplate, fillCard } from "./card.js";
import { compareSignatures } from "./compare-signatures.js";
import { givenUpData } from "./given-up.js";
import { loamFileName } from "../code/loam-file.js";
import { finding } from "./gate.js";
import { championOf, gatesOf, type RegistryGround } from "./gates.js";
import { trustOf } from "./known-trust.js";
import { measuredOf } from "./measured.js";
import { championAlias } from "./names.js";
import { newerData } from "./newer-data.js";
import { policyOf, type ModelPolicy } from "./policy.js";
import { summaryOfModel } from "./summaries.js";
import type { GateFinding, ModelVersionDetail, VersionPage } from "./view.js";

/** A version with what it is measured against, for whoever decides about it. Throws `version.notFound`. */
export async function versionPage(
  ground: RegistryGround,
  model: string,
  id: string,
  signal: AbortSignal,
): Promise<VersionPage> {
  const { registry, datasets } = ground;
  const version = registry.existingVersion(model, id);
  const detail = registry.existing(model);
  const champion = championOf(ground, version);
  const { gates, policy } = gatesNow(ground, version);
  const [request] = version.approvals;
  const { identity } = registry;
  return {
    version,
    model: summaryOfModel(detail),
    champion,
    metrics: metricsBeside(version, champion),
    signature:
      version.signature && champion?.signature
        ? compareSignatures(champion.signature, version.signature)
        : null,
    gates,
    trust: await trustOf(registry.store, datasets.contents, version, signal),
    card: fillCard(cardOf(version, detail.card), version),
    newerData: newerData(datasets, version),
    givenUpData: givenUpData(registry.store, version),
    measured: measuredOf(registry.store, version),
    identity,
    mayApprove: request?.state === "asked" && mayDecide(request, identity, "approved"),
    protectedAliases: policy?.protected ?? [],
  };
}

/** The checks as they stand now; where `loam.yaml` has a mistake, that is what fails. */
function gatesNow(
  ground: RegistryGround,
  version: ModelVersionDetail,
): { readonly gates: readonly GateFinding[]; readonly policy: ModelPolicy | undefined } {
  try {
    const policy = policyOf(ground.registry, version.name);
    return { gates: gatesOf(ground, version, policy), policy };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { gates: [finding({ text: loamFileName }, "unknown", error.said.message)], policy: undefined };
  }
}

/** `slice_2` before `slice_10`. */
const byName = new Intl.Collator("en", { numeric: true });

/** The metrics of a version beside the champion's, those that a person wants to see first. */
const metricsBeside = (
  version: ModelVersionDetail,
  champion: ModelVersionDetail | null,
): VersionPage["metrics"] =>
  Object.entries(version.metrics)
    .sort(([a], [b]) => interestIn(b) - interestIn(a) || byName.compare(a, b))
    .map(([name, value]) => {
      const more = isMoreBetter(name);
      return {
        name,
        better: more === undefined ? null : more ? "more" : "less",
        value,
        champion: champion && Object.hasOwn(champion.metrics, name) ? (champion.metrics[name] ?? null) : null,
      };
    });

/**
 * A card to edit or to look at: `text` null is what is written for the version, else for its model, else a beginning.
 * Filled with the facts of the version, or of the champion or the newest where `id` is null.
 */
export function cardPage(
  { registry }: Pick<RegistryGround, "registry">,
  model: string,
  id: string | null,
  text: string | null,
): { readonly source: Said; readonly filled: Said } {
  const detail = registry.existing(model);
  const shown =
    id ??
    detail.history.find(({ deleted, number }) => !deleted && number === detail.aliases[championAlias])?.id ??
    detail.latest?.id;
  const version = shown === undefined ? undefined : registry.existingVersion(model, shown);
  const written = id !== null && version ? cardOf(version, detail.card) : detail.card;
  const card = text ?? written;
  const source = card === "" ? cardTemplate : said`${card}`;
  return { source, filled: version ? fillCard(card, version) : source };
}
