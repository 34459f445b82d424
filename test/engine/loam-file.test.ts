import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import { openWorkbench } from "../../src/core/workbench.js";
import { emptyFolder } from "../core/tracking/bench-folder.js";
import { write as writeFiles } from "../run/loam.js";
import { eventually } from "../waiting.js";
import { RunningEngine } from "./engine.js";

describe("the engine, of loam.yaml while it is typed", function () {
  let folder = "";
  let engine: RunningEngine;
  beforeEach(() => {
    folder = emptyFolder();
    engine = new RunningEngine(folder);
  });
  afterEach(() => engine.end());

  const write = (name: string, text: string): void => {
    writeFiles(folder, { [name]: text });
  };
  const offered = async (marked: string): Promise<string[]> => {
    const asked = { text: marked.replace("|", ""), offset: marked.indexOf("|") };
    return ((await engine.ask("loamFile/choices", asked))?.choices ?? []).map(({ label }) => label);
  };

  it("offers the keys alone where there is no store, and makes none", async () => {
    assert.deepEqual(await offered("|"), ["data", "models"]);
    assert.deepEqual(await offered("data:\n  |"), []);
    assert.deepEqual(await offered("data:\n  x:\n    rules:\n      - column: |"), []);
    assert.deepEqual(await offered("models:\n  |"), ["default"]);
    assert.deepEqual((await offered("models:\n  x:\n    checks:\n      - |"))[0], "quality rules");
    assert.deepEqual(await offered("stages:\n  |"), []);
    assert.equal(fs.existsSync(path.join(folder, ".loam")), false);
  });

  it("offers data sets, columns of the newest version, models, aliases and metrics", async () => {
    write("data/t.csv", "age,shop\n1,a\n2,b\n");
    const { dataset } = await engine.ask("datasets/track", { path: "data/t.csv", work: "w" });
    write("data/t.csv", "age,shop,new\n1,a,x\n2,b,y\n");
    await engine.ask("datasets/version", { dataset, message: "" });
    write("both/a.csv", "left\n1\n");
    write("both/b.csv", "right\n1\n");
    await engine.ask("datasets/track", { path: "both" });
    assert.deepEqual(await offered("data:\n  |"), ["both", "data/t.csv"]);
    const column = "data:\n  data/t.csv:\n    rules:\n      - column: |";
    assert.deepEqual(await offered(column), ["age", "shop", "new"]);
    assert.deepEqual(await offered(column), ["age", "shop", "new"], "from the profile that was kept");
    assert.deepEqual(await offered("data:\n  both:\n    file: |"), ["a.csv", "b.csv"]);
    assert.deepEqual(await offered("data:\n  both:\n    file: b.csv\n    rules:\n      - column: |"), [
      "right",
    ]);
    assert.deepEqual(
      await offered("data:\n  both:\n    rules:\n      - column: |"),
      [],
      "which of the two is not said",
    );
    write("model.pkl", "one");
    const source = { kind: "file", path: "model.pkl" } as const;
    const { model, version } = await engine.ask("models/register", { name: "churn", source });
    await engine.ask("models/change", { model, change: { kind: "alias", alias: "blue", version } });
    assert.deepEqual(await offered("models:\n  |"), ["churn", "default"]);
    assert.deepEqual(await offered("models:\n  churn:\n    protected: [|]"), ["champion", "blue"]);
    const bench = openWorkbench(folder, nodePorts);
    const run = bench.tracking.runs.create({ experiment: "0", name: "r" });
    run.log({
      metrics: [{ key: "f1", value: 0.5, step: 0, time: 1 }],
      params: [{ key: "depth", value: "3" }],
    });
    bench.dispose();
    const check = "models:\n  churn:\n    checks:\n      - m|";
    await eventually("the run", async () => (await offered(check)).includes("metrics.f1"));
    assert.ok((await offered(check)).includes("params.depth"));
    await engine.ask("datasets/change", { dataset, change: { kind: "delete" } });
    assert.deepEqual(await offered("data:\n  |"), ["both"]);
  });

  it("explains keys, and says mistakes of both sections at their lines", async () => {
    const text =
      "data:\n  t:\n    rules:\n      - rows: [1, 2]\nmodels:\n  m:\n    checks: [metrics.f1 >>= 1]\n    approvers: 0\n";
    const explain = async (word: string) =>
      (await engine.ask("loamFile/explain", { text, offset: text.indexOf(word) + 1 }))?.about.text;
    assert.match((await explain("rows")) ?? "", /How many rows/);
    assert.match((await explain("approvers")) ?? "", /different persons/);
    assert.equal(await explain("t:"), undefined);
    const { mistakes, sets } = await engine.ask("rules/ofText", { text });
    assert.deepEqual(mistakes.map(({ line, field }) => `${line} ${field}`).sort(), [
      "7 models.m.checks[0]",
      "8 models.m.approvers",
    ]);
    assert.equal(sets.length, 1);
    const broken = await engine.ask("rules/ofText", { text: `${text}x: "` });
    assert.equal(broken.mistakes.length, 1, "a mistake of YAML is said once");
  });
});
