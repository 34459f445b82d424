/** What becomes of a question. */
export interface Answering<T> {
  readonly answered: (result: T) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * A question that is asked again whenever its answer may have changed. One that is under way is let come to its end
 * first: where answers take longer than changes, each would else be cancelled by the next, and nothing ever be shown.
 */
export class Question<T> {
  readonly #ask: (signal: AbortSignal) => Promise<T>;
  readonly #answering: Answering<T>;
  readonly #closing = new AbortController();
  #isUnderWay = false;
  #isWanted = false;

  constructor(ask: (signal: AbortSignal) => Promise<T>, answering: Answering<T>) {
    this.#ask = ask;
    this.#answering = answering;
  }

  /** Asks, at once or after the answer that is awaited. */
  ask(): void {
    this.#isWanted = true;
    if (!this.#isUnderWay) void this.#answer();
  }

  async #answer(): Promise<void> {
    const { signal } = this.#closing;
    this.#isUnderWay = true;
    while (this.#isWanted && !signal.aborted) {
      this.#isWanted = false;
      try {
        const result = await this.#ask(signal);
        if (!signal.aborted) this.#answering.answered(result);
      } catch (error) {
        if (!signal.aborted) this.#answering.failed(error);
      }
    }
    this.#isUnderWay = false;
  }

  /** Cancels what is under way; nothing is told any more. */
  close(): void {
    this.#closing.abort();
  }
}
