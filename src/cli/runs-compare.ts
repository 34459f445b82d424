import { readWords, wrongUsage, type Verb } from "./command.js";
import { compareRuns } from "../core/tracking/comparison.js";
import { comparisonLines, sentence } from "./comparison-page.js";
import { findRun, shortIds } from "./find-run.js";
import { inFolder, settleLost } from "./open-folder.js";
import { ownScreen } from "./screen.js";

const usage = "runs compare RUN RUN … [--json]";

export const verb: Verb = {
  summary: "what differs between runs: metrics, params, code, data, environment",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    if (positionals.length < 2) throw wrongUsage("To compare takes at least two runs.", usage);
    return inFolder(context, async (bench) => {
      const ids: string[] = [];
      for (const word of positionals) ids.push(await findRun(bench, word, context));
      const twice = ids.find((id, at) => ids.indexOf(id) < at);
      if (twice !== undefined) throw wrongUsage(`The run ${twice} is named twice.`, usage);
      settleLost(bench, ids);
      const runs = ids.map((id) => bench.tracking.runs.get(id));
      const comparison = await compareRuns(bench.tracking, runs, context.signal);
      if (context.json) context.out(JSON.stringify({ sentence: sentence(comparison), ...comparison }));
      else
        context.out(
          comparisonLines(comparison, { screen: ownScreen(), shortId: shortIds(bench) }).join("\n"),
        );
      return 0;
    });
  },
};
