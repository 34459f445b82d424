import { readWords, type Verb } from "./command.js";
import { findModelVersion, oneModel } from "./find-model.js";
import { tellLineage } from "./lineage-tree.js";
import { inFolder } from "./open-folder.js";

const usage = "models lineage NAME[/N|@ALIAS] [--json]";

export const verb: Verb = {
  summary: "the run and the data that a version of a model came from",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    const word = oneModel(positionals, usage);
    return inFolder(context, (bench) =>
      tellLineage(bench, { kind: "version", version: findModelVersion(bench, word).id }, context),
    );
  },
};
