import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { below, within, type Bench, type Benchmark, type Budget } from "./benchmark.js";
import { probe } from "./probes.js";
import { interleave, type Sample } from "./rounds.js";

const count = 5000;

/** Source files of 0.2 to 12 kB in 400 folders. */
function makeFiles(folder: string): void {
  const words = fs.readFileSync(fileURLToPath(import.meta.url), "utf8").repeat(4);
  for (let i = 0; i < count; i++) {
    const place = path.join(folder, `p${i % 20}`, `q${i % 400}`);
    fs.mkdirSync(place, { recursive: true });
    const length = 200 + ((i * 7919) % 6000) + (i % 10 === 0 ? 6000 : 0);
    const start = (i * 104_729) % (words.length - length);
    fs.writeFileSync(path.join(place, `f${i}.py`), `# ${i}\n${words.slice(start, start + length)}`);
  }
}

interface Snapshots {
  readonly first: number;
  readonly unchanged: number;
  readonly oneChanged: number;
  readonly longestPause: number;
  /** Megabytes above those of the process before. */
  readonly memory: number;
}

/** `git add -A` and `git write-tree` into a repository of its own: once for all files, once with nothing changed. */
function gitRound(work: string, git: string): Sample {
  const run = (...args: string[]): void => {
    execFileSync("git", ["--git-dir", git, "--work-tree", work, ...args], { cwd: work, stdio: "ignore" });
  };
  run("init", "-q");
  const timed = (): number => {
    const began = performance.now();
    run("add", "-A");
    run("write-tree");
    return performance.now() - began;
  };
  const sample = { first: timed(), unchanged: timed() };
  fs.rmSync(git, { recursive: true });
  return sample;
}

function makeRepository(bench: Bench): string {
  const work = bench.folder();
  makeFiles(work);
  const run = (...args: string[]): void => {
    execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x", ...args], { cwd: work, stdio: "ignore" });
  };
  run("init", "-q");
  run("add", "-A");
  run("commit", "-q", "-m", "one");
  return work;
}

async function measure(bench: Bench): Promise<void> {
  bench.say(`making ${count} files`);
  const work = makeRepository(bench);
  // Files as young as the cache are read again: nobody starts runs within two seconds of writing 5,000 files.
  await sleep(3000);
  bench.say("taking snapshots");
  const rounds = await interleave(
    [
      { name: "git add, write-tree", round: async () => gitRound(work, path.join(bench.folder(), "git")) },
      {
        name: "loam",
        round: async () => ({ ...(await probe<Snapshots>("snapshot", work, bench.folder())) }),
      },
    ],
    bench.rounds,
  );
  const { leftOut, steal } = rounds;
  const row = (what: string, figure: keyof Snapshots, budget?: Budget): void => {
    const beside = figure === "first" || figure === "unchanged";
    bench.row({
      what: `${count.toLocaleString("en")} files, ${what}`,
      unit: figure === "memory" ? "MB" : "ms",
      ours: rounds.of("loam", figure),
      peer: beside ? rounds.of("git add, write-tree", figure) : undefined,
      budget,
      leftOut,
      steal,
    });
  };
  row("first snapshot", "first", within(1.5));
  row("nothing changed", "unchanged", below(200));
  row("one file changed", "oneChanged", below(200));
  row("longest pause of the process", "longestPause");
  row("memory above that of the process", "memory");
}

export const codeSnapshot: Benchmark = {
  name: "code-snapshot",
  about: "a snapshot of 5,000 files of code",
  measure,
};
