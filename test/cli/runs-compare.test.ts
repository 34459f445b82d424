import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import { takeSnapshot } from "../../src/core/code/snapshot.js";
import { verb } from "../../src/cli/runs.js";
import type { Comparison } from "../../src/core/tracking/view.js";
import type { Workbench } from "../../src/core/workbench.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { call, failed } from "./call.js";
import { storeRun, type StoredRun } from "./stored-runs.js";

describe("loam runs compare", () => {
  let bench: Workbench;
  const at = (): readonly string[] => ["--dir", bench.folder];
  const compared = async (...words: readonly string[]): Promise<string> =>
    (await call(verb, ["compare", ...words, ...at()])).out;

  beforeEach(() => {
    bench = newWorkbench();
  });
  afterEach(() => bench.dispose());

  /** A run with the code of the folder as it is now, data that it read, and packages. */
  async function full(run: StoredRun, csv: string, packages: string): Promise<void> {
    const id = storeRun(bench, run);
    const storeFolder = bench.store.layout.root;
    const request = { folder: bench.folder, storeFolder, ports: nodePorts };
    const snapshot = await takeSnapshot(request, new AbortController().signal);
    const recorder = bench.tracking.runs.own(id);
    assert.ok("write" in recorder);
    const { commit, files, bytes } = snapshot;
    recorder.write(
      {
        kind: "code.recorded",
        commit,
        folder: "",
        root: "",
        changed: null,
        changedFiles: [],
        leftOut: {},
        files,
        bytes,
        tookMs: 1,
      },
      { kind: "data.read", path: "train.csv", size: 10, modified: 1, sha256: csv.repeat(32) },
      {
        kind: "environment.recorded",
        platform: "Linux",
        cpus: 2,
        memory: 1,
        variables: {},
        packages: bench.store.objects.put(Buffer.from(packages)),
      },
    );
    bench.store.objects.flush();
    bench.tracking.runs.release(id);
  }

  it("tells of artifacts that differ in content, though not in size", async () => {
    for (const [name, text] of [
      ["a", "one"],
      ["b", "two"],
    ] as const) {
      const id = storeRun(bench, { name });
      const ref = { room: "runs", id } as const;
      await bench.tracking.artifacts.put(ref, "model/weights.txt", [Buffer.from(text)]);
      await bench.tracking.artifacts.put(ref, "same.txt", [Buffer.from("same")]);
    }
    const out = await compared("a", "b");
    assert.match(out, /1 artifact differs\./);
    assert.match(out, /^model\/weights\.txt +3 bytes, [0-9a-f]{8} +3 bytes, [0-9a-f]{8}$/m);
    assert.match(out, /The same: .*1 artifact/);
  });

  it("says in one sentence what moved and how much differs, then only what differs", async () => {
    const code = path.join(bench.folder, "train.py");
    fs.writeFileSync(code, "lr = 0.1\n");
    const params = { lr: "0.1", depth: "3", seed: "1" };
    await full({ name: "a", metrics: { f1: 0.954, loss: 0.2 }, params }, "aa", "numpy==1.0\nscipy==1.0\n");
    fs.writeFileSync(code, "lr = 0.2\n");
    fs.writeFileSync(path.join(bench.folder, "more.py"), "x = 1\n");
    await full(
      { name: "b", metrics: { f1: 0.975, loss: 0.2 }, params: { ...params, lr: "0.2", extra: "yes" } },
      "bb",
      "numpy==2.0\nscipy==1.0\n",
    );
    const out = await compared("a", "b");
    assert.equal(
      out.split("\n")[0],
      "f1 +0.021 (0.954 → 0.975), better. 2 params, 2 files, 1 data set, 1 package differ.",
    );
    const expected = [
      /^metrics +a +b +change\nf1 +0\.954 +0\.975 +\+0\.021 better$/m,
      /^params +a +b\nextra +– +yes\nlr +0\.1 +0\.2$/m,
      /^code against a +b\nmore\.py +added\ntrain\.py +modified$/m,
      /^data +a +b\ntrain\.csv +a{12} +b{12}$/m,
      /^packages +a +b\nnumpy +1\.0 +2\.0$/m,
      /^The same: 2 params, 1 metric, 1 package\.$/m,
    ];
    for (const one of expected) assert.match(out, one);
    assert.doesNotMatch(out, /environment|depth|loss/);
    const told = JSON.parse(await compared("a", "b", "--json")) as Comparison & { sentence: string };
    assert.match(told.sentence, /^f1 \+0\.021/);
    assert.deepEqual(told.code, [
      { path: "more.py", states: [null, "added"] },
      { path: "train.py", states: [null, "modified"] },
    ]);
    assert.deepEqual(told.params, [
      { name: "extra", values: [null, "yes"] },
      { name: "lr", values: ["0.1", "0.2"] },
    ]);
    assert.deepEqual(told.same, { params: 2, metrics: 1, data: 0, artifacts: 0, packages: 1 });
  });

  it("knows that less of a loss is better, and keeps silent of what no name tells", async () => {
    storeRun(bench, { name: "a", metrics: { loss: 0.5 } });
    storeRun(bench, { name: "b", metrics: { loss: 0.25 } });
    storeRun(bench, { name: "c", metrics: { thing: 3 } });
    storeRun(bench, { name: "d", metrics: { thing: 5 } });
    assert.match(await compared("a", "b"), /^loss -0\.25 \(0\.50 → 0\.25\), better\. Nothing else/);
    assert.match(await compared("c", "d"), /^thing \+2 \(3 → 5\)\. Nothing else/);
  });

  it("compares more than two, NaN and missing values among them", async () => {
    storeRun(bench, { name: "a", metrics: { f1: 0.9, x: NaN }, params: { lr: "1" } });
    storeRun(bench, { name: "b", metrics: { f1: 0.7, x: Infinity }, params: { lr: "1" } });
    storeRun(bench, { name: "c", metrics: { f1: 0.8 }, params: { lr: "2" } });
    const out = await compared("a", "b", "c");
    assert.match(out, /^f1 from 0\.70 \(b\) to 0\.90 \(a\)\. 1 param differs\.$/m);
    assert.match(out, /^x +NaN +inf +–$/m);
  });

  it("says where nothing differs, and that code is not known", async () => {
    storeRun(bench, { name: "same", metrics: { f1: 1 } });
    storeRun(bench, { name: "alike", metrics: { f1: 1 } });
    const out = await compared("same", "alike");
    assert.match(out, /^Nothing that was recorded differs\.$/m);
    assert.match(out, /^The code of at least one of them is not known here\.$/m);
  });

  it("names runs of one name by their ids", async () => {
    const first = storeRun(bench, { name: "twin", params: { lr: "1" } });
    const second = storeRun(bench, { name: "twin", params: { lr: "2" } });
    const [head = ""] = (await compared(first, second))
      .split("\n")
      .filter((line) => line.startsWith("params"));
    const titles = head.split(/ +/).slice(1);
    assert.ok(first.startsWith(titles[0] ?? "?") && second.startsWith(titles[1] ?? "?"));
  });

  it("tells of wrong usage how it is used", async () => {
    storeRun(bench, { name: "a" });
    assert.match((await failed(verb, ["compare", "a", ...at()])).message, /at least two runs/);
    assert.match((await failed(verb, ["compare", "a", "latest", ...at()])).message, /is named twice\.$/);
  });
});
