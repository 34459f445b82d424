import { readWords, type Verb } from "./command.js";
import { findPlace, oneWord } from "./find-data.js";
import { tellLineage } from "./lineage-tree.js";
import { inFolder } from "./open-folder.js";

const usage = "data lineage NAME[@VERSION] [--json]";

export const verb: Verb = {
  summary: "the runs that read a version of data, and the models that came of them",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    const word = oneWord(positionals, usage);
    return inFolder(context, (bench) => {
      const { version } = findPlace(bench, word);
      return tellLineage(bench, { kind: "data", version: version.id }, context);
    });
  },
};
