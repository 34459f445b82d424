import { emptyTrashOf, trashOf, type Trash } from "../core/workbench-trash.js";
import { compareRuns } from "../core/tracking/comparison.js";
import { interestIn, isMoreBetter } from "../core/tracking/metrics-that-matter.js";
import { detailOf } from "../core/tracking/run-detail.js";
import { summaryOf } from "../core/tracking/run-summary.js";
import { downsample } from "../core/tracking/sampling.js";
import { SeriesReader } from "../core/tracking/series.js";
import type { Handlers } from "../protocol/channel.js";
import { packRows } from "../protocol/rows.js";
import type {
  CurveQuery,
  KeysOfRuns,
  ListedRun,
  RunCurve,
  StoreState,
  TrackingRequests,
  TrashContents,
} from "../protocol/tracking.js";
import { stopRun } from "../run/stop-run.js";
import type { Endpoint } from "./endpoint.js";
import { effectOfParam, runsOfFile } from "./file-runs.js";
import { briefsOf, runOfProcess } from "./run-briefs.js";
import type { FolderState, OpenFolder } from "./open-folder.js";
import { makeChange } from "./run-changes.js";
import { artifactContent, codeFile, codeFiles, consolePart, headFile } from "./run-files.js";
import { wireFailure } from "./wire-failure.js";

/** How long a run that is asked to stop is waited for. */
const stopMs = 60_000;
const mostRuns = 200_000;

/** A folder's state as pages and views get it. */
export const storeState = (state: FolderState): StoreState =>
  state.state === "failed" ? { state: "failed", failure: wireFailure(state.failure) } : state;

/** What an engine answers about runs. */
export function trackingAnswers(open: OpenFolder, endpoint: Endpoint): Handlers<TrackingRequests> {
  let series: SeriesReader | undefined;
  const rowsOf = async (ids: readonly string[], keys?: KeysOfRuns): Promise<ListedRun[]> => {
    const searches = await open.searches();
    const { tracking } = open.bench;
    return searches.rows(ids, keys && wantedOf(keys)).map(({ document, state, launched }) => ({
      ...summaryOf(tracking, document, state),
      launched,
    }));
  };
  return {
    "store/state": () => storeState(open.state),
    "experiments/list": async () => {
      const counts = (await open.searches()).runsByExperiment();
      return open.bench.tracking.experiments
        .all()
        .map(({ id, name, stage }) => ({ id, name, stage, runs: counts.get(id) ?? 0 }));
    },
    "runs/find": async (query) => {
      const searches = await open.searches();
      const complete = searches.caughtUp;
      const { ids, total } = searches.find({ ...query, most: Math.min(query.most, mostRuns) });
      if (!query.first) return { ids, total, complete };
      const { count, keys } = query.first;
      return { ids, total, complete, first: packRows(await rowsOf(ids.slice(0, count), keys)) };
    },
    "runs/rows": async ({ ids, keys }) => packRows(await rowsOf(ids, keys)),
    "runs/briefs": async ({ ids }) => briefsOf(await open.searches(), ids),
    "runs/ofProcess": ({ pid }) => ({ run: runOfProcess(open.bench, pid) }),
    "runs/columns": async () =>
      (await (await open.searches()).columns()).map((column) => ({
        ...column,
        interest: column.kind === "metric" ? interestIn(column.name) : 0,
      })),
    "runs/detail": ({ run }) => detailOf(open.bench.tracking, open.bench.tracking.runs.get(run)),
    "runs/compare": async ({ runs }, signal) => {
      const { tracking } = open.bench;
      const states = runs.map((id) => tracking.runs.get(id));
      const comparison = await compareRuns(tracking, states, signal);
      return { ...comparison, directions: directionsOf(comparison.metrics.map(({ name }) => name)) };
    },
    "runs/curves": async (query, signal) => {
      series ??= new SeriesReader(open.bench.store);
      const curves: RunCurve[] = [];
      for (const run of query.runs) curves.push(await curveOf(series, run, query, signal));
      return curves;
    },
    "runs/console": ({ run, from, most }) => consolePart(open.bench, run, from, most),
    "runs/artifact": ({ run, path, most }) => artifactContent(open.bench, run, path, most),
    "runs/codeFiles": async ({ run }, signal) => ({ files: await codeFiles(open.bench, run, signal) }),
    "runs/codeFile": async ({ run, path }) => ({ text: await codeFile(open.bench, run, path) }),
    "runs/headFile": async ({ run, path }, signal) => ({
      text: await headFile(open.bench, run, path, signal),
    }),
    "runs/change": async ({ run, change }, signal) => {
      await makeChange(open.bench, run, change, signal);
      return null;
    },
    "runs/stop": async ({ run }, signal) => {
      await stopRun(open.bench.tracking, run, stopMs, signal);
      return null;
    },
    "runs/ofFile": async ({ file, most }) => runsOfFile(open.bench, await open.searches(), file, most),
    "params/effect": async ({ file, param }) => effectOfParam(open.bench, await open.searches(), file, param),
    "trash/list": () => trashContents(trashOf(open.bench)),
    "trash/empty": async (_, signal) => {
      const { bytes, busy, garbage } = await emptyTrashOf(open.bench, signal);
      const kept = garbage !== null && (garbage.keptObjects !== undefined || garbage.young > 0);
      return { bytes, busy: busy.length, kept };
    },
    "endpoint/open": () => endpoint.open(),
  };
}

const mostNamed = 5;

function trashContents({ entities, data, models, held, bytes }: Trash): TrashContents {
  const [runs, logged, traces] = (["runs", "logged", "traces"] as const).map((room) =>
    entities.filter((one) => one.room === room),
  );
  const named = [...(runs ?? []), ...data, ...models].slice(0, mostNamed);
  return {
    runs: runs?.length ?? 0,
    logged: logged?.length ?? 0,
    traces: traces?.length ?? 0,
    data: data.length,
    models: models.length,
    names: named.map(({ name }) => name),
    bytes,
    held: held.slice(0, mostNamed).map(({ name, by }) => ({ name, by })),
  };
}

const wantedOf = ({ metrics, params, tags }: KeysOfRuns) => ({
  metrics: new Set(metrics),
  params: new Set(params),
  tags: new Set(tags),
});

/** Whether more or less of a metric is the better, for those whose name says so. */
function directionsOf(names: readonly string[]): Record<string, "more" | "less"> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const more = isMoreBetter(name);
      return more === undefined ? [] : [[name, more ? "more" : "less"] as const];
    }),
  );
}

async function curveOf(
  reader: SeriesReader,
  run: string,
  { metric, pixels, axis, range }: CurveQuery,
  signal: AbortSignal,
): Promise<RunCurve> {
  const series = await reader.read(run, metric, signal);
  const { x, y, points } = downsample(series, pixels, axis, range);
  return { run, x, y, points };
}
