import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { MetricInput, RunRecorder } from "../core/tracking/recorder.js";
import { isHolder, type Runs } from "../core/tracking/runs.js";
import { done, type Answer } from "./call.js";

interface Part {
  readonly metrics: readonly MetricInput[];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers the points of all requests that one turn of the event loop brings and appends those of a run with one
 * write, before any of the requests is answered. With several connections a write a request is a third of all work.
 */
export class GatheredLog {
  readonly #runs: Runs;
  #waiting = new Map<string, Part[]>();

  constructor(runs: Runs) {
    this.#runs = runs;
  }

  /** Logs metrics to a run that this process may write; resolves when they are written. */
  log(recorder: RunRecorder, metrics: readonly MetricInput[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) {
        setImmediate(() => {
          this.#write();
        });
      }
      const part = { metrics, resolve, reject };
      const parts = this.#waiting.get(recorder.id);
      if (parts) parts.push(part);
      else this.#waiting.set(recorder.id, [part]);
    });
  }

  #write(): void {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    for (const [id, parts] of waiting) {
      const together = parts.length === 1 ? [] : parts.flatMap(({ metrics }) => metrics);
      if (together.length > 0 && this.#wrote(id, together)) for (const { resolve } of parts) resolve(done);
      else for (const part of parts) this.#writeAlone(id, part);
    }
  }

  /** False where something of it was refused: then each request is to be told about its own points. */
  #wrote(id: string, metrics: readonly MetricInput[]): boolean {
    try {
      this.#recorder(id).log({ metrics });
      return true;
    } catch {
      return false;
    }
  }

  #writeAlone(id: string, { metrics, resolve, reject }: Part): void {
    try {
      this.#recorder(id).log({ metrics });
      resolve(done);
    } catch (error) {
      reject(error);
    }
  }

  #recorder(id: string): RunRecorder {
    const owner = this.#runs.own(id);
    if (!isHolder(owner)) return owner;
    throw new Failure("owner.gone", said`The run ${id} went over to another process (pid ${owner.pid}).`, {
      next: said`Send the request again.`,
    });
  }
}
