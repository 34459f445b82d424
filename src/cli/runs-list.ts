import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { RunDocument } from "../core/tracking/run-document.js";
import type { Workbench } from "../core/workbench.js";
import { readWords, wrongUsage, type CommandContext, type Verb } from "./command.js";
import { readFilter, withCaret, type Asked } from "./filter.js";
import { shortIds } from "./find-run.js";
import { inFolder, settleLost } from "./open-folder.js";
import { listLines } from "./run-table.js";
import { summaryOf } from "../core/tracking/run-summary.js";
import type { RunSummary } from "../core/tracking/view.js";
import { ownScreen } from "./screen.js";

const options = {
  filter: { type: "string" },
  experiment: { type: "string", short: "e" },
  limit: { type: "string", short: "n" },
  deleted: { type: "boolean" },
} as const;

const usualLimit = 20;

interface Question {
  readonly filter: string;
  readonly experiment: string | undefined;
  readonly limit: number | undefined;
  readonly deleted: boolean;
  /** How many at most, where neither `limit` nor the filter says. */
  readonly usual: number;
}

export interface Found {
  readonly runs: readonly RunSummary[];
  /** True where more runs match. */
  readonly more: boolean;
  readonly asked: Asked;
}

/** A whole number from 1 on, of an option. */
export function countOf(text: string | undefined, option: string, usage: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw wrongUsage(`--${option} takes a whole number from 1 on, not '${text}'.`, usage);
}

/** The runs that match, newest first or in the filter's own order. Runs whose end nobody saw are settled before. */
export async function searchRuns(bench: Workbench, question: Question): Promise<Found> {
  const asked = readFilter(question.filter);
  const { tracking } = bench;
  const searches = await tracking.searches();
  settleLost(bench, await searches.unfinishedLaunches());
  try {
    const page = await searches.runs({
      experiments: question.experiment === undefined ? "all" : [experimentOf(bench, question.experiment)],
      filter: question.filter,
      dialect: "loam",
      orderBy: [],
      stages: [question.deleted ? "deleted" : "active"],
      most: question.limit ?? asked.limit ?? question.usual,
    });
    const documents = page.items.map((text) => JSON.parse(text) as RunDocument);
    const states = await searches.shownStates(documents.map(({ info }) => info.run_id));
    const runs = documents.map((one) => summaryOf(tracking, one, states.get(one.info.run_id) ?? "running"));
    return { runs, more: page.next !== undefined, asked };
  } catch (error) {
    throw withCaret(error, question.filter);
  }
}

function experimentOf(bench: Workbench, named: string): string {
  const { experiments } = bench.tracking;
  const found = experiments.byName(named) ?? (/^\d{1,18}$/.test(named) ? experiments.find(named) : undefined);
  if (found) return found.id;
  const names = experiments.all().map(({ name }) => name);
  const some = names.slice(0, 10).join(", ");
  throw new Failure("experiment.notFound", said`There is no experiment '${named}' in this store.`, {
    next: said`There is: ${some}${names.length > 10 ? ", …" : ""}`,
  });
}

function answer(found: Found, bench: Workbench, context: CommandContext, question: Question): void {
  const { runs, more } = found;
  if (context.json) {
    context.out(JSON.stringify({ runs, more }));
    return;
  }
  if (runs.length === 0) {
    context.say(emptyText(question));
    return;
  }
  const lines = listLines(found, {
    bench,
    shortId: shortIds(bench),
    screen: ownScreen(),
    now: context.ports.clock.now(),
  });
  context.out(lines.join("\n"));
  if (more) context.say(`More runs match; --limit ${runs.length * 5} shows more.`);
}

function emptyText({ filter, experiment, deleted }: Question): string {
  if (filter !== "" || experiment !== undefined) return "No run matches.";
  return deleted ? "No run is deleted." : "No run yet. Track one with: loam run -- python train.py";
}

/** `loam runs list` and, with the filter as a word of its own, `loam runs search`. */
function listing(usage: string, summary: string, takesWord: boolean): Verb {
  return {
    summary,
    usage,
    run: async (words, base) => {
      const { values, positionals, context } = readWords(words, base, options);
      const filter = (takesWord ? positionals[0] : undefined) ?? values.filter;
      const extra = positionals[takesWord ? 1 : 0];
      if (extra !== undefined) {
        const hint = takesWord
          ? "Put the whole filter in quotes."
          : "A filter goes behind --filter, in quotes.";
        throw wrongUsage(`'${extra}' is one word too many. ${hint}`, usage);
      }
      if (takesWord && filter === undefined) throw wrongUsage("There is no filter to search with.", usage);
      const question: Question = {
        filter: filter ?? "",
        experiment: values.experiment,
        limit: countOf(values.limit, "limit", usage),
        deleted: values.deleted ?? false,
        usual: usualLimit,
      };
      return inFolder(context, async (bench) => {
        answer(await searchRuns(bench, question), bench, context, question);
        return 0;
      });
    },
  };
}

export const verb: Verb = listing(
  "runs list [--filter FILTER] [--experiment NAME] [--limit N] [--deleted] [--json]",
  "the newest runs, or those that match a filter",
  false,
);

export const searchVerb: Verb = listing(
  'runs search "FILTER" [--experiment NAME] [--limit N] [--deleted] [--json]',
  'the runs that match, such as "metrics.f1 > 0.9 order by metrics.f1 desc"',
  true,
);
