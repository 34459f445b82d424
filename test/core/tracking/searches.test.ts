import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { mock } from "node:test";
import fc from "fast-check";
import { packPoints, seriesKey } from "../../../src/core/store/points.js";
import { runDocument, type RunDocument } from "../../../src/core/tracking/run-document.js";
import { isHolder } from "../../../src/core/tracking/runs.js";
import type { SearchRequest } from "../../../src/core/tracking/search.js";
import type { Workbench } from "../../../src/core/workbench.js";
import { emptyFolder, newWorkbench } from "./bench-folder.js";

const everything: SearchRequest = {
  experiments: ["0"],
  filter: "",
  dialect: "loam",
  orderBy: [],
  stages: ["active"],
  most: 1000,
};

async function find(bench: Workbench, request: Partial<SearchRequest> = {}): Promise<RunDocument[]> {
  const searches = await bench.tracking.searches();
  const page = await searches.runs({ ...everything, ...request });
  return page.items.map((text) => JSON.parse(text) as RunDocument);
}

const sorted = <T extends { readonly key: string }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => (a.key < b.key ? -1 : 1));

const metric = (key: string, value: number, step = 0) => ({ key, value, step, time: 1000 + step });

describe("searches", () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = newWorkbench();
  });
  afterEach(() => {
    bench.dispose();
  });

  it("names all that runs have, with how many have it", async () => {
    const { runs } = bench.tracking;
    const searches = await bench.tracking.searches();
    for (const [name, keys] of [
      ["first", ["f1", "a b"]],
      ["second", ["f1"]],
    ] as const)
      runs
        .create({ experiment: "0", name, start: 5 })
        .log({ metrics: keys.map((key) => metric(key, 1)), params: [{ key: "lr", value: name }] });
    await find(bench);
    const columns = await searches.columns();
    assert.deepEqual(
      columns.filter(({ kind }) => kind !== "tag"),
      [
        { kind: "metric", name: "a b", runs: 1 },
        { kind: "metric", name: "f1", runs: 2 },
        { kind: "param", name: "lr", runs: 2 },
      ],
    );
  });

  it("finds a run by what was logged a moment before", async () => {
    await find(bench);
    const run = bench.tracking.runs.create({ experiment: "0", name: "first", start: 5 });
    run.log({ metrics: [metric("f1", 0.9), metric("f1", 0.8, 1)], params: [{ key: "lr", value: "0.1" }] });
    const [found] = await find(bench, { filter: "metrics.f1 = 0.8 and params.lr = '0.1'" });
    assert.equal(found?.info.run_id, run.id);
    assert.deepEqual(found.data.metrics, [{ key: "f1", value: 0.8, timestamp: 1001, step: 1 }]);
    assert.deepEqual(await find(bench, { filter: "metrics.f1 = 0.9" }), []);
  });

  it("sees what another process wrote, without being told", async () => {
    await find(bench);
    const other = newWorkbench(bench.folder);
    const run = other.tracking.runs.create({ experiment: "0", start: 5 });
    run.log({ tags: [{ key: "team", value: "risk" }] });
    assert.equal((await find(bench, { filter: "tags.team = 'risk'" }))[0]?.info.run_id, run.id);
    run.log({ tags: [{ key: "team", value: "growth" }] });
    assert.deepEqual(await find(bench, { filter: "tags.team = 'risk'" }), []);
    other.dispose();
  });

  it("takes in a run of very many points in several turns, and so lets others have theirs", async () => {
    const run = bench.tracking.runs.create({ experiment: "0", name: "long", start: 5 });
    run.log({ metrics: [metric("loss", -1)] });
    const key = seriesKey({ name: "loss", model: null, dataset: null, digest: null });
    const each = 150_000;
    for (const [n, writer] of ["0000000a", "fffffff0"].entries()) {
      const points = Array.from({ length: each }, (_, i) => {
        const step = 1 + n * each + i;
        return { key, step, time: 1000 + step, value: step % 1000 };
      });
      fs.writeFileSync(bench.store.layout.points({ room: "runs", id: run.id }, writer), packPoints(points));
    }
    const other = newWorkbench(bench.folder);
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    let now = performance.now();
    const slow = mock.method(performance, "now", () => (now += 10)); // as where each look at the clock comes late
    const [found] = await find(other, { filter: "metrics.loss = 0" });
    slow.mock.restore();
    clearInterval(counting);
    assert.deepEqual(found?.data.metrics, [{ key: "loss", value: 0, timestamp: 301_000, step: 300_000 }]);
    assert.ok(turns > 2, `${turns} turns`);
    other.dispose();
    const last = newWorkbench(bench.folder); // from the image, if there is one
    assert.deepEqual(await find(last, { filter: "metrics.loss = 0" }), [found]);
    last.dispose();
  });

  it("hides the runs of a deleted experiment, and those deleted by themselves, until restored", async () => {
    const { runs, experiments } = bench.tracking;
    const id = experiments.create("churn");
    const [kept, gone] = [
      runs.create({ experiment: id, start: 1 }),
      runs.create({ experiment: id, start: 2 }),
    ];
    gone.setStage("deleted");
    const names = async (stage: "active" | "deleted"): Promise<string[]> =>
      (await find(bench, { experiments: [id], stages: [stage] })).map((run) => run.info.run_id);
    assert.deepEqual(await names("active"), [kept.id]);
    experiments.setStage(id, "deleted");
    assert.deepEqual(await names("active"), []);
    assert.deepEqual(await names("deleted"), [gone.id, kept.id]);
    experiments.setStage(id, "active");
    assert.deepEqual(await names("active"), [gone.id, kept.id]);
    assert.equal(runs.stageOf(gone.state), "active");
  });

  it("pages without losing or repeating a run", async () => {
    for (let i = 0; i < 25; i++) bench.tracking.runs.create({ experiment: "0", start: i % 3 });
    const searches = await bench.tracking.searches();
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const page = await searches.runs({ ...everything, most: 5, token });
      assert.ok(page.items.length === 5);
      seen.push(...page.items.map((text) => (JSON.parse(text) as RunDocument).info.run_id));
      token = page.next;
    } while (token !== undefined);
    assert.equal(new Set(seen).size, 25);
  });

  it("answers the same after the index was deleted, is older, or is no database", async () => {
    const folder = emptyFolder();
    const image = path.join(folder, ".loam", "cache", "index.sqlite");
    const first = newWorkbench(folder);
    for (let i = 0; i < 120; i++) {
      first.tracking.runs.create({ experiment: "0", start: i }).log({ metrics: [metric("f1", i / 120)] });
    }
    const expected = await find(first);
    first.dispose();
    await new Promise((resolve) => setTimeout(resolve, 20)); // the image is saved when the workbench has let go
    assert.ok(fs.existsSync(image), "a change of more than 100 runs is saved");
    const old = fs.readFileSync(image);
    const reopened = async (): Promise<RunDocument[]> => {
      const again = newWorkbench(folder);
      const found = await find(again);
      again.dispose();
      return found;
    };
    assert.deepEqual(await reopened(), expected);
    fs.rmSync(image);
    assert.deepEqual(await reopened(), expected);
    fs.writeFileSync(image, "not a database");
    assert.deepEqual(await reopened(), expected);
    const more = newWorkbench(folder);
    const added = more.tracking.runs.create({ experiment: "0", start: 9999 });
    more.dispose();
    fs.writeFileSync(image, old);
    assert.deepEqual(
      (await reopened()).map((run) => run.info.run_id),
      [added.id, ...expected.map((run) => run.info.run_id)],
    );
  });

  it("saves its image when nothing changes for a while, and then rests before it does so again", async () => {
    const image = path.join(bench.folder, ".loam", "cache", "index.sqlite");
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const run = bench.tracking.runs.create({ experiment: "0", name: "one", start: 5 });
      await find(bench, {});
      mock.timers.tick(4000);
      assert.ok(fs.existsSync(image));
      fs.rmSync(image);
      run.log({ metrics: [metric("loss", 1)] });
      await find(bench, {});
      mock.timers.tick(60_000);
      assert.equal(fs.existsSync(image), false);
      mock.timers.tick(240_000);
      assert.ok(fs.existsSync(image));
    } finally {
      mock.timers.reset();
    }
  });

  it("finds by what changed since the image was saved", async () => {
    const folder = emptyFolder();
    const first = newWorkbench(folder);
    const ids = Array.from({ length: 120 }, (_, i) => {
      const run = first.tracking.runs.create({ experiment: "0", start: i });
      run.log({ metrics: [metric("f1", 0.1)], tags: [{ key: "team", value: "risk" }] });
      return run.id;
    });
    assert.equal((await find(first)).length, 120);
    first.dispose();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.ok(fs.existsSync(path.join(folder, ".loam", "cache", "index.sqlite")));
    const [changed = "", removed = ""] = ids;
    const other = newWorkbench(folder);
    const run = other.tracking.runs.own(changed);
    assert.ok(!isHolder(run));
    run.log({ metrics: [metric("f1", 0.9, 1), metric("loss", 0.3)] });
    run.write({ kind: "tag.set", key: "team", value: null });
    other.dispose();
    fs.rmSync(other.store.layout.entity({ room: "runs", id: removed }), { recursive: true });
    const again = newWorkbench(folder);
    const count = async (filter: string): Promise<number> => (await find(again, { filter })).length;
    assert.equal(await count("metrics.f1 = 0.9 and metrics.loss < 1"), 1);
    assert.equal(await count("metrics.f1 = 0.1"), 118);
    assert.equal(await count("tags.team = 'risk'"), 118);
    assert.equal(await count(""), 119);
    again.dispose();
  });

  it("ignores foreign files, ids that lead elsewhere and runs in a wrong month", async () => {
    const run = bench.tracking.runs.create({ experiment: "0", start: 1 });
    const month = path.dirname(bench.store.layout.entity({ room: "runs", id: run.id }));
    const root = path.dirname(month);
    for (const name of [".DS_Store", "..hidden", "x".repeat(200)]) fs.mkdirSync(path.join(month, name));
    fs.cpSync(path.join(month, run.id), path.join(root, "1999-01", run.id), { recursive: true });
    fs.symlinkSync(root, path.join(month, "0".repeat(32)));
    fs.writeFileSync(path.join(root, "notes.txt"), "hello");
    assert.deepEqual(
      (await find(bench)).map((one) => one.info.run_id),
      [run.id],
    );
  });

  it("shows the same run whether it was folded at once or change by change", async () => {
    const change = fc.oneof(
      fc.record({
        kind: fc.constant("metric" as const),
        key: fc.constantFrom("a", "b"),
        step: fc.integer({ min: -3, max: 3 }),
        model: fc.constantFrom(undefined, "m-1"),
        value: fc.double(),
      }),
      fc.record({
        kind: fc.constant("tag" as const),
        key: fc.constantFrom("t", "mlflow.runName"),
        value: fc.string({ minLength: 1 }),
      }),
      fc.record({ kind: fc.constant("input" as const), name: fc.string({ maxLength: 3 }) }),
      fc.record({ kind: fc.constant("model" as const), step: fc.nat() }),
      fc.record({ kind: fc.constant("untag" as const), key: fc.constantFrom("t", "u") }),
      fc.record({ kind: fc.constant("end" as const), at: fc.nat() }),
    );
    const filters = [
      "metrics.a > 0",
      "metrics.a <= 0",
      "metrics.b is null",
      "tags.t is not null",
      "tags.t like '%a%'",
    ];
    const found = (of: Workbench): Promise<number[]> =>
      Promise.all(filters.map(async (filter) => (await find(of, { filter })).length));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        const folder = emptyFolder();
        const live = newWorkbench(folder);
        const run = live.tracking.runs.create({ experiment: "0", start: 1 });
        for (const one of changes) {
          if (one.kind === "metric")
            run.log({
              metrics: [{ key: one.key, value: one.value, step: one.step, time: 10, model: one.model }],
            });
          else if (one.kind === "tag") run.log({ tags: [{ key: one.key, value: one.value }] });
          else if (one.kind === "input")
            run.write({
              kind: "input.used",
              name: one.name,
              digest: "d",
              sourceType: "local",
              source: "",
              tags: [],
            });
          else if (one.kind === "model") run.write({ kind: "model.output", model: "m-1", step: one.step });
          else if (one.kind === "untag") run.write({ kind: "tag.set", key: one.key, value: null });
          else run.setStatus("FINISHED", one.at);
          await find(live);
        }
        const followed = [await find(live), await found(live)];
        const byKey = (run: RunDocument) => ({
          ...run,
          data: { ...run.data, metrics: sorted(run.data.metrics) },
        });
        const told = JSON.parse(JSON.stringify(runDocument(run.state, "active"))) as RunDocument;
        assert.deepEqual((await find(live)).map(byKey), [byKey(told)]);
        live.dispose();
        const anew = newWorkbench(folder);
        assert.deepEqual([await find(anew), await found(anew)], followed);
        anew.dispose();
      }),
      { numRuns: 40 },
    );
  });

  it("finds experiments and logged models", async () => {
    const { experiments, models } = bench.tracking;
    const id = experiments.create("churn", { tags: [{ key: "team", value: "risk" }] });
    const searches = await bench.tracking.searches();
    const found = await searches.experiments({
      ...everything,
      dialect: "mlflow",
      filter: "tags.team = 'risk'",
    });
    assert.deepEqual(
      found.items.map((one) => one.name),
      ["churn"],
    );
    const model = models.create({ experiment: id, name: "forest", params: [{ key: "depth", value: "3" }] });
    model.logMetric("0".repeat(32), {
      name: "f1",
      dataset: "test",
      digest: "d",
      step: 0,
      time: 1,
      value: 0.9,
    });
    const ask = { ...everything, experiments: [id], dialect: "mlflow" as const, orderBy: [], datasets: [] };
    assert.equal(
      (await searches.models({ ...ask, filter: "metrics.f1 > 0.8 and name = 'forest'" })).items.length,
      1,
    );
    assert.equal((await searches.models({ ...ask, filter: "metrics.f1 > 0.95" })).items.length, 0);
    assert.equal((await searches.models({ ...ask, datasets: [{ name: "train" }] })).items.length, 0);
  });
});
