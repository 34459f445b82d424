import { setImmediate } from "node:timers/promises";
import { Failure } from "../base/failure.js";
import { said, type Said } from "../base/said.js";

/**
 * Long work in slices: its process goes on answering meanwhile, and the work can be cancelled. Await `turn()` after
 * each small step; where steps are so many that even this costs, await `rest()` only when `due()`.
 */
export class Pace {
  readonly #signal: AbortSignal;
  readonly #what: Said;
  readonly #sliceMs: number;
  #since = performance.now();

  /** `what` names the work in the failure `cancelled`, which is thrown at once where the signal was given already. */
  constructor(signal: AbortSignal, what: Said, sliceMs = 8) {
    this.#signal = signal;
    this.#what = what;
    this.#sliceMs = sliceMs;
    this.check();
  }

  due(): boolean {
    return performance.now() - this.#since >= this.#sliceMs;
  }

  /** Lets everything else run. Throws the failure `cancelled` when the signal was given meanwhile. */
  async rest(): Promise<void> {
    await setImmediate();
    this.check();
    this.#since = performance.now();
  }

  async turn(): Promise<void> {
    if (this.due()) await this.rest();
  }

  check(): void {
    if (this.#signal.aborted) throw new Failure("cancelled", said`Cancelled: ${this.#what}.`);
  }
}
