import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { HybridClock } from "../../src/core/base/clock.js";
import { nodePorts } from "../../src/core/base/ports.js";
import { FactSource, type Fact, type FactBody } from "../../src/core/store/fact.js";
import { newRunId, newWriterId } from "../../src/core/store/ids.js";
import { keyText, packPoints, pointSize, seriesKey } from "../../src/core/store/points.js";
import type { RunFact } from "../../src/core/tracking/model.js";
import { openWorkbench } from "../../src/core/workbench.js";
import { dice } from "../dice.js";

export interface StoreShape {
  readonly runs: number;
  /** Metrics a run, named `m0`, `m1`, …; the first is called `f1`, the second `loss`. */
  readonly metrics: number;
  /** Params a run, named `p0`, `p1`, …; the first is called `lr`, the second `model`. */
  readonly params: number;
  /** Points of each metric. */
  readonly points: number;
  /** Over how many experiments the runs are spread. */
  readonly experiments: number;
  /** The share of metrics and params, beside the first two of each, that a run does not have. */
  readonly missing: number;
  /** Some runs, metrics and params have names as long as frameworks and sweeps write them, some params long values. */
  readonly longNames: boolean;
  /** The same seed makes the same values. */
  readonly seed: number;
}

export const usualShape: StoreShape = {
  runs: 1000,
  metrics: 5,
  params: 10,
  points: 10,
  experiments: 1,
  missing: 0,
  longNames: false,
  seed: 1,
};

const models = ["forest", "boosting", "logistic", "svm", "net"];
export const metricName = (n: number): string => ["f1", "loss"][n] ?? `m${n}`;
export const paramName = (n: number): string => ["lr", "model"][n] ?? `p${n}`;

const longMetric = (n: number): string =>
  n > 1 && n % 5 === 0 ? `validation/segment_${n}/weighted_average/precision_at_recall_0.95` : metricName(n);
const longParam = (n: number): string =>
  n > 1 && n % 5 === 0 ? `trainer.callbacks.checkpoint_${n}.every_n_validation_epochs` : paramName(n);
const longRun = (n: number): string =>
  n % 10 === 0
    ? `run-${n}-churn-gradient-boosting-with-calibrated-probabilities-and-all-features-of-november`
    : `run-${n}`;
const longValue = (n: number): string =>
  `s3://models/churn/2026/november/configurations/wide-forest-with-a-long-name-${n}.yaml`;

/**
 * Makes a store in `folder` as recorders would have left it, file by file and without their syncs: some thousands of
 * runs a second. Runs are a minute apart, the last one a minute ago. Returns the ids, oldest first.
 */
export function makeStore(folder: string, shape: Partial<StoreShape> = {}): string[] {
  const { runs, metrics, params, points, experiments, missing, longNames, seed } = {
    ...usualShape,
    ...shape,
  };
  const next = dice(seed);
  const isMissing = (n: number): boolean => missing > 0 && n > 1 && next() < missing;
  fs.mkdirSync(folder, { recursive: true });
  const bench = openWorkbench(folder, nodePorts, { create: true, root: path.join(folder, ".loam") });
  const homes = Array.from({ length: experiments }, (_, n) =>
    n === 0 ? "0" : bench.tracking.experiments.ensure(`experiment-${n}`).id,
  );
  const { layout } = bench.store;
  const time = { at: Date.now() - (runs + 1) * 60_000 };
  const ports = { clock: { now: () => time.at }, random: nodePorts.random };
  const source = new FactSource(ports, new HybridClock(ports.clock), () => "bench");
  const writer = newWriterId(ports);
  const series = Array.from({ length: metrics }, (_, n) => {
    const name = {
      name: longNames ? longMetric(n) : metricName(n),
      model: null,
      dataset: null,
      digest: null,
    };
    return { ...name, id: seriesKey(name), key: keyText(seriesKey(name)) };
  });
  const ids: string[] = [];
  for (let n = 0; n < runs; n++) {
    time.at += 60_000;
    const start = time.at;
    const id = newRunId(ports);
    const facts: Fact[] = [];
    const say = (body: FactBody<RunFact>): void => void facts.push(source.make<RunFact>(body));
    say({
      kind: "run.created",
      experiment: homes[n % homes.length] ?? "0",
      name: longNames ? longRun(n) : `run-${n}`,
      user: "bench",
      start,
    });
    say({ kind: "tag.set", key: "team", value: next() < 0.5 ? "risk" : "churn" });
    for (let p = 0; p < params; p++) {
      if (isMissing(p)) continue;
      const value =
        p === 1
          ? (models[Math.floor(next() * models.length)] ?? "")
          : longNames && p % 20 === 19
            ? longValue(n)
            : (10 ** (-4 * next())).toPrecision(3);
      say({ kind: "param.logged", key: longNames ? longParam(p) : paramName(p), value });
    }
    const own = series.map((one, m) => ({ ...one, m })).filter(({ m }) => !isMissing(m));
    for (const { key, name, model, dataset, digest } of own)
      say({ kind: "metric.declared", key, name, model, dataset, digest });
    const quality = next();
    const records = Array.from({ length: points }, (_, step) =>
      own.map(({ id: series, m }) => ({
        key: series,
        step,
        time: start + step * 100,
        value: m === 1 ? 1 / (1 + step + quality) : (quality + m) / (m + 1) + next() * 0.01,
      })),
    ).flat();
    time.at += 100 * points;
    const failed = next() < 0.05;
    say({ kind: "status.set", status: failed ? "FAILED" : "FINISHED", end: time.at });
    time.at = start;
    const place = layout.entity({ room: "runs", id });
    fs.mkdirSync(place, { recursive: true });
    const lines = facts.map((fact) => `${JSON.stringify(fact)}\n`).join("");
    fs.writeFileSync(layout.facts({ room: "runs", id }, writer), lines);
    if (records.length > 0)
      fs.writeFileSync(layout.points({ room: "runs", id }, writer), packPoints(records));
    ids.push(id);
  }
  bench.dispose();
  return ids;
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: "string" },
      metrics: { type: "string" },
      params: { type: "string" },
      points: { type: "string" },
      experiments: { type: "string" },
      missing: { type: "string" },
      "long-names": { type: "boolean" },
      seed: { type: "string" },
    },
  });
  const [folder] = positionals;
  if (folder === undefined) throw new Error("Usage: make-store.ts FOLDER [--runs N] [--metrics N] …");
  const { "long-names": longNames = false, ...numbers } = values;
  const given = Object.entries(numbers).map(([name, text]) => [name, Number(text)] as const);
  const began = performance.now();
  const shape = { ...usualShape, ...Object.fromEntries(given), longNames };
  const ids = makeStore(folder, shape);
  const megabytes = (shape.runs * shape.metrics * shape.points * pointSize) / 1e6;
  console.log(
    `${ids.length} runs in ${((performance.now() - began) / 1000).toFixed(1)} s, ${megabytes.toFixed(0)} MB of points`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
