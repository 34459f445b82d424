import { checkModelName, versionNumbered } from "../core/registry/names.js";
import type { Registry } from "../core/registry/registry.js";
import type { ModelDetail, ModelVersionDetail } from "../core/registry/view.js";
import { needText, type Fields } from "./codec.js";

/** The model that a request names; throws `model.notFound`. */
export function modelOf(registry: Registry, fields: Fields): ModelDetail {
  const name = needText(fields, "name");
  checkModelName(name);
  return registry.named(name);
}

/** The version that a request names by its number; throws `version.notFound`. */
export function versionOf(registry: Registry, fields: Fields): ModelVersionDetail {
  const number = versionNumbered(needText(fields, "version"));
  return registry.version(modelOf(registry, fields), number);
}
