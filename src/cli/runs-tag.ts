import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { cut, limits } from "../core/tracking/limits.js";
import type { RunState } from "../core/tracking/run-state.js";
import { changeRun, type RunChange } from "../api/change-run.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { findRun } from "./find-run.js";
import { inFolder } from "./open-folder.js";
import { isOwnTag, summaryOfState } from "../core/tracking/run-summary.js";
import { counted } from "./numbers.js";

const usage = "runs tag RUN KEY=VALUE … [--remove KEY …] [--json]";

function setting(id: string, word: string): RunChange {
  const at = word.indexOf("=");
  if (at <= 0) throw wrongUsage(`A tag is KEY=VALUE, not '${word}'.`, usage);
  const [key, value] = [word.slice(0, at), word.slice(at + 1)];
  if (cut(value, limits.tagValue) !== value) {
    throw new Failure(
      "value.tooLarge",
      said`The value of '${key}' is longer than ${limits.tagValue} characters.`,
      {
        next: said`Keep long texts in a file, and the file as an artifact.`,
      },
    );
  }
  return {
    here: (recorder) => {
      recorder.log({ tags: [{ key, value }] });
    },
    there: { call: "set-tag", body: { run_id: id, key, value } },
  };
}

const removal = (id: string, key: string): RunChange => ({
  here: (recorder) => {
    recorder.deleteTag(key);
  },
  there: { call: "delete-tag", body: { run_id: id, key } },
});

function checkTags(run: RunState, removed: readonly string[]): void {
  const missing = removed.find((key) => run.tag(key) === undefined);
  if (missing === undefined) return;
  const own = run.tags.map(({ key }) => key).filter((key) => !isOwnTag(key));
  throw new Failure("tag.notFound", said`${run.name} has no tag '${missing}'.`, {
    next: own.length === 0 ? said`It has none.` : said`It has: ${own.join(", ")}`,
  });
}

export const verb: Verb = {
  summary: "set and remove tags of a run",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      remove: { type: "string", multiple: true },
    });
    const [word, ...pairs] = positionals;
    if (word === undefined) throw wrongUsage("Which run? Name one, or say latest.", usage);
    const removed = values.remove ?? [];
    if (pairs.length + removed.length === 0) throw wrongUsage("There is no tag to set or remove.", usage);
    return inFolder(context, async (bench) => {
      const id = await findRun(bench, word, context);
      const { runs } = bench.tracking;
      runs.checkActive(runs.get(id));
      checkTags(runs.get(id), removed);
      const changes = [...pairs.map((pair) => setting(id, pair)), ...removed.map((key) => removal(id, key))];
      for (const change of changes) await changeRun(bench, id, change, context.signal);
      const run = runs.get(id);
      if (context.json) context.out(JSON.stringify({ run: summaryOfState(bench.tracking, run) }));
      else context.say(`${run.name}: ${toldChanges(pairs.length, removed.length)}`);
      return 0;
    });
  },
};

function toldChanges(set: number, removed: number): string {
  const parts = [
    set > 0 ? `${counted(set, "tag")} set` : "",
    removed > 0 ? `${counted(removed, "tag")} removed` : "",
  ];
  return `${parts.filter((part) => part !== "").join(", ")}.`;
}
