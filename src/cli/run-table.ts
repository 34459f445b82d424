import { isHere, lastSign, readRunFacts } from "../core/tracking/run-facts.js";
import type { ShownState } from "../core/tracking/view.js";
import type { Workbench } from "../core/workbench.js";
import type { Asked } from "./filter.js";
import { metricsThatMatter } from "../core/tracking/metrics-that-matter.js";
import { columnTexts } from "./numbers.js";
import type { RunSummary } from "../core/tracking/view.js";
import type { Screen, Tone } from "./screen.js";
import { leastWidth, tableLines, type Cell, type Column } from "./table.js";
import { spanText, whenText } from "./times.js";

export interface Setting {
  readonly bench: Workbench;
  readonly shortId: (id: string) => string;
  readonly screen: Screen;
  readonly now: number;
}

/** Metric columns at most, beside those that were asked about. */
const mostMetrics = 4;
const shortestName = 16;

const tones: Partial<Record<ShownState, Tone>> = {
  running: "green",
  failed: "red",
  lost: "red",
  killed: "yellow",
};

export function stateCell(state: ShownState): Cell {
  const tone = tones[state];
  return tone === undefined ? state : { text: state, tone };
}

interface FullColumn extends Column {
  readonly cells: readonly Cell[];
}

const column = (title: string, cells: readonly Cell[], more: Partial<Column> = {}): FullColumn => ({
  title,
  align: "left",
  cells,
  ...more,
});

/** Values of one metric over all runs, told apart by as many digits as that needs; blank where a run has none. */
function metricColumn(name: string, runs: readonly RunSummary[]): FullColumn {
  const have = runs.filter((run) => Object.hasOwn(run.metrics, name));
  const texts = columnTexts(have.map((run) => Number(run.metrics[name])));
  const byRun = new Map(have.map((run, at) => [run, texts[at] ?? ""]));
  return column(
    name,
    runs.map((run) => byRun.get(run) ?? ""),
    { align: "right" },
  );
}

/** A table of runs for a person, with as many metrics as fit. */
export function listLines(
  { runs, asked }: { readonly runs: readonly RunSummary[]; readonly asked: Asked },
  setting: Setting,
): string[] {
  const { screen, now, shortId } = setting;
  const experiments = runs.map(({ experiment }) => experiment.name ?? experiment.id);
  const front = [
    column(
      "id",
      runs.map(({ id }) => shortId(id)),
    ),
    column(
      "name",
      runs.map(({ name }) => name),
      { shrinksTo: shortestName },
    ),
    column(
      "state",
      runs.map(({ state }) => stateCell(state)),
    ),
  ];
  const back = [
    column(
      "started",
      runs.map(({ start }) => (start === null ? "" : shortWhen(start, now))),
    ),
    column(
      "took",
      runs.map((run) => tookText(run, setting)),
      { align: "right" },
    ),
    ...(new Set(experiments).size > 1 ? [column("experiment", experiments, { shrinksTo: 10 })] : []),
  ];
  const params = asked.params.map((name) =>
    column(
      name,
      runs.map((run) => (Object.hasOwn(run.params, name) ? (run.params[name] ?? "") : "")),
      {
        shrinksTo: 8,
      },
    ),
  );
  const middle = [...asked.metrics.map((name) => metricColumn(name, runs)), ...params];
  for (const name of metricsThatMatter(runs, asked.metrics, mostMetrics).slice(asked.metrics.length)) {
    const tried = [...middle, metricColumn(name, runs)];
    const columns = [...front, ...tried, ...back];
    if (leastWidth(columns, rowsOf(columns, runs.length)) > screen.width) break;
    middle.splice(0, middle.length, ...tried);
  }
  const columns = [...front, ...middle, ...back];
  return tableLines(columns, rowsOf(columns, runs.length), screen);
}

function rowsOf(columns: readonly FullColumn[], count: number): Cell[][] {
  return Array.from({ length: count }, (_, at) => columns.map(({ cells }) => cells[at] ?? ""));
}

/** The date without its time of day, where it is no longer relative: a table is read at a glance. */
const shortWhen = (at: number, now: number): string => whenText(at, now).replace(/ \d\d:\d\d$/, "");

/** How long a run took; of one that runs here, until now; of one that runs elsewhere, when it was last heard of. */
function tookText(run: RunSummary, { bench, now }: Setting): string {
  if (run.start === null) return "";
  if (run.end !== null) return spanText(run.end - run.start);
  if (run.state !== "running") return "";
  const facts = readRunFacts(bench.store, run.id);
  if (!facts || isHere(bench.store, facts.facts.get("launch.started")?.machine))
    return spanText(now - run.start);
  return `heard ${whenText(lastSign(bench.store, facts), now)}`;
}
