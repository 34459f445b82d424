import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { FailureCode } from "../../../src/core/base/failure.js";
import { jobsHere, nodeFiles, nodePorts, type FilePort } from "../../../src/core/base/ports.js";
import { listSnapshot } from "../../../src/core/code/read.js";
import { takeSnapshot } from "../../../src/core/code/snapshot.js";
import { candidatesOf } from "../../../src/core/registry/candidates.js";
import { registerVersion } from "../../../src/core/registry/register.js";
import type { ModelVersionDetail, RegisterSource } from "../../../src/core/registry/view.js";
import type { RunRecorder } from "../../../src/core/tracking/recorder.js";
import { openWorkbench, type Workbench } from "../../../src/core/workbench.js";
import { never } from "../code/playground.js";
import { bytesOf } from "../store/bench-store.js";
import { emptyFolder, newWorkbench } from "../tracking/bench-folder.js";

const mlmodel = `flavors:
  sklearn: {pickled_model: model.pkl}
saved_input_example_info: {artifact_path: input_example.json, type: dataframe}
signature:
  inputs: '[{"type": "double", "name": "age", "required": true}]'
  outputs: '[{"type": "string", "required": true}]'
`;

describe("registering", function () {
  let bench: Workbench;
  let folder: string;
  beforeEach(() => {
    folder = emptyFolder();
    bench = newWorkbench(folder);
  });
  afterEach(() => {
    bench.dispose();
  });

  const write = (name: string, content: string): void => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  };
  const register = async (source: RegisterSource, name = "churn"): Promise<ModelVersionDetail> =>
    (await registerVersion(bench, { name, source }, never)).version;
  const refuses = async (code: FailureCode, words: RegExp, source: RegisterSource): Promise<void> => {
    await assert.rejects(register(source), (error: Error & { code?: string }) => {
      assert.equal(error.code, code, error.message);
      assert.match(error.message, words);
      return true;
    });
    assert.deepEqual(bench.registry.all(), [], "nothing was registered");
  };
  const artifact = (run: RunRecorder, name: string, content: string): Promise<unknown> =>
    bench.tracking.artifacts.put({ room: "runs", id: run.id }, name, bytesOf(content));
  const contentOf = (version: ModelVersionDetail): Record<string, string> => {
    assert.ok(version.artifact);
    const { contents } = bench.datasets;
    return Object.fromEntries(
      [...contents.manifest(version.artifact)].map(({ path: file, hash }) => [
        file,
        Buffer.concat([...contents.slices(hash)]).toString(),
      ]),
    );
  };

  /** A run with all that a version freezes. */
  async function trainedRun(): Promise<RunRecorder> {
    const experiment = bench.tracking.experiments.create("towns");
    write("train.py", "print(1)\n");
    write("data/train.csv", "a,b\n1,2\n");
    const run = bench.tracking.runs.create({ experiment, name: "brave-fox-1", start: Date.now() });
    const snapshot = await takeSnapshot(
      { folder, storeFolder: bench.store.layout.root, ports: nodePorts },
      never,
    );
    const packages = bench.store.objects.put(Buffer.from("numpy==2.0\n"));
    bench.store.objects.flush();
    run.write(
      {
        kind: "code.recorded",
        ...{
          commit: snapshot.commit,
          folder: "",
          root: "",
          head: "a".repeat(40),
          changed: 1,
          changedFiles: [],
        },
        ...{ leftOut: {}, files: 1, bytes: 9, tookMs: 1 },
      },
      {
        kind: "environment.recorded",
        ...{ python: "3.11.4", platform: "linux", cpus: 2, memory: 1, variables: {}, packages },
      },
    );
    run.log({
      params: [{ key: "depth", value: "4" }],
      metrics: [
        { key: "f1", value: 0.5, time: 1, step: 1 },
        { key: "f1", value: 0.9, time: 2, step: 2 },
        { key: "loss", value: NaN, time: 2, step: 2 },
        { key: "system/cpu", value: 1, time: 2, step: 2 },
      ],
    });
    return run;
  }

  it("freezes a run's artifact with the run's facts and its code", async () => {
    const run = await trainedRun();
    await artifact(run, "model/MLmodel", mlmodel);
    await artifact(run, "model/model.pkl", "pickled");
    await artifact(run, "model/input_example.json", "{}");
    const version = await register({ kind: "artifact", run: run.id, path: "model" });
    assert.deepEqual(contentOf(version), {
      MLmodel: mlmodel,
      "input_example.json": "{}",
      "model.pkl": "pickled",
    });
    const { flavor, source, runName, experiment, params, metrics, environment, code, number, size } = version;
    assert.deepEqual(
      { flavor, source, runName, experiment, params, metrics, number, size },
      {
        ...{ flavor: "mlflow", source: `runs:/${run.id}/model`, runName: "brave-fox-1", experiment: "towns" },
        ...{ params: { depth: "4" }, metrics: { f1: 0.9, loss: "NaN" }, number: 1, size: mlmodel.length + 9 },
      },
    );
    assert.equal(environment?.python, "3.11.4");
    assert.equal(version.signature?.inputs[0]?.name, "age");
    assert.equal(
      version.example,
      [...bench.datasets.contents.manifest(version.artifact ?? assert.fail())][1]?.hash,
    );
    assert.deepEqual([code?.head, code?.changed], ["a".repeat(40), 1]);
    fs.rmSync(path.join(bench.store.layout.root, "code.git"), { recursive: true });
    const files = await listSnapshot(bench.store.layout.root, code?.commit ?? "");
    assert.deepEqual(
      files.map((file) => file.path),
      ["train.py"],
    );
  });

  it("takes a file of the folder, of a run that wrote it, and a copy of another version", async () => {
    write("out/model.onnx.txt", "weights");
    const file = await register({ kind: "file", path: "out/model.onnx.txt" });
    assert.deepEqual(
      [file.file, file.source, file.flavor],
      ["model.onnx.txt", "out/model.onnx.txt", "other"],
    );
    assert.deepEqual(contentOf(file), { "": "weights" });
    const run = await trainedRun();
    write("model.pkl", "pickled");
    run.write({ kind: "file.offered", path: "model.pkl", size: 7 });
    const [candidate] = candidatesOf(bench, run.id);
    assert.deepEqual(candidate?.source, { kind: "file", path: "model.pkl", run: run.id });
    const written = await register(candidate.source);
    assert.deepEqual([written.number, written.runName, written.flavor], [2, "brave-fox-1", "pickle"]);
    const copy = await register({ kind: "version", model: written.model, version: written.id }, "prod");
    assert.deepEqual([copy.name, copy.number, copy.source], ["prod", 1, "models:/churn/2"]);
    assert.deepEqual(
      [copy.artifact, copy.metrics, copy.file],
      [written.artifact, written.metrics, "model.pkl"],
    );
  });

  it("knows the run that left a file as it lies there, and none once it was written anew", async () => {
    const run = await trainedRun();
    write("model.pkl", "pickled");
    run.write({ kind: "file.offered", path: "model.pkl", size: 7 });
    const found = await register({ kind: "file", path: "model.pkl" });
    assert.deepEqual([found.run, found.params], [run.id, { depth: "4" }]);
    write("model.pkl", "by hand now");
    assert.equal((await register({ kind: "file", path: "model.pkl" })).run, null);
  });

  it("takes a logged model with its own metrics and params beside the run's", async () => {
    const run = await trainedRun();
    const model = bench.tracking.models.create({ experiment: "0", name: "forest", sourceRun: run.id });
    const id = model.state.id;
    await bench.tracking.artifacts.put({ room: "logged", id }, "MLmodel", bytesOf(mlmodel));
    await refuses("state.wrong", /still being written/, { kind: "logged", model: id });
    model.addParams([{ key: "trees", value: "100" }]);
    for (const name of ["auc", "system/process_threads"])
      model.logMetric(run.id, { name, dataset: null, digest: null, step: 0, time: 1, value: 0.8 });
    model.write({ kind: "model.status", status: "LOGGED_MODEL_READY" });
    run.write({ kind: "model.output", model: id, step: 0 });
    await artifact(run, "epoch-1.pt", "x");
    await artifact(run, "best.pt", "x");
    await artifact(run, "plot.png", "x");
    assert.deepEqual(
      candidatesOf(bench, run.id).map(({ name }) => name),
      ["forest", "best.pt", "epoch-1.pt"],
    );
    const version = await register({ kind: "logged", model: id });
    assert.deepEqual(version.params, { depth: "4", trees: "100" });
    assert.deepEqual(version.metrics, { auc: 0.8, f1: 0.9, loss: "NaN" });
    assert.deepEqual([version.logged, version.run, version.source], [id, run.id, `models:/${id}`]);
  });

  it("knows the version of the data whose bytes the run read", async () => {
    const run = await trainedRun();
    write("model.pkl", "pickled");
    const { datasets } = bench;
    const content = await datasets.contents.add(
      path.join(folder, "data/train.csv"),
      { include: [], ignore: [] },
      never,
    );
    const dataset = datasets.freeId("train");
    const { form, manifest, files, size } = content;
    datasets.write({ kind: "dataset.created", dataset, name: "train" });
    datasets.write({
      kind: "dataset.tracked",
      ...{ dataset, path: "data/train.csv", form, include: [], ignore: [], auto: false },
    });
    const fact = datasets.write({
      kind: "dataset.versioned",
      ...{ dataset, number: 1, message: "", parent: null, origin: "hand" as const },
      ...{ form, manifest, content: content.content, files, size },
    });
    run.write({
      kind: "data.read",
      ...{ path: "data/train.csv", size: 8, modified: 1, sha256: content.content },
    });
    const version = await register({ kind: "file", path: "model.pkl", run: run.id });
    assert.deepEqual(version.data, [
      { dataset, version: fact.id, name: "train", number: 1, content: content.content },
    ]);
  });

  it("registers nothing of what is missing, empty, a link or no model of its kind", async () => {
    const run = bench.tracking.runs.create({ experiment: "0" });
    await refuses("artifact.notFound", /No such artifact/, { kind: "artifact", run: run.id, path: "model" });
    await refuses("run.notFound", /not found/, { kind: "artifact", run: "0".repeat(32), path: "model" });
    await refuses("model.notFound", /not found/, { kind: "logged", model: "m-1" });
    await refuses("artifact.notFound", /no file or folder/, { kind: "file", path: "none" });
    await refuses("path.invalid", /leads out/, { kind: "artifact", run: run.id, path: "../x" });
    await refuses("path.invalid", /holds the store itself/, { kind: "file", path: "." });
    fs.mkdirSync(path.join(folder, "empty/below"), { recursive: true });
    await refuses("artifact.notFound", /is empty/, { kind: "file", path: "empty" });
    write("linked/model.pkl", "x");
    fs.symlinkSync("model.pkl", path.join(folder, "linked/other.pkl"));
    await refuses("path.invalid", /other\.pkl is a link/, { kind: "file", path: "linked" });
    write("model.onnx", "no ONNX at all, though it says so");
    await refuses("value.invalid", /model\.onnx/, { kind: "file", path: "model.onnx" });
    write("broken/MLmodel", "flavors: [");
    await refuses("value.invalid", /MLmodel/, { kind: "file", path: "broken" });
  });

  it("registers nothing that is not what was logged", async () => {
    const run = await trainedRun();
    await artifact(run, "model/model.pkl", "pickled");
    const file = path.join(bench.store.layout.artifacts({ room: "runs", id: run.id }), "model", "model.pkl");
    fs.writeFileSync(file, "another");
    await refuses("content.changed", /model\/model\.pkl is not what was logged/, {
      kind: "artifact",
      run: run.id,
      path: "model",
    });
    write("left.pkl", "pickled");
    run.write({ kind: "file.offered", path: "left.pkl", size: 3 });
    await refuses("content.changed", /left\.pkl was changed/, {
      kind: "file",
      path: "left.pkl",
      run: run.id,
    });
  });

  it("registers nothing that changes while it is read", async () => {
    bench.dispose();
    const file = path.join(folder, "model.pkl");
    write("model.pkl", "first");
    let reads = 0;
    const files: FilePort = {
      ...nodeFiles,
      readAll: (at) => {
        const bytes = nodeFiles.readAll(at);
        if (at === file) fs.writeFileSync(file, `written meanwhile ${"x".repeat(++reads)}`);
        return bytes;
      },
    };
    const own = { ...nodePorts, files };
    const ports = { ...own, jobs: jobsHere(() => own) };
    bench = openWorkbench(folder, ports, { create: true, author: "tester" });
    await refuses("content.changed", /changed while it was read/, { kind: "file", path: "model.pkl" });
    assert.ok(reads > 0);
  });

  it("refuses a bad name before it reads anything", async () => {
    write("model.pkl", "x");
    for (const name of ["a/b", `"a":b`])
      await assert.rejects(register({ kind: "file", path: "model.pkl" }, name), { code: "name.invalid" });
    assert.equal((await register({ kind: "file", path: "model.pkl" }, `it's "mine"`)).name, `it's "mine"`);
    assert.equal([...bench.store.objects.list()].length, 1);
  });
});
