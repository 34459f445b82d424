import { findDataset } from "../core/datasets/find.js";
import { readWords, type Verb } from "./command.js";
import { versionNotes } from "./data-words.js";
import { oneWord } from "./find-data.js";
import { bytesText } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { ownScreen } from "./screen.js";
import { tableLines } from "./table.js";
import { dateText } from "./times.js";

const usage = "data log NAME [--deleted] [--json]";

export const verb: Verb = {
  summary: "the versions of a data set, the newest first",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { deleted: { type: "boolean" } });
    const word = oneWord(positionals, usage);
    return inFolder(context, ({ datasets }) => {
      const detail = findDataset(datasets, word, "any");
      const { id, name, history } = detail;
      const shown = history.filter((one) => values.deleted === true || one.stage === "active");
      if (context.json) context.out(JSON.stringify({ dataset: { id, name }, versions: shown }));
      else if (shown.length === 0) context.say(`${name} has no version.`);
      else
        context.out(
          tableLines(
            [
              { title: "version", align: "right" },
              { title: "made", align: "left" },
              { title: "by", align: "left", shrinksTo: 10 },
              { title: "files", align: "right" },
              { title: "size", align: "right" },
              { title: "hash", align: "left" },
              { title: "message", align: "left", shrinksTo: 16 },
              { title: "", align: "left", shrinksTo: 12 },
            ],
            shown.map((one) => [
              String(one.number),
              dateText(one.at),
              one.author,
              one.files.toLocaleString("en-US"),
              bytesText(one.size),
              one.content.slice(0, 12),
              one.message.split("\n")[0] ?? "",
              versionNotes(one),
            ]),
            ownScreen(),
          ).join("\n"),
        );
      return Promise.resolve(0);
    });
  },
};
