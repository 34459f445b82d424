import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { verb } from "../../src/cli/runs.js";
import { RunRecorder } from "../../src/core/tracking/recorder.js";
import type { Workbench } from "../../src/core/workbench.js";
import type { RunDetail } from "../../src/core/tracking/view.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { call, failed } from "./call.js";
import { storeRun } from "./stored-runs.js";

describe("loam runs show", () => {
  let bench: Workbench;
  const at = (): readonly string[] => ["--dir", bench.folder];
  const shown = async (...words: readonly string[]): Promise<string> =>
    (await call(verb, ["show", ...words, ...at()])).out;
  const detail = async (word: string): Promise<RunDetail> =>
    JSON.parse(await shown(word, "--json")) as RunDetail;
  const place = (id: string, ...parts: readonly string[]): string =>
    path.join(bench.store.layout.entity({ room: "runs", id }), ...parts);

  beforeEach(() => {
    bench = newWorkbench();
  });
  afterEach(() => bench.dispose());

  /** A run with a fact of each kind that a page shows. */
  function launched(status: "FINISHED" | "FAILED"): string {
    const start = Date.now() - 3_600_000;
    const recorder = bench.tracking.runs.create({ experiment: "0", name: "full", user: "anna", start });
    const { machine, boot, pid } = bench.store.self;
    recorder.write(
      {
        kind: "launch.started",
        command: ["python", "train.py", "--note", "it's a try"],
        folder: "",
        machine,
        boot,
        pid,
        start: "1",
        host: "here",
      },
      {
        kind: "code.recorded",
        commit: "4".repeat(40),
        head: `a1b2c3${"0".repeat(34)}`,
        branch: "main",
        folder: "",
        root: "",
        changed: 3,
        changedFiles: [
          { path: "train.py", state: "modified" },
          { path: "new.py", state: "untracked" },
        ],
        leftOut: { data: 2 },
        files: 40,
        bytes: 120_000,
        tookMs: 12,
      },
      { kind: "argument.given", key: "lr", value: "0.1" },
      {
        kind: "environment.recorded",
        python: "3.12.1",
        platform: "Linux 6 x64",
        cpus: 8,
        memory: 16e9,
        variables: { CUDA_VISIBLE_DEVICES: "0" },
        packages: "f".repeat(64),
        packageCount: 45,
      },
      { kind: "data.read", path: "data/train.csv", size: 5_000_000, modified: 1, sha256: "ab".repeat(32) },
      { kind: "file.offered", path: "model.pkl", size: 1234 },
      {
        kind: "input.used",
        name: "cancer",
        digest: "d1",
        sourceType: "local",
        source: '{"uri": "x.csv"}',
        tags: [],
      },
      { kind: "recorder.note", text: "No code snapshot was possible." },
    );
    recorder.log({
      metrics: [
        { key: "f1", value: 0.5, step: 0, time: start },
        { key: "f1", value: 0.9538461, step: 1, time: start },
        { key: "f1", value: 0.9538461, step: 1, time: start, model: `m-${"0".repeat(32)}`, dataset: "d" },
        { key: "auc", value: 0.7, step: 0, time: start, dataset: "test" },
        { key: "system/cpu", value: 41, step: 0, time: start },
      ],
      tags: [
        { key: "team", value: "risk" },
        { key: "mlflow.note.content", value: "A first try." },
      ],
    });
    const failure =
      status === "FAILED"
        ? { error: "ValueError: bad input", where: { file: "train.py", line: 3 }, exitCode: 1 }
        : {};
    recorder.write({ kind: "run.ended", by: "supervisor", status, end: start + 125_000, ...failure });
    bench.tracking.runs.release(recorder.id);
    return recorder.id;
  }

  it("opens on the answer, then says what it knows", async () => {
    const id = launched("FINISHED");
    const out = await shown("full");
    const lines = out.split("\n");
    assert.equal(lines[0], "full  finished  2 min 5 s  auc 0.7, f1 0.9538  a1b2c3 + 3 files");
    assert.equal(lines[1], "python train.py --note 'it'\\''s a try'");
    assert.match(
      lines[2] ?? "",
      new RegExp(`^id ${id} · experiment Default · started 1 h ago \\(.*\\) · by anna$`),
    );
    const expected = [
      /^Params\n {2}lr {2}0\.1$/m,
      /^ {2}auc on test +0\.7 +0\.7 +0\.7 +1 point\n {2}f1 +0\.95 +0\.50 +0\.95 +2 points\n {2}1 system/m,
      /^ {2}1 system metric: cpu 41$/m,
      /^Tags\n {2}team {2}risk$/m,
      /^Inputs\n {2}cancer d1 x\.csv$/m,
      /^Data read\n {2}data\/train\.csv {2}5 MB {2}not versioned$/m,
      /^Files written\n {2}model\.pkl {2}1\.2 kB$/m,
      /^Code\n {2}a1b2c3 \+ 3 files on main\n {2}kept 40 files, 120 kB, as 444444444444\n {2}left out: 2 data$/m,
      /^Environment\n {2}Python 3\.12\.1 · Linux 6 x64 · 8 CPUs, 16 GB · 45 packages\n {2}CUDA_VISIBLE_DEVICES=0$/m,
      /^Notes\n {2}A first try\.\n {2}No code snapshot was possible\.$/m,
    ];
    for (const one of expected) assert.match(out, one);
    assert.doesNotMatch(out, /train\.py$/m);
    assert.match(
      await shown("full", "--code"),
      /modified {2}train\.py\n {2}untracked new\.py\n {2}and 1 more file$/m,
    );
  });

  it("says how long the command took, and the run itself where its client says much less", async () => {
    const id = launched("FINISHED");
    const own = bench.tracking.runs.own(id);
    assert.ok(own instanceof RunRecorder);
    const { end = 0 } = own.state;
    own.write({ kind: "status.set", status: "FINISHED", end: end - 5000 });
    assert.match(await shown("full"), /^full  finished  2 min  /);
    own.write({ kind: "status.set", status: "FINISHED", end: end - 100_000 });
    assert.match(await shown("full"), /^full  finished  2 min 5 s, the run itself 25 s  /);
    assert.equal((await detail("full")).launch?.seconds, 125);
    bench.tracking.runs.release(id);
  });

  it("marks what was guessed from the console", async () => {
    const recorder = bench.tracking.runs.create({ experiment: "0", name: "plain", start: Date.now() });
    recorder.log({ metrics: [{ key: "acc", value: 0.8, step: 0, time: 1, guessed: true }] });
    bench.tracking.runs.release(recorder.id);
    assert.match(await shown("plain"), /^ {2}acc +0\.8 +0\.8 +0\.8 +1 point +guessed$/m);
    assert.equal((await detail("plain")).series[0]?.guessed, true);
  });

  it("starts with the error of a failed run", async () => {
    launched("FAILED");
    const [first, second] = (await shown("full")).split("\n");
    assert.equal(first, "ValueError: bad input (train.py:3), exit code 1");
    assert.match(second ?? "", /^full {2}failed {2}2 min 5 s/);
  });

  it("says of a lost run that nobody saw its end", async () => {
    const recorder = bench.tracking.runs.create({ experiment: "0", name: "gone", start: Date.now() });
    const { machine, boot, pid } = bench.store.self;
    recorder.write({
      kind: "launch.started",
      command: ["x"],
      folder: "",
      machine,
      boot,
      pid,
      start: "1",
      host: "h",
    });
    bench.tracking.runs.release(recorder.id);
    assert.match(
      await shown("gone"),
      /^lost: its processes are gone, and nobody saw how it ended\ngone {2}lost {2}/,
    );
  });

  it("tells all in fields with --json", async () => {
    launched("FAILED");
    const run = await detail("full");
    assert.equal(run.state, "failed");
    assert.equal(run.seconds, 125);
    assert.deepEqual(run.metrics, { f1: 0.9538461, auc: 0.7, "system/cpu": 41 });
    assert.deepEqual(
      run.series.find(({ name }) => name === "f1"),
      {
        name: "f1",
        last: 0.9538461,
        step: 1,
        min: 0.5,
        max: 0.9538461,
        first: 0.5,
        count: 2,
        guessed: false,
        dataset: null,
        digest: null,
        model: null,
      },
    );
    assert.equal(run.params["lr"], "0.1");
    assert.deepEqual(run.ended, {
      by: "supervisor",
      exitCode: 1,
      signal: null,
      error: "ValueError: bad input",
      where: { file: "train.py", line: 3 },
    });
    assert.equal(run.environment?.packages, 45);
  });

  it("shows the console's end, and all of it when asked", async () => {
    const id = storeRun(bench, { name: "talks" });
    assert.equal((await failed(verb, ["show", "talks", "--console", ...at()])).code, "artifact.notFound");
    const epochs = Array.from({ length: 30 }, (_, n) => `epoch ${n}`).join("\n");
    const console = `${epochs}\n 10%\r 50%\r100%\r\n\u001b[31mred\u001b[0m\u001b[2J\tdone\n`;
    fs.writeFileSync(place(id, "console.log"), console);
    assert.equal(await shown("talks", "--console"), console);
    const tail = (await shown("talks")).split("\n").slice(-12);
    assert.match(tail[0] ?? "", /^Console, last of \d+ B$/);
    assert.deepEqual(
      tail
        .slice(1, -1)
        .map((line) => line.slice(2))
        .slice(-3),
      ["epoch 29", "100%", "red    done"],
    );
    const { console: told } = JSON.parse(await shown("talks", "--console", "--json")) as {
      console: { text: string; bytes: number; lines: string[] };
    };
    assert.equal(told.text, console);
    assert.equal(told.lines.length, 10);
  });

  it("reads only the end of a long console", async () => {
    const id = storeRun(bench, { name: "long" });
    fs.writeFileSync(place(id, "console.log"), `${"x".repeat(1_000_000)}\nlast\n`);
    assert.match(await shown("long"), /Console, last of 1 MB\n {2}last\n$/);
  });

  it("lists artifacts with their folders, and counts what is too many", async () => {
    const id = storeRun(bench, { name: "files" });
    fs.mkdirSync(place(id, "artifacts", "model"), { recursive: true });
    fs.writeFileSync(place(id, "artifacts", "model", "a.bin"), "12345");
    fs.symlinkSync("/etc/passwd", place(id, "artifacts", "link"));
    for (let n = 10; n < 25; n++) fs.writeFileSync(place(id, "artifacts", `z${n}`), "1");
    const out = await shown("files");
    assert.match(out, /^Artifacts\n {2}model\/a\.bin {2}5 B$/m);
    assert.match(out, /^ {2}and 4 more files, 4 B$/m);
    assert.doesNotMatch(out, /link/);
  });

  it("writes out what a hostile store would do to a terminal", async () => {
    storeRun(bench, { name: "evil\u001b]0;title\u0007", params: { p: "\u001b[2J" }, tags: { t: "a\nb" } });
    const out = await shown("latest");
    assert.doesNotMatch(out, /[\u001b\u0007]/);
    assert.match(out, /a\\nb/);
  });

  it("tells of wrong usage how it is used", async () => {
    assert.equal((await failed(verb, ["show", ...at()])).code, "usage.wrong");
    assert.match((await failed(verb, ["show", "a", "b", ...at()])).message, /loam runs compare$/);
  });
});
