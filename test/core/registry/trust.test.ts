import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
import fc from "fast-check";
import { Failure } from "../../../src/core/base/failure.js";
import { nodePorts } from "../../../src/core/base/ports.js";
import { bytesOf } from "../../../src/core/registry/byte-source.js";
import { filesOnDisk, type ModelFile } from "../../../src/core/registry/model-files.js";
import { readTrust } from "../../../src/core/registry/trust.js";
import type { TrustReport } from "../../../src/core/registry/view.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { identityOnnx, madeOnnx, tensor } from "./made-onnx.js";

const never = new AbortController().signal;
const file = (name: string, content: Buffer | string): ModelFile => ({
  ...bytesOf(name, Buffer.from(content)),
  path: name,
});
const latin = (text: string): Buffer => Buffer.from(text, "latin1");
const read = (name: string, content: Buffer | string): Promise<TrustReport> =>
  readTrust([file(name, content)], nodePorts.jobs, never);
/** What was found, each with a letter for its danger: Dangerous, Unusual, uSual. */
const found = ({ findings }: TrustReport): string[] =>
  findings.map(({ what, danger }) => `${{ dangerous: "!", unusual: "?", usual: " " }[danger]}${what}`);

let folder = "";
const made = (name: string): Promise<TrustReport> =>
  readTrust(filesOnDisk(nodePorts, path.join(folder, name)), nodePorts.jobs, never);
const madeBy = (name: string): readonly string[] =>
  fs.readdirSync(folder).filter((one) => one.startsWith(`${name}-`));

before(function () {
  folder = emptyFolder();
  const python = process.platform === "win32" ? "python" : "python3";
  execFileSync(python, [path.join(import.meta.dirname, "make_pickles.py"), folder]);
});

describe("what loading a pickle of Python would do", () => {
  const expected: Readonly<Record<string, { readonly verdict: RegExp; readonly found: RegExp }>> = {
    usual: {
      verdict: /^code$/,
      found: /^( (builtins|__builtin__|copyreg|copy_reg|collections|_codecs|datetime)[.][^,]+,?)+$/,
    },
    system: { verdict: /^code$/, found: /^!(posix|nt)[.]system$/ },
    popen: { verdict: /^code$/, found: /^!(subprocess|commands)[.]Popen$/ },
    eval: { verdict: /^code$/, found: /^!(builtins|__builtin__)[.]eval$/ },
    getattr: { verdict: /^code$/, found: /^!(builtins|__builtin__)[.]getattr$/ },
    codecs: { verdict: /^code$/, found: /^!_codecs[.]decode/ },
    partial: { verdict: /^code$/, found: /^[?]functools[.]partial, (builtins|__builtin__)[.](int|long)/ },
    own: { verdict: /^code$/, found: /^[?]__main__[.]Own/ },
    helper: { verdict: /^code$/, found: /^!__main__[.]helper$/ },
    loads: { verdict: /^code$/, found: /^!_?pickle[.]loads/ },
    vocabulary: { verdict: /^data$/, found: /^$/ },
  };
  for (const [name, { verdict, found: names }] of Object.entries(expected))
    it(`is known of ${name} in every protocol`, async () => {
      const files = madeBy(name);
      assert.ok(files.length >= 5, files.join());
      for (const one of files) {
        const report = await made(one);
        assert.match(report.verdict, verdict, one);
        assert.match(found(report).join(), names, one);
        assert.doesNotMatch(report.summary, /could not be read/, one);
      }
    });

  it("is nothing where it holds plain values, also bytes that begin like a pickle", async () => {
    for (const protocol of [3, 4, 5]) {
      const report = await made(`plain-${protocol}.pkl`);
      assert.deepEqual([report.verdict, report.findings], ["data", []]);
      assert.equal(report.summary, "Loading it runs nothing: it holds data alone.");
    }
  });

  it("is told of a pickle in the bytes of a pickle", async () => {
    assert.match(found(await made("nested-4.pkl")).join(), /^!(posix|nt)[.]system$/);
  });

  it("is told of what is packed, by joblib or in PyTorch's files, old and new", async () => {
    for (const name of ["zlib.joblib", "gzip.joblib", "torch.pt", "packed.pt", "old.pt"])
      assert.match(found(await made(name)).join(), /^!(posix|nt)[.]system$/, name);
  });

  it("is told of what stands beside a program that PyTorch exported", async () => {
    assert.match(found(await made("inputs.pt2")).join(), /^!(posix|nt)[.]system$/);
    assert.equal((await made("plain.pt2")).verdict, "data");
    assert.match(found(await made("compiled.pt2")).join(), /^!machine code/);
  });

  it("is told of what LZ4 has packed, and by a name that says so", async () => {
    const pickle = latin("cposix\nsystem\n(S'id'\ntR.");
    const length = Buffer.alloc(4);
    length.writeUInt32LE((0x80000000 | pickle.length) >>> 0);
    const frame = Buffer.concat([Buffer.from("04224d18604082", "hex"), length, pickle, Buffer.alloc(4)]);
    for (const [name, content] of [
      ["m.joblib", frame],
      ["m.pkl.lz4", frame],
      ["m.pkl.gz", zlib.gzipSync(pickle)],
      ["m.joblib.z", zlib.deflateSync(pickle)],
    ] as const)
      assert.match(found(await read(name, content)).join(), /^!posix[.]system$/, name);
    assert.equal((await read("m.joblib", frame.subarray(0, 12))).verdict, "unknown");
  });

  it("is told of what xz, lzma and bzip2 have packed, in several streams too", async () => {
    for (const ending of ["xz", "lzma", "bz2"].flatMap((how) => [
      `joblib.${how}`,
      ...(how === "lzma" ? [] : [`streams.joblib.${how}`]),
    ])) {
      for (const name of ["hostile", "large"])
        assert.match(found(await made(`${name}.${ending}`)).join(), /^!(posix|nt)[.]system$/, ending);
      assert.equal((await made(`plain.${ending}`)).verdict, "data", ending);
      const packed = fs.readFileSync(path.join(folder, `plain.${ending}`));
      for (const length of [6, 30, packed.length >> 1]) {
        const cut = await read("m.joblib", packed.subarray(0, length));
        assert.notEqual(cut.verdict, "data", `${ending}, cut off at ${length}`);
        assert.doesNotMatch(cut.summary, /monkey|dinosaur|code \d/, "a library's own words");
      }
    }
  });

  it("is told of a packed pickle whatever its name, and of packed data that it is data", async () => {
    const hostile = fs.readFileSync(path.join(folder, "hostile.joblib.xz"));
    for (const name of ["model", "model.bin", "model.pkl.zlib", "weights.packed.xz"]) {
      assert.match(found(await read(name, hostile)).join(), /^!(posix|nt)[.]system$/, name);
      assert.equal(
        (await read(name, zlib.gzipSync("a,b\n1,2\n"))).verdict,
        name.includes("pkl") ? "unknown" : "data",
      );
    }
    assert.equal((await read("notes", latin("BZh is how bzip2 begins"))).verdict, "data");
    assert.equal((await read("rows.csv.gz", zlib.gzipSync("a,b\n1,2\n"))).verdict, "data");
  });

  it("is not known of what unpacks to more than memory has, and of what cannot be unpacked here", async () => {
    const packed = fs.readFileSync(path.join(folder, "packed.pt"));
    packed.writeUInt32LE(0xf0000000, packed.indexOf("PK\x01\x02", 0, "latin1") + 24);
    const bomb = await read("bomb.pt", packed);
    assert.equal(bomb.verdict, "unknown");
    assert.match(bomb.summary, /not known: .*data\.pkl unpacks to more than \d+ bytes/);
    for (const name of ["m.joblib", "m.pkl.zst"]) {
      const packedByZstd = await read(name, Buffer.from("28b52ffd04007265737421", "hex"));
      assert.equal(packedByZstd.verdict, "unknown");
      assert.equal(
        packedByZstd.summary,
        `What loading it runs is not known: ${name} is packed by zstd, which Loam cannot look into: take it for code that runs.`,
      );
    }
  });
});

describe("names in a pickle that are meant to be missed", () => {
  const names = async (content: string): Promise<string> => found(await read("m.pkl", latin(content))).join();

  it("are put together from what was remembered", async () => {
    assert.equal(
      await names("\x80\x04\x8c\x02os\x94\x8c\x06system\x94000h\0h\x01\x93\x8c\x02ls\x85R."),
      "!os.system",
    );
    assert.equal(
      await names("\x80\x04\x8c\x01x\x94\x8c\x02osq\0\x8c\x06systemq\x00h\0\x93."),
      "!system.system",
    );
  });

  it("are written with escapes, or as protocols of old wrote them", async () => {
    assert.equal(await names("\x80\x04S'\\x6f\\163'\nVsy\\u0073tem\n\x93)R."), "!os.system");
    assert.equal(await names("(S'ls'\nios\nsystem\n."), "!os.system");
    assert.equal(await names("(cos\nsystem\nS'ls'\no."), "!os.system");
  });

  it("reach through a library to what it imports", async () => {
    assert.equal(
      await names("\x80\x04\x8c\x05torch\x8c\x17serialization.os.system\x93)R."),
      "!torch.serialization.os.system",
    );
    assert.equal(
      await names("cnumpy.testing._private.utils\nrunstring\n)R."),
      "!numpy.testing._private.utils.runstring",
    );
    assert.equal(await names("csklearn.svm\nSVC\n)R."), " sklearn.svm.SVC");
  });

  it("are known as hidden where nobody can say what they are", async () => {
    const hidden = "!a name or a function that is made while loading";
    assert.equal(await names("\x80\x02\x82\x07."), hidden); // the registry of extensions
    assert.equal(await names("cfunctools\npartial\n)R)R."), `${hidden},?functools.partial`);
    assert.equal(await names("csklearn\nbase\n}b."), `${hidden},?sklearn.base`);
  });

  it("stand behind damage, or before it: those before are told, and that there was damage", async () => {
    const report = await read("m.pkl", latin("cos\nsystem\n)R\xff"));
    assert.deepEqual(found(report), ["!os.system"]);
    assert.match(
      report.summary,
      /^Loading it may run anything: os\.system.*Not all of it could be read: .*byte 13/,
    );
    const torn = await read("m.pkl", latin("\x80\x04\x95\0\0"));
    assert.equal(torn.verdict, "unknown");
    assert.match(torn.summary, /m\.pkl is cut off/);
  });

  it("stand in the values of an array, which one loader leaves out and another runs", async () => {
    const wrapper =
      "\x80\x03cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(X\x05\0\0\0shapeK\x40\x85" +
      "X\x05\0\0\0dtypecnumpy\ndtype\nX\x02\0\0\0u1\x89\x88\x87R" +
      "X\x1b\0\0\0numpy_array_alignment_bytesK\x10ub";
    const usual = " joblib.numpy_pickle.NumpyArrayWrapper, numpy.dtype";
    const after = "cxgboost.core\nBooster\n0.";
    assert.equal(
      await names(`${wrapper}\x02\0\0${"7".repeat(64)}${after}`),
      `${usual}, xgboost.core.Booster`,
    );
    const hidden = `cos\nsystem\n(S'ls'\ntR.`.padEnd(48 + 64, "7"); // "0" is the length 48, and an instruction
    assert.equal(await names(`${wrapper}0${hidden}${after}`), `!os.system,${usual}, xgboost.core.Booster`);
  });
});

describe("what loading other files of models would do", () => {
  it("is nothing for ONNX and safetensors, but for operators and weights from elsewhere", async () => {
    assert.equal((await read("m.onnx", identityOnnx())).verdict, "data");
    const odd = madeOnnx({
      outputs: [["Y", tensor(1)]],
      external: [
        ["a", "weights.bin"],
        ["b", "../../etc/passwd"],
      ],
      opsets: [
        ["", 21],
        ["com.example", 1],
      ],
    });
    assert.deepEqual(found(await read("m.onnx", odd)), [
      "!weights from ../../etc/passwd, outside of its folder",
      "?operators of com.example, which need a library of their own",
    ]);
    const header = Buffer.from('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.byteLength));
    const tensors = Buffer.concat([length, header, Buffer.alloc(4)]);
    assert.equal((await read("m.safetensors", tensors)).verdict, "data");
    assert.equal((await read("m.safetensors", tensors.subarray(0, 30))).verdict, "unknown");
  });

  it("is a function of its own where Keras has a lambda layer", async () => {
    const layers = (name: string): Buffer =>
      Buffer.concat([
        latin("\x89HDF\r\n\x1a\n\0\0"),
        Buffer.alloc(70_000),
        latin(`{"class_name": "${name}"}`),
      ]);
    assert.match(found(await read("m.h5", layers("Lambda"))).join(), /^!lambda layer/);
    const plain = await read("m.h5", layers("Dense"));
    assert.equal(plain.verdict, "unknown");
    assert.match(plain.summary, /No lambda layer was found in m\.h5, but an HDF5 file is only searched/);
  });

  it("is what the description of a Keras or a skops file names", async () => {
    assert.deepEqual(found(await made("model.keras")), [
      "!lambda layer: a function that stands in the file",
      "!os.system",
      "?own.Mine, which the program that loads it must have",
    ]);
    assert.deepEqual(found(await made("model.skops")), [
      "!os.system",
      "?numpy.log1p",
      " sklearn.pipeline.Pipeline",
    ]);
  });

  it("is what an MLflow model's description imports, runs and installs", async () => {
    const report = await readTrust(
      [
        file(
          "MLmodel",
          "flavors:\n  python_function:\n    loader_module: my_loader\n    code: code\n    model_code_path: agent.py\n",
        ),
        file(
          "requirements.txt",
          "numpy==2\n--extra-index-url https://example.org/simple\ngit+https://example.org/x\n",
        ),
        file("data/model.pkl", latin("cos\nsystem\n.")),
      ],
      nodePorts.jobs,
      never,
    );
    assert.deepEqual(found(report), [
      "!os.system",
      "?Python code in code/, which is imported",
      "?agent.py, a script that is run",
      "?my_loader, which is imported as its loader",
      "?installs from elsewhere: --extra-index-url https://example.org/simple",
      "?installs from elsewhere: git+https://example.org/x",
    ]);
    assert.equal(report.findings[0]?.file, "data/model.pkl");
    const plain = await readTrust(
      [file("MLmodel", "flavors:\n  python_function:\n    loader_module: mlflow.xgboost\n")],
      nodePorts.jobs,
      never,
    );
    assert.equal(plain.verdict, "data");
  });

  it("never throws anything but the failure that it was cancelled, and comes to an end, whatever the bytes", async () => {
    const seeds = [
      "usual-4.pkl",
      "usual-0.pkl",
      "torch.pt",
      "packed.pt",
      "zlib.joblib",
      "old.pt",
      "nested-4.pkl",
    ].map((name) => fs.readFileSync(path.join(folder, name)));
    const names = [
      "m.pkl",
      "m.joblib",
      "m.pt",
      "m.keras",
      "m.h5",
      "m.safetensors",
      "m.onnx",
      "m.bin",
      "m.npy",
      "MLmodel",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
        fc.nat(1000),
        fc.constantFrom(...names),
        async (seed, changes, cut, name) => {
          const content = Buffer.from(seed.subarray(0, seed.byteLength - (cut % seed.byteLength)));
          for (const [at, value] of changes) content[at % content.byteLength] = value;
          const report = await read(name, content);
          assert.ok(report.summary.length > 0);
        },
      ),
      { numRuns: 600 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...names), async (bytes, name) => {
        await read(name, Buffer.from(bytes));
      }),
      { numRuns: 600 },
    );
    const cancelled = new AbortController();
    cancelled.abort();
    await assert.rejects(
      readTrust([], nodePorts.jobs, cancelled.signal),
      (error) => error instanceof Failure && error.code === "cancelled",
    );
  });
});
