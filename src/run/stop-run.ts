import { setTimeout as sleep } from "node:timers/promises";
import { Failure, systemCode } from "../core/base/failure.js";
import { isAlive } from "../core/store/machine.js";
import { isHere, readRunFacts } from "../core/tracking/run-facts.js";
import type { RunState } from "../core/tracking/run-state.js";
import type { Tracking } from "../core/tracking/tracking.js";
import { stopTree } from "./stop-tree.js";

const lookMs = 100;
/** What a command has on Windows between being asked to end and being ended, in ms. */
const graceMs = 10_000;

interface Target {
  readonly name: string;
  readonly supervisor: number;
  /** The command's own process, where it has been started. */
  readonly child: number | undefined;
  readonly launch: string;
}

/**
 * Stops a run that `loam run` started on this machine: its supervisor stops the command gracefully, then its whole
 * tree. Returns when the run has ended. Throws `state.wrong` where it has ended already, nobody can be asked, or it
 * has not ended after `patienceMs`; `command.failed` where its processes are another user's.
 */
export async function stopRun(
  tracking: Tracking,
  id: string,
  patienceMs: number,
  signal: AbortSignal,
): Promise<RunState> {
  const run = tracking.runs.get(id);
  if (run.end !== undefined) {
    throw new Failure("state.wrong", `${run.name} has ended: it is ${run.shownState}.`, {
      next: `To see it: loam runs show ${id.slice(0, 12)}`,
    });
  }
  const target = targetOf(tracking, run);
  await ask(target, signal);
  const began = performance.now();
  while (readRunFacts(tracking.store, id)?.end === undefined) {
    if (performance.now() - began > patienceMs) {
      throw new Failure(
        "state.wrong",
        `${run.name} was asked to stop and has not ended after ${Math.round(patienceMs / 1000)} s.`,
        { next: `Wait longer with --timeout, or end its supervisor: kill -9 ${target.supervisor}` },
      );
    }
    await sleep(lookMs, undefined, { signal });
  }
  return tracking.runs.get(id);
}

/** The run whose launch a run belongs to: itself, or the one that its command was started for. */
function launchedRun(tracking: Tracking, id: string): RunState | undefined {
  const run = readRunFacts(tracking.store, id);
  const from = run?.facts.get("run.created")?.launch;
  return from === undefined ? run : readRunFacts(tracking.store, from);
}

/** Whom to ask to stop a run: its live supervisor. Throws `state.wrong` where there is none. */
function targetOf(tracking: Tracking, run: RunState): Target {
  const launched = launchedRun(tracking, run.id);
  const launch = launched?.facts.get("launch.started");
  if (!launched || !launch) {
    throw new Failure("state.wrong", `${run.name} was not started by loam run, so Loam cannot stop it.`, {
      next: "Stop the program that logs it.",
    });
  }
  if (!isHere(tracking.store, launch.machine)) {
    throw new Failure("state.wrong", `${run.name} runs on another machine (${launch.host}).`, {
      next: `Stop it there: loam runs stop ${run.id.slice(0, 12)}`,
    });
  }
  const { machine, boot, pid, start } = launch;
  const { ports, self } = tracking.store;
  const child = launched.facts.get("child.started")?.pid;
  if (isAlive(ports, self, { machine, boot, pid, start }) === true)
    return { name: run.name, supervisor: pid, child, launch: launched.id };
  throw new Failure(
    "state.wrong",
    `The supervisor of ${run.name} is gone, and its command is still running.`,
    { next: child === undefined ? "Look for the command with ps." : `End the command itself: kill ${child}` },
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
      { next: "Ask whoever started it.", cause: error },
    );
  }
}
