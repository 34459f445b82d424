/** Wall time in milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

const farFuture = 24 * 3600 * 1000;

/**
 * A hybrid logical clock: never runs backwards within a process, and always ahead of every fact that the process
 * has read, so that "what I write after reading you" orders after you, whatever the wall clocks say.
 */
export class HybridClock {
  readonly #clock: Clock;
  #greatest = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The clock value of a new fact: `max(now, greatest seen + 1)`. */
  tick(): number {
    this.#greatest = Math.max(Math.floor(this.#clock.now()), this.#greatest + 1);
    return this.#greatest;
  }

  /** Takes note of a clock value read from a store. One more than 24 h ahead of the wall is not believed. */
  observe(seen: number): void {
    if (seen > this.#greatest && seen <= this.#clock.now() + farFuture) this.#greatest = seen;
  }

  /** True for a clock value so far ahead of the wall that `observe` ignores it. */
  isFarAhead(seen: number): boolean {
    return seen > this.#clock.now() + farFuture;
  }
}
