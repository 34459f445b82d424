import { setImmediate } from "node:timers/promises";
import { Failure } from "../base/failure.js";

const sliceMs = 8;

/** Long work in slices: its process goes on answering meanwhile, and the work can be cancelled. */
export class Pace {
  readonly #signal: AbortSignal;
  readonly #what: string;
  #since = performance.now();

  /** `what` names the work in the failure `cancelled`. */
  constructor(signal: AbortSignal, what: string) {
    this.#signal = signal;
    this.#what = what;
    this.#check();
  }

  /** To be awaited after each small step. Throws the failure `cancelled` when the signal was given. */
  async turn(): Promise<void> {
    if (performance.now() - this.#since < sliceMs) return;
    await setImmediate();
    this.#since = performance.now();
    this.#check();
  }

  #check(): void {
    if (this.#signal.aborted) throw new Failure("cancelled", `Cancelled: ${this.#what}.`);
  }
}
