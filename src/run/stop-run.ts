import { setTimeout as sleep } from "node:timers/promises";
import { Failure, systemCode } from "../core/base/failure.js";
import { said, type Said } from "../core/base/said.js";
import type { LiveProcess } from "../core/store/live.js";
import { isAlive, type ProcessIdentity } from "../core/store/machine.js";
import { isHere, launchedRun, readRunFacts } from "../core/tracking/run-facts.js";
import type { RunState } from "../core/tracking/run-state.js";
import type { Tracking } from "../core/tracking/tracking.js";
import { askToStop } from "./control-socket.js";
import { stopTree } from "./stop-tree.js";

const lookMs = 100;
/** What a command has on Windows between being asked to end and being ended, in ms. */
const graceMs = 10_000;

const states: Readonly<Record<RunState["shownState"], Said>> = {
  scheduled: said`scheduled`,
  running: said`running`,
  finished: said`finished`,
  failed: said`failed`,
  killed: said`killed`,
  lost: said`lost`,
};

interface Target {
  readonly name: string;
  readonly process: ProcessIdentity;
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
    throw new Failure("state.wrong", said`${run.name} has ended: it is ${states[run.shownState]}.`, {
      next: said`To see it: loam runs show ${id.slice(0, 12)}`,
    });
  }
  const target = targetOf(tracking, run);
  if (!(await askToStop(liveOf(tracking, target)))) await signalTo(target, signal);
  const began = performance.now();
  while (!hasEnded(tracking, id, target)) {
    if (performance.now() - began > patienceMs) {
      throw new Failure(
        "state.wrong",
        said`${run.name} was asked to stop and has not ended after ${Math.round(patienceMs / 1000)} s.`,
        { next: said`Wait longer with --timeout, or end its supervisor: kill -9 ${target.process.pid}` },
      );
    }
    await sleep(lookMs, undefined, { signal });
  }
  return tracking.runs.get(id);
}

/** True once the run and what its supervisor had to say of it are there: a client says first that it failed. */
function hasEnded(tracking: Tracking, id: string, target: Target): boolean {
  if (readRunFacts(tracking.store, id)?.end === undefined) return false;
  return (
    readRunFacts(tracking.store, target.launch)?.facts.get("run.ended") !== undefined ||
    !isThere(tracking, target)
  );
}

const isThere = ({ store }: Tracking, { process }: Target): boolean =>
  isAlive(store.ports, store.self, process) === true;

/** Whom to ask to stop a run: its live supervisor. Throws `state.wrong` where there is none. */
function targetOf(tracking: Tracking, run: RunState): Target {
  const launched = launchedRun(tracking.store, run);
  const launch = launched?.facts.get("launch.started");
  if (!launched || !launch) {
    throw new Failure("state.wrong", said`${run.name} was not started by loam run, so Loam cannot stop it.`, {
      next: said`Stop the program that logs it.`,
    });
  }
  if (!isHere(tracking.store, launch.machine)) {
    throw new Failure("state.wrong", said`${run.name} runs on another machine (${launch.host}).`, {
      next: said`Stop it there: loam runs stop ${run.id.slice(0, 12)}`,
    });
  }
  const { machine, boot, pid, start } = launch;
  const child = launched.facts.get("child.started")?.pid;
  const target = { name: run.name, process: { machine, boot, pid, start }, child, launch: launched.id };
  if (isThere(tracking, target)) return target;
  throw new Failure(
    "state.wrong",
    said`The supervisor of ${run.name} is gone, and its command is still running.`,
    {
      next:
        child === undefined
          ? said`Look for the command with ps.`
          : said`End the command itself: kill ${child}`,
    },
  );
}

const liveOf = ({ store }: Tracking, { process: { pid, start } }: Target): LiveProcess | undefined =>
  store.live.others().find((one) => one.role === "run" && one.pid === pid && one.start === start);

/**
 * For a supervisor that takes no control, such as one whose folder has no sockets. Windows has no signal that it could
 * answer: there the command's own tree is ended.
 */
async function signalTo(target: Target, signal: AbortSignal): Promise<void> {
  const { child, launch, name } = target;
  const supervisor = target.process.pid;
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
      said`${name} cannot be stopped: process ${supervisor} is another user's.`,
      { next: said`Ask whoever started it.`, cause: error },
    );
  }
}
