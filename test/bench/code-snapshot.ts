import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath, pathToFileURL } from "node:url";
import { nodePorts } from "../../src/core/base/ports.js";
import { takeSnapshot } from "../../src/core/code/snapshot.js";

const never = new AbortController().signal;

/** What one process measured, in milliseconds and megabytes. */
interface Measured {
  readonly first: number;
  readonly unchanged: number;
  readonly oneChanged: number;
  readonly longestPause: number;
  readonly memory: number;
}

/** Source files of 0.2 to 12 kB in 400 folders. */
function makeFiles(folder: string, count: number): void {
  const words = fs.readFileSync(fileURLToPath(import.meta.url), "utf8").repeat(4);
  for (let i = 0; i < count; i++) {
    const place = path.join(folder, `p${i % 20}`, `q${i % 400}`);
    fs.mkdirSync(place, { recursive: true });
    const length = 200 + ((i * 7919) % 6000) + (i % 10 === 0 ? 6000 : 0);
    const start = (i * 104_729) % (words.length - length);
    fs.writeFileSync(path.join(place, `f${i}.py`), `# ${i}\n${words.slice(start, start + length)}`);
  }
}

/** In a process of its own, as the supervisor of a run is one: what is compiled late counts too. */
async function measureOnce(folder: string, storeFolder: string): Promise<Measured> {
  const before = process.resourceUsage().maxRSS;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const timed = async (): Promise<number> => {
    const start = performance.now();
    await takeSnapshot({ folder, storeFolder, ports: nodePorts }, never);
    return performance.now() - start;
  };
  const first = await timed();
  delay.disable();
  const memory = (process.resourceUsage().maxRSS - before) / 1000;
  const unchanged = Math.min(await timed(), await timed());
  fs.appendFileSync(path.join(folder, "p1", "q1", "f1.py"), "x = 1\n");
  return { first, unchanged, oneChanged: await timed(), longestPause: delay.max / 1e6, memory };
}

/** Share of the processor that other machines on the same host took, since `since`. */
function processorTimes(): { readonly steal: number; readonly all: number } {
  if (!fs.existsSync("/proc/stat")) return { steal: 0, all: 1 };
  const line = fs.readFileSync("/proc/stat", "utf8").split("\n")[0] ?? "";
  const times = line.split(/\s+/).slice(1, 9).map(Number);
  return { steal: times[7] ?? 0, all: times.reduce((sum, one) => sum + one, 0) };
}

interface Round extends Measured {
  readonly git: number;
  readonly gitUnchanged: number;
  readonly steal: number;
}

function round(root: string, number: number): Round {
  const [work, git, store] = ["work", `git${number}`, `store${number}`].map((name) => path.join(root, name));
  if (work === undefined || git === undefined || store === undefined) throw new Error("no folders");
  const before = processorTimes();
  const run = (...args: string[]): void => {
    execFileSync("git", ["--git-dir", git, "--work-tree", work, ...args], { cwd: work, stdio: "ignore" });
  };
  run("init", "-q");
  const gitTime = (): number => {
    const start = performance.now();
    run("add", "-A");
    run("write-tree");
    return performance.now() - start;
  };
  const [peer, peerUnchanged] = [gitTime(), gitTime()];
  const args = ["--import", "tsx", fileURLToPath(import.meta.url), "--once", work, store];
  const measured = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Measured;
  const after = processorTimes();
  for (const folder of [git, store]) fs.rmSync(folder, { recursive: true });
  const steal = (after.steal - before.steal) / Math.max(1, after.all - before.all);
  return { ...measured, git: peer, gitUnchanged: peerUnchanged, steal };
}

/** Measures snapshots of 5,000 files beside `git add -A` and `git write-tree` in the same rounds, and prints a table. */
export async function benchCodeSnapshot(files = 5000, rounds = 7): Promise<void> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "loam-bench-code-"));
  try {
    const work = path.join(root, "work");
    makeFiles(work, files);
    const run = (...args: string[]): void => {
      execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x", ...args], {
        cwd: work,
        stdio: "ignore",
      });
    };
    run("init", "-q");
    run("add", "-A");
    run("commit", "-q", "-m", "one");
    // Files as young as the cache are read again: nobody starts runs within two seconds of writing 5,000 files.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const all = Array.from({ length: rounds }, (_, number) => round(root, number));
    const quiet = all.filter((one) => one.steal <= 0.05);
    console.log(`code snapshot, ${files} files: ${quiet.length} of ${rounds} rounds with at most 5 % steal`);
    const row = (name: string, of: (one: Round) => number, unit: string, budget: string): void => {
      const values = (quiet.length > 0 ? quiet : all).map(of).sort((a, b) => a - b);
      const [best = 0, median = 0, worst = 0] = [values[0], values[values.length >> 1], values.at(-1)];
      const shown = [best, median, worst].map((value) => value.toFixed(unit === "x" ? 2 : 0).padStart(6));
      console.log(`  ${name.padEnd(38)} ${shown.join(" ")} ${unit.padEnd(3)} ${budget}`);
    };
    console.log(`  ${"".padEnd(38)}   best median  worst`);
    row("git add -A, git write-tree", (one) => one.git, "ms", "");
    row("first snapshot", (one) => one.first, "ms", "");
    row("first snapshot / git", (one) => one.first / one.git, "x", "budget 1.5");
    row("nothing changed", (one) => one.unchanged, "ms", "budget 200");
    row("nothing changed, git", (one) => one.gitUnchanged, "ms", "");
    row("one file changed", (one) => one.oneChanged, "ms", "");
    row("longest pause of the process", (one) => one.longestPause, "ms", "");
    row("memory above that of the process", (one) => one.memory, "MB", "budget 60");
  } finally {
    fs.rmSync(root, { recursive: true });
  }
}

const [mode, folder, store] = process.argv.slice(2);
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  if (mode === "--once" && folder !== undefined && store !== undefined)
    console.log(JSON.stringify(await measureOnce(folder, store)));
  else await benchCodeSnapshot();
}
