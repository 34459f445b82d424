/** How many items wait, and how slow reading one must have been, in ms, for the rest to be asked for ahead. */
const depth = 48;
const slowMs = 1.5;
/** Weight of the latest item in the mean. */
const weight = 1 / 16;

interface Item<T> {
  readonly item: T;
  /** Ends when the item can be read without waiting for the disk. */
  coming: Promise<void> | undefined;
}

/** Reads that this process had to wait for the disk for, in the system's own unit: none where all is in memory. */
const diskReads = (): number => process.resourceUsage().fsRead;

/**
 * Items in their order. Once reading them proves slow, because they are not in the system's memory, those that come
 * next are asked for together: a disk answers many questions in the time of one, and meanwhile the process goes on.
 */
export class ReadAhead<T> {
  readonly #source: Iterator<T>;
  readonly #ask: (item: T) => Promise<void> | undefined;
  readonly #waiting: Item<T>[] = [];
  #slow = false;
  #mean = 0;
  #taken = 0;
  #reads = diskReads();

  constructor(source: Iterator<T>, ask: (item: T) => Promise<void> | undefined) {
    this.#source = source;
    this.#ask = ask;
  }

  /** The next item; the same again until it was told how long it took. */
  next(): Item<T> | undefined {
    while (this.#waiting.length < (this.#slow ? depth : 1)) {
      const next = this.#source.next();
      if (next.done === true) break;
      const item: Item<T> = { item: next.value, coming: undefined };
      if (this.#slow) {
        const forget = (): void => {
          item.coming = undefined;
        };
        item.coming = this.#ask(next.value)?.then(forget, forget);
      }
      this.#waiting.push(item);
    }
    return this.#waiting[0];
  }

  /** Says how long the item took, in ms. What was once slow is asked for ahead to the end. */
  took(ms: number): void {
    this.#waiting.shift();
    if (this.#slow) return;
    this.#taken++;
    this.#mean += (ms - this.#mean) * weight;
    if (this.#mean <= slowMs) return;
    const reads = diskReads();
    this.#slow = reads - this.#reads > this.#taken; // else it was the processor that others had
    this.#reads = reads;
    this.#mean = 0;
    this.#taken = 0;
  }
}
