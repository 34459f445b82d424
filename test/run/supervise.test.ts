import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nodePorts } from "../../src/core/base/ports.js";
import { startOf } from "../../src/core/store/machine.js";
import {
  cliFile,
  filesBelow,
  loam,
  LoamProcess,
  newFolder,
  paramsOf,
  peakOf,
  runFolder,
  runIn,
  stopAll,
  testEnvironment,
  write,
} from "./loam.js";
import { eventually } from "../waiting.js";

const windows = process.platform === "win32";

/** Not for one that ended and whose status nobody fetched. */
const isThere = (pid: number): boolean => startOf(nodePorts, pid) !== undefined;

describe("loam run", function () {
  let folder = "";
  beforeEach(() => {
    folder = newFolder();
  });
  afterEach(stopAll);

  const python = (script: string, ...words: string[]): string[] => {
    write(folder, { "train.py": script });
    return ["run", "--", "python3", "train.py", ...words];
  };

  it("hands on exit codes, and signals as a shell does", async () => {
    assert.equal((await loam(folder, python("pass"))).code, 0);
    assert.equal((await loam(folder, python("raise SystemExit(3)"))).code, 3);
    if (windows) return;
    const { code, err } = await loam(folder, python("import os; os.kill(os.getpid(), 15)"));
    assert.equal(code, 143);
    assert.match(err, /was stopped/);
    const kill = await loam(folder, ["run", "--quiet", "--", "sh", "-c", "kill -9 $$"]);
    assert.deepEqual([kill.code, kill.err], [137, ""]);
  });

  it("shows stdout and stderr byte for byte, as it keeps them", async () => {
    const script =
      "import sys\nfor i in range(300):\n  sys.stdout.buffer.write(bytes(range(256)) * 8); sys.stdout.buffer.flush()\n" +
      "  sys.stderr.buffer.write(b'\\r\\x1b[2K\\xff\\xfe no end')\n  sys.stderr.buffer.flush()\n";
    const expected = Buffer.concat(
      Array.from({ length: 300 }, () => [
        ...Array.from({ length: 8 }, () => Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))),
        Buffer.from("\r\u001b[2K\xff\xfe no end", "latin1"),
      ]).flat(),
    );
    const { out, code } = await loam(folder, python(script));
    assert.equal(code, 0);
    assert.ok(out.equals(expected), "the echo");
    const kept = fs.readFileSync(path.join(runFolder(folder, runIn(folder).id), "console.log"));
    assert.ok(kept.equals(expected), "console.log");
  });

  it("keeps the times of lines: offsets of line starts, in order, within the run", async () => {
    const script = "import time\nfor i in range(12):\n  print('line', i)\n  time.sleep(0.1)\n";
    const before = Date.now();
    await loam(folder, python(script));
    const place = runFolder(folder, runIn(folder).id);
    const text = fs.readFileSync(path.join(place, "console.log"));
    const index = fs.readFileSync(path.join(place, "console.idx"));
    assert.equal(index.length % 16, 0);
    assert.ok(index.length >= 3 * 16, `${index.length / 16} records`);
    let [last, lastTime] = [-1, before];
    for (let at = 0; at < index.length; at += 16) {
      const offset = Number(index.readBigUInt64LE(at));
      const time = index.readDoubleLE(at + 8);
      assert.ok(offset > last && (offset === 0 || text[offset - 1] === 10), `offset ${offset}`);
      assert.ok(time >= lastTime && time <= Date.now());
      [last, lastTime] = [offset, time];
    }
  });

  it("gives the command its stdin", async () => {
    const words = python("import sys; print(sys.stdin.read()[::-1], end='')");
    assert.equal(
      (await loam(folder, words, { input: "abc".repeat(40_000) })).out.toString(),
      "cba".repeat(40_000),
    );
  });

  if (!windows) {
    const patient =
      "import signal, sys, time, os\ndef on(*_):\n  print('saved', flush=True)\n  sys.exit(7)\n" +
      "signal.signal(signal.SIGINT, on)\nprint('ready', flush=True)\ntime.sleep(60)\n";

    it("leaves Ctrl-C to the command, and its exit code is the run's", async () => {
      const run = new LoamProcess(folder, python(patient));
      await run.until("ready\n");
      run.kill("SIGINT", "group");
      const { code, out } = await run.ended;
      assert.equal(code, 7);
      assert.equal(out.toString(), "ready\nsaved\n");
      assert.equal(runIn(folder).shownState, "failed");
    });

    it("says of a command that Ctrl-C ended that it was stopped", async () => {
      const run = new LoamProcess(folder, python("import time\nprint('ready')\ntime.sleep(60)"));
      await run.until("ready\n");
      run.kill("SIGINT", "group");
      assert.equal((await run.ended).code, 130);
      const { shownState, facts } = runIn(folder);
      assert.equal(shownState, "killed");
      assert.equal(facts.get("run.ended")?.error, "KeyboardInterrupt");
    });

    it("ends the whole tree when it is told to end, gracefully first", async () => {
      const script =
        "import subprocess, sys, time\n" +
        "far = subprocess.Popen(['sleep', '60'], start_new_session=True)\n" +
        "near = subprocess.Popen(['sh', '-c', 'sleep 60 & echo $!; wait'], stdout=subprocess.PIPE)\n" +
        "print('pids', far.pid, near.pid, int(near.stdout.readline()), 'ready', flush=True)\n" +
        "try:\n  time.sleep(60)\nexcept KeyboardInterrupt:\n  print('saved', flush=True)\n";
      const run = new LoamProcess(folder, python(script));
      await run.until("ready\n");
      const pids = (/pids (.*) ready/.exec(run.out.toString())?.[1] ?? "").split(" ").map(Number);
      assert.equal(pids.length, 3);
      assert.ok(pids.every(isThere));
      run.kill("SIGTERM");
      const { out } = await run.ended;
      assert.match(out.toString(), /saved\n$/);
      assert.deepEqual(pids.filter(isThere), []);
      assert.equal(runIn(folder).shownState, "killed");
    });

    it("stays with a command of a terminal whose login ends, and with one that nohup started", async () => {
      const run = new LoamProcess(
        folder,
        python("import time\nprint('ready')\ntime.sleep(0.5)\nprint('done')"),
      );
      await run.until("ready\n");
      run.kill("SIGHUP", "group");
      const { code, out } = await run.ended;
      assert.deepEqual([code, out.toString()], [0, "ready\ndone\n"]);
      assert.equal(runIn(folder).shownState, "finished");
    });

    it("keeps the end of a run for whose last work nobody waits any longer", async () => {
      for (const name of ["a.csv", "b.csv", "c.csv", "d.csv"]) {
        write(folder, { [name]: "" });
        fs.truncateSync(path.join(folder, name), 500_000_000); // of which the hash takes a while
      }
      const script =
        "import os\nfor n in 'abcd': open(n + '.csv').close()\nprint('pid', os.getpid(), 'ready', flush=True)\n";
      const run = new LoamProcess(folder, python(script));
      await run.until("ready\n");
      const pid = Number(/pid (\d+)/.exec(run.out.toString())?.[1]);
      await eventually("the end of the command", () => (isThere(pid) ? undefined : true));
      await sleep(200);
      run.kill("SIGINT");
      const { code, signal } = await run.ended;
      assert.deepEqual([code, signal], [0, null]);
      const { shownState, facts } = runIn(folder);
      assert.equal(shownState, "finished");
      assert.equal(facts.all("data.read").length, 4);
      assert.ok(
        facts.all("data.read").some((fact) => fact.sha256 === undefined),
        "some were not hashed",
      );
    });

    it("goes on when nobody reads its output any more", async () => {
      const script =
        "import time\nfor i in range(2000):\n  print('line', i)\ntime.sleep(0.3)\nprint('last')\n";
      write(folder, { "train.py": script });
      const line = `"$0" "$1" run -q -- python3 train.py | head -1; echo "\${PIPESTATUS[0]}"`;
      const out = execFileSync("bash", ["-c", line, process.execPath, cliFile()], {
        cwd: folder,
        env: testEnvironment(),
        encoding: "utf8",
      });
      assert.equal(out, "line 0\n0\n");
      const kept = fs.readFileSync(path.join(runFolder(folder, runIn(folder).id), "console.log"), "utf8");
      assert.match(kept, /line 1999\nlast\n$/);
    });
  }

  it("holds little memory beside the command", async () => {
    const script =
      "import time\nfor i in range(15):\n  print(f'epoch {i} loss={i / 7}')\n  time.sleep(0.1)\n";
    const run = new LoamProcess(folder, python(script));
    let peak = 0;
    for (; !run.over; await sleep(20)) peak = Math.max(peak, peakOf(run.pid) ?? 0);
    assert.equal((await run.ended).code, 0);
    console.log(`      the supervisor held ${peak.toFixed(0)} MB at most`);
    assert.ok(peak < 160); // its budget is 80, which the benchmarks hold it to
  });

  it("takes its own words: name, experiment, params, quiet", async () => {
    const { code, out, err } = await loam(folder, [
      "run",
      "--name",
      "first try",
      "--experiment=fraud / é",
      "--param",
      "note=a=b",
      "--param",
      "seed=7",
      "-q",
      ...python("print('hi')", "--seed", "8").slice(1),
    ]);
    assert.deepEqual([code, out.toString(), err], [0, "hi\n", ""]);
    const run = runIn(folder);
    assert.equal(run.name, "first try");
    assert.deepEqual(paramsOf(run), { seed: "8", note: "a=b" });
  });

  it("tells what became of it as JSON, with the echo on stderr", async () => {
    const words = python("for i in range(3): print(f'epoch {i} loss={0.5 ** i}')", "--lr", "0.1");
    const { code, out, err } = await loam(folder, ["run", "--json", ...words.slice(1)]);
    assert.equal(code, 0);
    assert.equal(err, "epoch 0 loss=1.0\nepoch 1 loss=0.5\nepoch 2 loss=0.25\n");
    const told = JSON.parse(out.toString()) as Record<string, unknown>;
    const run = runIn(folder);
    assert.equal(told["run"], run.id);
    assert.deepEqual([told["status"], told["exitCode"], told["experiment"]], ["FINISHED", 0, "0"]);
    assert.deepEqual(told["params"], { lr: "0.1" });
    assert.deepEqual(told["metrics"], { loss: 0.25 });
  });

  it("needs no `--` where the command is plain", async () => {
    write(folder, { "train.py": "import sys; print(sys.argv[1:])" });
    const { out } = await loam(folder, ["run", "-q", "python3", "train.py", "--quiet", "--json", "x"]);
    assert.equal(out.toString(), "['--quiet', '--json', 'x']\n");
  });

  describe("that cannot start", () => {
    const leavesNothing = (): void =>
      assert.deepEqual(
        filesBelow(folder).filter((name) => name.startsWith(".loam/")),
        [],
      );

    it("says which program or script is missing, and leaves no store behind", async () => {
      const program = await loam(folder, ["run", "--", "no-such-program"]);
      assert.equal(program.code, 1);
      assert.match(program.err, /^loam: No program 'no-such-program' is on the PATH\.\n/);
      write(folder, { "train.py": "" });
      const script = await loam(folder, ["run", "--", "python3", "trian.py"]);
      assert.equal(script.code, 1);
      assert.equal(script.err, `loam: There is no file trian.py in ${folder}.\nDid you mean train.py?\n`);
      assert.equal(script.out.length, 0);
      leavesNothing();
    });

    it("says what is wrong with its own words", async () => {
      const { code, err } = await loam(folder, ["run"]);
      assert.equal(code, 2);
      assert.match(err, /^loam: There is no command to run\.\nUsage: loam run /);
      const param = await loam(folder, ["run", "--param", "x", "--", "true"]);
      assert.match(param.err, /^loam: --param takes key=value, not 'x'\./);
      const option = await loam(folder, ["run", "--nmae", "x", "--", "true"]);
      assert.match(option.err, /^loam: Unknown option '--nmae'/);
      leavesNothing();
    });

    it("answers as JSON where it was asked so", async () => {
      const { code, out } = await loam(folder, ["run", "--json", "--", "no-such-program"]);
      assert.equal(code, 1);
      const { error } = JSON.parse(out.toString()) as { error: Record<string, string> };
      assert.equal(error["code"], "command.notFound");
    });
  });
});
