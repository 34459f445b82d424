import type { Workbench } from "../core/workbench.js";
import { readWords, wrongUsage, type CommandContext, type Verb } from "./command.js";
import { exportRun, runsCsv } from "./export-runs.js";
import { findRun } from "./find-run.js";
import { inFolder, settleLost } from "./open-folder.js";
import { detailOf } from "../core/tracking/run-detail.js";
import { summaryOfState } from "../core/tracking/run-summary.js";
import type { RunSummary } from "../core/tracking/view.js";
import { searchRuns } from "./runs-list.js";
import { printable } from "./text-width.js";

const usage =
  "runs export RUN … --to FOLDER [--code] [--json]\nruns export RUN … --format csv|json\nruns export --filter FILTER --format csv|json";

/** More runs than any store has that one person exports at once. */
const all = 1_000_000;

/** The runs that match, as the index has them. */
async function matching(bench: Workbench, filter: string): Promise<readonly RunSummary[]> {
  const question = { filter, experiment: undefined, limit: undefined, deleted: false, usual: all };
  return (await searchRuns(bench, question)).runs;
}

async function named(
  bench: Workbench,
  words: readonly string[],
  context: CommandContext,
): Promise<RunSummary[]> {
  const ids = new Set<string>();
  for (const word of words) ids.add(await findRun(bench, word, context));
  settleLost(bench, [...ids]);
  return [...ids].map((id) => summaryOfState(bench.tracking, bench.tracking.runs.get(id)));
}

export const verb: Verb = {
  summary: "copy runs out of the store: a folder each, or a table on stdout",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      to: { type: "string" },
      format: { type: "string" },
      filter: { type: "string" },
      code: { type: "boolean" },
    });
    const { to, format, filter } = values;
    if ((positionals.length === 0) === (filter === undefined))
      throw wrongUsage("Name the runs to export, or say which with --filter.", usage);
    if ((to === undefined) === (format === undefined))
      throw wrongUsage("Say where to: --to FOLDER, or --format csv or json for stdout.", usage);
    if (format !== undefined && format !== "csv" && format !== "json")
      throw wrongUsage(`--format is csv or json, not '${format}'.`, usage);
    return inFolder(context, async (bench) => {
      const found =
        filter === undefined ? await named(bench, positionals, context) : await matching(bench, filter);
      const { runs } = bench.tracking;
      if (to === undefined) {
        const text =
          format === "csv"
            ? runsCsv(found).trimEnd()
            : JSON.stringify({ runs: found.map(({ id }) => detailOf(bench.tracking, runs.get(id))) });
        context.out(text);
        return 0;
      }
      const folders: string[] = [];
      for (const { id } of found) {
        folders.push(await exportRun(bench, runs.get(id), to, values.code === true, context.signal));
        context.say(`Exported ${printable(folders.at(-1) ?? "")}`);
      }
      if (context.json) context.out(JSON.stringify({ folders }));
      return 0;
    });
  },
};
