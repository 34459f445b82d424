import assert from "node:assert/strict";
import fc from "fast-check";
import { readCommand } from "../../src/run/arguments.js";
import { withParams } from "../../src/run/shell-line.js";
import { trackingName } from "../../src/run/tracking-name.js";

const words = (line: string): string[] => line.split(" ").filter(Boolean);
const paramsOf = (line: string | string[]): Record<string, string> =>
  Object.fromEntries(
    readCommand(typeof line === "string" ? words(line) : line).params.map(({ name, value }) => [name, value]),
  );

describe("params of a command", () => {
  const cases: [string, Record<string, string>][] = [
    ["python train.py --lr 0.1", { lr: "0.1" }],
    ["python train.py --lr=0.1", { lr: "0.1" }],
    ["python train.py -n 5", { n: "5" }],
    ["python train.py -n5 -x=1", { n: "5", x: "1" }],
    ["python train.py -lr 1e-3", { lr: "1e-3" }],
    ["python train.py --verbose", { verbose: "true" }],
    ["python train.py --verbose data.csv", { verbose: "true" }],
    ["python train.py --verbose 2", { verbose: "2" }],
    ["python train.py --cuda true", { cuda: "true" }],
    ["python train.py -vvv", { v: "true" }],
    ["python train.py --no-cuda --no_shuffle", { cuda: "false", shuffle: "false" }],
    ["python train.py --use-amp --batch-size 32", { use_amp: "true", batch_size: "32" }],
    ["python train.py --offset -1 --scale -.5 --bound -inf", { offset: "-1", scale: "-.5", bound: "-inf" }],
    ["python train.py --layers 64 64 32 --lr 1", { layers: "[64, 64, 32]", lr: "1" }],
    ["python train.py --name a --name b", { name: '["a","b"]' }],
    ["python train.py --name a --name a", { name: "a" }],
    ["python train.py model.depth=3 +x=1 ++y.z=2 ~w", { "model.depth": "3", x: "1", "y.z": "2" }],
    ["python train.py db/schema=x optimizer@opt=adam", { "db/schema": "x", optimizer_opt: "adam" }],
    ["python train.py --set lr=3 depth=4 -P a=1 -o b=2", { lr: "3", depth: "4", a: "1", b: "2" }],
    ["python train.py --lr 1 -- --depth 3 x=1", { lr: "1" }],
    ["python train.py --a --b --c 1", { a: "true", b: "true", c: "1" }],
    ["python train.py data/in.csv out", {}],
    ["python train.py http://host/x?y=1", {}],
    ["python train.py --url http://host/x?y=1", { url: "http://host/x?y=1" }],
    ["python train.py --eq a==b", { eq: "a==b" }],
    ["python train.py --empty=", { empty: "" }],
    ["python -u -X dev -W ignore train.py --lr 0.1", { lr: "0.1" }],
    ["python -uX importtime train.py --lr 0.1", { lr: "0.1" }],
    ["python -m pkg.train --lr 0.1", { lr: "0.1" }],
    ["python -c print(1) --lr 0.1", { lr: "0.1" }],
    ["py -3.11 train.py --lr 0.1", { lr: "0.1" }],
    ["uv run --with numpy --no-sync train.py --lr 0.1", { lr: "0.1" }],
    ["uv run python train.py --lr 0.1", { lr: "0.1" }],
    ["uv run -m pkg --lr 0.1", { lr: "0.1" }],
    ["poetry run python -u train.py --lr 0.1", { lr: "0.1" }],
    ["conda run -n env --no-capture-output python train.py --lr 0.1", { lr: "0.1" }],
    ["accelerate launch --num_processes 2 --multi_gpu train.py --lr 0.1", { lr: "0.1" }],
    ["accelerate launch --config_file acc.yaml -m pkg --lr 0.1", { lr: "0.1" }],
    ["torchrun --standalone --nproc_per_node=2 --nnodes 1 train.py --lr 0.1", { lr: "0.1" }],
    ["torchrun --nproc-per-node gpu -m pkg.train --lr 0.1", { lr: "0.1" }],
    ["python -m torch.distributed.run --nproc_per_node 2 train.py --lr 0.1", { lr: "0.1" }],
    ["uv run accelerate launch --mixed_precision fp16 train.py --lr 0.1", { lr: "0.1" }],
    ["python -m cProfile -o out.prof train.py --lr 0.1", { lr: "0.1" }],
    ["coverage run --source src train.py --lr 0.1", { lr: "0.1" }],
    ["env CUDA_VISIBLE_DEVICES=0 nice -n 5 timeout 60 python train.py --lr 0.1", { lr: "0.1" }],
    ["srun --gres gpu:1 -n 4 python train.py --lr 0.1", { lr: "0.1" }],
    ["mpirun -np 4 --mca a b --allow-run-as-root python train.py --lr 0.1", { lr: "0.1" }],
    ["papermill in.ipynb out.ipynb -p lr 0.1 -r name x", { lr: "0.1", name: "x" }],
    ["jupyter nbconvert --to notebook --execute nb.ipynb", {}],
    ["Rscript --vanilla train.R --lr 0.1", { lr: "0.1" }],
    ["bash -e train.sh --lr 0.1", { lr: "0.1" }],
    ["julia --project=. -t 4 train.jl --lr 0.1", { lr: "0.1" }],
    ["./train --lr 0.1", { lr: "0.1" }],
    ["make train LR=0.1", { LR: "0.1" }],
    ["python", {}],
    ["python -m", {}],
    ["torchrun --nproc_per_node", {}],
    ["", {}],
  ];
  for (const [line, expected] of cases)
    it(line === "" ? "(no words)" : line, () => {
      assert.deepEqual(paramsOf(line), expected);
    });

  it("keeps a value with blanks, equals signs and quotes whole", () => {
    const params = paramsOf(["python", "t.py", "--note", "a = b; c", "title='my run'", 'text="it\'s"']);
    assert.deepEqual(params, { note: "a = b; c", title: "my run", text: "it's" });
  });

  it("names each param as MLflow accepts it", () => {
    for (const { name } of readCommand(words("python t.py --a[0] 1 --größe 2 --x$ 3 ../k=4")).params)
      assert.equal(trackingName(name), name);
    assert.deepEqual(Object.keys(paramsOf("python t.py --größe 2 --a$b 3")), ["größe", "a_b"]);
  });
});

describe("what a command runs", () => {
  const cases: [string, object][] = [
    [
      "python train.py --lr 1",
      { entry: { kind: "script", path: "train.py" }, interpreter: "python", launchers: [] },
    ],
    [
      "/opt/py/bin/python3.11 -m pkg.mod",
      { entry: { kind: "module", name: "pkg.mod" }, interpreter: "/opt/py/bin/python3.11", launchers: [] },
    ],
    ["python -mpkg", { entry: { kind: "module", name: "pkg" }, interpreter: "python", launchers: [] }],
    ["python -c pass", { entry: { kind: "code" }, interpreter: "python", launchers: [] }],
    ["python -", { entry: { kind: "code" }, interpreter: "python", launchers: [] }],
    [
      String.raw`C:\Py\python.EXE src\train.py`,
      { entry: { kind: "script", path: "src\\train.py" }, interpreter: "C:\\Py\\python.EXE", launchers: [] },
    ],
    [
      "uv run train.py",
      { entry: { kind: "script", path: "train.py" }, interpreter: undefined, launchers: ["uv run"] },
    ],
    [
      "uv run accelerate launch a/t.py",
      {
        entry: { kind: "script", path: "a/t.py" },
        interpreter: undefined,
        launchers: ["uv run", "accelerate launch"],
      },
    ],
    [
      "python -m torch.distributed.run --nproc_per_node=2 t.py",
      {
        entry: { kind: "script", path: "t.py" },
        interpreter: "python",
        launchers: ["python -m torch.distributed.run"],
      },
    ],
    ["./train", { entry: { kind: "program", name: "./train" }, interpreter: undefined, launchers: [] }],
    ["./train.py", { entry: { kind: "script", path: "./train.py" }, interpreter: undefined, launchers: [] }],
    ["bash run.sh", { entry: { kind: "script", path: "run.sh" }, interpreter: "bash", launchers: [] }],
    ["bash -lc ls", { entry: { kind: "code" }, interpreter: "bash", launchers: [] }],
  ];
  for (const [line, expected] of cases)
    it(line, () => {
      const { entry, interpreter, launchers } = readCommand(words(line));
      assert.deepEqual({ entry, interpreter, launchers }, expected);
    });

  it("names YAML and JSON files wherever they stand, and positional words", () => {
    const reading = readCommand(
      words("python t.py a.yaml --config b/c.yml data=d.json @e.json -- f.JSON http://h/g.json .yaml h.toml"),
    );
    assert.deepEqual(reading.configFiles, words("a.yaml b/c.yml d.json e.json f.JSON"));
    assert.deepEqual(reading.positional, words("a.yaml @e.json f.JSON http://h/g.json .yaml h.toml"));
  });

  it("reads any words without failing", () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "python",
        "-m",
        "--",
        "-c",
        "uv",
        "run",
        "torchrun",
        "--lr",
        "-1",
        "a=1",
        "t.py",
        "env",
        "-p",
      ),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (argv) => {
        const reading = readCommand(argv);
        assert.ok(reading.ownFrom <= argv.length);
        for (const { name } of reading.params) assert.equal(trackingName(name), name);
        withParams(argv, new Map([["lr", "2"]]));
      }),
    );
  });
});

describe("a command with changed params", () => {
  const cases: [string, Record<string, string>, string][] = [
    ["python t.py --lr 0.1 --n 3", { lr: "0.2" }, "python t.py --lr 0.2 --n 3"],
    ["python t.py --lr=0.1", { lr: "0.2" }, "python t.py --lr=0.2"],
    ["python t.py -n5", { n: "6" }, "python t.py -n6"],
    ["python t.py +model.depth=3", { "model.depth": "4" }, "python t.py +model.depth=4"],
    ["python t.py --batch-size 8", { batch_size: "16" }, "python t.py --batch-size 16"],
    ["python t.py --amp", { amp: "false" }, "python t.py"],
    ["python t.py --amp", { amp: "true" }, "python t.py --amp"],
    ["python t.py --no-amp", { amp: "true" }, "python t.py --amp"],
    ["python t.py --no-amp", { amp: "false" }, "python t.py --no-amp"],
    ["python t.py --layers 64 32 x", { layers: "[8, 8, 8]" }, "python t.py --layers 8 8 8 x"],
    ["python t.py --lr 1 --lr 2", { lr: "3" }, "python t.py --lr 3"],
    ["python t.py --lr 1", { depth: "3" }, "python t.py --lr 1 --depth=3"],
    ["python t.py lr=1", { depth: "3" }, "python t.py lr=1 depth=3"],
    ["python t.py --lr 1 -- file", { depth: "3" }, "python t.py --lr 1 --depth=3 -- file"],
  ];
  for (const [line, changes, expected] of cases)
    it(`${line} with ${JSON.stringify(changes)}`, () => {
      assert.deepEqual(withParams(words(line), new Map(Object.entries(changes))), words(expected));
    });

  it("reads back what was written, for any value", () => {
    const name = fc.constantFrom("lr", "depth", "wd");
    const value = fc.stringMatching(/^[a-z0-9.]{1,6}$/).filter((text) => !/\.(ya?ml|json)$/.test(text));
    const form = fc.constantFrom("--N V", "--N=V", "N=V");
    const command = fc.uniqueArray(fc.tuple(name, value, form), { selector: ([n]) => n, minLength: 1 });
    fc.assert(
      fc.property(command, name, value, (parts, changed, to) => {
        const argv = words(
          `python t.py ${parts.map(([n, v, f]) => f.replace("N", n).replace("V", v)).join(" ")}`,
        );
        const before = paramsOf(argv);
        assert.deepEqual(paramsOf(withParams(argv, new Map([[changed, to]]))), { ...before, [changed]: to });
      }),
    );
  });
});

describe("names for params and metrics", () => {
  const cases: [string, string | undefined][] = [
    ["val/loss", "val/loss"],
    ["top 1:acc", "top 1:acc"],
    ["f1@0.5", "f1_0.5"],
    ["../etc", "etc"],
    ["/a//b/./c/", "a/b/c"],
    ["größe", "größe"],
    ["損失", "損失"],
    ["😀", undefined],
    ["--", undefined],
    ["", undefined],
    ["x".repeat(300), "x".repeat(250)],
  ];
  for (const [text, expected] of cases)
    it(JSON.stringify(text.slice(0, 20)), () => {
      assert.equal(trackingName(text), expected);
    });
});
