import assert from "node:assert/strict";
import { Failure } from "../../src/core/base/failure.js";
import { maskCommand, readLaunch, withParams } from "../../src/run/shell-line.js";

const sh = (line: string): string[] => ["sh", "-c", line];
const read = (line: string) => {
  const { entry, params, configFiles } = readLaunch(sh(line));
  return { entry, params: Object.fromEntries(params.map(({ name, value }) => [name, value])), configFiles };
};
const script = (path: string) => ({ kind: "script", path }) as const;

describe("a shell's line that is tracked", () => {
  it("is read for the one script that it starts", () => {
    assert.deepEqual(read("CUDA_VISIBLE_DEVICES=0 python train.py --lr 0.1 2>&1 | tee log.txt"), {
      entry: script("train.py"),
      params: { lr: "0.1" },
      configFiles: [],
    });
    assert.deepEqual(read("cd src && exec python3 -m fit.main --config c.yaml > out"), {
      entry: { kind: "module", name: "fit.main" },
      params: { config: "c.yaml" },
      configFiles: ["src/c.yaml"],
    });
    assert.deepEqual(read("cd src && cd ./deep && uv run train.py --n 3").entry, script("src/deep/train.py"));
  });

  it("takes no params that the shell puts something else in the place of", () => {
    assert.deepEqual(read("python train.py --lr $LR --data *.csv --n 3 --m=$(nproc)").params, { n: "3" });
  });

  it("is code where it starts no script, or several, or in a folder that is not known", () => {
    for (const line of ["echo done", "python a.py && python b.py", "cd $SRC && python a.py"])
      assert.deepEqual(read(line), { entry: { kind: "code" }, params: {}, configFiles: [] });
    assert.deepEqual(readLaunch(["python", "-c", "a.py", "--lr", "1"]).entry, { kind: "code" });
  });

  it("is read as a command by itself is where there is no shell", () => {
    assert.deepEqual(readLaunch(["python", "a.py", "--n", "$x"]).params[0]?.value, "$x");
  });

  it("is written down without its secrets", () => {
    const cases = [
      ["API_KEY=abc python t.py --n 1 | cat", "API_KEY=******** python t.py --n 1 | cat"],
      ["python t.py --token 'a b' > \"out file\"", 'python t.py --token ******** > "out file"'],
      ["curl postgres://u:hunter2@h/db; python t.py", "curl postgres://u:********@h/db; python t.py"],
      ["python t.py > AKIAIOSFODNN7EXAMPLE", "********"],
      ["python t.py --n '1 2' # as before", "python t.py --n '1 2' # as before"],
    ] as const;
    for (const [line, written] of cases) assert.deepEqual(maskCommand(sh(line)), sh(written));
    assert.deepEqual(maskCommand(["powershell", "-Command", "$env:A='1'; python t.py --token abc"]), [
      "powershell",
      "-Command",
      "$env:A='1'; python t.py --token ********",
    ]);
  });

  it("takes other params where they stand, and nothing else in it changes", () => {
    const cases = [
      ["A=1 python t.py --lr 0.1 > 'o 1' | cat", { lr: "0.2" }, "A=1 python t.py --lr 0.2 > 'o 1' | cat"],
      ["python t.py --lr=0.1 $MORE 2>&1", { lr: "a b" }, "python t.py '--lr=a b' $MORE 2>&1"],
      ["python t.py > out; echo done", { n: "3" }, "python t.py --n=3 > out; echo done"],
      ["python t.py -- x | cat", { n: "3" }, "python t.py --n=3 -- x | cat"],
      ["python t.py --verbose && echo", { verbose: "false" }, "python t.py  && echo"],
    ] as const;
    for (const [line, changes, expected] of cases)
      assert.deepEqual(withParams(sh(line), new Map(Object.entries(changes))), sh(expected));
  });

  it("refuses to guess which of its commands has the params", () => {
    assert.throws(
      () => withParams(sh("python a.py; python b.py"), new Map([["n", "3"]])),
      (error) => error instanceof Failure && error.code === "state.wrong",
    );
    assert.deepEqual(withParams(sh("python a.py; python b.py"), new Map()), sh("python a.py; python b.py"));
  });
});
