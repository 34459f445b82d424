import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { listsChildren, pidsWith, readDisk, readProcess, readShared } from "../../src/run/linux-processes.js";
import { listProcesses, parsePs, parseWindows } from "../../src/run/listed-processes.js";
import type { ProcessRow } from "../../src/run/process-row.js";
import { ProcessTree } from "../../src/run/process-tree.js";
import { stopTree } from "../../src/run/stop-tree.js";

const signal = new AbortController().signal;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return process.platform !== "linux" || readProcess(pid)?.state === "alive";
};

/** Waits for what must come; the test's own time limit ends it where it does not. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await sleep(10);
};

describe("processes of the system", () => {
  it("parses ps of macOS", () => {
    const text = [
      "    1     0 Ss    12345   1:02.50 Mon Nov  2 08:00:01 2026     /sbin/launchd",
      "  812     1 S+   204800 123:45.67 Mon Nov 23 13:06:00 2026     /Applications/My App/Python 3",
      "  813   812 Z         0   0:00.00 Mon Nov 23 13:06:02 2026     (sh)",
      "garbage",
    ].join("\n");
    assert.deepEqual(
      parsePs(text).map(({ pid, parent, name, state, cpuMs, memoryBytes }) => [
        pid,
        parent,
        name,
        state,
        cpuMs,
        memoryBytes,
      ]),
      [
        [1, 0, "launchd", "alive", 62_500, 12_641_280],
        [812, 1, "Python 3", "alive", 7_425_670, 209_715_200],
        [813, 812, "(sh)", "ended", 0, 0],
      ],
    );
  });

  it("parses what Windows prints", () => {
    const text =
      "4 0 133000000000000000 50000 1000 8 1 2 System\r\n812 4 133000000000000001 25000000 2048 3 10 20 My App.exe\r\n\r\n";
    assert.deepEqual(
      parseWindows(text).map(({ pid, parent, cpuMs, memoryBytes, threads, diskRead, diskWritten, name }) => [
        pid,
        parent,
        cpuMs,
        memoryBytes,
        threads,
        diskRead,
        diskWritten,
        name,
      ]),
      [
        [4, 0, 5, 1000, 8, 1, 2, "System"],
        [812, 4, 2500, 2048, 3, 10, 20, "My App.exe"],
      ],
    );
  });

  it("lists this process by the system's own program", async () => {
    const rows = await listProcesses(process.platform, signal);
    const own = rows.find((row) => row.pid === process.pid);
    assert.equal(own?.parent, process.ppid);
    assert.ok(own.memoryBytes > 1e6);
  });

  if (process.platform === "linux") {
    it("reads this process from /proc", () => {
      const own = readProcess(process.pid);
      assert.equal(own?.parent, process.ppid);
      assert.equal(own.state, "alive");
      const { rss } = process.memoryUsage();
      assert.ok(Math.abs(own.memoryBytes - rss) < rss / 2, `${own.memoryBytes} against ${rss}`);
      assert.ok(own.cpuMs > 0 && own.threads > 1);
      assert.ok(readShared(process.pid) < own.memoryBytes);
      assert.ok((readDisk(process.pid)?.read ?? -1) >= 0);
      assert.equal(readProcess(2 ** 30), undefined);
    });

    it("reads a process whose name holds brackets and blanks", async () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-name-"));
      const program = path.join(folder, "a) S 1 (b");
      fs.copyFileSync("/bin/sleep", program);
      const child = spawn(program, ["60"]);
      await once(child, "spawn");
      await until(() => readProcess(child.pid ?? 0)?.name === "a) S 1 (b");
      assert.equal(readProcess(child.pid ?? 0)?.parent, process.pid);
      child.kill("SIGKILL");
      await once(child, "exit");
      fs.rmSync(folder, { recursive: true });
    });
  }
});

if (process.platform !== "win32") {
  describe("the tree of a launch", () => {
    const started: ChildProcess[] = [];
    const begin = (script: string, variables: Record<string, string> = {}): ChildProcess => {
      const child = spawn("sh", ["-c", script], {
        env: { ...process.env, ...variables },
        stdio: ["ignore", "pipe", "inherit"],
      });
      started.push(child);
      return child;
    };
    const namesOf = (rows: readonly ProcessRow[]): string[] => rows.map((row) => row.name).sort();
    const printed = async (child: ChildProcess): Promise<string> => {
      assert.ok(child.stdout);
      const [data] = (await once(child.stdout, "data")) as [Buffer];
      return data.toString().trim();
    };
    afterEach(() => {
      for (const child of started.splice(0)) child.kill("SIGKILL");
      execFileSync("sh", ["-c", "pgrep -f 'sleep 61[0-9]' | xargs -r kill -9"]); // what a failed test left
    });

    /** A signal between the fork and the start of the program would be lost with the shell's own handler. */
    const runsSleep = async (child: ChildProcess): Promise<void> => {
      const tree = new ProcessTree(child.pid ?? 0, process.platform);
      while (!(await tree.list(signal)).some((row) => row.name === "sleep")) await sleep(10);
    };

    it("holds children and grandchildren, and none of the rest", async () => {
      const child = begin("(sleep 611; true) & sleep 612 & echo on; wait");
      await printed(child);
      const tree = new ProcessTree(child.pid ?? 0, process.platform);
      let rows: readonly ProcessRow[] = [];
      do rows = await tree.list(signal);
      while (rows.filter((row) => row.name === "sleep").length < 2);
      assert.deepEqual(namesOf(rows), ["sh", "sh", "sleep", "sleep"]);
      const listed = new ProcessTree(child.pid ?? 0, process.platform).among(
        await listProcesses(process.platform, signal),
      );
      assert.deepEqual(listed.map((row) => row.pid).sort(), rows.map((row) => row.pid).sort());
    });

    it("keeps a process whose parent is gone, once it was seen", async () => {
      const child = begin("(sleep 613 & echo $!; read -r _ < /dev/zero; sleep 614)");
      const orphan = Number(await printed(child));
      const tree = new ProcessTree(child.pid ?? 0, process.platform);
      await tree.list(signal);
      const exited = once(child, "exit");
      for (const row of await tree.list(signal)) if (row.pid !== orphan) process.kill(row.pid, "SIGKILL");
      await exited;
      const alive = async (): Promise<number[]> =>
        (await tree.list(signal)).filter((row) => row.state === "alive").map((row) => row.pid);
      let left = await alive();
      while (left.length > 1) left = await alive(); // the others take a moment to go
      assert.deepEqual(left, [orphan]);
      process.kill(orphan, "SIGKILL");
    });

    it("stops at once what heeds Ctrl-C, whose exit status tells it", async () => {
      const child = begin("sleep 615; echo after");
      await runsSleep(child);
      const exited = once(child, "exit");
      const result = await stopTree(
        { pid: child.pid ?? 0, launch: "t1", platform: process.platform, spare: undefined, graceMs: 60_000 },
        signal,
      );
      assert.ok(result.asked >= 1);
      await exited;
    });

    it("kills what heeds nothing, in other groups and sessions, with its parent gone", async () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-stop-"));
      const stubborn = `trap '' INT TERM HUP; echo $$ >> ${folder}/pids; while :; do sleep 0.2; done`;
      fs.writeFileSync(path.join(folder, "stubborn.sh"), stubborn);
      const shell = `sh ${folder}/stubborn.sh`;
      const script = `${shell} & setsid ${shell} & (setsid ${shell} &) ; echo on; ${shell}`;
      const child = begin(script, { LOAM_LAUNCH: "stubborn-launch" });
      await printed(child);
      const pids = (): number[] => {
        const file = path.join(folder, "pids");
        return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n").map(Number) : [];
      };
      await until(() => pids().length === 4);
      assert.ok(pids().every(isAlive));
      const result = await stopTree(
        {
          pid: child.pid ?? 0,
          launch: "stubborn-launch",
          platform: process.platform,
          spare: undefined,
          graceMs: 400,
        },
        signal,
      );
      assert.deepEqual(pids().filter(isAlive), []);
      assert.ok(result.killed >= 4, `${result.killed} killed`);
      fs.rmSync(folder, { recursive: true });
    });

    it("kills at once when the grace is called off", async () => {
      const child = begin("trap '' INT TERM; echo on; while :; do sleep 0.2; done");
      await printed(child);
      const exited = once(child, "exit");
      const result = await stopTree(
        {
          pid: child.pid ?? 0,
          launch: "t2",
          platform: process.platform,
          spare: undefined,
          graceMs: 3_600_000,
        },
        AbortSignal.timeout(300),
      );
      assert.deepEqual(await exited, [null, "SIGKILL"]);
      assert.ok(result.killed >= 1);
    });

    it("leaves a process that lends a terminal to end by itself", async () => {
      const child = begin("trap 'exit 9' INT TERM; sleep 616; exit 7");
      await runsSleep(child);
      const exited = once(child, "exit");
      await stopTree(
        { pid: child.pid ?? 0, launch: "t3", platform: process.platform, spare: child.pid, graceMs: 60_000 },
        signal,
      );
      assert.deepEqual(await exited, [7, null]);
    });

    it("has nothing to do for a process that is gone", async () => {
      const child = begin("exit 0");
      await once(child, "exit");
      assert.deepEqual(
        await stopTree(
          { pid: child.pid ?? 0, launch: "t4", platform: process.platform, spare: undefined, graceMs: 1000 },
          signal,
        ),
        { asked: 0, killed: 0 },
      );
    });

    if (process.platform === "linux")
      it("finds by its environment what left the tree before it was seen", async () => {
        assert.equal(listsChildren(), true);
        const child = begin("(setsid sleep 617 & echo $!)", { LOAM_LAUNCH: "left-early" });
        await printed(child);
        await once(child, "exit");
        const tree = new ProcessTree(child.pid ?? 0, "linux");
        assert.deepEqual(tree.listNow(), []);
        tree.adopt("LOAM_LAUNCH", "left-early");
        const [orphan] = tree.listNow();
        assert.ok(orphan);
        assert.deepEqual(pidsWith("LOAM_LAUNCH", "left-early"), [orphan.pid]);
        await stopTree(
          { pid: child.pid ?? 0, launch: "left-early", platform: "linux", spare: undefined, graceMs: 1000 },
          signal,
        );
        assert.equal(isAlive(orphan.pid), false);
      });
  });
}
