import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import { newWriterId } from "../../src/core/store/ids.js";
import { pointSize, seriesKey } from "../../src/core/store/points.js";
import { openWorkbench } from "../../src/core/workbench.js";
import { below, type Bench, type Benchmark } from "./benchmark.js";
import { probe } from "./probes.js";
import { interleave } from "./rounds.js";

const metrics = 10;
const pointsEach = 1_000_000;
const chunk = 10_000;

/** A run of ten metrics with a million points each, in the order in which a training loop logs them. */
function makeRun(folder: string): string {
  const bench = openWorkbench(folder, nodePorts, { create: true, root: path.join(folder, ".loam") });
  const run = bench.tracking.runs.create({ experiment: "0", name: "long", start: 1 });
  const names = Array.from({ length: metrics }, (_, n) => `m${n}`);
  // The first point of each declares its series; the rest is appended as a recorder would.
  run.log({ metrics: names.map((key) => ({ key, value: 0, step: 0, time: 1 })) });
  const keys = names.map((name) => seriesKey({ name, model: null, dataset: null, digest: null }));
  const ref = { room: "runs", id: run.id } as const;
  const file = fs.openSync(bench.store.layout.points(ref, newWriterId(nodePorts)), "a");
  const buffer = Buffer.alloc(chunk * metrics * pointSize);
  for (let from = 1; from < pointsEach; from += chunk) {
    const count = Math.min(chunk, pointsEach - from);
    for (let n = 0; n < count * metrics; n++) {
      const step = from + Math.floor(n / metrics);
      const at = n * pointSize;
      buffer.writeBigUInt64LE(keys[n % metrics] ?? 0n, at);
      buffer.writeBigInt64LE(BigInt(step), at + 8);
      buffer.writeDoubleLE(1 + step * 5, at + 16);
      buffer.writeDoubleLE(Math.sin(step / 5000) + ((step * 7919) % 1000) / 1000, at + 24);
    }
    fs.writeSync(file, buffer, 0, count * metrics * pointSize);
  }
  fs.closeSync(file);
  bench.dispose();
  return run.id;
}

interface Read {
  readonly ms: number;
  readonly points: number;
  readonly shown: number;
  readonly extremes: boolean;
}
interface Told {
  readonly first: Read;
  readonly again: Read;
  readonly most: number;
  readonly memory: { readonly now: number; readonly most: number };
}

async function measure(bench: Bench): Promise<void> {
  const folder = bench.folder();
  bench.say("making a run of ten million points");
  const run = makeRun(folder);
  bench.say("reading one of its series");
  const round = async (): Promise<Record<string, number>> => {
    const { first, again, most, memory } = await probe<Told>("series", folder, run, "m3");
    for (const read of [first, again]) {
      if (read.points !== pointsEach) throw new Error(`${read.points} points were read of ${pointsEach}`);
      if (read.shown > most) throw new Error(`${read.shown} points are shown where ${most} fit`);
      if (!read.extremes) throw new Error("an extreme of the series is not shown");
    }
    return { first: first.ms, again: again.ms, memory: memory.most };
  };
  const rounds = await interleave([{ name: "loam", round }], bench.rounds);
  const { leftOut, steal } = rounds;
  const budget = below(300);
  const of = (figure: string) => ({ ours: rounds.of("loam", figure), leftOut, steal });
  bench.row({
    what: "1,000,000 of 10,000,000 points, a process's first",
    unit: "ms",
    ...of("first"),
    budget,
  });
  bench.row({ what: "1,000,000 of 10,000,000 points, its next", unit: "ms", ...of("again"), budget });
  bench.row({ what: "memory of that process at most", unit: "MB", ...of("memory") });
}

export const series: Benchmark = { name: "series", about: "one series of a million points", measure };
