import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure } from "../../src/core/base/failure.js";
import { zeroInputs } from "../../src/core/registry/inference.js";
import { inference } from "../../src/workers/inference-client.js";
import { identityOnnx, madeOnnx, node, number, tensor } from "../core/registry/made-onnx.js";
import { emptyFolder } from "../core/tracking/bench-folder.js";

const never = new AbortController().signal;

describe("the process that runs models", function () {
  const folder = emptyFolder();
  const write = (name: string, content: Buffer): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, content);
    return file;
  };
  const fails = (code: string, message: RegExp) => (error: unknown) =>
    error instanceof Failure && error.code === code && message.test(error.message);

  it("says how long a model takes to load and to answer one row", async () => {
    const file = write("identity.onnx", identityOnnx());
    const inputs = zeroInputs([{ name: "X", type: "float32", shape: ["N", 4] }]);
    const { load, median, slowest, runs, runtime } = await inference.measure(file, inputs, never);
    assert.ok(
      load > 0 && median > 0 && slowest >= median && runs === 200,
      JSON.stringify({ load, median, runs }),
    );
    assert.match(runtime, /^onnxruntime-node \d+\.\d+\.\d+$/);
  });

  it("says of a model that is too new only that it is", async () => {
    const later = Buffer.concat([identityOnnx(), number(1, 99)]); // of two versions of the format the last counts
    const inputs = zeroInputs([{ name: "X", type: "float32", shape: ["N", 4] }]);
    await assert.rejects(
      inference.measure(write("later.onnx", later), inputs, never),
      (error) =>
        error instanceof Failure &&
        /^ONNX Runtime cannot load later\.onnx: Unsupported model IR version: 99/.test(error.message) &&
        /older version of ONNX/.test(error.next ?? ""),
    );
  });

  it("answers with texts, whole numbers to the last digit, and truths as they went in", async () => {
    const file = write(
      "all.onnx",
      madeOnnx({
        inputs: [
          ["words", tensor(8, ["N"])],
          ["counts", tensor(7, ["N"])],
          ["flags", tensor(9, ["N"])],
        ],
        outputs: [
          ["w", tensor(8, ["N"])],
          ["c", tensor(7, ["N"])],
          ["f", tensor(9, ["N"])],
        ],
        nodes: [
          node("Identity", ["words"], ["w"]),
          node("Identity", ["counts"], ["c"]),
          node("Identity", ["flags"], ["f"]),
        ],
      }),
    );
    const given = [
      { name: "words", type: "string", shape: [2], values: ["é", ""] },
      { name: "counts", type: "int64", shape: [2], values: [-3, "9223372036854775807"] },
      { name: "flags", type: "bool", shape: [2], values: [true, false] },
    ];
    const answered = await inference.answer(file, given, never);
    assert.deepEqual(
      answered.map(({ name, values }) => [
        name,
        values.map((value) => (value === 1 ? true : value === 0 ? false : value)),
      ]),
      [
        ["w", ["é", ""]],
        ["c", [-3, "9223372036854775807"]],
        ["f", [true, false]],
      ],
    );
  });

  it("refuses what it cannot load or run with the reason, and ends with its signal", async () => {
    const torn = write("torn.onnx", identityOnnx().subarray(0, 50));
    await assert.rejects(
      inference.answer(torn, [], never),
      fails("value.invalid", /cannot load torn\.onnx: /),
    );
    const file = write("identity.onnx", identityOnnx());
    const wrong = [{ name: "X", type: "float64", shape: [1, 4], values: [1, 2, 3, 4] }];
    await assert.rejects(
      inference.answer(file, wrong, never),
      fails("value.invalid", /cannot run it: .*double/),
    );
    const odd = [{ name: "X", type: "complex64", shape: [1], values: [1] }];
    await assert.rejects(inference.answer(file, odd, never), fails("feature.absent", /X is a complex64/));
    assert.throws(
      () => zeroInputs([{ name: "m", type: "map<int64, float32>" }]),
      fails("feature.absent", /m is a map/),
    );
    const ended = new AbortController();
    const asked = inference.measure(file, [], ended.signal);
    ended.abort();
    await assert.rejects(asked, fails("cancelled", /Cancelled/));
  });
});
