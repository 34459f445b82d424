import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import { takeSnapshot } from "../../src/core/code/snapshot.js";
import { csvLine } from "../../src/cli/csv.js";
import { folderNameOf } from "../../src/cli/export-runs.js";
import { verb } from "../../src/cli/runs.js";
import type { Workbench } from "../../src/core/workbench.js";
import { emptyFolder, newWorkbench } from "../core/tracking/bench-folder.js";
import { call, failed } from "./call.js";
import { storeRun } from "./stored-runs.js";

describe("loam runs export", () => {
  let bench: Workbench;
  let to: string;
  let id: string;
  const at = (): readonly string[] => ["--dir", bench.folder];
  const exported = async (...words: readonly string[]): Promise<string> => {
    const { out } = await call(verb, ["export", ...words, "--to", to, "--json", ...at()]);
    return (JSON.parse(out) as { folders: string[] }).folders[0] ?? "";
  };
  const read = (...parts: readonly string[]): string => fs.readFileSync(path.join(...parts), "utf8");

  beforeEach(() => {
    bench = newWorkbench();
    to = path.join(emptyFolder(), "deep", "out");
    id = storeRun(bench, {
      name: "a/b:c",
      metrics: { f1: [0.5, NaN, -Infinity], loss: 1e-300 },
      params: { lr: "0.1", text: 'say "hi", then\nleave' },
      start: 1_700_000_000_000,
      seconds: 1.5,
    });
  });
  afterEach(() => bench.dispose());

  it("copies all points exactly, params, artifacts and console into a folder of its own", async () => {
    const place = bench.store.layout.entity({ room: "runs", id });
    fs.mkdirSync(path.join(place, "artifacts", "model"), { recursive: true });
    fs.writeFileSync(path.join(place, "artifacts", "model", "m.bin"), "weights");
    fs.symlinkSync("/etc/passwd", path.join(place, "artifacts", "link"));
    fs.writeFileSync(path.join(place, "console.log"), "hello\n");
    const folder = await exported(id);
    assert.equal(path.basename(folder), `a_b%3Ac-${id.slice(0, 12)}`);
    assert.deepEqual(fs.readdirSync(folder).sort(), [
      "artifacts",
      "console.log",
      "metrics.csv",
      "params.csv",
      "run.json",
    ]);
    assert.equal(
      read(folder, "metrics.csv"),
      "name,step,time,value,dataset,digest,model\n" +
        "f1,0,1700000000000,0.5,,,\nf1,1,1700000000001,NaN,,,\nf1,2,1700000000002,-Infinity,,,\n" +
        "loss,0,1700000000000,1e-300,,,\n",
    );
    assert.equal(read(folder, "params.csv"), 'key,value\nlr,0.1\ntext,"say ""hi"", then\nleave"\n');
    assert.equal((JSON.parse(read(folder, "run.json")) as { name: string }).name, "a/b:c");
    assert.equal(read(folder, "artifacts", "model", "m.bin"), "weights");
    assert.deepEqual(fs.readdirSync(path.join(folder, "artifacts")), ["model"], "no link came along");
    assert.deepEqual(fs.readdirSync(to), [path.basename(folder)], "nothing is left beside it");
  });

  it("never writes over what is there", async () => {
    const folder = await exported(id);
    fs.writeFileSync(path.join(folder, "mine.txt"), "mine");
    const failure = await failed(verb, ["export", id, "--to", to, ...at()]);
    assert.equal(failure.code, "name.taken");
    assert.deepEqual(fs.readdirSync(to), [path.basename(folder)]);
    assert.equal(read(folder, "mine.txt"), "mine");
  });

  it("puts the code beside it where that is asked for", async () => {
    fs.writeFileSync(path.join(bench.folder, "train.py"), "print(1)\n");
    const storeFolder = bench.store.layout.root;
    const request = { folder: bench.folder, storeFolder, ports: nodePorts };
    const { commit } = await takeSnapshot(request, new AbortController().signal);
    const recorder = bench.tracking.runs.own(id);
    assert.ok("write" in recorder);
    const counts = { changed: null, changedFiles: [], leftOut: {}, files: 1, bytes: 9, tookMs: 1 };
    recorder.write({ kind: "code.recorded", commit, folder: "", root: "", ...counts });
    bench.tracking.runs.release(id);
    const folder = await exported(id, "--code");
    assert.equal(read(folder, "code", "train.py"), "print(1)\n");
  });

  it("leaves nothing behind where it fails", async () => {
    const recorder = bench.tracking.runs.own(id);
    assert.ok("write" in recorder);
    const counts = { changed: null, changedFiles: [], leftOut: {}, files: 1, bytes: 9, tookMs: 1 };
    recorder.write({ kind: "code.recorded", commit: "4".repeat(40), folder: "", root: "", ...counts });
    bench.tracking.runs.release(id);
    assert.equal((await failed(verb, ["export", id, "--to", to, "--code", ...at()])).code, "code.notFound");
    assert.deepEqual(fs.readdirSync(to), []);
    const file = path.join(emptyFolder(), "file");
    fs.writeFileSync(file, "");
    assert.match((await failed(verb, ["export", id, "--to", file, ...at()])).message, /^Cannot export to /);
  });

  it("prints a table of runs as CSV, with a column for whatever any of them has", async () => {
    storeRun(bench, {
      name: "second",
      metrics: { acc: 1 },
      tags: { team: "x" },
      status: "RUNNING",
      start: 5,
    });
    const { out } = await call(verb, ["export", id, "second", "--format", "csv", ...at()]);
    const [head, first, second] = out.split("\n");
    assert.equal(
      head,
      "id,name,experiment,state,user,start,end,seconds,metrics.acc,metrics.f1,metrics.loss,params.lr,params.text,tags.team",
    );
    assert.equal(
      `${first ?? ""}\n${second ?? ""}`,
      `${id},a/b:c,Default,finished,anna,1700000000000,1700000001500,1.5,,-Infinity,1e-300,0.1,"say ""hi"", then\nleave",`,
    );
  });

  it("prints all that match a filter", async () => {
    storeRun(bench, { name: "other", metrics: { acc: 1 } });
    const words = ["export", "--filter", "metrics.acc = 1", "--format", "json", ...at()];
    const { runs } = JSON.parse((await call(verb, words)).out) as {
      runs: { name: string; series: unknown[] }[];
    };
    assert.deepEqual(
      runs.map(({ name, series }) => [name, series.length]),
      [["other", 1]],
    );
  });

  it("tells of wrong usage how it is used", async () => {
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [["--to", "x"], /^Name the runs to export/],
      [["a"], /^Say where to/],
      [["a", "--to", "x", "--format", "csv"], /^Say where to/],
      [["a", "--filter", "x", "--format", "csv"], /^Name the runs/],
      [["a", "--format", "xml"], /^--format is csv or json, not 'xml'\.$/],
    ];
    for (const [words, message] of wrong) {
      const failure = await failed(verb, ["export", ...words, ...at()]);
      assert.equal(failure.code, "usage.wrong");
      assert.match(failure.message, message);
    }
  });

  it("makes names that every system can hold", () => {
    const run = { id: "0".repeat(32) };
    assert.equal(folderNameOf({ ...run, name: "../..\\x" }), ".._..%5Cx-000000000000");
    assert.equal(folderNameOf({ ...run, name: "CON" }), "CON-000000000000");
    assert.equal(folderNameOf({ ...run, name: "" }), run.id);
    assert.ok(Buffer.byteLength(folderNameOf({ ...run, name: "💡".repeat(500) })) < 256);
    assert.equal(csvLine(["a", null, 1.5, "x\ry"]), 'a,,1.5,"x\ry"\n');
  });
});
