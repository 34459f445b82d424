import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { verb } from "../../src/cli/models.js";
import { everything } from "../../src/core/datasets/selection.js";
import { ensureModel } from "../../src/core/registry/models.js";
import { filesOnDisk } from "../../src/core/registry/model-files.js";
import { flavorOf, readSignature } from "../../src/core/registry/signature.js";
import { addVersion, type NewVersion } from "../../src/core/registry/versions.js";
import type { VersionComparison } from "../../src/core/registry/view.js";
import type { Workbench } from "../../src/core/workbench.js";
import { identityOnnx, madeOnnx, node, tensor } from "../core/registry/made-onnx.js";
import { plainVersion } from "../core/registry/versions-of.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { call, failed } from "./call.js";

const python = process.platform === "win32" ? "python" : "python3";
const never = new AbortController().signal;

describe("loam models compare, trust, measure, convert", function () {
  let bench: Workbench;
  const at = (): readonly string[] => ["--dir", bench.folder];
  const told = async (...words: readonly string[]): Promise<string> =>
    (await call(verb, [...words, ...at()])).out;

  /** A version of `churn` whose one file is this. */
  async function version(name: string, content: Buffer, more: Partial<NewVersion> = {}): Promise<void> {
    const file = path.join(bench.folder, name);
    fs.writeFileSync(file, content);
    const {
      changed: _,
      leftOut: __,
      stored: ___,
      ...artifact
    } = await bench.datasets.contents.add(file, everything, never);
    const files = filesOnDisk(bench.store.ports, file);
    const known = { artifact, file: name, flavor: flavorOf(files), signature: readSignature(files) };
    addVersion(bench.registry, ensureModel(bench.registry, "churn eu"), plainVersion({ ...known, ...more }));
  }

  before(async () => {
    bench = newWorkbench();
    await version("model.onnx", identityOnnx(), { metrics: { f1: 0.8 }, params: { depth: "3" } });
    const wider = madeOnnx({
      inputs: [["X", tensor(1, ["N", 5])]],
      outputs: [["Y", tensor(1, ["N", 5])]],
      nodes: [node("Identity", ["X"], ["Y"])],
    });
    await version("wide.onnx", wider, { metrics: { f1: 0.9 }, params: { depth: "4" } });
    await version("model.pkl", Buffer.from("cos\nsystem\n(S'ls'\ntR."));
    const [latest] = bench.registry.named("churn eu").history;
    bench.registry.write({
      ...{ kind: "alias.moved", model: latest?.model ?? "", alias: "champion", version: latest?.id ?? "" },
    });
  });
  after(() => bench.dispose());

  it("put versions side by side, with which is better and what breaks callers", async () => {
    const lines = await told("compare", "churn eu/1", "churn eu/2");
    assert.match(lines, /f1 +0\.80 +0\.90 ✓/);
    assert.match(lines, /depth +3 +4/);
    assert.match(lines, /breaks: input X reshaped \(float32 \[N, 4\] → float32 \[N, 5\]\)/);
    const json = JSON.parse(
      await told("compare", "churn eu/2", "churn eu@champion", "--json"),
    ) as VersionComparison;
    assert.deepEqual(
      json.versions.map(({ number }) => number),
      [2, 3],
    );
    assert.deepEqual(json.signatures, [[], null]);
  });

  it("say what loading would run, the dangerous first", async () => {
    assert.match(
      await told("trust", "churn eu"),
      /^Loading it may run anything: os\.system.*\n.*\ndangerous +os\.system +model\.pkl\n$/,
    );
    const json = JSON.parse(await told("trust", "churn eu/1", "--json")) as object;
    assert.deepEqual(json, {
      ...{ name: "churn eu", number: 1, verdict: "data", findings: [] },
      summary: "Loading it runs nothing: it holds data alone.",
    });
  });

  it("measure a version on this machine, and keep that for the comparison", async () => {
    const json = JSON.parse(await told("measure", "churn eu/1", "--json")) as { load: number; runs: number };
    assert.ok(json.load > 0 && json.runs > 0);
    assert.match(await told("compare", "churn eu/1", "churn eu/2"), /one row +[\d.]+ ms +–/);
    const none = await failed(verb, ["measure", "churn eu/3", ...at()]);
    assert.equal(none.code, "state.wrong");
    assert.match(none.next ?? "", /loam models convert churn eu\/3/);
  });

  it("convert nothing that is ONNX already, and name what a Python lacks or what it said when it ended", async () => {
    const convert = (...words: readonly string[]) => failed(verb, ["convert", ...words, ...at()]);
    assert.match((await convert("churn eu/1")).message, /is an ONNX model already/);
    const dangerous = await convert("churn eu/3", "--python", python);
    assert.equal(dangerous.code, "state.wrong");
    assert.match(dangerous.message, /has to be loaded\. Loading it may run anything: os\.system\./);
    assert.match(dangerous.next ?? "", /loam models convert churn eu\/3 --trust$/);
    const trusted = await convert("churn eu/3", "--trust", "--python", "no-such-python");
    assert.equal(trusted.code, "command.notFound");
    assert.equal((await convert("churn eu/3", "--tolerance", "much")).code, "usage.wrong");
    await version("own.pkl", Buffer.from("cno_such_package.models\nModel\n)R."));
    const missing = await convert("churn eu/4", "--python", python);
    assert.equal(missing.code, "command.failed");
    assert.equal(missing.data["package"], "no_such_package");
    assert.match(missing.message, /no_such_package, which the model needs, is not installed.*needed in/);
    assert.match(missing.next ?? "", /-m pip install no_such_package$/);
    await version("torn.pkl", Buffer.from("\x80\x04\x95", "latin1"));
    assert.match(
      (await convert("churn eu/5", "--python", python)).message,
      /cannot be converted: The file could not be loaded as \w+: \w*Error/,
    );
    await version("ends.pkl", Buffer.from("cos\n_exit\n(I7\ntR."));
    assert.match(
      (await convert("churn eu/6", "--trust", "--python", python)).message,
      /ended before it converted the model: 7/,
    );
    assert.equal(spawnSync(python, ["--version"]).status, 0);
  });

  it("are told how they are called", async () => {
    for (const words of [
      [],
      ["compare", "churn eu/1"],
      ["trust"],
      ["trust", "a", "b"],
      ["compare", "churn eu/1", "churn eu/1"],
    ])
      assert.equal(
        (await failed(verb, [...words, ...(words.length > 0 ? at() : [])])).code,
        "usage.wrong",
        words.join(" "),
      );
    for (const [word, code] of [
      ["no", "model.notFound"],
      ["churn eu/99", "version.notFound"],
      ["churn eu@no", "version.notFound"],
    ] as const)
      assert.equal((await failed(verb, ["trust", word, ...at()])).code, code);
  });
});
