import { changeModel } from "../core/registry/change.js";
import type { ModelChange, ModelDetail, ModelVersionDetail } from "../core/registry/view.js";
import { summaryOfModel, summaryOfVersion } from "../core/registry/summaries.js";
import { readWords, wrongUsage, type CommandContext, type Verb } from "./command.js";
import { confirmed } from "./confirm.js";
import { findModel } from "./find-model.js";
import { counted } from "./numbers.js";
import { inRegistry } from "./open-folder.js";

interface Found {
  readonly model: ModelDetail;
  readonly version: ModelVersionDetail | undefined;
}

/** Makes changes to what a word names, and tells of it: the version, or the model as it is then. */
async function makeChanges(
  context: CommandContext,
  word: string,
  changes: (found: Found) => readonly ModelChange[] | Promise<readonly ModelChange[]>,
  told: (found: Found) => string,
): Promise<number> {
  return inRegistry(context, async (bench) => {
    const found = findModel(bench, word);
    for (const change of await changes(found)) changeModel(bench.registry, found.model.id, change);
    if (!context.json) {
      context.say(told(found));
      return 0;
    }
    const model = bench.registry.known(found.model.id);
    const version = found.version && bench.registry.versionOf(model.id, found.version.id);
    context.out(
      JSON.stringify(version ? { version: summaryOfVersion(version) } : { model: summaryOfModel(model) }),
    );
    return 0;
  });
}

function needVersion(version: ModelVersionDetail | undefined, usage: string): ModelVersionDetail {
  if (version) return version;
  throw wrongUsage("Which version? Name it as NAME/N.", usage);
}

const of = (version: ModelVersionDetail | undefined): { readonly version?: string } =>
  version ? { version: version.id } : {};

const first = (positionals: readonly string[], count: number, usage: string): string => {
  const [word] = positionals;
  if (word === undefined) throw wrongUsage("Which model? loam models list shows them.", usage);
  const extra = positionals[count];
  if (extra !== undefined) throw wrongUsage(`'${extra}' is one word too many.`, usage);
  return word;
};

const aliasUsage = "models alias NAME/N ALIAS [--json]\nmodels alias NAME ALIAS --remove [--json]";

export const aliasVerb: Verb = {
  summary: "give a version an alias such as champion, or take one away",
  usage: aliasUsage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { remove: { type: "boolean" } });
    const word = first(positionals, 2, aliasUsage);
    const alias = positionals[1];
    if (alias === undefined) throw wrongUsage("Which alias?", aliasUsage);
    return makeChanges(
      context,
      word,
      ({ version }) => [
        {
          kind: "alias",
          alias,
          version: values.remove === true ? null : needVersion(version, aliasUsage).id,
        },
      ],
      ({ model, version }) =>
        values.remove === true
          ? `${model.name} has no alias '${alias}' any more.`
          : `${model.name}@${alias} is version ${version?.number ?? ""} now.`,
    );
  },
};

const tagUsage = "models tag NAME[/N] KEY=VALUE … [--remove KEY …] [--json]";

export const tagVerb: Verb = {
  summary: "set and remove tags of a model or a version",
  usage: tagUsage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      remove: { type: "string", multiple: true },
    });
    const word = first(positionals, Infinity, tagUsage);
    const pairs = positionals.slice(1).map((pair) => {
      const at = pair.indexOf("=");
      if (at <= 0) throw wrongUsage(`A tag is KEY=VALUE, not '${pair}'.`, tagUsage);
      return { key: pair.slice(0, at), value: pair.slice(at + 1) };
    });
    const removed = values.remove ?? [];
    if (pairs.length + removed.length === 0) throw wrongUsage("There is no tag to set or remove.", tagUsage);
    return makeChanges(
      context,
      word,
      ({ version }) => [
        ...pairs.map((pair) => ({ kind: "tag", ...pair, ...of(version) }) as const),
        ...removed.map((key) => ({ kind: "tag", key, value: null, ...of(version) }) as const),
      ],
      () => `${word}: ${counted(pairs.length, "tag")} set, ${counted(removed.length, "tag")} removed.`,
    );
  },
};

const describeUsage = "models describe NAME[/N] TEXT [--json]";

export const describeVerb: Verb = {
  summary: "describe a model or a version",
  usage: describeUsage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    const word = first(positionals, 2, describeUsage);
    const text = positionals[1];
    if (text === undefined) throw wrongUsage('With which text? "" takes it away.', describeUsage);
    return makeChanges(
      context,
      word,
      ({ version }) => [{ kind: "describe", text, ...of(version) }],
      () => `${word} is described.`,
    );
  },
};

const renameUsage = "models rename NAME NEW-NAME [--json]";

export const renameVerb: Verb = {
  summary: "give a model another name",
  usage: renameUsage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    const word = first(positionals, 2, renameUsage);
    const name = positionals[1];
    if (name === undefined) throw wrongUsage("Which name is it to have?", renameUsage);
    return makeChanges(
      context,
      word,
      ({ version }) => {
        if (version) throw wrongUsage("Versions have numbers, not names.", renameUsage);
        return [{ kind: "rename", name }];
      },
      () => `${word} is ${name} now.`,
    );
  },
};

const stageUsage = "models stage NAME/N None|Staging|Production|Archived [--json]";

export const stageVerb: Verb = {
  summary: "move a version to one of MLflow's stages",
  usage: stageUsage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    const word = first(positionals, 2, stageUsage);
    const stage = positionals[1];
    if (stage === undefined) throw wrongUsage("To which stage?", stageUsage);
    return makeChanges(
      context,
      word,
      ({ version }) => [{ kind: "stage", stage, version: needVersion(version, stageUsage).id }],
      () => `${word} is in stage ${stage} now.`,
    );
  },
};

const deleteUsage = "models delete NAME[/N] [--yes] [--json]";

export const deleteVerb: Verb = {
  summary: "delete a version, or a model with all of its versions",
  usage: deleteUsage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { yes: { type: "boolean" } });
    const word = first(positionals, 1, deleteUsage);
    let isSure = false;
    return makeChanges(
      context,
      word,
      async ({ model, version }) => {
        const what = version ? word : `${word} with ${counted(model.versions, "version")}`;
        isSure = await confirmed(`Delete ${what}?`, values.yes === true, deleteUsage, context.signal);
        return isSure ? [{ kind: "delete", ...of(version) }] : [];
      },
      () => (isSure ? `${word} is deleted. Its facts stay in the ledger.` : "Nothing was deleted."),
    );
  },
};
