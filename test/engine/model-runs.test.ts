import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure } from "../../src/core/base/failure.js";
import { nodePorts } from "../../src/core/base/ports.js";
import { registerVersion } from "../../src/core/registry/register.js";
import { modelRunAnswers } from "../../src/engine/model-run-answers.js";
import { OpenFolder } from "../../src/engine/open-folder.js";
import type { Progress } from "../../src/protocol/work.js";
import { inference } from "../../src/workers/inference-client.js";
import { identityOnnx } from "../core/registry/made-onnx.js";
import { newStore } from "./engine.js";

const never = new AbortController().signal;
const nothing = (): void => undefined;

describe("the engine on versions of models", function () {
  it("compares them, measures one for the comparison, and refuses to convert what is ONNX", async () => {
    const { folder, bench } = newStore();
    fs.writeFileSync(path.join(folder, "model.onnx"), identityOnnx());
    const source = { kind: "file", path: "model.onnx" } as const;
    const { version } = await registerVersion(bench, { name: "churn", source }, never);
    bench.dispose();
    const told: Progress[] = [];
    const changed: (readonly string[])[] = [];
    const events = {
      ...{ state: nothing, runs: nothing, datasets: nothing },
      models: (ids: readonly string[]) => changed.push(ids),
    };
    const open = new OpenFolder(folder, nodePorts, events);
    const answers = modelRunAnswers(open, inference, (progress) => told.push(progress));
    const one = { model: version.model, version: version.id };
    const before = await answers["models/compare"]({ versions: [one] }, never);
    assert.deepEqual(before.measured, [null]);
    const measured = await answers["models/measure"]({ ...one, work: "w" }, never);
    assert.ok(measured.load > 0 && measured.runs > 0);
    assert.deepEqual(changed, [[version.model]]);
    const after = await answers["models/compare"]({ versions: [one] }, never);
    assert.deepEqual(after.measured, [measured]);
    assert.deepEqual(
      told.map(({ work, text }) => [work, text]),
      [["w", "churn/1"]],
    );
    fs.writeFileSync(path.join(folder, "model.pkl"), "I1\n.");
    const pickle = await registerVersion(
      open.bench,
      { name: "other", source: { kind: "file", path: "model.pkl" } },
      never,
    );
    const other = { model: pickle.version.model, version: pickle.version.id, trusted: false };
    await assert.rejects(
      async () => answers["models/convert"]({ ...other, python: "no-such-python", work: "c" }, never),
      {
        code: "command.notFound",
        message: "There is no Python to load the model with: no-such-python was not found.",
      },
    );
    assert.deepEqual(
      told.filter(({ work }) => work === "c").map((progress) => progress.told?.template),
      ["Converting with {0}"],
    );
    await assert.rejects(
      async () => answers["models/convert"]({ ...one, python: "python3", trusted: false }, never),
      (error) => error instanceof Failure && error.code === "state.wrong",
    );
    open.dispose();
    fs.rmSync(folder, { recursive: true, force: true });
  });
});
