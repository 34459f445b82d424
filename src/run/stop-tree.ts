import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { ProcessTree } from "./process-tree.js";
import type { ProcessRow } from "./process-row.js";

export interface StopRequest {
  /** The process that the launch started. */
  readonly pid: number;
  /** Of `childEnvironment`: finds what has left the tree. */
  readonly launch: string;
  readonly platform: NodeJS.Platform;
  /** A process that only lends a terminal: it gets no signal before the end, so that it hands on the exit code. */
  readonly spare: number | undefined;
  /** From the first signal to the last, in milliseconds. */
  readonly graceMs: number;
}

export interface StopResult {
  /** How many processes were asked to end. */
  readonly asked: number;
  /** How many had to be killed since they did not. */
  readonly killed: number;
}

const stepMs = 50;
/** To read the environment of every process takes tens of milliseconds on a large machine. */
const adoptMs = 1000;
/** A process that a kill does not end waits in the kernel (a dead disk); to wait for it longer changes nothing. */
const killMs = 5000;

/**
 * Ends all processes of a launch: SIGINT first, as Ctrl-C would (Python cleans up), SIGTERM to those left at half of
 * the grace, SIGKILL to those left at its end. Descendants are found again before each signal, also those in other
 * process groups and sessions, and on Linux those whose parents are gone. Windows knows only to ask windows and to
 * kill, both by `taskkill /T`. When `signal` aborts, the grace is over.
 */
export async function stopTree(request: StopRequest, signal: AbortSignal): Promise<StopResult> {
  return request.platform === "win32" ? stopOnWindows(request, signal) : stopByNumbers(request, signal);
}

async function stopByNumbers(request: StopRequest, signal: AbortSignal): Promise<StopResult> {
  const tree = new ProcessTree(request.pid, request.platform);
  const forever = new AbortController().signal;
  let adopted = -Infinity;
  const members = async (): Promise<readonly ProcessRow[]> => {
    if (performance.now() - adopted > adoptMs) {
      tree.adopt("LOAM_LAUNCH", request.launch);
      adopted = performance.now();
    }
    return (await tree.list(forever)).filter((row) => row.state === "alive" && row.pid !== process.pid);
  };
  const asked = new Set<string>();
  const began = performance.now();
  const steps = [
    { name: "SIGINT", until: request.graceMs / 2 },
    { name: "SIGTERM", until: request.graceMs },
  ] as const;

  for (const step of steps) {
    const told = new Set<string>();
    while (performance.now() - began < step.until && !signal.aborted) {
      const left = (await members()).filter((row) => row.pid !== request.spare);
      if (left.length === 0) break;
      for (const row of left) {
        const key = `${row.pid} ${row.started}`;
        asked.add(key);
        if (told.has(key)) continue;
        told.add(key);
        send(row.pid, step.name);
      }
      await sleep(stepMs, undefined, { signal }).catch(() => undefined);
    }
  }
  adopted = -Infinity;
  const killed = new Set<string>();
  const killBy = performance.now() + killMs;
  for (;;) {
    const left = await members();
    if (left.length === 0 || performance.now() > killBy) return { asked: asked.size, killed: killed.size };
    const last = left.every((row) => row.pid === request.spare);
    for (const row of left) {
      if (row.pid !== request.spare) killed.add(`${row.pid} ${row.started}`);
      else if (!last || performance.now() < killBy - killMs / 2) continue; // it ends by itself, with the exit code
      send(row.pid, "SIGKILL");
    }
    await sleep(stepMs);
  }
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it ended meanwhile, or runs as another user
  }
}

async function stopOnWindows(request: StopRequest, signal: AbortSignal): Promise<StopResult> {
  const words = ["/PID", String(request.pid), "/T"];
  await taskkill(words);
  const began = performance.now();
  while (performance.now() - began < request.graceMs && !signal.aborted) {
    if (!isThere(request.pid)) return { asked: 1, killed: 0 };
    await sleep(stepMs, undefined, { signal }).catch(() => undefined);
  }
  await taskkill([...words, "/F"]);
  return { asked: 1, killed: 1 };
}

const taskkill = (words: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    execFile("taskkill", words, { windowsHide: true, timeout: 10_000 }, () => {
      resolve();
    });
  });

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
