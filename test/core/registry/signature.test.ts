import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { Failure } from "../../../src/core/base/failure.js";
import { nodePorts } from "../../../src/core/base/ports.js";
import { bytesOf } from "../../../src/core/registry/byte-source.js";
import { filesOnDisk, type ModelFile } from "../../../src/core/registry/model-files.js";
import { readOnnx } from "../../../src/core/registry/onnx.js";
import { exampleOf, flavorOf, readSignature } from "../../../src/core/registry/signature.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { bytes, identityOnnx, madeOnnx, message, number, tensor } from "./made-onnx.js";

const file = (name: string, content: Buffer | string): ModelFile => ({
  ...bytesOf(name, Buffer.from(content)),
  path: name,
});
const named = (...names: readonly string[]): readonly ModelFile[] => names.map((name) => file(name, ""));

const failsWith = (code: string, message: RegExp, work: () => unknown): void => {
  assert.throws(
    work,
    (error) => error instanceof Failure && error.code === code && message.test(error.message),
  );
};

const float = 1;
const int64 = 7;
const text = 8;

describe("the signature of an ONNX file", () => {
  it("has names, types and shapes, with sizes that are open or have a name", () => {
    const onnx = madeOnnx({
      inputs: [
        ["X", tensor(float, [null, 4])],
        ["city", tensor(text, ["N", 1])],
        ["any", tensor(float)],
      ],
      outputs: [
        ["label", tensor(int64, [-1])],
        [
          "probabilities",
          message(4, message(1, message(5, number(1, int64), message(2, tensor(float, []))))),
        ],
        ["maybe", message(9, bytes(1, tensor(11, [2])))],
      ],
    });
    assert.deepEqual(readSignature([file("model.onnx", onnx)]), {
      source: "onnx",
      inputs: [
        { name: "X", type: "float32", shape: [null, 4] },
        { name: "city", type: "string", shape: ["N", 1] },
        { name: "any", type: "float32" },
      ],
      outputs: [
        { name: "label", type: "int64", shape: [null] },
        { name: "probabilities", type: "sequence<map<int64, float32>>" },
        { name: "maybe", type: "float64", shape: [2], optional: true },
      ],
      params: [],
    });
  });

  it("leaves out inputs that have a value of their own, and knows sets of operators and files beside it", () => {
    const header = readOnnx(
      bytesOf(
        "m.onnx",
        madeOnnx({
          inputs: [
            ["X", tensor(float, [1])],
            ["weights", tensor(float, [9])],
          ],
          outputs: [["Y", tensor(float, [1])]],
          weights: [["weights", Buffer.alloc(36)]],
          external: [["more", "weights.bin"]],
          opsets: [
            ["", 21],
            ["ai.onnx.ml", 3],
          ],
        }),
      ),
    );
    assert.deepEqual(
      header.inputs.map(({ name }) => name),
      ["X"],
    );
    assert.deepEqual(header.opsets, { "": 21, "ai.onnx.ml": 3 });
    assert.deepEqual(header.external, ["weights.bin"]);
    assert.equal(header.producer, "made for a test");
  });

  it("is read around the weights, however many there are", () => {
    const weights = Buffer.alloc(8 * 1024 * 1024, 7);
    const onnx = madeOnnx({
      inputs: [["X", tensor(float, [1])]],
      outputs: [["Y", tensor(float, [1])]],
      weights: [
        ["a", weights],
        ["b", weights],
      ],
    });
    let read = 0;
    const source = file("m.onnx", onnx);
    const counted = {
      ...source,
      read: (from: number, to: number) => ((read += to - from), source.read(from, to)),
    };
    assert.equal(readSignature([counted])?.outputs[0]?.name, "Y");
    assert.ok(read < 2 * 1024 * 1024, `${read} of ${onnx.byteLength} bytes were read`);
  });

  it("is refused where the file is none, saying what is wrong", () => {
    const claims = (content: Buffer | string) => () => readSignature([file("model.onnx", content)]);
    failsWith("value.invalid", /model\.onnx is no ONNX file: It is empty\./, claims(""));
    failsWith("value.invalid", /no Protocol Buffers at byte 0/, claims("<!doctype html><p>404"));
    failsWith("value.invalid", /is no ONNX file/, claims(Buffer.from("\x80\x04\x95hello", "latin1")));
    failsWith("value.invalid", /has no graph/, claims(number(1, 8)));
    failsWith("value.invalid", /has no output/, claims(madeOnnx({})));
    failsWith("value.invalid", /does not say its ONNX version/, claims(message(7, bytes(2, "graph"))));
  });

  it("is refused where the file is cut off, and nothing but a failure comes of any damage", () => {
    const whole = identityOnnx();
    failsWith("value.invalid", /cut off: it ends at byte 40/, () =>
      readSignature([file("model.onnx", whole.subarray(0, 40))]),
    );
    const damage = fc.array(fc.tuple(fc.nat(whole.byteLength - 1), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(fc.nat(whole.byteLength), damage, (length, changes) => {
        const content = Buffer.from(whole.subarray(0, length));
        for (const [at, value] of changes) if (at < length) content[at] = value;
        try {
          readSignature([file("model.onnx", content)]);
        } catch (error) {
          assert.ok(error instanceof Failure, String(error));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

const mlmodel = (signature: Readonly<Record<string, unknown>>, more = ""): ModelFile =>
  file(
    "MLmodel",
    `flavors:\n  sklearn:\n    pickled_model: model.pkl\n${more}signature:\n${Object.entries(signature)
      .map(([key, value]) => `  ${key}: '${JSON.stringify(value)}'\n`)
      .join("")}`,
  );

describe("the signature of an MLmodel file", () => {
  it("has columns with types, what is optional, and parameters with what they are unless given", () => {
    const read = readSignature([
      mlmodel({
        inputs: [
          { type: "double", name: "age", required: true },
          { type: "string", name: "city", required: false },
          { type: "array", items: { type: "long" }, name: "visits" },
          {
            type: "object",
            name: "home",
            properties: { street: { type: "string" }, floor: { type: "long", required: false } },
          },
          { type: "map", values: { type: "float" }, name: "scores" },
        ],
        outputs: [{ type: "tensor", "tensor-spec": { dtype: "float32", shape: [-1, 3] } }],
        params: [{ name: "temperature", type: "double", default: 0.5, shape: null }],
      }),
    ]);
    assert.deepEqual(read, {
      source: "mlmodel",
      inputs: [
        { name: "age", type: "double" },
        { name: "city", type: "string", optional: true },
        { name: "visits", type: "array<long>" },
        { name: "home", type: "object{street: string, floor?: long}" },
        { name: "scores", type: "map<float>" },
      ],
      outputs: [{ name: "", type: "float32", shape: [null, 3] }],
      params: [{ name: "temperature", type: "double", default: 0.5 }],
    });
  });

  it("is null where there is none, unless the model is an ONNX file", () => {
    const plain = file("MLmodel", "flavors:\n  python_function: {}\nrun_id: abc\n");
    assert.equal(readSignature([plain]), null);
    assert.equal(readSignature([plain, file("model.onnx", identityOnnx())])?.source, "onnx");
  });

  it("is refused where the file is none, with the line or the field", () => {
    const says = (content: string) => () => readSignature([file("MLmodel", content)]);
    failsWith("value.invalid", /MLmodel is no description .*line 2 is no YAML/, says("flavors:\n\t- [a"));
    failsWith("value.invalid", /it names no flavors/, says("just words"));
    failsWith("value.invalid", /signature: .*expected object/, says("signature: 7\n"));
    failsWith("value.invalid", /signature\.inputs is no JSON/, says("signature:\n  inputs: '[{'\n"));
    failsWith("value.invalid", /signature\.outputs is no list/, says("signature:\n  outputs: '{}'\n"));
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, n) => {
      const before = String.fromCharCode(97 + n);
      return `${String.fromCharCode(98 + n)}: &${String.fromCharCode(98 + n)} [${Array(10).fill(`*${before}`).join(",")}]\n`;
    }).join("")}`;
    failsWith("value.invalid", /is no YAML/, says(bomb));
  });

  it("names the example of the input where it is there", () => {
    const described = mlmodel({ inputs: [] }, "saved_input_example_info:\n  artifact_path: example.json\n");
    assert.equal(exampleOf([described, file("example.json", "{}")])?.path, "example.json");
    assert.equal(exampleOf([described]), null);
  });
});

describe("what a model's files are", () => {
  it("is told by their names", () => {
    assert.equal(flavorOf(named("model.ONNX")), "onnx");
    assert.equal(flavorOf(named("a/model.pkl", "MLmodel")), "mlflow");
    assert.equal(flavorOf(named("model.joblib")), "joblib");
    assert.equal(flavorOf(named("config.json", "model.safetensors")), "safetensors");
    assert.equal(flavorOf(named("model.onnx", "weights.bin")), "onnx");
    assert.equal(flavorOf(named("a.pkl", "b.onnx")), "other");
    assert.equal(flavorOf(named("notes.txt")), "other");
    assert.equal(flavorOf([]), "other");
  });

  it("comes from disk by path, without links and what they lead to", () => {
    const folder = emptyFolder();
    fs.mkdirSync(path.join(folder, "data"));
    fs.writeFileSync(path.join(folder, "data", "model.pkl"), "abc");
    fs.writeFileSync(path.join(folder, "MLmodel"), "flavors: {}\n");
    fs.symlinkSync("/etc", path.join(folder, "link"));
    const found = filesOnDisk(nodePorts, folder);
    assert.deepEqual(
      found.map(({ path: at, size }) => [at, size]),
      [
        ["MLmodel", 12],
        ["data/model.pkl", 3],
      ],
    );
    assert.equal(found[1]?.read(1, 3).toString(), "bc");
    assert.deepEqual(
      filesOnDisk(nodePorts, path.join(folder, "MLmodel")).map((one) => one.path),
      ["MLmodel"],
    );
    failsWith("path.invalid", /There is no file or folder/, () =>
      filesOnDisk(nodePorts, path.join(folder, "no")),
    );
  });
});
