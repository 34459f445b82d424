import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { listSnapshot, readSnapshotFile } from "../../src/core/code/read.js";
import {
  filesBelow,
  loam,
  looking,
  metricsOf,
  newFolder,
  paramsOf,
  runIn,
  stopAll,
  tagsOf,
  write,
  type How,
} from "./loam.js";

const sha256 = (content: string | Buffer): string =>
  crypto.createHash("sha256").update(content).digest("hex");

describe("what a run keeps by itself", function () {
  let folder = "";
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(stopAll);

  /** Runs `train.py`, which must succeed. */
  const track = async (script: string, words: readonly string[] = [], how: How = {}): Promise<void> => {
    write(folder, { "train.py": script });
    const { code, err } = await loam(folder, ["run", "--", "python3", "train.py", ...words], how);
    assert.equal(code, 0, err);
  };
  const git = (...words: string[]): string =>
    execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@t", ...words], {
      cwd: folder,
      encoding: "utf8",
    });

  it("params: from arguments, and from YAML and JSON files among them", async () => {
    write(folder, {
      "conf/base.yaml": "optim:\n  lr: 1e-3\n  betas: [0.9, 0.95]\nseed: 7\n",
      "extra.json": '{"depth": 6, "seed": 8}',
    });
    await track("pass", [
      "--config",
      "conf/base.yaml",
      "extra.json",
      "--epochs=3",
      "seed=9",
      "--no-aug",
      "-b",
      "32",
    ]);
    const params = paramsOf(runIn(folder));
    assert.deepEqual(
      Object.entries(params)
        .filter(([name]) => name !== "config")
        .sort(),
      [
        ["aug", "false"],
        ["b", "32"],
        ["depth", "6"],
        ["epochs", "3"],
        ["optim.betas", "[0.9,0.95]"],
        ["optim.lr", "1e-3"],
        ["seed", "9"],
      ],
    );
  });

  it("no secret of its arguments, not for a moment", async () => {
    const secrets = [
      "sk-Abcdefgh1234567890ZYXWV",
      "hunter2-correct-horse",
      "p4ssw0rd-of-db",
      "tok-9f8e7d6c5b4a",
    ];
    const [key = "", password = "", url = "", token = ""] = secrets;
    const look =
      "import os, sys\nfor place, _, names in os.walk('.loam'):\n  for name in names:\n" +
      "    if not os.path.isfile(os.path.join(place, name)): continue\n" +
      "    data = open(os.path.join(place, name), 'rb').read()\n" +
      "    for word in sys.argv[1:] + ['hf_abcdefghijklmnopqrstuvwxyz0123456789']:\n" +
      "      for piece in word.replace('@', '=').replace(':', '=').split('='):\n" +
      "        if len(piece) > 12 and piece.encode() in data: print('FOUND', name, len(piece))\n";
    await track(
      look,
      [
        "--api-key",
        key,
        `--password=${password}`,
        "--db",
        `postgres://me:${url}@host/db`,
        `auth_token=${token}`,
      ],
      { env: { HF_TOKEN: "hf_abcdefghijklmnopqrstuvwxyz0123456789" } },
    );
    const console = fs.readdirSync(path.join(folder, ".loam", "runs"), { recursive: true, encoding: "utf8" });
    const log = console.find((name) => name.endsWith("console.log")) ?? "";
    assert.equal(fs.readFileSync(path.join(folder, ".loam", "runs", log), "utf8"), "");
    for (const name of filesBelow(path.join(folder, ".loam"))) {
      const bytes = fs.readFileSync(path.join(folder, ".loam", name));
      for (const secret of [...secrets, "hf_abcdefghijklmnopqrstuvwxyz0123456789"])
        assert.ok(!bytes.includes(secret), `${name} holds ${secret}`);
    }
    const params = paramsOf(runIn(folder));
    assert.deepEqual(Object.keys(params).sort(), ["api_key", "auth_token", "db", "password"]);
    assert.equal(params["db"], "postgres://me:********@host/db");
    const command = runIn(folder).facts.get("launch.started")?.command.join(" ") ?? "";
    assert.match(command, /^python3 train\.py --api-key \*+ /);
  });

  it("the code as it ran: committed, changed, untracked, and what was left out", async () => {
    write(folder, { ".gitignore": "*.log\n", "lib/model.py": "old = 1\n", "train.py": "x\n" });
    git("init", "-q", "-b", "topic");
    git("add", ".");
    git("commit", "-q", "-m", "one");
    write(folder, {
      "lib/model.py": "new = 2\n",
      "lib/fresh.py": "never added\n",
      "noise.log": "x",
      ".env": "SECRET=1\n",
    });
    const index = fs.readFileSync(path.join(folder, ".git", "index"));
    await track("import lib.model\n");
    const code = runIn(folder).facts.get("code.recorded");
    assert.ok(code);
    assert.equal(code.head, git("rev-parse", "HEAD").trim());
    assert.equal(code.branch, "topic");
    const store = path.join(folder, ".loam");
    const entries = await listSnapshot(store, code.commit);
    assert.deepEqual(
      entries.map((entry) => entry.path),
      [".gitignore", "lib/fresh.py", "lib/model.py", "train.py"],
    );
    const read = async (name: string): Promise<string> =>
      (await readSnapshotFile(store, code.commit, name)).toString("utf8");
    assert.equal(await read("lib/model.py"), "new = 2\n");
    assert.equal(await read("lib/fresh.py"), "never added\n");
    assert.equal(await read("train.py"), "import lib.model\n");
    assert.deepEqual(code.changedFiles.map((file) => file.path).sort(), [
      "lib/fresh.py",
      "lib/model.py",
      "train.py",
    ]);
    assert.ok(
      fs.readFileSync(path.join(folder, ".git", "index")).equals(index),
      "the user's index is as it was",
    );
  });

  it("the data files that Python read, with their hashes, and the files that it left", async () => {
    write(folder, {
      "data/train.csv": "a,b\n1,2\n",
      "data/deep/x.parquet": Buffer.alloc(300_000, 7),
      "unread.csv": "",
    });
    await track(
      "import os, csv\nlist(csv.reader(open('data/train.csv')))\nopen('data/deep/x.parquet', 'rb').read()\n" +
        "os.makedirs('out')\nopen('out/model.bin', 'wb').write(b'model')\nopen('out/é report.json', 'w').write('{}')\n" +
        "open('out/gone.txt', 'w').close()\nos.remove('out/gone.txt')\nopen('out/model.bin', 'rb').read()\n",
    );
    const run = runIn(folder);
    const read = run.facts.all("data.read").map(({ path: name, size, sha256: hash }) => [name, size, hash]);
    assert.deepEqual(read.sort(), [
      ["data/deep/x.parquet", 300_000, sha256(Buffer.alloc(300_000, 7))],
      ["data/train.csv", 8, sha256("a,b\n1,2\n")],
    ]);
    const offered = run.facts.all("file.offered").map(({ path: name, size }) => [name, size]);
    assert.deepEqual(offered.sort(), [
      ["out/model.bin", 5],
      ["out/é report.json", 2],
    ]);
  });

  it("files of several Pythons, a child of a child and one that ends by os._exit among them", async () => {
    write(folder, { "a.csv": "1", "b.csv": "2", "c.csv": "3" });
    await track(
      "import subprocess, sys, os\nopen('a.csv').read()\n" +
        "subprocess.run([sys.executable, '-c', \"import subprocess, sys; open('b.csv').read(); " +
        "subprocess.run([sys.executable, '-c', 'open(\\\\'c.csv\\\\').read()'])\"])\nsys.stdout.flush()\nos._exit(0)\n",
    );
    const read = runIn(folder)
      .facts.all("data.read")
      .map((fact) => fact.path);
    assert.deepEqual(read.sort(), ["a.csv", "b.csv", "c.csv"]);
  });

  it("the environment: Python, packages, machine, variables of training alone", async () => {
    await track("print('x')", [], {
      env: { CUDA_VISIBLE_DEVICES: "0,1", OMP_NUM_THREADS: "2", MY_OWN: "private" },
    });
    const fact = runIn(folder).facts.get("environment.recorded");
    assert.ok(fact);
    assert.match(fact.python ?? "", /^3\.\d+\.\d+/);
    assert.ok(fact.cpus > 0 && fact.memory > 0);
    assert.equal(fact.variables["CUDA_VISIBLE_DEVICES"], "0,1");
    assert.equal(fact.variables["OMP_NUM_THREADS"], "2");
    assert.ok(!("MY_OWN" in fact.variables) && !("PATH" in fact.variables));
    const list = looking(folder, (bench) => bench.store.objects.get(fact.packages ?? "").toString("utf8"));
    assert.equal(list.trim().split("\n").length, fact.packageCount);
    assert.match(list, /^pip==[\d.]+$/m);
  });

  it("the environment also of what is no Python", async () => {
    assert.equal((await loam(folder, ["run", "-q", "--", process.execPath, "-e", "0"])).code, 0);
    const fact = runIn(folder).facts.get("environment.recorded");
    assert.ok(fact && fact.python === undefined && fact.cpus > 0);
  });

  it("metrics of the system from its second on", async () => {
    await track("import time\nx = bytearray(60_000_000)\ntime.sleep(2.5)\n");
    const run = runIn(folder);
    const system = new Map(run.series.map(({ name, summary }) => [name, summary.lastValue]));
    for (const name of [
      "cpu_utilization_percentage",
      "system_memory_usage_megabytes",
      "process_memory_megabytes",
    ])
      assert.ok((system.get(`system/${name}`) ?? -1) >= 0, `${name} in ${[...system.keys()].join()}`);
    assert.ok((system.get("system/process_memory_megabytes") ?? 0) > 60);
    assert.deepEqual(metricsOf(run), {});
  });

  it("leaves a user's own sitecustomize in place, and their PYTHONPATH", async () => {
    write(folder, {
      "mine/sitecustomize.py": "import builtins\nbuiltins.mine = 'here'\n",
      "mine/tool.py": "name = 'tool'\n",
      "a.csv": "1",
    });
    await track(
      "import sys, tool\nassert mine == 'here' and tool.name == 'tool'\nopen('a.csv').read()\n" +
        "assert sys.modules['sitecustomize'].__file__.endswith('mine/sitecustomize.py')\n" +
        "assert not any('loam' in p and p.endswith('python') for p in sys.path), sys.path\n",
      [],
      { env: { PYTHONPATH: path.join(folder, "mine") } },
    );
    assert.deepEqual(
      runIn(folder)
        .facts.all("data.read")
        .map((fact) => fact.path),
      ["a.csv"],
    );
  });

  describe("of a run that fails", () => {
    const fail = async (words: readonly string[], how: How = {}): Promise<void> => {
      const { code } = await loam(folder, ["run", "-q", "--", ...words], how);
      assert.notEqual(code, 0);
    };

    it("the error, and the line of the user's code that raised it", async () => {
      write(folder, {
        "pkg/__init__.py": "",
        "pkg/model.py": "import json\n\ndef fit():\n    json.loads('{')\n",
        "train.py": "from pkg.model import fit\nprint('go')\nfit()\n",
      });
      await fail(["python3", "train.py"]);
      const ended = runIn(folder).facts.get("run.ended");
      assert.match(ended?.error ?? "", /^json\.decoder\.JSONDecodeError: Expecting property name/);
      assert.deepEqual(ended?.where, { file: "pkg/model.py", line: 4 });
      assert.deepEqual([ended?.status, ended?.exitCode], ["FAILED", 1]);
    });

    it("an import that fails, from a folder below", async () => {
      write(folder, { "sub/train.py": "import os\nimport no_such_module\n", ".loam/x": "" });
      fs.rmSync(path.join(folder, ".loam"), { recursive: true });
      git("init", "-q");
      await loam(folder, ["init"]);
      const run = loam(path.join(folder, "sub"), ["run", "--", "python3", "train.py"]);
      const { code, err } = await run;
      assert.equal(code, 1);
      assert.match(err, /failed with exit code 1[^]*ModuleNotFoundError: No module named 'no_such_module'/);
      const ended = runIn(folder).facts.get("run.ended");
      assert.deepEqual(ended?.where, { file: "sub/train.py", line: 2 });
    });

    it("a syntax error", async () => {
      write(folder, { "train.py": "x = 1\ny = (\n" });
      await fail(["python3", "train.py"]);
      const ended = runIn(folder).facts.get("run.ended");
      assert.match(ended?.error ?? "", /^SyntaxError: /);
      assert.deepEqual(ended?.where, { file: "train.py", line: 2 });
    });

    it("the last line of a program that is no Python", async () => {
      await fail(["sh", "-c", "echo one; echo 'cannot open the door' >&2; exit 4"]);
      assert.equal(runIn(folder).facts.get("run.ended")?.error, "cannot open the door");
    });
  });

  describe("of a script that only prints", () => {
    it("metrics, marked as guessed", async () => {
      await track("for i in range(3):\n  print(f'epoch {i}: loss={1 / (i + 1):.3f} acc={i / 10}')\n");
      const run = runIn(folder);
      assert.ok(run.series.some((one) => one.name === "loss" && one.guessed && one.summary.count === 3));
      assert.deepEqual(metricsOf(run), { loss: 0.333, acc: 0.2 });
    });
  });

  it("who and what: user, source and kind of source as MLflow names them", async () => {
    await track("pass");
    const tags = tagsOf(runIn(folder));
    assert.equal(tags["mlflow.source.name"], "train.py");
    assert.equal(tags["mlflow.source.type"], "LOCAL");
    assert.ok(tags["mlflow.user"]);
  });
});
