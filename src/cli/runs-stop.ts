import { summaryOfState } from "../core/tracking/run-summary.js";
import { stopRun } from "../run/stop-run.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { findRun } from "./find-run.js";
import { countOf } from "./runs-list.js";
import { inFolder, settleLost } from "./open-folder.js";
import { longSpanText } from "./times.js";

const usage = "runs stop RUN [--timeout SECONDS] [--json]";
const usualSeconds = 60;

export const verb: Verb = {
  summary: "stop a run that loam run started, gracefully first",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { timeout: { type: "string" } });
    const [word, extra] = positionals;
    if (word === undefined) throw wrongUsage("Which run? Name one, or say latest.", usage);
    if (extra !== undefined) throw wrongUsage(`One run at a time; '${extra}' is one too many.`, usage);
    const seconds = countOf(values.timeout, "timeout", usage) ?? usualSeconds;
    return inFolder(context, async (bench) => {
      const id = await findRun(bench, word, context);
      settleLost(bench, [id]);
      const ended = await stopRun(bench.tracking, id, seconds * 1000, context.signal);
      if (context.json) context.out(JSON.stringify({ run: summaryOfState(bench.tracking, ended) }));
      else
        context.say(
          `${ended.name} is ${ended.shownState}, after ${longSpanText((ended.end ?? 0) - ended.start)}.`,
        );
      return 0;
    });
  },
};
