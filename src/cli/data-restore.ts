import { restoreData } from "../core/datasets/restore.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { findPlace, oneWord } from "./find-data.js";
import { counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { withProgress } from "./progress.js";

const usage = "data restore NAME[@VERSION] [--file FILE] [--keep | --discard] [--json]";

export const verb: Verb = {
  summary: "bring a version back to the working copy",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      file: { type: "string" },
      keep: { type: "boolean" },
      discard: { type: "boolean" },
    });
    const word = oneWord(positionals, usage);
    if (values.keep === true && values.discard === true)
      throw wrongUsage("Either --keep or --discard: what is there cannot do both.", usage);
    const overwrite =
      values.keep === true
        ? ("version" as const)
        : values.discard === true
          ? ("discard" as const)
          : undefined;
    return inFolder(context, async (bench) => {
      const { detail, version } = findPlace(bench, word);
      const report = await withProgress(context, "restored", (progress) =>
        restoreData(
          bench.datasets,
          { dataset: detail.id, version: version.id, file: values.file, overwrite },
          context.signal,
          progress,
        ),
      );
      if (context.json) {
        context.out(JSON.stringify({ version: version.number, ...report }));
        return 0;
      }
      const { written, removed, same, kept, putAway } = report;
      const parts = [
        `${counted(written, "file")} written`,
        ...(removed > 0 ? [`${removed} removed`] : []),
        ...(same > 0 ? [`${same.toLocaleString("en-US")} as they were`] : []),
      ];
      context.say(`${detail.name} is as version ${version.number}: ${parts.join(", ")}.`);
      if (kept !== null) context.say(`What was there before is version ${kept}.`);
      if (putAway !== null) context.say(`What was there before stays for 30 days in ${putAway}.`);
      return 0;
    });
  },
};
