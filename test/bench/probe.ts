import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import type { SearchRequest } from "../../src/core/tracking/search.js";
import type { Workbench } from "../../src/core/workbench.js";

/*
 * A process of its own that does one thing to a store and says how long it took: `probe.js WORK FOLDER …`. It is
 * bundled as the product is, so that neither a loader nor what another benchmark compiled is measured with it.
 */

/** Figures go to the process that started this one. */
function tell(figures: object): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

const everything: SearchRequest = {
  experiments: ["0"],
  filter: "",
  dialect: "loam",
  orderBy: [],
  stages: ["active"],
  most: 100,
};

const since = (began: number): number => performance.now() - began;
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function open(folder: string): Promise<Workbench> {
  const { openWorkbench } = await import("../../src/core/workbench.js");
  return openWorkbench(folder, nodePorts);
}

const megabytes = (): { now: number; most: number } => ({
  now: process.memoryUsage.rss() / 1e6,
  most: (process.resourceUsage().maxRSS * 1024) / 1e6,
});

/** Notes how long each turn of the event loop takes, until stopped. */
function watchTurns(): () => readonly number[] {
  const turns: number[] = [];
  let last = performance.now();
  let on = true;
  const look = (): void => {
    const now = performance.now();
    turns.push(now - last);
    last = now;
    if (on) setImmediate(look);
  };
  setImmediate(look);
  return () => {
    on = false;
    return turns;
  };
}

/** From the engine's start to rows that can be shown, and to having caught up. */
async function openStore(folder: string): Promise<void> {
  const began = performance.now();
  const bench = await open(folder);
  const searches = await bench.tracking.searches();
  const stop = watchTurns();
  let rows = 0;
  while (rows < 100) {
    rows = (await searches.runs({ ...everything, atOnce: true })).items.length;
    if (rows < 100) await nextTurn();
  }
  const firstRows = since(began);
  await searches.runs(everything);
  const caughtUp = since(began);
  // Turns in which next to nothing was done would make the slices look shorter than they are.
  const slices = stop().filter((turn) => turn > 1);
  slices.sort((a, b) => a - b);
  const p99 = slices[Math.min(slices.length - 1, Math.floor(slices.length * 0.99))] ?? 0;
  tell({ firstRows, caughtUp, p99, longest: slices.at(-1) ?? 0, memory: megabytes().now });
  bench.dispose(); // saves the image where there was none
}

/** Answers questions, one a line of its input: how long the median of `times` answers took, and which runs came. */
async function searchStore(folder: string): Promise<void> {
  const bench = await open(folder);
  const searches = await bench.tracking.searches();
  await searches.runs(everything);
  tell({ ready: true });
  process.stdin.setEncoding("utf8");
  let held = "";
  for await (const chunk of process.stdin) {
    held += String(chunk);
    for (let end = held.indexOf("\n"); end >= 0; end = held.indexOf("\n")) {
      const { times, ...asked } = JSON.parse(held.slice(0, end)) as Partial<SearchRequest> & {
        times: number;
      };
      held = held.slice(end + 1);
      const took: number[] = [];
      let items: readonly string[] = [];
      for (let n = 0; n < times; n++) {
        const began = performance.now();
        ({ items } = await searches.runs({ ...everything, ...asked }));
        took.push(since(began));
        await nextTurn();
      }
      took.sort((a, b) => a - b);
      const ids = items.map((text) => (JSON.parse(text) as { info: { run_id: string } }).info.run_id);
      tell({ ms: took[took.length >> 1] ?? 0, ids, memory: megabytes() });
    }
  }
  bench.dispose();
}

/** Logs a metric for each line of its input, and says when that was acknowledged. */
async function write(folder: string): Promise<void> {
  const bench = await open(folder);
  const run = bench.tracking.runs.create({ experiment: "0", name: "watched", start: Date.now() });
  tell({ run: run.id });
  let step = 0;
  for await (const chunk of process.stdin) {
    for (let n = 0; n < String(chunk).length; n++) {
      const time = Date.now();
      run.log({ metrics: [{ key: "seen", value: step, step, time }] });
      tell({ step, at: performance.timeOrigin + performance.now() });
      step++;
    }
  }
  bench.dispose();
}

/** How often a live run logs, in ms. */
const everyMs = 10;
/** Metrics that it logs each time; the first is called `at`. */
const liveMetrics = Array.from({ length: 10 }, (_, n) => (n === 0 ? "at" : `loss_${n}`));

/**
 * Logs 1,000 points a second to a run of a script until the input ends, then says when each step was acknowledged.
 * The value of `at` is its step.
 */
async function writeLive(folder: string, name: string, script: string): Promise<void> {
  const bench = await open(folder);
  const run = bench.tracking.runs.create({ experiment: "0", name, start: Date.now() });
  run.log({ tags: [{ key: "mlflow.source.name", value: script }] });
  tell({ run: run.id });
  const times: number[] = [];
  const began = performance.now();
  const log = (): void => {
    const metrics = [];
    const from = times.length;
    const to = Math.floor(since(began) / everyMs);
    for (let step = from; step < to; step++)
      for (const [n, key] of liveMetrics.entries())
        metrics.push({ key, value: n === 0 ? step : Math.exp(-step / 3000) * n, step, time: Date.now() });
    run.log({ metrics });
    const at = performance.timeOrigin + performance.now();
    for (let step = from; step < to; step++) times.push(at);
  };
  const timer = setInterval(log, everyMs);
  for await (const _ of process.stdin) void _;
  clearInterval(timer);
  run.write({ kind: "status.set", status: "FINISHED", end: Date.now() });
  tell({ times });
  bench.dispose();
}

/** Reads one series and thins it out for a chart, twice: as the first such work of a process, and again. */
async function readSeries(folder: string, run: string, name: string): Promise<void> {
  const bench = await open(folder);
  const [{ SeriesReader }, { downsample }] = await Promise.all([
    import("../../src/core/tracking/series.js"),
    import("../../src/core/tracking/sampling.js"),
  ]);
  const pixels = 1200;
  const read = async (): Promise<{ ms: number; points: number; shown: number; extremes: boolean }> => {
    const reader = new SeriesReader(bench.store);
    const began = performance.now();
    const series = await reader.read(run, name);
    const curve = downsample(series, pixels);
    const ms = since(began);
    const { values } = series.points;
    const ends = (list: Float64Array): string => JSON.stringify([list.reduce(greater), list.reduce(smaller)]);
    return { ms, points: values.length, shown: curve.y.length, extremes: ends(values) === ends(curve.y) };
  };
  tell({ first: await read(), again: await read(), most: 2 * pixels, memory: megabytes() });
  bench.dispose();
}

const greater = (a: number, b: number): number => Math.max(a, b);
const smaller = (a: number, b: number): number => Math.min(a, b);

/** Snapshots of the code of a folder: the first, with nothing changed, and with one file changed. */
async function snapshots(folder: string, storeFolder: string): Promise<void> {
  const { takeSnapshot } = await import("../../src/core/code/snapshot.js");
  const before = megabytes().most;
  const take = async (): Promise<number> => {
    const began = performance.now();
    await takeSnapshot({ folder, storeFolder, ports: nodePorts }, new AbortController().signal);
    return since(began);
  };
  const stop = watchTurns();
  const first = await take();
  const longestPause = Math.max(...stop());
  const memory = megabytes().most - before;
  const unchanged = Math.min(await take(), await take());
  fs.appendFileSync(path.join(folder, "p1", "q1", "f1.py"), "x = 1\n");
  tell({ first, unchanged, oneChanged: await take(), longestPause, memory });
}

const [, , work = "", folder = "", ...more] = process.argv;
if (!fs.existsSync(folder)) throw new Error(`no folder ${folder}`);
const works: Readonly<Record<string, () => Promise<void>>> = {
  open: () => openStore(folder),
  search: () => searchStore(folder),
  write: () => write(folder),
  live: () => writeLive(folder, more[0] ?? "", more[1] ?? ""),
  series: () => readSeries(folder, more[0] ?? "", more[1] ?? ""),
  snapshot: () => snapshots(folder, more[0] ?? ""),
};
const chosen = works[work];
if (!chosen) throw new Error(`no work '${work}'`);
await chosen();
