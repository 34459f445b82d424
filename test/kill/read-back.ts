import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import { readEntity } from "../../src/core/store/entity-reader.js";
import { verifyStore } from "../../src/core/store/verify.js";
import { markLost } from "../../src/core/tracking/lost.js";
import { readRunFacts } from "../../src/core/tracking/run-facts.js";
import { storedRunIds } from "../../src/core/tracking/run-ids.js";
import { isHolder } from "../../src/core/tracking/runs.js";
import { SeriesReader } from "../../src/core/tracking/series.js";
import { openWorkbench, type Workbench } from "../../src/core/workbench.js";
import type { Acked, AckedRun } from "./acks.js";

/** A launch whose supervisor has ended, by itself or by a kill. */
export interface Launch {
  readonly acks: string;
  /** Whether the supervisor was killed before it had ended. */
  killed: boolean;
}

/** What a writer puts into an artifact. */
function checkContent(content: string, acked: number, what: string): void {
  const [head = "", body = "", ...more] = content.split("\n");
  assert.ok(/^\d+$/.test(head) && more.length === 0, `${what} is torn`);
  assert.ok(Number(head) >= acked, `${what} is the write ${head}, although ${acked} was acknowledged`);
  const piece = head.padStart(8, "0");
  assert.ok(
    [1, 100, 40_000].some((times) => body === piece.repeat(times)),
    `${what} is torn in its ${body.length} bytes`,
  );
}

async function checkRun(bench: Workbench, id: string, acked: AckedRun): Promise<void> {
  const run = bench.tracking.runs.get(id);
  if (acked.name !== "") {
    assert.equal(run.name, acked.name);
    assert.equal(run.experiment, acked.experiment);
  }
  for (const [key, value] of acked.params) assert.equal(run.param(key), value, `param ${key} of ${id}`);
  for (const [key, value] of acked.tags) assert.equal(run.tag(key), value, `tag ${key} of ${id}`);
  assert.ok(Number(run.tag("progress") ?? 0) >= acked.progress, `tag progress of ${id}`);
  if (acked.finished) assert.equal(run.status, "FINISHED", `status of ${id}`);
  for (const [key, steps] of acked.points) {
    const { points } = await new SeriesReader(bench.store).read(id, key);
    const read = new Set<number>();
    for (let at = 0; at < points.length; at++) {
      const step = Number(points.step(at));
      assert.equal(points.value(at), step / 2, `a point of ${key} of ${id} is not what was logged`);
      read.add(step);
    }
    const missing = [...steps].filter((step) => !read.has(step));
    assert.deepEqual(missing, [], `points of ${key} of ${id}`);
  }
  const place = bench.store.layout.artifacts({ room: "runs", id });
  for (const [name, n] of acked.artifacts)
    checkContent(fs.readFileSync(path.join(place, name), "utf8"), n, `the artifact ${name} of ${id}`);
}

/** Every line that a child printed stands whole and in order in the console of its run. */
function checkConsole(bench: Workbench, launches: readonly string[], acked: Acked): void {
  const texts = launches.flatMap((id) => {
    const file = path.join(bench.store.layout.entity({ room: "runs", id }), "console.log");
    return fs.existsSync(file) ? [fs.readFileSync(file, "utf8")] : []; // its supervisor did not come so far
  });
  const found = texts.some((text) => {
    const lines = text.split("\n");
    let at = -1;
    return acked.said.every((line) => (at = lines.indexOf(line, at + 1)) >= 0);
  });
  assert.ok(found, `what ${acked.file} printed is in no console`);
}

/** Reads all that was acknowledged through a workbench of its own, and holds the store to be whole and usable. */
export async function checkStore(
  folder: string,
  all: readonly Acked[],
  launches: readonly Launch[],
): Promise<void> {
  const bench = openWorkbench(folder, nodePorts);
  try {
    const { store, tracking } = bench;
    tracking.experiments.look();
    for (const acked of all) {
      for (const [id, name] of acked.experiments) assert.equal(tracking.experiments.get(id).name, name);
      for (const [id, run] of acked.runs) await checkRun(bench, id, run);
    }
    // of a folder that was made a moment before a kill nobody was told
    const ids = storedRunIds(store).filter((id) => readRunFacts(store, id));
    for (const id of ids) {
      const { damaged } = readEntity(
        store.ports.files,
        store.layout,
        { room: "runs", id },
        new Map(),
        () => undefined,
      );
      assert.deepEqual(damaged, [], id);
    }
    const verified = await verifyStore(store, new AbortController().signal);
    assert.deepEqual(
      verified.problems.filter(({ severity }) => severity === "damage"),
      [],
    );

    const launched = ids.filter((id) => tracking.runs.get(id).facts.get("launch.started"));
    const byAcks = new Map(all.map((acked) => [acked.file, acked]));
    for (const { acks } of launches) {
      const acked = byAcks.get(acks);
      if (acked && acked.said.length > 0) checkConsole(bench, launched, acked);
    }
    markLost(tracking, await (await tracking.searches()).unfinishedLaunches());
    for (const id of launched) {
      const run = tracking.runs.get(id);
      assert.notEqual(run.shownState, "running", `${id} seems to run, though nobody does`);
      if (run.facts.get("run.ended")?.by !== "supervisor" && run.facts.get("status.set") === undefined)
        assert.equal(run.shownState, "lost", id);
    }
    for (const id of ids) {
      const owner = tracking.runs.own(id);
      assert.ok(!isHolder(owner), `${id} is still claimed by a process that is gone`);
      tracking.runs.release(id);
    }
    const fresh = tracking.runs.create({ experiment: "0" });
    fresh.log({ params: [{ key: "after", value: "all" }] });
    fresh.setStatus("FINISHED", Date.now());
  } finally {
    bench.dispose();
  }
}

interface RunAnswer {
  readonly info: { readonly run_id: string; readonly artifact_uri: string };
  readonly data: {
    readonly params?: readonly { readonly key: string; readonly value: string }[];
    readonly tags?: readonly { readonly key: string; readonly value: string }[];
  };
}

/** Reads it through a server of its own: each run, its last series, its artifacts, and all runs by searching. */
export async function checkServer(url: string, token: string, all: readonly Acked[]): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const ask = async <T>(place: string, body?: object): Promise<T> => {
    const answer = await fetch(`${url}/api/2.0/mlflow/${place}`, {
      headers,
      ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return JSON.parse(text) as T;
  };
  const experiments = ["0", ...all.flatMap((acked) => [...acked.experiments.keys()])];
  const { runs = [] } = await ask<{ runs?: RunAnswer[] }>("runs/search", {
    experiment_ids: experiments,
    max_results: 50_000,
  });
  const found = new Map(runs.map((run) => [run.info.run_id, run]));
  for (const [id, acked] of all.flatMap((one) => [...one.runs])) {
    const run = found.get(id);
    assert.ok(run, `the search finds ${id}`);
    const params = new Map(run.data.params?.map(({ key, value }) => [key, value]));
    const tags = new Map(run.data.tags?.map(({ key, value }) => [key, value]));
    for (const [key, value] of acked.params) assert.equal(params.get(key), value, `param ${key} of ${id}`);
    for (const [key, value] of acked.tags) assert.equal(tags.get(key), value, `tag ${key} of ${id}`);
    const [series] = [...acked.points].slice(-1);
    if (series) {
      const [key, steps] = series;
      const { metrics = [] } = await ask<{ metrics?: { step: number; value: number }[] }>(
        `metrics/get-history?run_id=${id}&metric_key=${key}`,
      );
      const read = new Set(metrics.filter(({ step, value }) => value === step / 2).map(({ step }) => step));
      assert.equal(read.size, new Set(metrics.map(({ step }) => step)).size, `points of ${key} of ${id}`);
      assert.deepEqual(
        [...steps].filter((step) => !read.has(step)),
        [],
        `points of ${key} of ${id}`,
      );
    }
    for (const [name, n] of [...acked.artifacts].slice(-2)) {
      const place: string = `${url}/api/2.0/mlflow-artifacts/artifacts/${run.info.artifact_uri.split(":/")[1] ?? ""}/${name}`;
      const answer = await fetch(place, { headers });
      assert.equal(answer.status, 200, `${name} of ${id}`);
      checkContent(await answer.text(), n, `the artifact ${name} of ${id}`);
    }
  }
}
