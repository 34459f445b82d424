import { findVersion, splitName } from "../core/datasets/find.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { makeChanges } from "./data-change.js";

const usage = "data alias NAME[@VERSION] ALIAS [--json]\ndata alias NAME ALIAS --remove [--json]";

export const verb: Verb = {
  summary: "give a version a name that can move on, or take it away",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { remove: { type: "boolean" } });
    const [word, alias, extra] = positionals;
    if (word === undefined || alias === undefined || extra !== undefined)
      throw wrongUsage("A data set and one alias are wanted.", usage);
    const { name, version } = splitName(word);
    if (values.remove === true && version !== undefined)
      throw wrongUsage("An alias is taken from the data set: name it without a version.", usage);
    return makeChanges(
      context,
      name,
      (detail) => [
        { kind: "alias", alias, version: values.remove === true ? null : findVersion(detail, version).id },
      ],
      (detail) =>
        values.remove === true
          ? `${detail.name} has no ${alias} any more.`
          : `${detail.name}@${alias} is version ${detail.aliases[alias] ?? ""} now.`,
    );
  },
};
