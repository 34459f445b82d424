import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure } from "../../src/core/base/failure.js";
import { nodeFiles, nodePorts, type Ports } from "../../src/core/base/ports.js";
import { verifyStore } from "../../src/core/store/verify.js";
import { SeriesReader } from "../../src/core/tracking/series.js";
import { openWorkbench } from "../../src/core/workbench.js";
import { supervise } from "../../src/run/supervise.js";
import { filesBelow, loam, newFolder, runIn, stopAll, testEnvironment, write } from "./loam.js";

const client = fs.readFileSync(path.join(import.meta.dirname, "rest.py"), "utf8");

/** A file system of this size in memory at `folder`; why not, where the system does not let us. */
function mountSmall(folder: string, megabytes: number): string | undefined {
  if (process.platform !== "linux") return "only Linux is asked for one";
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return (error as Error).message.trim();
  }
}

/** Ports whose disk is full while `full` says so. */
const fullDisk = (full: () => boolean): Ports => ({
  ...nodePorts,
  files: {
    ...nodeFiles,
    write: (fd, bytes) => {
      if (full())
        throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
      return nodeFiles.write(fd, bytes);
    },
  },
});

describe("loam run in a place", function () {
  let folder = "";
  let mounted = false;
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(() => {
    stopAll();
    if (mounted) execFileSync("umount", ["-l", folder]);
    mounted = false;
  });
  const run = (...words: string[]): ReturnType<typeof loam> => loam(folder, ["run", "-q", "--", ...words]);

  it("without git keeps the code all the same", async () => {
    write(folder, { "train.py": "print(1)\n", "lib/x.py": "" });
    assert.equal((await run("python3", "train.py")).code, 0);
    const code = runIn(folder).facts.get("code.recorded");
    assert.equal(code?.files, 2);
    assert.equal(code.head, undefined);
  });

  it("below a repository writes into the store at its root, and names files from there", async () => {
    execFileSync("git", ["init", "-q", folder]);
    assert.equal((await loam(folder, ["init"])).code, 0);
    const deep = path.join(folder, "models", "tree");
    write(folder, {
      "models/tree/train.py": "open('in.csv').read(); open('out.bin', 'w').write('x')",
      "lib.py": "",
    });
    write(deep, { "in.csv": "1" });
    assert.equal((await loam(deep, ["run", "-q", "--", "python3", "train.py"])).code, 0);
    const { facts } = runIn(folder);
    assert.equal(facts.get("launch.started")?.folder, "models/tree");
    assert.deepEqual(
      facts.all("data.read").map((fact) => fact.path),
      ["models/tree/in.csv"],
    );
    assert.deepEqual(
      facts.all("file.offered").map((fact) => fact.path),
      ["models/tree/out.bin"],
    );
    const code = facts.get("code.recorded");
    assert.deepEqual([code?.folder, code?.files], ["models/tree", 3]);
    assert.ok(!fs.existsSync(path.join(deep, ".loam")));
  });

  it("named by --dir runs there", async () => {
    write(folder, { "sub/train.py": "import os; print(os.getcwd())" });
    const { out } = await loam(folder, ["run", "-q", "--dir", "sub", "--", "python3", "train.py"]);
    assert.equal(out.toString(), `${path.join(folder, "sub")}\n`);
    assert.ok(fs.existsSync(path.join(folder, "sub", ".loam")));
    const { code, err } = await loam(folder, ["run", "--dir", "nowhere", "--", "python3", "-c", "0"]);
    assert.equal(code, 1);
    assert.match(err, /There is no folder .*nowhere to run in/);
    assert.ok(!fs.existsSync(path.join(folder, "nowhere")));
  });

  it("with a name full of blanks, quotes and other letters is like any other", async () => {
    const odd = path.join(folder, `it's "a" é 😀 $HOME`);
    write(odd, { "träin it.py": "import sys; open('dätä.csv').read(); print(sys.argv[1])", "dätä.csv": "1" });
    const { code, out } = await loam(odd, ["run", "-q", "--", "python3", "träin it.py", `"x" y`]);
    assert.deepEqual([code, out.toString()], [0, `"x" y\n`]);
    assert.deepEqual(
      runIn(odd)
        .facts.all("data.read")
        .map((fact) => fact.path),
      ["dätä.csv"],
    );
  });

  it("that cannot be written says so, and shows what is there already", async function () {
    write(folder, { "train.py": "print('epoch 1 loss=0.5')\nprint('epoch 2 loss=0.4')" });
    const reason = mountSmall(folder, 8);
    mounted = reason === undefined;
    write(folder, { "train.py": "print('epoch 1 loss=0.5')\nprint('epoch 2 loss=0.4')" });
    const readOnly = (yes: boolean): void => {
      if (mounted) execFileSync("mount", ["-o", `remount,${yes ? "ro" : "rw"}`, folder]);
      else fs.chmodSync(folder, yes ? 0o555 : 0o755);
    };
    if (!mounted && (process.platform === "win32" || process.getuid?.() === 0)) {
      console.log(`      no read-only folder can be made here: ${reason ?? ""}`);
      this.skip();
    }
    readOnly(true);
    const refused = await run("python3", "train.py");
    assert.equal(refused.code, 1);
    assert.match(
      refused.err,
      /^loam: Cannot create the store .*\.loam: E(ROFS|ACCES): .*\nCheck the rights of the folder\.\n$/,
    );
    readOnly(false);
    assert.equal((await run("python3", "train.py")).code, 0);
    readOnly(true);
    if (mounted) {
      const again = await run("python3", "train.py");
      assert.equal(again.code, 1);
      assert.match(again.err, /^loam: Cannot .*EROFS/);
    }
    const listed = await loam(folder, ["runs", "list", "--json"]);
    assert.equal(listed.code, 0, listed.err);
    assert.equal((JSON.parse(listed.out.toString()) as { runs: unknown[] }).runs.length, 1);
    readOnly(false);
  });

  describe("whose disk is full", () => {
    const fill =
      "import os, json\ndef fill():\n  fd = os.open('fill', os.O_WRONLY | os.O_CREAT)\n  for size in (65536, 4096, 1):\n" +
      "    try:\n      while os.write(fd, b'x' * size): pass\n    except OSError: pass\n  os.close(fd)\n";
    const log =
      "acked = []\nrefused = []\ndef log(steps):\n  for i in steps:\n    try:\n      log_metric(r, 'f1', i, i); acked.append(i)\n" +
      "    except RuntimeError as error: refused.append(str(error))\n" +
      "def fill_facts():\n  try:\n    while True: call('POST', 'runs/set-tag', run_id=r, key='filler', value='x' * 1000)\n" +
      "  except RuntimeError as error: refused.append(str(error))\n";

    const onSmallDisk = (): boolean => {
      const reason = mountSmall(folder, 12);
      mounted = reason === undefined;
      if (!mounted)
        console.log(`      no small disk (${reason ?? ""}): a disk that says it is full stands in`);
      return mounted;
    };
    const stepsOf = async (name: string): Promise<number[]> => {
      const bench = openWorkbench(folder, nodePorts);
      try {
        const { points } = await new SeriesReader(bench.store).read(runIn(folder).id, name);
        return Array.from({ length: points.length }, (_, at) => Number(points.step(at)));
      } finally {
        bench.dispose();
      }
    };
    const assertWhole = async (): Promise<void> => {
      const bench = openWorkbench(folder, nodePorts);
      try {
        const { problems } = await verifyStore(bench.store, new AbortController().signal);
        assert.deepEqual(
          problems.filter(({ severity }) => severity === "damage"),
          [],
        );
      } finally {
        bench.dispose();
      }
    };
    /** The same in this process, for where no small disk can be had. */
    const inProcess = async (): Promise<void> => {
      let full = false;
      const bench = openWorkbench(
        folder,
        fullDisk(() => full),
        { create: true },
      );
      const recorder = bench.tracking.runs.create({ experiment: "0" });
      const point = (step: number) => ({ metrics: [{ key: "f1", value: step, step, time: 1 }] });
      recorder.log(point(1));
      full = true;
      assert.throws(
        () => {
          recorder.log(point(2));
        },
        (error) => error instanceof Failure && error.code === "store.full",
      );
      full = false;
      recorder.log(point(3));
      bench.dispose();
      assert.deepEqual(
        (await stepsOf("f1")).filter((step) => step !== 2),
        [1, 3],
      );
    };

    it("for a while refuses what it cannot keep, keeps what it acknowledged, and goes on", async () => {
      if (!onSmallDisk()) return inProcess();
      write(folder, {
        "rest.py": client,
        "train.py":
          `from rest import *\n${fill}${log}r = create_run()\nlog(range(50))\nfill()\nlog(range(50, 400))\nos.remove('fill')\n` +
          "log(range(400, 450))\njson.dump([acked, refused], open('acked.json', 'w'))\n",
      });
      const { code, err } = await run("python3", "train.py");
      assert.equal(code, 0, err);
      const [acked, refused] = JSON.parse(fs.readFileSync(path.join(folder, "acked.json"), "utf8")) as [
        number[],
        string[],
      ];
      assert.ok(refused.length > 0 && acked.includes(449));
      assert.match(
        refused[0] ?? "",
        /^507 .*ENOSPC: no space left on device.* Free some space and try again; nothing that was acknowledged is lost\./,
      );
      const steps = new Set(await stepsOf("f1"));
      assert.deepEqual(
        acked.filter((step) => !steps.has(step)),
        [],
      );
      assert.equal(runIn(folder).shownState, "finished");
      await assertWhole();
    });

    it("to the end leaves the command its exit code, and keeps what was acknowledged", async () => {
      if (!onSmallDisk()) return inProcess();
      write(folder, {
        "rest.py": client,
        "train.py": `from rest import *\n${fill}${log}r = create_run()\nlog(range(50))\nfill()\nlog(range(50, 400))\nfill_facts()\nraise SystemExit(5)\n`,
      });
      const { code, err } = await run("python3", "train.py");
      assert.equal(code, 5);
      const told = err.split("\n").filter((line) => line.includes("ENOSPC"));
      assert.equal(new Set(told).size, told.length, "each thing is told once");
      fs.rmSync(path.join(folder, "fill"));
      assert.deepEqual(
        (await stepsOf("f1")).slice(0, 50),
        Array.from({ length: 50 }, (_, step) => step),
      );
      await assertWhole();
    });

    it("when the end is to be recorded leaves the command its exit code, and says what is missing", async () => {
      let full = false;
      const ports = fullDisk(() => full);
      const openAppend = (file: string, mode?: number): number => {
        if (file.endsWith("console.log")) full = true; // the last that is written before the command starts
        return ports.files.openAppend(file, mode);
      };
      const bench = openWorkbench(
        folder,
        { ...ports, files: { ...ports.files, openAppend } },
        { create: true },
      );
      try {
        const order = { command: [process.execPath, "-e", "process.exit(5)"], folder };
        const {
          exitCode,
          failure,
          run: recorder,
        } = await supervise(bench, order, {
          listen: async () => ({ url: "http://127.0.0.1:9", close: async () => undefined }),
          environment: testEnvironment(),
          seat: { kind: "none" },
          hookFolder: folder,
          echo: undefined,
          graceMs: 1000,
          tell: () => undefined,
          deliver: () => Promise.reject(new Error("nothing is registered")),
        });
        assert.equal(exitCode, 5);
        assert.equal(failure?.code, "store.full");
        assert.match(failure.message, /^Cannot write runs.*ENOSPC/);
        full = false;
        bench.tracking.runs.release(recorder.id);
      } finally {
        full = false;
        bench.dispose();
      }
      assert.equal(runIn(folder).shownState, "running");
    });

    it("from the start says so, and runs nothing", async () => {
      if (!onSmallDisk()) return inProcess();
      write(folder, { "train.py": "open('/proc/self/fd/1', 'w').write('ran')" });
      execFileSync("python3", ["-c", `${fill}fill()`], { cwd: folder });
      const { code, out, err } = await run("python3", "train.py");
      assert.equal(code, 1);
      assert.equal(out.length, 0);
      assert.match(err, /^loam: Cannot create the store .*ENOSPC.*\nFree some space and try again/);
      assert.deepEqual(
        filesBelow(folder).filter((name) => name.includes("runs/")),
        [],
      );
    });
  });
});
