import { setTimeout as sleep } from "node:timers/promises";
import { Failure, systemCode } from "../core/base/failure.js";
import { isAlive } from "../core/store/machine.js";
import { readRunFacts } from "../core/tracking/run-facts.js";
import type { RunState } from "../core/tracking/run-state.js";
import type { Workbench } from "../core/workbench.js";
import { stopTree } from "../run/stop-tree.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { findRun } from "./find-run.js";
import { countOf } from "./runs-list.js";
import { inFolder, settleLost } from "./open-folder.js";
import { summaryOfState } from "./run-summary.js";
import { isHere } from "./run-table.js";
import { longSpanText } from "./times.js";

const usage = "runs stop RUN [--timeout SECONDS] [--json]";
const usualSeconds = 60;
const lookMs = 100;
/** What a command has on Windows between being asked to end and being ended, in ms. */
const graceMs = 10_000;

/** The run whose launch a run belongs to: itself, or the one that its command was started for. */
function launchedRun(bench: Workbench, id: string): RunState | undefined {
  const run = readRunFacts(bench.store, id);
  const from = run?.facts.get("run.created")?.launch;
  return from === undefined ? run : readRunFacts(bench.store, from);
}

interface Target {
  readonly name: string;
  readonly supervisor: number;
  /** The command's own process, where it has been started. */
  readonly child: number | undefined;
  readonly launch: string;
}

/** Whom to ask to stop a run: its live supervisor. Throws `state.wrong` where there is none. */
function targetOf(bench: Workbench, run: RunState): Target {
  const launched = launchedRun(bench, run.id);
  const launch = launched?.facts.get("launch.started");
  if (!launched || !launch) {
    throw new Failure("state.wrong", `${run.name} was not started by loam run, so Loam cannot stop it.`, {
      next: "Stop the program that logs it.",
    });
  }
  if (!isHere(bench, launch.machine)) {
    throw new Failure("state.wrong", `${run.name} runs on another machine (${launch.host}).`, {
      next: `Stop it there: loam runs stop ${run.id.slice(0, 12)}`,
    });
  }
  const { machine, boot, pid, start } = launch;
  const { ports, self } = bench.store;
  const child = launched.facts.get("child.started")?.pid;
  if (isAlive(ports, self, { machine, boot, pid, start }) === true)
    return { name: run.name, supervisor: pid, child, launch: launched.id };
  throw new Failure(
    "state.wrong",
    `The supervisor of ${run.name} is gone, and its command is still running.`,
    {
      next: child === undefined ? "Look for the command with ps." : `End the command itself: kill ${child}`,
    },
  );
}

/** Windows has no signal that a supervisor could answer: there the command's own tree is ended. */
async function ask(target: Target, signal: AbortSignal): Promise<void> {
  const { child, supervisor, launch, name } = target;
  if (process.platform === "win32") {
    const request = { launch, platform: process.platform, spare: undefined, graceMs } as const;
    if (child !== undefined) await stopTree({ ...request, pid: child }, signal);
    return;
  }
  try {
    process.kill(supervisor, "SIGTERM");
  } catch (error) {
    if (systemCode(error) === "ESRCH") return; // it ended just now
    throw new Failure(
      "command.failed",
      `${name} cannot be stopped: process ${supervisor} is another user's.`,
      {
        next: "Ask whoever started it.",
        cause: error,
      },
    );
  }
}

export const verb: Verb = {
  summary: "stop a run that loam run started, gracefully first",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, { timeout: { type: "string" } });
    const [word, extra] = positionals;
    if (word === undefined) throw wrongUsage("Which run? Name one, or say latest.", usage);
    if (extra !== undefined) throw wrongUsage(`One run at a time; '${extra}' is one too many.`, usage);
    const seconds = countOf(values.timeout, "timeout", usage) ?? usualSeconds;
    return inFolder(context, async (bench) => {
      const id = await findRun(bench, word, context);
      settleLost(bench, [id]);
      const { runs } = bench.tracking;
      const run = runs.get(id);
      if (run.end !== undefined) {
        throw new Failure("state.wrong", `${run.name} has ended: it is ${run.shownState}.`, {
          next: `To see it: loam runs show ${id.slice(0, 12)}`,
        });
      }
      const target = targetOf(bench, run);
      await ask(target, context.signal);
      const now = (): number => performance.now();
      const began = now();
      while (readRunFacts(bench.store, id)?.end === undefined) {
        if (now() - began > seconds * 1000) {
          throw new Failure(
            "state.wrong",
            `${run.name} was asked to stop and has not ended after ${seconds} s.`,
            {
              next: `Wait longer with --timeout, or end its supervisor: kill -9 ${target.supervisor}`,
            },
          );
        }
        await sleep(lookMs, undefined, { signal: context.signal });
      }
      const ended = runs.get(id);
      if (context.json) context.out(JSON.stringify({ run: summaryOfState(bench.tracking, ended) }));
      else
        context.say(
          `${ended.name} is ${ended.shownState}, after ${longSpanText((ended.end ?? 0) - ended.start)}.`,
        );
      return 0;
    });
  },
};
