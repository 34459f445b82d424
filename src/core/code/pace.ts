import { setImmediate } from "node:timers/promises";
import { Failure } from "../base/failure.js";

/**
 * Long synchronous work in slices, so that its process goes on answering: ask `due()` after each small step and
 * await `rest()` when it is true.
 */
export class Pace {
  readonly #signal: AbortSignal;
  readonly #what: string;
  readonly #sliceMs: number;
  #since = performance.now();

  constructor(signal: AbortSignal, what: string, sliceMs = 6) {
    this.#signal = signal;
    this.#what = what;
    this.#sliceMs = sliceMs;
  }

  due(): boolean {
    return performance.now() - this.#since >= this.#sliceMs;
  }

  /** Lets everything else run; throws the failure `cancelled` when the signal was given meanwhile. */
  async rest(): Promise<void> {
    await setImmediate();
    this.check();
    this.#since = performance.now();
  }

  check(): void {
    if (this.#signal.aborted) throw new Failure("cancelled", `Cancelled: ${this.#what}.`);
  }
}
