import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { exclusively } from "../store/exclusively.js";
import type { KeyValue } from "../tracking/run-document.js";
import { checkModelName, checkTag, checkText } from "./names.js";
import type { Registry } from "./registry.js";
import type { ModelDetail, ModelSummary } from "./view.js";

/** Makes a model; throws `name.taken`, `name.invalid`. */
export function createModel(
  registry: Registry,
  name: string,
  how: { readonly description?: string | undefined; readonly tags?: readonly KeyValue[] | undefined } = {},
): ModelDetail {
  checkModelName(name);
  for (const { key, value } of how.tags ?? []) checkTag(key, value);
  checkText(how.description ?? "", "description");
  return exclusively(registry.store.claims, "model", name, () => {
    checkFree(registry, name);
    const model = registry.freeId(name);
    registry.write({ kind: "registry.created", model, name });
    if (how.description !== undefined && how.description !== "")
      registry.write({ kind: "registry.described", model, text: how.description });
    for (const { key, value } of how.tags ?? []) registry.write({ kind: "registry.tag", model, key, value });
    return registry.existing(model);
  });
}

/** The model of a name, made where there is none. */
export function ensureModel(registry: Registry, name: string): ModelDetail {
  const found = registry.byName(name);
  if (found) return found;
  try {
    return createModel(registry, name);
  } catch (error) {
    // another process was quicker
    if (error instanceof Failure && error.code === "name.taken") return registry.named(name);
    throw error;
  }
}

function checkFree(registry: Registry, name: string): void {
  if (registry.byName(name))
    throw new Failure("name.taken", said`Registered Model (name=${name}) already exists.`);
}

/** Gives a model another name; throws `name.taken`, `name.invalid`. */
export function renameModel(registry: Registry, model: ModelSummary, name: string): ModelDetail {
  checkModelName(name, "new_name");
  return exclusively(registry.store.claims, "model", name, () => {
    checkFree(registry, name);
    registry.existing(model.id);
    registry.write({ kind: "registry.renamed", model: model.id, name });
    return registry.existing(model.id);
  });
}

/** "" takes the description away. */
export function describeModel(registry: Registry, model: ModelSummary, text: string): ModelDetail {
  checkText(text, "description");
  registry.existing(model.id);
  registry.write({ kind: "registry.described", model: model.id, text });
  return registry.existing(model.id);
}

/** null removes the tag; nothing is written where there is none. */
export function tagModel(registry: Registry, model: ModelSummary, key: string, value: string | null): void {
  checkTag(key, value ?? "");
  const { tags } = registry.existing(model.id);
  if (value === null && !Object.hasOwn(tags, key)) return;
  registry.write({ kind: "registry.tag", model: model.id, key, value });
}

/** Deletes a model with its versions, tags and aliases; final, though its facts stay. */
export function deleteModel(registry: Registry, model: ModelSummary): void {
  registry.existing(model.id);
  registry.write({ kind: "registry.deleted", model: model.id });
}

/** Writes the card of a model, or of one of its versions; "" takes it away. */
export function writeCard(
  registry: Registry,
  model: ModelSummary,
  version: string | null,
  text: string,
): void {
  checkText(text, "card");
  if (version === null) registry.existing(model.id);
  else registry.existingVersion(model.id, version);
  registry.write({ kind: "card.written", model: model.id, version, text });
}
