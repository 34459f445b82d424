import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import { isHolder } from "../core/tracking/runs.js";
import type { Workbench } from "../core/workbench.js";
import { misdirected, tokenHeader } from "./owner-call.js";

/** A change of a run, in both ways in which it can be made. */
export interface RunChange {
  /** Where this process may write the run. */
  readonly here: (recorder: RunRecorder) => void;
  /** As a call of MLflow's REST protocol, to the process that may. */
  readonly there: { readonly call: string; readonly body: Readonly<Record<string, unknown>> };
}

/** How long an owner that does not answer is waited for, in ms. */
const patienceMs = 3000;
const answerMs = 10_000;

/**
 * Changes a run through the one process that may write it: this one where nobody has it, else its live owner.
 * Throws `owner.gone` where that does not answer, and what the owner refuses as `command.failed`.
 */
export async function changeRun(
  bench: Workbench,
  id: string,
  change: RunChange,
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const owner = bench.tracking.runs.own(id);
    if (!isHolder(owner)) {
      try {
        change.here(owner);
      } finally {
        bench.tracking.runs.release(id);
      }
      return;
    }
    const live = bench.store.live.get(owner.writer);
    if (live?.url !== undefined && (await ask(live.url, live.token, change.there, signal))) return;
    if (performance.now() > until) {
      throw new Failure(
        "owner.gone",
        said`The run ${id} is being written by process ${owner.pid}, which takes no calls.`,
        {
          next: said`Try again when that process has ended.`,
        },
      );
    }
    await sleep(100, undefined, { signal });
  }
}

/** False where nobody answers, or it is not the owner any more. */
async function ask(
  url: string,
  token: string | undefined,
  { call, body }: RunChange["there"],
  signal: AbortSignal,
): Promise<boolean> {
  let response: Response;
  try {
    response = await fetch(`${url}/api/2.0/mlflow/runs/${call}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...tokenHeader(token),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    return false;
  }
  const text = await response.text();
  if (response.ok) return true;
  if (response.status === misdirected) return false;
  throw new Failure(
    "command.failed",
    said`${messageOf(text) ?? said`The run's owner answered ${response.status}.`}`,
  );
}

function messageOf(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}
