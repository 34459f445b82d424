/** Where the rows of a grid come from. A new object where the rows or their order changed. */
export interface RowSource<R> {
  readonly count: number;
  /** What names the row at an index; known without fetching it. */
  keyAt(index: number): string;
  /** The rows from `from` up to but without `to`. Those that are gone may be undefined. */
  rows(from: number, to: number, signal: AbortSignal): Promise<readonly (R | undefined)[]>;
}

export const noRows: RowSource<never> = {
  count: 0,
  keyAt: () => "",
  rows: async () => [],
};

/** How rows are read that are not read whole: their source gives what is wanted of them at the time. */
export interface RowParts<R> {
  /** Whether a row has all that is wanted of it now. */
  isWhole(row: R): boolean;
  /** A row that was read for what it lacked, with what was known of it before. */
  joined(before: R, read: R): R;
}

const wholeRows = {
  isWhole: () => true,
  joined: <R>(_: R, read: R): R => read,
};

const noKeys: ReadonlySet<string> = new Set();

/** Rows are fetched by blocks of this many: few requests a screen, none of them large. */
const block = 50;
const mostKept = 4000;
/** A scroll asks for rows this often at most, and where it ends. */
const pauseMs = 80;

/**
 * The rows of a grid that are here. Rows stay by their key when the source changes, so that a new order or a new row
 * draws no skeletons over what was read already.
 */
export class RowStore<R> {
  readonly #parts: RowParts<R>;
  readonly #listeners = new Set<(came: readonly R[]) => void>();
  readonly #rows = new Map<string, R>();
  readonly #stale = new Set<string>();
  /** Keys that the source had and could not give a row for: not asked for again until they change. */
  readonly #gone = new Set<string>();
  readonly #asked = new Map<number, AbortController>();
  #source: RowSource<R> = noRows;
  #wanted: { readonly from: number; readonly to: number } = { from: 0, to: 0 };
  #failure: Error | undefined;
  #pausing: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: RowParts<R> = wholeRows) {
    this.#parts = parts;
  }

  /** Calls the listener with the rows that came, or none where they failed to, until the returned function is called. */
  listen(listener: (came: readonly R[]) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #changed(came: readonly R[]): void {
    for (const listener of [...this.#listeners]) listener(came);
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Takes rows from another source from now on; what was read stays. */
  from(source: RowSource<R>): void {
    if (source === this.#source) return;
    this.#source = source;
    clearTimeout(this.#pausing);
    this.#pausing = undefined;
    this.#failure = undefined;
    this.#giveUp(() => true);
  }

  /** The row at an index, undefined until it has come. */
  at(index: number): R | undefined {
    return this.#rows.get(this.#source.keyAt(index));
  }

  byKey(key: string): R | undefined {
    return this.#rows.get(key);
  }

  /** Fetches what of these rows is not here, and lets go what was asked for and has left the view. */
  want(from: number, to: number): void {
    this.#wanted = { from, to };
    if (this.#pausing !== undefined) return;
    this.#pausing = setTimeout(() => {
      this.#pausing = undefined;
      if (this.#wanted.from !== from || this.#wanted.to !== to) this.want(this.#wanted.from, this.#wanted.to);
    }, pauseMs);
    this.#fetchWanted();
  }

  /** Fetches what is lacking of the rows that were wanted last: the source is another, or more is wanted of a row. */
  wantMore(): void {
    this.#fetchWanted();
  }

  #fetchWanted(): void {
    const { from, to } = this.#wanted;
    this.#giveUp((start) => start + block <= from - block || start >= to + block);
    const first = Math.floor(from / block) * block;
    for (let start = first; start < Math.min(to, this.#source.count); start += block) {
      if (this.#asked.has(start) || !this.#lacks(start)) continue;
      void this.#fetch(start);
    }
  }

  /** Keeps rows that came before they were wanted. */
  keep(keys: readonly string[], rows: readonly R[]): void {
    this.#changed(this.#take(keys, rows, noKeys));
  }

  /** Reads these rows anew; until they come the old ones stay. No keys: all of them. */
  refresh(keys: readonly string[]): void {
    for (const key of keys.length === 0 ? this.#rows.keys() : keys)
      if (this.#rows.has(key)) this.#stale.add(key);
    if (keys.length === 0) this.#gone.clear();
    else for (const key of keys) this.#gone.delete(key);
    this.#failure = undefined;
    this.#fetchWanted();
  }

  retry(): void {
    this.#failure = undefined;
    this.#fetchWanted();
    this.#changed([]);
  }

  dispose(): void {
    clearTimeout(this.#pausing);
    this.#giveUp(() => true);
  }

  #lacks(start: number): boolean {
    if (this.#failure) return false;
    const end = Math.min(start + block, this.#source.count);
    for (let index = start; index < end; index++) {
      const key = this.#source.keyAt(index);
      const row = this.#rows.get(key);
      const lacks = row === undefined ? !this.#gone.has(key) : !this.#parts.isWhole(row);
      if (lacks || this.#stale.has(key)) return true;
    }
    return false;
  }

  #giveUp(left: (start: number) => boolean): void {
    for (const [start, controller] of this.#asked) {
      if (!left(start)) continue;
      this.#asked.delete(start);
      controller.abort();
    }
  }

  async #fetch(start: number): Promise<void> {
    const controller = new AbortController();
    const source = this.#source;
    const end = Math.min(start + block, source.count);
    this.#asked.set(start, controller);
    const keys = Array.from({ length: end - start }, (_, at) => source.keyAt(start + at));
    const reread = new Set(keys.filter((key) => this.#stale.delete(key))); // one that changes again meanwhile is marked again
    let came: readonly R[] = [];
    const stillStale = (): void => {
      for (const key of reread) this.#stale.add(key);
    };
    try {
      const rows = await source.rows(start, end, controller.signal);
      if (controller.signal.aborted) {
        stillStale();
        return;
      }
      came = this.#take(keys, rows, reread);
    } catch (error) {
      stillStale();
      if (controller.signal.aborted) return;
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
    if (this.#asked.get(start) === controller) this.#asked.delete(start);
    this.#changed(came);
    this.#fetchWanted(); // what grew stale meanwhile
  }

  /** Keeps rows by their keys; gives those that there are. `anew`: keys of which nothing else stays. */
  #take(keys: readonly string[], rows: readonly (R | undefined)[], anew: ReadonlySet<string>): readonly R[] {
    const came: R[] = [];
    for (const [at, key] of keys.entries()) {
      const read = rows[at];
      const before = anew.has(key) ? undefined : this.#rows.get(key);
      this.#rows.delete(key); // what was read last stands last, so that the oldest go first
      if (read === undefined) {
        this.#gone.add(key);
        continue;
      }
      const row = before === undefined ? read : this.#parts.joined(before, read);
      this.#rows.set(key, row);
      came.push(row);
    }
    this.#trim();
    return came;
  }

  #trim(): void {
    for (const key of this.#rows.keys()) {
      if (this.#rows.size <= mostKept) return;
      this.#rows.delete(key);
    }
  }
}
