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
  const model = modelNamed(registry, split?.name ?? word);
  if (!split) return newest(registry, model);
  const named = split.version.slice(1);
  if (split.version.toLowerCase() === "@latest") return newest(registry, model);
  const number = split.version.startsWith("/") ? Number(named) : model.aliases[named];
  if (number === undefined)
    throw new Failure("version.notFound", said`${model.name} has no alias ${named}.`, {
      next: said`To see its versions: loam models show ${model.name}`,
    });
  if (!model.history.some((one) => one.number === number && !one.deleted))
    throw new Failure("version.notFound", said`${model.name} has no version ${number}.`, {
      next: said`To see its versions: loam models show ${model.name}`,
    });
  return registry.version(model, number);
}

/** In the words of the command line: what the registry says of itself is what MLflow's clients know. */
export function modelNamed(registry: Workbench["registry"], name: string): ModelDetail {
  const found = registry.byName(name);
  if (found) return found;
  throw new Failure("model.notFound", said`There is no model ${name}.`, {
    next: said`To see what there is: loam models list`,
  });
}

/** As `findModelVersion`, but a name alone means the model: `version` is undefined then. */
export function findModel(
  bench: Workbench,
  word: string,
): { readonly model: ModelDetail; readonly version: ModelVersionDetail | undefined } {
  const { registry } = bench;
  const whole = registry.byName(word);
  if (whole) return { model: whole, version: undefined };
  const split = splitVersion(word);
  if (!split) return { model: modelNamed(registry, word), version: undefined };
  const version = findModelVersion(bench, word);
  return { model: registry.existing(version.model), version };
}

function newest(registry: Workbench["registry"], model: ModelDetail): ModelVersionDetail {
  if (!model.latest) throw new Failure("version.notFound", said`${model.name} has no version.`);
  return registry.version(model, model.latest.number);
}

/** The one word that a verb takes for a model or a version. */
export function oneModel(positionals: readonly string[], usage: string): string {
  const [word, extra] = positionals;
  if (word === undefined) throw wrongUsage("Which model? loam models list shows them.", usage);
  if (extra !== undefined) throw wrongUsage(`'${extra}' is one word too many.`, usage);
  return word;
}

/** The one version that a verb takes. */
export function oneVersion(positionals: readonly string[], usage: string): string {
  const [word, extra] = positionals;
  if (word === undefined) throw wrongUsage("Which version of which model?", usage);
  if (extra !== undefined) throw wrongUsage(`'${extra}' is one word too many.`, usage);
  return word;
}
