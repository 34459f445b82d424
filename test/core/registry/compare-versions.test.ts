import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { everything } from "../../../src/core/datasets/selection.js";
import { compareVersions } from "../../../src/core/registry/compare-versions.js";
import { trustOf } from "../../../src/core/registry/known-trust.js";
import { keepMeasured, measuredOf } from "../../../src/core/registry/measured.js";
import type { ModelVersionDetail } from "../../../src/core/registry/view.js";
import { newWorkbench } from "../tracking/bench-folder.js";

const base: ModelVersionDetail = {
  ...{ id: "1", model: "m", name: "churn", number: 1, claimed: 1, author: "a", at: 1, updated: 1 },
  ...{
    source: "model.pkl",
    flavor: "pickle",
    onnx: "none",
    size: 10,
    run: null,
    runName: null,
    logged: null,
  },
  ...{ stage: "None", description: "", tags: {}, aliases: [], approval: "none", metrics: {} },
  ...{
    headline: null,
    published: true,
    deleted: false,
    artifact: null,
    file: null,
    signature: null,
    example: null,
    experiment: null,
  },
  ...{ code: null, data: [], params: {}, environment: null, link: null, card: "", approvals: [] },
  converted: null,
};
const never = new AbortController().signal;

describe("versions side by side", () => {
  it("have all metrics with which is better, and what differs of params and environment", () => {
    const bench = newWorkbench();
    const packages = bench.store.objects.put(Buffer.from("numpy==2.1\nscikit-learn==1.5\nown @ file:///x\n"));
    const others = bench.store.objects.put(Buffer.from("numpy==2.2\nscikit-learn==1.5\n"));
    const environment = (list: string, python: string) => ({ python, platform: "Linux", packages: list });
    const data = { dataset: "d", version: "v", name: "train", number: 3, content: "c".repeat(64) };
    const compared = compareVersions(bench.store, [
      {
        ...base,
        metrics: { f1: 0.8, loss: "NaN", steps: 7 },
        params: { depth: "3", seed: "1" },
        environment: environment(packages, "3.11"),
        data: [data],
        signature: { source: "onnx", inputs: [{ name: "x", type: "float64" }], outputs: [], params: [] },
      },
      {
        ...base,
        id: "2",
        number: 2,
        size: 20,
        metrics: { f1: 0.9, steps: 7 },
        params: { depth: "4", seed: "1" },
        environment: environment(others, "3.12"),
        signature: { source: "onnx", inputs: [{ name: "x", type: "float32" }], outputs: [], params: [] },
      },
      { ...base, id: "3", number: 3, environment: environment("0".repeat(64), "3.11") },
    ]);
    assert.deepEqual(compared.metrics, [
      { name: "f1", values: [0.8, 0.9, null], better: "more" },
      { name: "loss", values: ["NaN", null, null], better: "less" },
      { name: "steps", values: [7, 7, null], better: null },
    ]);
    assert.deepEqual(compared.params, [
      { name: "depth", values: ["3", "4", null] },
      { name: "seed", values: ["1", "1", null] },
    ]);
    assert.deepEqual(compared.environment, [
      { name: "Python", values: ["3.11", "3.12", "3.11"] },
      { name: "numpy", values: ["2.1", "2.2", null] },
      { name: "own", values: ["file:///x", null, null] },
      { name: "scikit-learn", values: ["1.5", "1.5", null] },
    ]);
    assert.deepEqual(compared.data, [{ name: "train", values: ["3 (cccccccc)", null, null] }]);
    assert.deepEqual(compared.same, { metrics: 0, params: 0, environment: 1 });
    assert.deepEqual(compared.sizes, [10, 20, 10]);
    const [first, second, third] = compared.signatures;
    assert.deepEqual(
      [first, second?.map(({ name, breaks }) => [name, breaks]), third],
      [[], [["x", true]], null],
    );
    assert.deepEqual(Object.keys(compared.versions[0] ?? {}).includes("params"), false);
    bench.dispose();
  });

  it("have what was measured here of their ONNX file, or of the one that was made of them", () => {
    const bench = newWorkbench();
    const artifact = (content: string) =>
      ({ form: "file", manifest: "a".repeat(64), content: content.repeat(64), files: 1, size: 1 }) as const;
    const measured = { at: 1, load: 2, median: 0.1, slowest: 0.3, runs: 100, runtime: "onnxruntime 1.30.0" };
    keepMeasured(bench.store, "b".repeat(64), measured);
    const onnx: ModelVersionDetail = { ...base, flavor: "onnx", artifact: artifact("b") };
    assert.deepEqual(measuredOf(bench.store, onnx), measured);
    assert.equal(measuredOf(bench.store, { ...base, artifact: artifact("b") }), null);
    fs.appendFileSync(bench.store.layout.at("local", "measured", `${"b".repeat(64)}.json`), "x");
    assert.equal(measuredOf(bench.store, onnx), null);
    bench.dispose();
  });

  it("are judged by their files once, as long as these are here", async () => {
    const bench = newWorkbench();
    const { contents } = bench.datasets;
    const file = path.join(bench.folder, "model.pkl");
    fs.writeFileSync(file, "cos\nsystem\n(S'ls'\ntR.");
    const artifact = await contents.add(file, everything, never);
    const version = { ...base, artifact };
    const report = await trustOf(bench.store, contents, version, never);
    assert.deepEqual(report?.findings, [{ file: "model.pkl", what: "os.system", danger: "dangerous" }]);
    const elsewhere = { ...artifact, content: "0".repeat(64), manifest: "0".repeat(64) };
    assert.equal(await trustOf(bench.store, contents, { ...version, artifact: elsewhere }, never), null);
    assert.equal(await trustOf(bench.store, contents, base, never), null);
    fs.rmSync(bench.store.layout.at("objects"), { recursive: true });
    assert.deepEqual(await trustOf(bench.store, contents, version, never), report);
    bench.dispose();
  });
});
