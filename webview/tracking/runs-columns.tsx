import type { Column } from "../../src/protocol/tracking.js";
import { missing, type Cell } from "../grid/cell.js";
import type { GridColumn, PlacedColumn } from "../grid/columns.js";
import { dateText, spanText, whenText } from "../numbers.js";
import { seriesColor } from "../../src/protocol/series-colors.js";
import { seriesVariable } from "../series-colors.js";
import { words } from "../words.js";
import { keyOfColumn, metricColumn } from "./column-keys.js";
import { fieldName } from "./query-text.js";
import { isInternal, rankedMetrics } from "./ranked-metrics.js";
import type { ReadRun } from "./read-runs.js";
import type { RunCurves } from "./runs-curves.js";
import type { RunNumbers } from "./runs-numbers.js";
import { RunSpark, sparkWidth } from "./runs-spark.js";
import { runsWords } from "./runs-words.js";

/** How many metrics and params stand in the grid before a person chooses. */
const usualMetrics = 6;
const usualParams = 6;
/** On a page narrower than this the names take less room. */
const narrow = 480;

/** As wide as the longest word of the language, behind its icon. */
const stateWidth = 32 + 8 * Math.max(...Object.values(words.states).map(({ length }) => length));

/** Columns that every run has. `field`: what a query calls it. */
const ownColumns = {
  name: { title: runsWords.name, width: 220, field: "name" },
  state: { title: runsWords.state, width: stateWidth, field: "state" },
  started: { title: runsWords.started, width: 110, field: "start_time" },
  duration: { title: runsWords.duration, width: 90, field: "duration" },
  experiment: { title: runsWords.experiment, width: 130, field: "experiment" },
  user: { title: runsWords.user, width: 100, field: "user_id" },
  id: { title: runsWords.id, width: 250, field: "run_id" },
} as const;

const trendColumn = "trend";

/** What a query calls a column of the grid; undefined for one that no query knows. */
export function fieldOf(id: string): string | undefined {
  const own = Object.hasOwn(ownColumns, id) ? ownColumns[id as keyof typeof ownColumns] : undefined;
  if (own) return own.field;
  const key = keyOfColumn(id);
  return key && fieldName(key.kind, key.name);
}

/** The column that a query's field names. */
export function columnOf(field: string, columns: readonly GridColumn[]): string | undefined {
  return columns.find(({ id }) => fieldOf(id) === field)?.id;
}

export interface ColumnFacts {
  readonly columns: readonly Column[];
  /** The metric whose curve stands in the rows. */
  readonly trend: string | undefined;
  readonly experiments: number;
}

/** All columns of the grid; those that few need stand aside until they are asked for. */
export function gridColumns({ columns, trend, experiments }: ColumnFacts): readonly GridColumn[] {
  const own = (id: keyof typeof ownColumns, more: Partial<GridColumn> = {}): GridColumn => {
    const { title, width } = ownColumns[id];
    return { id, title, width, sortable: true, ...more };
  };
  const keyed = (kind: "param" | "tag", usual: number): GridColumn[] =>
    columns
      .filter((column) => column.kind === kind)
      .sort(
        (a, b) =>
          Number(isInternal(a.name)) - Number(isInternal(b.name)) ||
          b.runs - a.runs ||
          (a.name < b.name ? -1 : 1),
      )
      .map(({ name }, at) => ({
        id: `${kind}:${name}`,
        title: name,
        kind,
        width: 110,
        sortable: true,
        aside: at >= usual || isInternal(name),
      }));
  const metrics = rankedMetrics(columns).map((name, at): GridColumn => {
    const width = Math.max(84, Math.min(150, 30 + name.length * 7));
    const aside = at >= usualMetrics || isInternal(name);
    return {
      id: metricColumn(name),
      title: name,
      kind: "metric",
      width,
      numeric: true,
      sortable: true,
      aside,
    };
  });
  return [
    own("name", { fixed: true, width: window.innerWidth < narrow ? 130 : ownColumns.name.width }),
    own("state"),
    ...(trend === undefined
      ? []
      : [{ id: trendColumn, title: runsWords.trend(trend), width: sparkWidth + 16 }]),
    ...metrics,
    ...keyed("param", usualParams),
    own("started"),
    own("duration", { numeric: true }),
    own("experiment", { aside: experiments < 2 }),
    own("user", { aside: true }),
    own("id", { aside: true }),
    ...keyed("tag", 0),
  ];
}

const stateLooks = {
  scheduled: { icon: "clock", tone: "quiet" },
  running: { icon: "sync", tone: "live" },
  finished: { icon: "pass", tone: "good" },
  failed: { icon: "error", tone: "bad" },
  killed: { icon: "circle-slash", tone: "warn" },
  lost: { icon: "question", tone: "warn" },
} as const;

interface CellFacts {
  readonly numbers: RunNumbers;
  readonly curves: RunCurves;
  readonly trend: string | undefined;
  readonly now: number;
}

/** What stands in a cell of a run; undefined where the run was not read for that column. */
export function runCell(run: ReadRun, { id, title }: PlacedColumn, facts: CellFacts): Cell | undefined {
  const key = keyOfColumn(id);
  if (key && !run.columns.has(id)) return undefined;
  if (key?.kind === "metric") {
    const value = run.metrics[key.name];
    if (value === undefined) return missing(runsWords.noValue(key.name));
    return { text: facts.numbers.text(key.name, value), title: `${key.name} ${String(value)}` };
  }
  if (key) {
    const value = (key.kind === "param" ? run.params : run.tags)[key.name];
    return value === undefined ? missing(runsWords.noValue(key.name)) : { text: value, title: value };
  }
  switch (id) {
    case "name":
      return { text: run.name, title: run.name, dot: seriesVariable(seriesColor(run.id)) };
    case "state":
      return { text: words.states[run.state], ...stateLooks[run.state] };
    case trendColumn:
      return trendCell(run, facts);
    case "started":
      if (run.start === null) return missing(runsWords.noValue(title));
      return { text: whenText(run.start, facts.now), title: dateText(run.start) };
    case "duration": {
      const end = run.end ?? (run.state === "running" ? facts.now : null);
      return run.start === null || end === null
        ? missing(runsWords.noValue(title))
        : { text: spanText(end - run.start) };
    }
    case "experiment":
      return { text: run.experiment.name ?? run.experiment.id };
    case "user":
      return run.user === "" ? missing(runsWords.noValue(title)) : { text: run.user };
    default:
      return { text: run.id, title: run.id };
  }
}

function trendCell(run: ReadRun, { curves, trend = "" }: CellFacts): Cell | undefined {
  if (!run.columns.has(metricColumn(trend))) return undefined;
  if (run.metrics[trend] === undefined) return missing(runsWords.noCurve(trend));
  return {
    text: "",
    drawn: <RunSpark curves={curves} run={run.id} metric={trend} />,
  };
}
