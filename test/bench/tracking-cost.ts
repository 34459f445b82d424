import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import type { Bench, Benchmark } from "./benchmark.js";
import { findMlflow, startMlflow, type MlflowEnvironment } from "./mlflow-peer.js";
import { commandLine, outputOf, plainEnvironment } from "./processes.js";
import { interleave, type Contender, type Rounds, type Sample } from "./rounds.js";

const steps = 1000;
const script = fileURLToPath(new URL("steps.py", import.meta.url));

/** A script of 1,000 steps: µs a step as the script sees them, and ms of the whole command as a person waits for it. */
function contender(
  bench: Bench,
  name: string,
  how: "print" | "mlflow",
  started: (words: readonly string[]) => readonly [string, readonly string[]],
  variables: Readonly<Record<string, string>> = {},
): Contender {
  return {
    name,
    round: async (): Promise<Sample> => {
      const folder = bench.folder();
      fs.copyFileSync(script, path.join(folder, "steps.py"));
      const result = path.join(folder, "result.json");
      const [command, words] = started(["steps.py", how, String(steps), result]);
      const began = performance.now();
      await outputOf(command, words, { cwd: folder, env: plainEnvironment(variables) });
      const whole = performance.now() - began;
      const told = JSON.parse(fs.readFileSync(result, "utf8")) as { seconds: number };
      return { step: (told.seconds * 1e6) / steps, whole };
    },
  };
}

const tracked =
  (python: string) =>
  (words: readonly string[]): readonly [string, readonly string[]] => [
    process.execPath,
    [commandLine, "run", "--quiet", "--", python, ...words],
  ];

const bare =
  (python: string) =>
  (words: readonly string[]): readonly [string, readonly string[]] => [python, words];

function rows(bench: Bench, rounds: Rounds, what: string, peer: string): void {
  const { leftOut, steal } = rounds;
  const of = (figure: string) => ({
    ours: rounds.of("loam run", figure),
    peer: rounds.of(peer, figure),
    leftOut,
    steal,
  });
  bench.row({ what: `${what}, a step`, unit: "µs/step", ...of("step") });
  bench.row({ what: `${what}, the whole command`, unit: "ms", ...of("whole") });
}

async function printing(bench: Bench, { python }: MlflowEnvironment): Promise<void> {
  bench.say("tracking a script that prints");
  const rounds = await interleave(
    [
      contender(bench, "loam run", "print", tracked(python)),
      contender(bench, "without Loam", "print", bare(python)),
    ],
    bench.rounds,
  );
  rows(bench, rounds, "1,000 steps that print", "without Loam");
}

async function logging(bench: Bench, environment: MlflowEnvironment): Promise<void> {
  bench.say("tracking a script that logs with MLflow");
  const { python } = environment;
  const folder = bench.folder();
  const server = await startMlflow(environment, folder);
  try {
    const rounds = await interleave(
      [
        contender(bench, "loam run", "mlflow", tracked(python)),
        contender(bench, "mlflow server", "mlflow", bare(python), { MLFLOW_TRACKING_URI: server.url.origin }),
        contender(bench, "mlflow, SQLite file", "mlflow", bare(python), {
          MLFLOW_TRACKING_URI: `sqlite:///${path.join(folder, "direct.db").replaceAll("\\", "/")}`,
        }),
      ],
      bench.rounds,
    );
    rows(bench, rounds, "1,000 steps that log", "mlflow server");
    rows(bench, rounds, "1,000 steps that log", "mlflow, SQLite file");
  } finally {
    await server.stop();
  }
}

async function measure(bench: Bench): Promise<void> {
  const environment = findMlflow();
  for (const [what, work] of [
    ["printing", printing],
    ["logging", logging],
  ] as const) {
    try {
      await work(bench, environment);
    } catch (error) {
      bench.unmeasured(what, error);
    }
  }
}

export const trackingCost: Benchmark = {
  name: "tracking-cost",
  about: "what tracking costs a script",
  measure,
};
