import assert from "node:assert/strict";
import * as fs from "node:fs";
import { nodePorts } from "../../src/core/base/ports.js";
import { pointSize, seriesKey } from "../../src/core/store/points.js";
import { openWorkbench } from "../../src/core/workbench.js";
import { loam, newFolder, stopAll } from "../run/loam.js";
import { TestServer } from "./server.js";

const series = 10;
const steps = 1_000_000;

/** A run with ten million points of ten series, as a recorder would have left it. */
function makeRun(folder: string): string {
  const bench = openWorkbench(folder, nodePorts, { create: true });
  const run = bench.tracking.runs.create({ experiment: "0", name: "long" });
  const names = Array.from({ length: series }, (_, n) => `m${n}`);
  run.log({ metrics: names.map((key) => ({ key, value: -1, step: -1, time: 0 })) });
  run.setStatus("FINISHED", Date.now());
  const file = bench.store.layout.points({ room: "runs", id: run.id }, bench.store.self.writer);
  bench.dispose();
  const keys = names.map((name) => seriesKey({ name, model: null, dataset: null, digest: null }));
  const block = 10_000;
  const buffer = new ArrayBuffer(block * series * pointSize);
  const words = new Uint32Array(buffer);
  const doubles = new Float64Array(buffer);
  const fd = fs.openSync(file, "a");
  for (let from = 0; from < steps; from += block) {
    for (let at = 0; at < block * series; at++) {
      const key = keys[at % series] ?? 0n;
      const step = from + Math.floor(at / series);
      words[at * 8] = Number(key & 0xffff_ffffn);
      words[at * 8 + 1] = Number(key >> 32n);
      words[at * 8 + 2] = step;
      doubles[at * 4 + 2] = step;
      doubles[at * 4 + 3] = step / (1 + (at % series));
    }
    fs.writeSync(fd, new Uint8Array(buffer));
  }
  fs.closeSync(fd);
  return run.id;
}

interface Points {
  readonly metrics: readonly { readonly step: number; readonly value: number }[];
  readonly next_page_token?: string;
}

describe("a run with ten million points", function () {
  this.timeout(120_000);
  let folder = "";
  let run = "";
  let server: TestServer;

  before(async () => {
    folder = newFolder();
    run = makeRun(folder);
    server = await TestServer.start(folder);
  });
  after(async () => {
    await server.end();
    stopAll();
    fs.rmSync(folder, { recursive: true });
  });

  it("is found by its metrics", async () => {
    const { runs } = await server.get<{ runs: { info: { run_id: string } }[] }>("runs/search", {
      experiment_ids: ["0"],
      filter: `metrics.m3 >= ${(steps - 1) / 4} and metrics.m9 < ${steps / 10}`,
    });
    assert.deepEqual(
      runs.map(({ info }) => info.run_id),
      [run],
    );
  });

  it("gives a chart in a bounded answer, and others are answered meanwhile", async () => {
    let drawn = false;
    const chart = server
      .get<Points>(`metrics/get-history-bulk-interval?run_ids=${run}&metric_key=m3&max_results=2500`)
      .finally(() => {
        drawn = true;
      });
    let meanwhile = 0;
    while (!drawn) {
      assert.equal((await server.ask("/health")).status, 200);
      meanwhile++;
    }
    const { metrics } = await chart;
    assert.ok(metrics.length > 1000 && metrics.length <= 2510, `${metrics.length} points`);
    assert.equal(metrics.at(-1)?.step, steps - 1);
    assert.ok(meanwhile > 2, `${meanwhile} others were answered while it was drawn`);
  });

  it("gives a series page by page", async () => {
    const seen: number[] = [];
    let token = "";
    for (let page = 0; page < 3; page++) {
      const answer = await server.get<Points>(
        `metrics/get-history?run_id=${run}&metric_key=m4&max_results=25000&page_token=${encodeURIComponent(token)}`,
      );
      seen.push(...answer.metrics.map(({ step }) => step));
      token = answer.next_page_token ?? "";
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 75_000 }, (_, at) => at - 1),
    );
  });

  it("takes more, and its page is shown", async () => {
    await server.get("runs/log-metric", {
      run_id: run,
      key: "m0",
      value: 7,
      step: steps,
      timestamp: Date.now(),
    });
    const { code, out, err } = await loam(folder, ["runs", "show", run.slice(0, 12), "--json"]);
    assert.equal(code, 0, err);
    const shown = JSON.parse(out.toString()) as { metrics: Record<string, unknown> };
    assert.ok(JSON.stringify(shown.metrics).includes("m9"));
    const { peak } = server;
    if (peak !== undefined) assert.ok(peak < 600, `the server held ${peak.toFixed(0)} MB`);
  });
});
