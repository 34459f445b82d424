import * as path from "node:path";
import { restoreData } from "../core/datasets/restore.js";
import { readWords, type Verb } from "./command.js";
import { findPlace, oneWord } from "./find-data.js";
import { counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { withProgress } from "./progress.js";
import { printable } from "./text-width.js";

const usage = "data get NAME[@VERSION] [--file FILE] [--to PATH] [--json]";

export const verb: Verb = {
  summary: "write a version, or one file of it, to a new place",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      file: { type: "string" },
      to: { type: "string" },
    });
    const word = oneWord(positionals, usage);
    return inFolder(context, async (bench) => {
      const { detail, version } = findPlace(bench, word);
      const own = path.posix.basename(values.file ?? (detail.path === "" ? detail.name : detail.path));
      const { name, ext } = path.posix.parse(own);
      const wanted = path.resolve(context.folder, values.to ?? `${name}@${version.number}${ext}`);
      const into = context.ports.files.stat(wanted)?.kind === "folder";
      const to = values.to !== undefined && into ? path.join(wanted, own) : wanted;
      const report = await withProgress(context, "wrote", (progress) =>
        restoreData(
          bench.datasets,
          { dataset: detail.id, version: version.id, file: values.file, to },
          context.signal,
          progress,
        ),
      );
      if (context.json) context.out(JSON.stringify({ version: version.number, ...report }));
      else
        context.say(
          `${detail.name}@${version.number}: ${counted(report.written, "file")} written to ${printable(report.path)}.`,
        );
      return 0;
    });
  },
};
