import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { below, type Bench, type Benchmark } from "./benchmark.js";
import { startLoam } from "./loam-server.js";
import { findMlflow, startMlflow } from "./mlflow-peer.js";
import { commandLine, memoryOf, outputOf, Owned, plainEnvironment, wallClock } from "./processes.js";
import { interleave, type Contender } from "./rounds.js";

/** What a person runs to start each server, in an empty folder. */
async function servers(bench: Bench): Promise<void> {
  const environment = findMlflow();
  bench.say("starting servers");
  const ours: Contender = {
    name: "loam",
    round: async () => {
      const server = await startLoam(bench.folder());
      const sample = { ms: server.startMs, memory: server.memory() };
      await server.stop();
      return sample;
    },
  };
  const theirs: Contender = {
    name: "mlflow server",
    round: async () => {
      const server = await startMlflow(environment, bench.folder());
      const sample = { ms: server.startMs, memory: server.memory() };
      await server.stop();
      return sample;
    },
  };
  const rounds = await interleave([ours, theirs], bench.rounds);
  const { leftOut, steal } = rounds;
  const of = (figure: string) => ({
    ours: rounds.of("loam", figure),
    peer: rounds.of("mlflow server", figure),
    leftOut,
    steal,
  });
  bench.row({ what: "tracking server, listening", unit: "ms", ...of("ms"), budget: below(300) });
  bench.row({ what: "tracking server, memory", unit: "MB", ...of("memory"), budget: below(150) });
}

/** The child says when it began: Node takes that time before anything else of it runs. */
const childWords = [process.execPath, "-p", "performance.timeOrigin"];

/** Milliseconds from the start of a command to the first instruction of the child that it starts. */
async function untilChild(command: string, args: readonly string[], folder: string): Promise<number> {
  const began = wallClock();
  const told = await outputOf(command, args, { cwd: folder, env: plainEnvironment() });
  const at = Number(/^\d{12,}\.?\d*$/m.exec(told)?.[0] ?? Number.NaN);
  if (Number.isNaN(at)) throw new Error(`the child did not say when it began: ${told.slice(0, 300)}`);
  return at - began;
}

async function supervisorStart(bench: Bench): Promise<void> {
  bench.say("starting supervisors");
  const folder = bench.folder();
  const spawning = `require("node:child_process").spawn(process.execPath, ["-p", "performance.timeOrigin"], { stdio: "inherit" })`;
  const rounds = await interleave(
    [
      {
        name: "loam",
        round: async () => ({
          ms: await untilChild(
            process.execPath,
            [commandLine, "run", "--quiet", "--", ...childWords],
            folder,
          ),
        }),
      },
      {
        name: "node that only spawns",
        round: async () => ({ ms: await untilChild(process.execPath, ["-e", spawning], folder) }),
      },
    ],
    bench.rounds * 2,
  );
  const { leftOut, steal } = rounds;
  bench.row({
    what: "supervisor, child spawned",
    unit: "ms",
    ours: rounds.of("loam", "ms"),
    peer: rounds.of("node that only spawns", "ms"),
    budget: below(150),
    leftOut,
    steal,
  });
}

/** A project of some size around the run, so that its snapshot of the code is part of what the supervisor holds. */
function makeProject(folder: string): void {
  for (let n = 0; n < 300; n++) {
    fs.writeFileSync(path.join(folder, `module${n}.py`), `value = ${n}\n`.repeat(200));
  }
}

async function supervisorMemory(bench: Bench): Promise<void> {
  bench.say("watching a supervisor's memory");
  const round = async (): Promise<{ now: number; most: number }> => {
    const folder = bench.folder();
    makeProject(folder);
    const child = [
      "-e",
      "let n = 0; setInterval(() => { console.log(`loss=${1 / ++n}`); if (n > 500) process.exit(0); }, 10)",
    ];
    const args = [commandLine, "run", "--quiet", "--", process.execPath, ...child];
    const owned = new Owned(process.execPath, args, { cwd: folder, stdio: "ignore" });
    let seen = { now: Number.NaN, most: Number.NaN };
    while (owned.how === undefined) {
      const memory = memoryOf(owned.pid);
      if (!Number.isNaN(memory.most)) seen = memory;
      await sleep(100);
    }
    return seen;
  };
  const rounds = await interleave([{ name: "loam", round }], bench.rounds);
  const { leftOut, steal } = rounds;
  const row = (what: string, figure: string): void => {
    const ours = rounds.of("loam", figure);
    bench.row({ what, unit: "MB", ours, budget: below(80), leftOut, steal });
  };
  row("supervisor, memory at the end of a run", "now");
  row("supervisor, memory at most", "most");
}

async function measure(bench: Bench): Promise<void> {
  const parts = {
    servers,
    "the supervisor's start": supervisorStart,
    "the supervisor's memory": supervisorMemory,
  };
  for (const [what, work] of Object.entries(parts)) {
    try {
      await work(bench);
    } catch (error) {
      bench.unmeasured(what, error);
    }
  }
}

export const start: Benchmark = { name: "start", about: "starting the server and the supervisor", measure };
