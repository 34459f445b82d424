import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import { changeDataset } from "../../src/core/datasets/change.js";
import { trackData } from "../../src/core/datasets/version.js";
import { takeSnapshot } from "../../src/core/code/snapshot.js";
import type { RunRecorder } from "../../src/core/tracking/recorder.js";
import { endpointPorts } from "../../src/engine/endpoint.js";
import { openWorkbench, type Workbench } from "../../src/core/workbench.js";
import type { EngineRequests } from "../../src/protocol/engine.js";
import { unpackRows } from "../../src/protocol/rows.js";
import { eventually } from "../waiting.js";
import { newStore, RunningEngine } from "./engine.js";

const never = new AbortController().signal;
const all = { filter: "", stage: "active", most: 1000 } as const;

describe("the engine", function () {
  let folder = "";
  let bench: Workbench;
  let engine: RunningEngine;
  beforeEach(() => {
    ({ folder, bench } = newStore());
    engine = new RunningEngine(folder);
  });
  afterEach(async () => {
    await engine.end();
    bench.dispose();
  });

  const makeRun = (name: string, start: number): RunRecorder =>
    bench.tracking.runs.create({ experiment: "0", name, start });
  const idsOf = async (
    query: Partial<EngineRequests["runs/find"]["params"]> = {},
  ): Promise<readonly string[]> => (await engine.ask("runs/find", { ...all, ...query })).ids;

  it("says that a folder has no store, and sees the one that comes", async () => {
    const empty = fs.mkdtempSync(path.join(os.tmpdir(), "loam-test-"));
    const other = new RunningEngine(empty);
    assert.deepEqual(await other.ask("store/state", null), { state: "none" });
    await assert.rejects(other.ask("runs/find", all), { code: "store.none" });
    const made = openWorkbench(empty, nodePorts, { create: true });
    await eventually("the store", async () => (await other.ask("store/state", null)).state === "ready");
    made.dispose();
    await other.end();
  });

  it("lists runs newest first, by filter, in pages, with their number that matters", async () => {
    const runs = ["a", "b", "c"].map((name, n) => makeRun(name, 1000 + n));
    for (const [n, run] of runs.entries()) {
      run.log({
        metrics: [
          { key: "loss", value: 1 / (n + 1), step: 0, time: 1 },
          { key: "system/cpu", value: 3, step: 0, time: 1 },
        ],
        params: [{ key: "lr", value: String(n) }],
      });
    }
    const [a, b, c] = runs.map(({ id }) => id);
    await eventually("all runs", async () => (await idsOf()).length === 3);
    assert.deepEqual(await idsOf(), [c, b, a]);
    assert.deepEqual(await idsOf({ filter: "metrics.loss < 0.9 order by metrics.loss desc" }), [b, c]);
    const page = await engine.ask("runs/find", { ...all, most: 2 });
    assert.deepEqual([page.ids, page.total], [[c, b], 3]);
    const keys = { metrics: ["loss", "gone"], params: [], tags: [] };
    const { first } = await engine.ask("runs/find", { ...all, first: { count: 2, keys } });
    assert.deepEqual(first && unpackRows(first).map(({ id, metrics }) => [id, Object.keys(metrics)]), [
      [c, ["loss"]],
      [b, ["loss"]],
    ]);
    const [brief] = await engine.ask("runs/briefs", { ids: [b ?? ""] });
    assert.deepEqual(brief?.headline, { name: "loss", value: 0.5 });
    assert.deepEqual(
      [brief.name, brief.stage, brief.state, brief.launched],
      ["b", "active", "running", false],
    );
    await assert.rejects(engine.ask("runs/find", { ...all, filter: "metrics.loss <" }), {
      code: "filter.syntax",
    });
    const columns = await engine.ask("runs/columns", null);
    const columnOf = (text: string) => columns.find(({ name }) => name === text);
    assert.deepEqual(columnOf("lr"), { kind: "param", name: "lr", runs: 3, interest: 0 });
    assert.ok((columnOf("loss")?.interest ?? 0) > (columnOf("system/cpu")?.interest ?? 0));
    const [row] = unpackRows(await engine.ask("runs/rows", { ids: [b ?? ""], keys }));
    assert.deepEqual([row?.name, row?.metrics, row?.params], ["b", { loss: 0.5 }, {}]);
    const [whole] = unpackRows(await engine.ask("runs/rows", { ids: [b ?? ""] }));
    assert.deepEqual([whole?.metrics, whole?.params], [{ loss: 0.5, "system/cpu": 3 }, { lr: "1" }]);
    const [experiment] = await engine.ask("experiments/list", null);
    assert.deepEqual([experiment?.name, experiment?.runs], ["Default", 3]);
  });

  it("tells what changes, whoever changes it", async () => {
    await idsOf();
    await eventually("the end of the first look", () => engine.changed.some((runs) => runs.length === 0));
    const run = makeRun("live", 5);
    await eventually("the event", () => engine.changed.flat().includes(run.id));
    engine.changed.length = 0;
    run.log({ metrics: [{ key: "loss", value: 2, step: 1, time: 1 }] });
    await eventually("the next", () => engine.changed.flat().includes(run.id));
    const { series } = await engine.ask("runs/detail", { run: run.id });
    assert.equal(series[0]?.last, 2);
  });

  it("tells also what an answer found out", async () => {
    await idsOf();
    await eventually("the end of the first look", () => engine.changed.some((runs) => runs.length === 0));
    for (let n = 0; n < 20; n++) {
      const run = makeRun(`asked ${n}`, n);
      await idsOf(); // looks before the engine's own poll does
      await eventually("the event", () => engine.changed.flat().includes(run.id));
    }
  });

  it("changes a run that nobody writes, and asks the one who does", async () => {
    const own = makeRun("mine", 5);
    const { id } = own;
    await eventually("the run", async () => {
      const { ids, complete } = await engine.ask("runs/find", all);
      return complete && ids.length === 1; // from then on each answer has what was changed before
    });
    own.release();
    bench.tracking.runs.releaseAll();
    await engine.ask("runs/change", { run: id, change: { kind: "rename", name: " better " } });
    await engine.ask("runs/change", { run: id, change: { kind: "tag", key: "team", value: "risk" } });
    await engine.ask("runs/change", { run: id, change: { kind: "note", text: "# why" } });
    const detail = await engine.ask("runs/detail", { run: id });
    assert.equal(detail.name, "better");
    assert.equal(detail.tags["team"], "risk");
    assert.equal(detail.tags["mlflow.note.content"], "# why");
    await engine.ask("runs/change", { run: id, change: { kind: "untag", key: "team" } });
    await engine.ask("runs/change", { run: id, change: { kind: "archive", archived: true } });
    assert.deepEqual([await idsOf(), await idsOf({ stage: "archived" })], [[], [id]]);
    await engine.ask("runs/change", { run: id, change: { kind: "archive", archived: false } });
    await engine.ask("runs/change", { run: id, change: { kind: "delete" } });
    assert.deepEqual([await idsOf(), await idsOf({ stage: "deleted" })], [[], [id]]);
    await engine.ask("runs/change", { run: id, change: { kind: "restore" } });
    assert.deepEqual(await idsOf(), [id]);
    await assert.rejects(engine.ask("runs/change", { run: id, change: { kind: "rename", name: " " } }), {
      code: "name.invalid",
    });
    await assert.rejects(engine.ask("runs/stop", { run: id }), { code: "state.wrong" });
  });

  it("empties the trash of runs and of data, and says what goes and what stays", async () => {
    const run = makeRun("old", 5);
    fs.mkdirSync(path.join(bench.store.layout.entity({ room: "runs", id: run.id }), "artifacts"));
    run.setStage("deleted");
    bench.tracking.runs.releaseAll();
    fs.writeFileSync(path.join(folder, "train.csv"), "x\n1\n");
    const { dataset, version } = await trackData(bench.datasets, { path: "train.csv" }, never);
    changeDataset(bench.datasets, dataset, { kind: "delete", version });
    await eventually("the deleted run", async () => (await idsOf({ stage: "deleted" })).length === 1);
    const { bytes, ...trash } = await engine.ask("trash/list", null);
    const counts = { runs: 1, logged: 0, traces: 0, data: 1, models: 0 };
    assert.deepEqual(trash, { ...counts, names: ["old", "train.csv@1"], held: [] });
    assert.ok(bytes > 4);
    const emptied = await engine.ask("trash/empty", null);
    assert.deepEqual([emptied.busy, emptied.kept], [0, true], "what came a moment ago is kept for now");
    assert.ok(!fs.existsSync(bench.store.layout.entity({ room: "runs", id: run.id })));
    assert.deepEqual(
      (await engine.ask("datasets/list", null)).map(({ versions }) => versions),
      [0],
    );
    const after = await engine.ask("trash/list", null);
    assert.deepEqual([after.runs, after.data, after.bytes], [0, 0, 0]);
  });

  it("thins curves out for a chart, of a part of the axis too", async () => {
    const run = makeRun("long", 5);
    const points = Array.from({ length: 5000 }, (_, step) => ({
      key: "loss",
      value: step === 3333 ? 99 : step % 7,
      step,
      time: step,
    }));
    for (let at = 0; at < points.length; at += 1000) run.log({ metrics: points.slice(at, at + 1000) });
    const query = { runs: [run.id], metric: "loss", pixels: 100, axis: "step" } as const;
    const [whole] = await engine.ask("runs/curves", query);
    assert.ok(whole && whole.y.length <= 200 && whole.y.includes(99));
    assert.equal(whole.points, 5000);
    const [part] = await engine.ask("runs/curves", { ...query, range: { from: 10, to: 20 } });
    assert.deepEqual([...(part?.x ?? [])], [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
    assert.equal(part?.points, 11);
  });

  it("reads a console in parts that begin and end between characters", async () => {
    const run = makeRun("talks", 5);
    const text = "é😀a\n".repeat(300);
    fs.writeFileSync(path.join(bench.store.layout.entity({ room: "runs", id: run.id }), "console.log"), text);
    let seen = "";
    for (let from = 0; from < Buffer.byteLength(text);) {
      const part = await engine.ask("runs/console", { run: run.id, from, most: 10 });
      assert.equal(part.from, from);
      assert.ok(part.to > from);
      seen += part.text;
      from = part.to;
    }
    assert.equal(seen, text);
    const tail = await engine.ask("runs/console", { run: run.id, from: -1, most: 9 });
    assert.ok(text.endsWith(tail.text) && tail.text.length > 0);
    assert.equal(tail.to, tail.size);
    const silent = makeRun("silent", 6);
    assert.equal((await engine.ask("runs/console", { run: silent.id, from: 0, most: 10 })).size, 0);
  });

  it("shows artifacts as text or bytes, and none that lead elsewhere", async () => {
    const run = makeRun("keeps", 5);
    const at = path.join(bench.store.layout.entity({ room: "runs", id: run.id }), "artifacts");
    fs.mkdirSync(at);
    fs.writeFileSync(path.join(at, "a.txt"), "häh");
    fs.writeFileSync(path.join(at, "b.bin"), Buffer.from([0, 255, 1]));
    const text = await engine.ask("runs/artifact", { run: run.id, path: "a.txt", most: 1000 });
    assert.deepEqual([text.text, text.cut], ["häh", false]);
    assert.equal((await engine.ask("runs/artifact", { run: run.id, path: "a.txt", most: 2 })).text, "h");
    const bytes = await engine.ask("runs/artifact", { run: run.id, path: "b.bin", most: 1000 });
    assert.deepEqual([...(bytes.bytes ?? [])], [0, 255, 1]);
    await assert.rejects(engine.ask("runs/artifact", { run: run.id, path: "../facts", most: 9 }), {
      code: "path.invalid",
    });
    await assert.rejects(engine.ask("runs/artifact", { run: run.id, path: "no", most: 9 }), {
      code: "artifact.notFound",
    });
  });

  it("shows a file as it was in a run, and in the commit before", async () => {
    const git = (...words: string[]): string => execFileSync("git", words, { cwd: folder, encoding: "utf8" });
    git("init", "-q");
    fs.writeFileSync(path.join(folder, "train.py"), "one\n");
    git("add", "train.py");
    git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "-m", "one");
    fs.writeFileSync(path.join(folder, "train.py"), "two\n");
    const run = makeRun("coded", 5);
    const signal = new AbortController().signal;
    const request = { folder, storeFolder: bench.store.layout.root, ports: nodePorts };
    const { commit, files, bytes } = await takeSnapshot(request, signal);
    run.write({
      kind: "code.recorded",
      commit,
      folder: "",
      root: "",
      head: git("rev-parse", "HEAD").trim(),
      changed: 1,
      changedFiles: [{ path: "train.py", state: "modified" }],
      leftOut: {},
      files,
      bytes,
      tookMs: 1,
    });
    fs.writeFileSync(path.join(folder, "train.py"), "three\n");
    assert.deepEqual((await engine.ask("runs/codeFiles", { run: run.id })).files, ["train.py"]);
    assert.equal((await engine.ask("runs/codeFile", { run: run.id, path: "train.py" })).text, "two\n");
    assert.equal((await engine.ask("runs/headFile", { run: run.id, path: "train.py" })).text, "one\n");
    assert.equal((await engine.ask("runs/codeFile", { run: run.id, path: "no.py" })).text, null);
    assert.equal((await engine.ask("runs/headFile", { run: run.id, path: "no.py" })).text, null);
  });

  it("finds the runs of a file, and no others of its name", async () => {
    const started = (name: string, at: string): RunRecorder => {
      const run = makeRun(name, 5);
      const { machine, boot, pid, start } = bench.store.self;
      run.log({ tags: [{ key: "mlflow.source.name", value: "train.py" }] });
      run.write({
        kind: "launch.started",
        command: ["python", "train.py"],
        folder: at,
        entry: "train.py",
        machine,
        boot,
        pid,
        start,
        host: "here",
      });
      return run;
    };
    const one = started("one", "");
    started("two", "deep");
    makeRun("logged", 5);
    await eventually("all", async () => (await idsOf()).length === 3);
    const rows = unpackRows(await engine.ask("runs/rows", { ids: await idsOf() }));
    assert.deepEqual(
      new Set(rows.filter(({ launched }) => launched).map(({ name }) => name)),
      new Set(["one", "two"]),
    );
    const { runs, total } = await engine.ask("runs/ofFile", { file: path.join(folder, "train.py"), most: 5 });
    assert.deepEqual([runs.map(({ id }) => id), total], [[one.id], 1]);
    const child = bench.tracking.runs.create({ experiment: "0", name: "child", start: 6, launch: one.id });
    child.log({ tags: [{ key: "mlflow.source.name", value: "train.py" }] });
    await eventually("the other run of its launch", async () => (await idsOf()).length === 4);
    const both = await engine.ask("runs/ofFile", { file: path.join(folder, "train.py"), most: 1 });
    assert.deepEqual([both.runs.map(({ id }) => id), both.total], [[child.id], 2]);
    assert.equal(
      (await engine.ask("runs/ofFile", { file: path.join(folder, "deep", "train.py"), most: 5 })).total,
      1,
    );
    assert.equal((await engine.ask("runs/ofProcess", { pid: process.pid })).run !== null, true);
    assert.equal((await engine.ask("runs/ofProcess", { pid: 1 })).run, null);
  });

  it("finds the runs of a module that python -m started, from any folder above it", async () => {
    for (const [name, at, entry] of [
      ["top", "", "pack.train"],
      ["below", "pack", "train"],
      ["main", "", "pack"],
    ] as const) {
      const { machine, boot, pid, start } = bench.store.self;
      const command = ["python", "-m", entry];
      const host = "here";
      const fact = {
        kind: "launch.started",
        command,
        folder: at,
        entry,
        machine,
        boot,
        pid,
        start,
        host,
      } as const;
      makeRun(name, 5).write(fact);
    }
    await eventually("all", async () => (await idsOf()).length === 3);
    const ofFile = async (...parts: string[]): Promise<string[]> =>
      (await engine.ask("runs/ofFile", { file: path.join(folder, ...parts), most: 5 })).runs.map(
        ({ name }) => name,
      );
    assert.deepEqual((await ofFile("pack", "train.py")).sort(), ["below", "top"]);
    assert.deepEqual(await ofFile("pack", "__main__.py"), ["main"]);
    assert.deepEqual(await ofFile("train.py"), []);
  });

  it("tells what a param did to the metric that matters, over the runs of a file", async () => {
    const file = path.join(folder, "train.py");
    const tried = [
      ["0.1", 0.9],
      ["0.1", 0.7],
      ["0.01", 0.95],
      ["0.5", NaN],
    ] as const;
    for (const [lr, value] of tried)
      makeRun(lr, 5).log({
        metrics: [{ key: "accuracy", value, step: 0, time: 1 }],
        params: [{ key: "lr", value: lr }],
        tags: [{ key: "mlflow.source.name", value: file }],
      });
    await eventually("all", async () => (await idsOf()).length === 4);
    const { metric, better, values } = await engine.ask("params/effect", { file, param: "lr" });
    assert.deepEqual([metric, better], ["accuracy", "more"]);
    const byValue = new Map(values.map((one) => [one.value, one]));
    assert.deepEqual(byValue.get("0.1"), { value: "0.1", runs: 2, mean: 0.8, least: 0.7, most: 0.9 });
    assert.deepEqual(byValue.get("0.5"), { value: "0.5", runs: 1, mean: null, least: null, most: null });
    assert.deepEqual((await engine.ask("params/effect", { file, param: "none" })).values, []);
  });

  it("listens where the manifest tells the editor to forward nothing", async () => {
    const { url } = await engine.ask("endpoint/open", null);
    const port = Number(new URL(url).port);
    assert.ok(port >= endpointPorts.first && port <= endpointPorts.last, url);
    const manifest = path.join(import.meta.dirname, "..", "..", "package.json");
    const { contributes } = JSON.parse(fs.readFileSync(manifest, "utf8")) as {
      contributes: { configurationDefaults: Record<string, Record<string, { onAutoForward: string }>> };
    };
    const told = contributes.configurationDefaults["remote.portsAttributes"] ?? {};
    assert.equal(told[`${endpointPorts.first}-${endpointPorts.last}`]?.onAutoForward, "ignore");
    const [command = ""] = Object.keys(told).filter((key) => key.includes("cli"));
    const runtime = "/home/ada/.vscode-server/data/User/globalStorage/loam.loam/runtime/0.1.0-m1/cli.js";
    assert.match(`/usr/bin/node ${runtime} run --quiet -- python train.py`, new RegExp(command));
  });

  it("serves MLflow's protocol on the same port with the same token after a restart", async () => {
    const { url, token } = await engine.ask("endpoint/open", null);
    const version = async (): Promise<number> =>
      (await fetch(`${url}/version`, { headers: { authorization: `Bearer ${token}` } })).status;
    assert.equal(await version(), 200);
    assert.equal((await fetch(`${url}/api/2.0/mlflow/experiments/search`)).status, 401);
    await engine.kill();
    await assert.rejects(engine.ask("store/state", null), { code: "closed" });
    engine = new RunningEngine(folder);
    assert.deepEqual(await engine.ask("endpoint/open", null), { url, token });
    assert.equal(await version(), 200);
  });
});
