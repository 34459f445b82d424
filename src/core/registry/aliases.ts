import { checkProtected } from "./decisions.js";
import { checkAlias } from "./names.js";
import type { Registry } from "./registry.js";
import type { ModelSummary, ModelVersionSummary } from "./view.js";

/**
 * Gives a version an alias, also where another version of the model had it. Throws `name.invalid`, `version.notFound`,
 * and `approval.missing` where `loam.yaml` protects the alias and the version is not approved.
 */
export function moveAlias(registry: Registry, version: ModelVersionSummary, alias: string): void {
  checkAlias(alias);
  const now = registry.existingVersion(version.model, version.id);
  const { model, id, aliases } = now;
  if (aliases.includes(alias)) return;
  checkProtected(registry, now, alias);
  registry.write({ kind: "alias.moved", model, alias, version: id });
}

/** Takes an alias away; nothing is written where the model has none of that name. */
export function removeAlias(registry: Registry, model: ModelSummary, alias: string): void {
  checkAlias(alias);
  if (!Object.hasOwn(registry.existing(model.id).aliases, alias)) return;
  registry.write({ kind: "alias.moved", model: model.id, alias, version: null });
}
