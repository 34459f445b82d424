import { said } from "../base/said.js";
import { Failure } from "../base/failure.js";
import type { FactBody } from "../store/fact.js";
import { exclusively } from "../store/exclusively.js";
import type { VersionRegistered } from "./model.js";
import { checkTag, checkText } from "./names.js";
import type { Registry } from "./registry.js";
import type { ModelStage, ModelSummary, ModelVersionDetail, ModelVersionSummary } from "./view.js";

/** What a version is made of; its number is given when its fact is written. */
export type NewVersion = Omit<FactBody<VersionRegistered>, "kind" | "model" | "number">;

/**
 * Writes the fact that makes a version, with the next number: above all that this model ever had, the deleted ones
 * too. What it names (objects, the pack of its code) has to be there before.
 */
export function addVersion(registry: Registry, model: ModelSummary, version: NewVersion): ModelVersionDetail {
  return exclusively(registry.store.claims, "model", model.id, () => {
    const { history } = registry.existing(model.id);
    const number = 1 + Math.max(0, ...history.flatMap((one) => [one.number, one.claimed]));
    const fact = registry.write<VersionRegistered>({
      kind: "version.registered",
      model: model.id,
      number,
      ...version,
    });
    return registry.existingVersion(model.id, fact.id);
  });
}

export function describeVersion(registry: Registry, version: ModelVersionSummary, text: string): void {
  checkText(text, "description");
  const { model, id } = registry.existingVersion(version.model, version.id);
  registry.write({ kind: "version.described", model, version: id, text });
}

/** null removes the tag; nothing is written where there is none. */
export function tagVersion(
  registry: Registry,
  version: ModelVersionSummary,
  key: string,
  value: string | null,
): void {
  checkTag(key, value ?? "");
  const { model, id, tags } = registry.existingVersion(version.model, version.id);
  if (value === null && !Object.hasOwn(tags, key)) return;
  registry.write({ kind: "version.tag", model, version: id, key, value });
}

/**
 * Moves a version to one of MLflow's stages. `archive`: the others of that stage go to Archived; throws
 * `value.invalid` where the stage is none that is archived so.
 */
export function setStage(
  registry: Registry,
  version: ModelVersionSummary,
  stage: ModelStage,
  archive = false,
): void {
  if (archive && stage !== "Staging" && stage !== "Production")
    throw new Failure(
      "value.invalid",
      said`Model version transition cannot archive existing model versions because '${stage}' is not an Active stage.`,
    );
  const { model, id } = registry.existingVersion(version.model, version.id);
  registry.write({ kind: "version.stage", model, version: id, stage });
  if (!archive) return;
  for (const other of registry.existing(model).history) {
    if (other.id === id || other.deleted || other.stage !== stage) continue;
    registry.write({ kind: "version.stage", model, version: other.id, stage: "Archived" });
  }
}

/** Deletes a version with its aliases; its number is not given again. */
export function deleteVersion(registry: Registry, version: ModelVersionSummary): void {
  const { model, id } = registry.existingVersion(version.model, version.id);
  registry.write({ kind: "version.deleted", model, version: id });
}
