import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { ModelDetail, ModelVersionDetail } from "../core/registry/view.js";
import type { Workbench } from "../core/workbench.js";
import { wrongUsage } from "./command.js";

/** A model's name apart from what names a version of it: a number behind the last `/`, an alias behind the last `@`. */
function splitVersion(word: string): { readonly name: string; readonly version: string } | undefined {
  const [, name, version] = /^(.+)([/](?:\d+)|@[^/@]+)$/.exec(word) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/**
 * The version that `NAME/N` or `NAME@ALIAS` means, of a name alone the newest. Throws `model.notFound`,
 * `version.notFound`.
 */
export function findModelVersion({ registry }: Workbench, word: string): ModelVersionDetail {
  const whole = registry.byName(word);
  if (whole) return newest(registry, whole);
  const split = splitVersion(word);
  const model = registry.named(split?.name ?? word);
  if (!split) return newest(registry, model);
  const named = split.version.slice(1);
  const number = split.version.startsWith("/") ? Number(named) : model.aliases[named];
  if (number === undefined)
    throw new Failure("version.notFound", said`${model.name} has no alias ${named}.`, {
      next: said`loam models show ${model.name} lists its versions.`,
    });
  return registry.version(model, number);
}

function newest(registry: Workbench["registry"], model: ModelDetail): ModelVersionDetail {
  if (!model.latest) throw new Failure("version.notFound", said`${model.name} has no version.`);
  return registry.version(model, model.latest.number);
}

/** The one version that a verb takes. */
export function oneVersion(positionals: readonly string[], usage: string): string {
  const [word, extra] = positionals;
  if (word === undefined) throw wrongUsage("Which version of which model?", usage);
  if (extra !== undefined) throw wrongUsage(`'${extra}' is one word too many.`, usage);
  return word;
}
