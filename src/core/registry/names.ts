import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { checkLength } from "../tracking/limits.js";
import { modelStages } from "./model.js";
import type { ModelStage } from "./view.js";

/** MLflow's limits, in characters. */
const limits = { name: 256, tagKey: 250, tagValue: 100_000, text: 1_000_000 } as const;

/** The alias of the version that others are measured against. */
export const championAlias = "champion";

const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** Checks the name of a model by MLflow's rules; throws `value.missing`, `name.invalid`, `value.invalid`. */
export function checkModelName(name: string, parameter = "name"): void {
  if (name.trim() === "")
    throw new Failure("value.missing", said`Missing value for required parameter '${parameter}'.`, {
      next: said`A model needs a name.`,
    });
  if (/[/:]/.test(name))
    throw new Failure(
      "name.invalid",
      said`Invalid name: '${shown(name)}'. Registered model name cannot contain '/' or ':'.`,
      { next: said`Put a dash there: ${shown(name.replaceAll(/[/:]+/g, "-"))}` },
    );
  checkLength(name, limits.name, "Registered model name");
}

/** Checks an alias by MLflow's rules; throws `name.invalid`. */
export function checkAlias(alias: string): void {
  if (!/^[\w\p{L}\p{N}\p{M}-]{1,255}$/u.test(alias))
    throw new Failure(
      "name.invalid",
      said`Invalid alias name: '${shown(alias)}'. An alias has up to 255 letters, digits, underscores and dashes.`,
    );
  if (alias.toLowerCase() === "latest")
    throw new Failure(
      "name.invalid",
      said`'latest' alias name (case insensitive) is reserved: it is the newest version.`,
    );
  if (/^v\d+$/i.test(alias))
    throw new Failure(
      "name.invalid",
      said`Version alias name '${alias}' is reserved: it stands for the version of that number.`,
    );
}

/** Checks a tag of a model or version; throws `value.missing`, `value.invalid`. */
export function checkTag(key: string, value: string): void {
  if (key === "") throw new Failure("value.missing", said`Missing value for required parameter 'key'.`);
  checkLength(key, limits.tagKey, "Tag key");
  checkLength(value, limits.tagValue, "Tag value");
}

/** Checks a description or a card: what a person writes, not what a program pours. Throws `value.invalid`. */
export const checkText = (text: string, parameter: string): void => {
  checkLength(text, limits.text, parameter);
};

/** The stage of a name in any case; throws `value.invalid`. */
export function stageNamed(text: string): ModelStage {
  const found = modelStages.find((stage) => stage.toLowerCase() === text.toLowerCase());
  if (found) return found;
  throw new Failure(
    "value.invalid",
    said`Invalid Model Version stage: ${shown(text)}. Value must be one of ${modelStages.join(", ")}.`,
  );
}

/** The number of a version as text, as MLflow's clients send it; throws `value.invalid`. */
export function versionNumbered(text: string): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (number > 0) return number;
  throw new Failure(
    "value.invalid",
    said`Model version must be an integer, got '${shown(text)}'. Parameter 'version' must be a positive integer.`,
  );
}
