import { readWords, type Verb } from "./command.js";
import { findPlace, oneWord } from "./find-data.js";
import { bytesText } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { ownScreen } from "./screen.js";
import { tableLines } from "./table.js";

const usage = "data files NAME[@VERSION] [--json]";

export const verb: Verb = {
  summary: "the files of a version",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    const word = oneWord(positionals, usage);
    return inFolder(context, (bench) => {
      const { detail, version } = findPlace(bench, word);
      const files = [...bench.datasets.contents.manifest(version)];
      if (context.json) {
        const { id, name } = detail;
        context.out(JSON.stringify({ dataset: { id, name }, version: version.number, files }));
      } else
        context.out(
          tableLines(
            [
              { title: "hash", align: "left" },
              { title: "size", align: "right" },
              { title: "file", align: "left" },
            ],
            files.map(({ hash, size, path, executable }) => [
              hash.slice(0, 12),
              bytesText(size),
              (path || detail.name) + (executable ? " *" : ""),
            ]),
            ownScreen(),
          ).join("\n"),
        );
      return Promise.resolve(0);
    });
  },
};
