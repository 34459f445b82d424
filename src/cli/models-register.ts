import * as path from "node:path";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { candidatesOf } from "../core/registry/candidates.js";
import { registerVersion } from "../core/registry/register.js";
import { summaryOfVersion } from "../core/registry/summaries.js";
import type { RegisterSource } from "../core/registry/view.js";
import type { Workbench } from "../core/workbench.js";
import { readWords, wrongUsage, type CommandContext, type Verb } from "./command.js";
import { findModelVersion } from "./find-model.js";
import { findRun } from "./find-run.js";
import { bytesText } from "./numbers.js";
import { inRegistry } from "./open-folder.js";
import { withProgress } from "./progress.js";

const usage =
  "models register RUN:PATH|RUN|models:/m-ID|PATH|NAME/N --name N [--run RUN] [-m DESCRIPTION] [--json]";

export const verb: Verb = {
  summary: "make a version of a run's artifact, a logged model, a file or folder, or another version",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      name: { type: "string" },
      run: { type: "string" },
      description: { type: "string", short: "m" },
    });
    const [word, extra] = positionals;
    const { name, description } = values;
    if (word === undefined) throw wrongUsage("What is to be registered?", usage);
    if (extra !== undefined) throw wrongUsage(`'${extra}' is one word too many.`, usage);
    if (name === undefined) throw wrongUsage("Under which name? Add --name NAME.", usage);
    return inRegistry(
      context,
      async (bench) => {
        const source = await sourceOf(bench, word, values.run, context);
        const { version, hasCode } = await withProgress(context, "kept", (progress) =>
          registerVersion(bench, { name, source, description }, context.signal, progress),
        );
        if (context.json) context.out(JSON.stringify({ version: summaryOfVersion(version), hasCode }));
        else {
          const size = version.size === null ? "" : `, ${bytesText(version.size)}`;
          const of = version.runName === null ? "" : `, of the run ${version.runName}`;
          context.say(
            `${version.name}/${version.number}: ${version.flavor}${size}, from ${version.source}${of}.`,
          );
          if (version.code && !hasCode)
            context.say("The code of its run is not here, so it does not travel with it.");
        }
        return 0;
      },
      { create: true },
    );
  },
};

/** What a person means: a file that is there goes first, since its name is what was typed. */
async function sourceOf(
  bench: Workbench,
  word: string,
  run: string | undefined,
  context: CommandContext,
): Promise<RegisterSource> {
  const uri = /^models:\/+(.*)$/.exec(word)?.[1];
  if (uri !== undefined)
    return /^m-[0-9a-f]+$/.test(uri) ? { kind: "logged", model: uri } : versionSource(bench, uri);
  const file = path.resolve(context.folder, word);
  if (run !== undefined || context.ports.files.stat(file)) {
    const ofRun = run === undefined ? {} : { run: await findRun(bench, run, context) };
    return { kind: "file", path: file, ...ofRun };
  }
  const [, before, artifact] = /^([^:]+):(.*)$/s.exec(word.replace(/^runs:\/+([^/]+)\//, "$1:")) ?? [];
  if (before !== undefined && artifact !== undefined)
    return { kind: "artifact", run: await findRun(bench, before, context), path: artifact };
  if (word.includes("/") || word.includes("@")) {
    const version = attempt(() => versionSource(bench, word));
    if (version) return version;
    throw new Failure("artifact.notFound", said`There is no file ${file}, and no version ${word}.`, {
      next: said`Name a file, RUN:PATH, RUN, models:/m-ID or NAME/N.`,
    });
  }
  const id = await findRun(bench, word, context).catch((error: unknown) => {
    if (!likeFile.test(word) || !(error instanceof Failure) || error.code !== "run.notFound") throw error;
    throw new Failure("artifact.notFound", said`There is no file ${file}, and no run ${word}.`, {
      next: said`Name a file, RUN:PATH, RUN, models:/m-ID or NAME/N.`,
    });
  });
  const [best, ...others] = candidatesOf(bench, id);
  if (!best)
    throw new Failure("artifact.notFound", said`The run ${word} has nothing that looks like a model.`, {
      next: said`Name what it is: ${word}:PATH. To see its artifacts: loam runs show ${word}`,
    });
  if (others.length > 0)
    context.say(
      `Taking ${best.name}; there are also ${others
        .slice(0, 5)
        .map((one) => one.name)
        .join(", ")}.`,
    );
  return best.source;
}

/** A name with an ending. */
const likeFile = /[^.][.][a-z]\w*$/i;

const versionSource = (bench: Workbench, word: string): RegisterSource => {
  const { model, id } = findModelVersion(bench, word);
  return { kind: "version", model, version: id };
};

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
