import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Disposable } from "../base/lifetime.js";
import { EntityIndex } from "./entity-index.js";
import type { IndexDatabase } from "./index-database.js";
import type { IndexSection } from "./projection.js";
import type { Store } from "./store.js";

/** How long nothing must have changed before the index's image is saved, in ms. */
const idleMs = 4000;
/**
 * How long it rests after that, in ms: the image of many runs is hundreds of megabytes, what it lacks is read again in
 * no time, and a training that logs every few seconds would have it written each time.
 */
const restMs = 300_000;
/** How often every entity is looked at, in ms. */
const sweepMs = 600_000;
/** Changes that a short-lived process must have taken in to save the image before it ends. */
const worthSaving = 50;

/** The index of a store with the sections of all pillars: it catches up, is kept up to date, and is saved when idle. */
export class LiveIndex implements Disposable {
  readonly #store: Store;
  readonly #index: EntityIndex;
  readonly #ready: Promise<void>;
  readonly #stop = new AbortController();
  readonly #again: NodeJS.Timeout;
  #saving: NodeJS.Timeout | undefined;
  #saved = Number.NEGATIVE_INFINITY;
  readonly #listeners: ((keys: readonly string[]) => void)[] = [];
  #caughtUp = false;
  #ledgerRead = 0;

  private constructor(store: Store, index: EntityIndex) {
    this.#store = store;
    this.#index = index;
    this.#ready = index.sweep(this.#stop.signal);
    this.#ready.then(
      () => {
        this.#caughtUp = true;
        this.#idle();
      },
      () => undefined, // told to whoever asks; nobody may be asking
    );
    this.#again = setInterval(() => void this.#sweep(), sweepMs);
    this.#again.unref();
  }

  /** Opens the index; it begins to catch up at once. */
  static async open(store: Store, sections: readonly IndexSection[]): Promise<LiveIndex> {
    const index = await EntityIndex.open(store, {
      projections: sections.flatMap(({ projections }) => projections),
      schema: sections.flatMap(({ schema }) => (schema === "" ? [] : [schema])).join(";\n"),
      hidden: (ref) => store.purged.isPurged(ref),
    });
    return new LiveIndex(store, index);
  }

  get db(): IndexDatabase {
    return this.#index.db;
  }

  /** About how many entities it has. */
  get size(): number {
    return this.#index.size;
  }

  /** Aborted when the index is closed. */
  get closed(): AbortSignal {
    return this.#stop.signal;
  }

  /** Ends when every entity was looked at once since the index was opened. */
  get whenCaughtUp(): Promise<void> {
    return this.#ready;
  }

  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  /**
   * Calls `listener` with the keys of entities that changed, whichever question or look found that out, from when the
   * index has caught up on.
   */
  onChanged(listener: (keys: readonly string[]) => void): void {
    this.#listeners.push(listener);
  }

  #tell(keys: readonly string[]): void {
    for (const listener of this.#listeners) listener(keys);
  }

  /**
   * Takes in what live processes wrote to entities until now: it costs a look at few files. What was purged is learnt
   * from the ledger as far as the pillars have read it.
   */
  refresh(): void {
    const changed = this.#caughtUp ? this.#index.refresh() : []; // until then every entity is looked at anyway
    if (changed.length > 0) this.#idle();
    const fresh = this.#store.ledger.since(this.#ledgerRead);
    this.#ledgerRead += fresh.length;
    if (fresh.some((fact) => fact.kind === "purged")) void this.#sweep();
    if (changed.length > 0) this.#tell(changed);
  }

  /** Notes that a pillar wrote `rows` of its own tables, so that the image is saved with them. */
  wrote(rows: number): void {
    this.#index.wrote(rows);
    if (this.#caughtUp) this.#idle();
  }

  /** Looks at every entity once more: for what came without a process of this machine saying so (a join, a copy, git). */
  async #sweep(): Promise<void> {
    try {
      await this.#ready;
      await this.#index.sweep(this.#stop.signal, (keys) => {
        this.#tell(keys);
      });
      this.#idle();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#store.ports.log.write("warn", "index", toFailure(error, said`Cannot look at all runs`).message);
    }
  }

  #idle(): void {
    clearTimeout(this.#saving);
    if (this.#index.unsaved === 0) return;
    const rest = this.#saved + restMs - performance.now();
    this.#saving = setTimeout(
      () => {
        this.#index.save();
        this.#saved = performance.now();
      },
      Math.max(idleMs, rest),
    );
    this.#saving.unref();
  }

  dispose(): void {
    this.#stop.abort();
    clearInterval(this.#again);
    clearTimeout(this.#saving);
    if (this.#index.unsaved >= worthSaving) this.#index.save();
    this.#index.dispose();
  }
}
