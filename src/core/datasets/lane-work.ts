import { toFailure } from "../base/failure.js";
import type { Job, Jobs } from "../base/ports.js";
import type { Said } from "../base/said.js";
import type { Store } from "../store/store.js";
import { endLane, type Lane } from "./lanes.js";

/** What one job takes at most. */
const batchBytes = 8 * 1024 * 1024;
const batchFiles = 256;

/** One piece of work of all threads on a store: what each has open for it stays so until the work ends. */
export class LaneWork {
  readonly lane: Lane;
  readonly jobs: Jobs;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #what: Said;

  /** `what` says in a failure what could not be done. */
  constructor(store: Store, what: Said, signal: AbortSignal, jobs = store.ports.jobs) {
    const { root, objects } = store.layout;
    this.lane = { root, objects, session: store.ports.random(8).toString("hex") };
    this.jobs = jobs;
    this.#what = what;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  get signal(): AbortSignal {
    return this.#signal;
  }

  run<I, O>(job: Job<I & Lane, O>, input: I, progress?: (told: unknown) => void): Promise<O> {
    return this.jobs.run(job, { ...this.lane, ...input }, this.#signal, progress);
  }

  /**
   * Does the work and ends it on every thread: what was kept is durable then, or forgotten where the work failed. A thread
   * ends its lane behind the jobs that it does in one go: none of them writes any more when this returns or throws.
   * `grown`: bytes new in the store.
   */
  async whole<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly grown: number }> {
    let result: T;
    try {
      result = await work();
    } catch (error) {
      this.stop();
      // what went wrong before is told
      await this.#end(false).catch(() => undefined);
      throw error;
    }
    return { result, grown: await this.#end(true) };
  }

  async #end(keep: boolean): Promise<number> {
    const grown = await this.jobs.everywhere(endLane, { ...this.lane, keep });
    return grown.reduce((sum, one) => sum + one, 0);
  }

  stop(): void {
    this.#stop.abort();
  }

  /** A part of the work that begins now; where it fails, all others are stopped. */
  part<T>(work: Promise<T>): Promise<T> {
    const watched = work.catch((error: unknown) => {
      this.stop();
      throw error;
    });
    watched.catch(() => undefined); // whoever waits for it may be late
    return watched;
  }

  /** Waits for all, also where one fails: nothing goes on behind a failure. */
  async all(work: readonly Promise<unknown>[]): Promise<void> {
    const ended = await Promise.allSettled(work.map((one) => this.part(one)));
    // what was cancelled because of the first failure says less than it
    const reasons = ended.flatMap((one) =>
      one.status === "rejected" ? [toFailure(one.reason, this.#what)] : [],
    );
    const told = reasons.find((one) => one.code !== "cancelled") ?? reasons[0];
    if (told) throw told;
  }

  /** Gives batches to the threads as they come; two wait for each thread, so that none waits for its next one. */
  async each<B>(batches: Iterator<B>, work: (batch: B) => Promise<void>): Promise<void> {
    const lane = async (): Promise<void> => {
      for (let batch = batches.next(); batch.done !== true; batch = batches.next()) await work(batch.value);
    };
    await this.all(Array.from({ length: 2 * this.jobs.width }, lane));
  }
}

/** Parts items so that one job can take each part together. */
export function* batchesOf<T extends { readonly size: number }>(items: Iterable<T>): Generator<readonly T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    batch.push(item);
    bytes += item.size;
    if (batch.length < batchFiles && bytes < batchBytes) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}
