import { readWords, wrongUsage, type Verb } from "./command.js";
import { findModelVersion } from "./find-model.js";
import { tellLineage } from "./lineage-tree.js";
import { inFolder } from "./open-folder.js";

const usage = "models lineage NAME[/N|@ALIAS] [--json]";

export const verb: Verb = {
  summary: "the run and the data that a version of a model came from",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    const [word, extra] = positionals;
    if (word === undefined) throw wrongUsage("Which model? loam models list shows them.", usage);
    if (extra !== undefined) throw wrongUsage(`'${extra}' is one word too many.`, usage);
    return inFolder(context, (bench) =>
      tellLineage(bench, { kind: "version", version: findModelVersion(bench, word).id }, context),
    );
  },
};
