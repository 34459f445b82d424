import * as path from "node:path";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { restoreSnapshot } from "../core/code/restore.js";
import { downloadVersion } from "../core/registry/download.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { findModelVersion, oneVersion } from "./find-model.js";
import { counted } from "./numbers.js";
import { inFolder } from "./open-folder.js";
import { withProgress } from "./progress.js";

const usage = "models download NAME/N|NAME@ALIAS --to DIR [--json]";

export const verb: Verb = {
  summary: "write the files of a version to a folder",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { to: { type: "string" } });
    const word = oneVersion(positionals, usage);
    if (values.to === undefined) throw wrongUsage("Where to? Add --to DIR.", usage);
    const to = path.resolve(context.folder, values.to);
    return inFolder(context, async (bench) => {
      const version = findModelVersion(bench, word);
      const written = await withProgress(context, "wrote", (progress) =>
        downloadVersion(bench.datasets, version, to, context.signal, progress),
      );
      const { name, number } = version;
      if (context.json) context.out(JSON.stringify({ name, version: number, path: written }));
      else context.say(`${name}/${number} is written to ${written}.`);
      return 0;
    });
  },
};

const codeUsage = "models code NAME/N|NAME@ALIAS --to DIR [--json]";

export const codeVerb: Verb = {
  summary: "write the code that made a version to a new folder",
  usage: codeUsage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { to: { type: "string" } });
    const word = oneVersion(positionals, codeUsage);
    if (values.to === undefined) throw wrongUsage("Where to? Add --to DIR.", codeUsage);
    const to = path.resolve(context.folder, values.to);
    return inFolder(context, async (bench) => {
      const { name, number, code } = findModelVersion(bench, word);
      if (!code)
        throw new Failure("code.notFound", said`The code of ${name}/${number} was not recorded.`, {
          next: said`Runs that are started with loam run have their code.`,
        });
      const restored = await restoreSnapshot(bench.store.layout.root, code.commit, to, context.signal);
      if (context.json)
        context.out(JSON.stringify({ name, version: number, path: to, ...code, ...restored }));
      else {
        context.say(`${name}/${number}: ${counted(restored.files, "file")} of code written to ${to}.`);
        for (const { path: file, why } of restored.skipped) context.say(`  left out ${file}: ${why}`);
      }
      return 0;
    });
  },
};
