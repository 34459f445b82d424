import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Chunk } from "../store/chunk-list.js";
import { inOnePiece } from "../store/objects.js";
import type { Store } from "../store/store.js";
import { cutFile, pieceBytes, release, type CutFile, type FilledPiece } from "./cutting-job.js";
import type { DataFile } from "./data-files.js";
import { endLane, storeChunks, storeFiles, tries, type Lane, type StoredFile } from "./storing-jobs.js";

/** What one job takes at most. */
const batchBytes = 8 * 1024 * 1024;
const batchFiles = 256;

/** Reads files and stores them on all threads. One use. */
export class Storing {
  readonly #store: Store;
  readonly #source: string;
  readonly #lane: Lane;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #progress: (files: number, bytes: number) => void;

  /** `progress` is told what was stored since. */
  constructor(
    store: Store,
    source: string,
    signal: AbortSignal,
    progress: (files: number, bytes: number) => void,
  ) {
    this.#store = store;
    this.#source = source;
    this.#lane = { root: store.layout.root, session: store.ports.random(8).toString("hex") };
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#progress = progress;
  }

  /** What was read of each file, in their order; all of it is durable when this returns. `grown`: bytes new in the store. */
  async run(
    files: readonly DataFile[],
  ): Promise<{ readonly stored: readonly StoredFile[]; readonly grown: number }> {
    const { jobs } = this.#store.ports;
    let keep = false;
    const lists: { readonly hash: string; readonly chunks: readonly Chunk[] }[] = [];
    const stored: StoredFile[] = [];
    try {
      const large: number[] = [];
      await this.#storeSmall(files, stored, large);
      for (const at of large) {
        const file = files[at];
        if (!file) continue;
        const { chunks, ...one } = await this.#storeLarge(path.join(this.#source, file.path));
        lists.push({ hash: one.hash, chunks });
        stored[at] = one;
        this.#progress(1, 0);
      }
      keep = true;
    } finally {
      if (!keep) {
        this.#stop.abort();
        // what went wrong before is told
        await jobs.everywhere(endLane, { ...this.#lane, keep }).catch(() => undefined);
      }
    }
    const grown = (await jobs.everywhere(endLane, { ...this.#lane, keep })).reduce(
      (sum, one) => sum + one,
      0,
    );
    return { stored, grown: grown + this.#putLists(lists) };
  }

  #putLists(lists: readonly { readonly hash: string; readonly chunks: readonly Chunk[] }[]): number {
    const { objects } = this.#store;
    const before = objects.grown;
    for (const { hash, chunks } of lists) if (!objects.has(hash)) objects.putChunkList(hash, chunks);
    return objects.grown - before;
  }

  async #storeSmall(files: readonly DataFile[], stored: StoredFile[], large: number[]): Promise<void> {
    const batches = batchesOf(files, large);
    const { jobs } = this.#store.ports;
    const worker = async (): Promise<void> => {
      for (let batch = batches.next(); batch.done !== true; batch = batches.next()) {
        const places = batch.value;
        const paths = places.map((at) => files[at]?.path ?? "");
        const input = { ...this.#lane, source: this.#source, paths };
        const results = await jobs.run(storeFiles, input, this.#signal);
        let bytes = 0;
        for (const [i, at] of places.entries()) {
          const one = results[i];
          if (one) stored[at] = one;
          else large.push(at);
          bytes += one?.size ?? 0;
        }
        this.#progress(places.length, bytes);
      }
    };
    // two for each thread, so that none waits for its next one
    await this.#all(Array.from({ length: 2 * jobs.width }, worker));
  }

  /** Waits for all, also where one fails: nothing goes on behind a failure. */
  async #all(work: readonly Promise<void>[]): Promise<void> {
    const ended = await Promise.allSettled(
      work.map((one) =>
        one.catch((error: unknown) => {
          this.#stop.abort();
          throw error;
        }),
      ),
    );
    // what was cancelled because of the first failure says less than it
    const reasons = ended.flatMap((one) =>
      one.status === "rejected" ? [toFailure(one.reason, said`Cannot keep ${this.#source}`)] : [],
    );
    const told = reasons.find((one) => one.code !== "cancelled") ?? reasons[0];
    if (told) throw told;
  }

  async #storeLarge(file: string): Promise<StoredFile & { readonly chunks: readonly Chunk[] }> {
    for (let left = tries; ; left--) {
      const { cut, chunks } = await this.#cutAndStore(file);
      if (cut.stable || left === 1) return { ...cut, chunks };
    }
  }

  async #cutAndStore(file: string): Promise<{ readonly cut: CutFile; readonly chunks: readonly Chunk[] }> {
    const { jobs } = this.#store.ports;
    const count = jobs.width + 2;
    const pieces = Array.from({ length: count }, () => new SharedArrayBuffer(pieceBytes));
    const inUse = new Int32Array(new SharedArrayBuffer(4 * (count + 1)));
    const chunks: (readonly Chunk[])[] = [];
    const storing: Promise<void>[] = [];
    let cut: CutFile | undefined;
    const store = async (at: number, { piece, from, ends }: FilledPiece): Promise<void> => {
      try {
        const memory = pieces[piece] ?? new SharedArrayBuffer(0);
        const stored = await jobs.run(storeChunks, { ...this.#lane, memory, from, ends }, this.#signal);
        chunks[at] = stored;
        this.#progress(
          0,
          stored.reduce((sum, one) => sum + one.size, 0),
        );
      } finally {
        release(inUse, piece);
      }
    };
    const cutting = jobs
      .run(cutFile, { file, pieces, inUse }, this.#signal, (told) => {
        storing.push(
          store(storing.length, told as FilledPiece).catch((error: unknown) => {
            this.#stop.abort();
            throw error;
          }),
        );
        storing.at(-1)?.catch(() => undefined); // looked at below
      })
      .then((result) => {
        cut = result;
      });
    await this.#all([cutting]).catch(async (error: unknown) => {
      await this.#all(storing); // the reason may be there
      throw error;
    });
    await this.#all(storing);
    if (!cut) throw new Failure("internal", said`${file} was not cut.`);
    return { cut, chunks: chunks.flat() };
  }
}

/** Places of files that one job takes together. Large ones go to `large`. */
function* batchesOf(files: readonly DataFile[], large: number[]): Generator<readonly number[]> {
  let batch: number[] = [];
  let bytes = 0;
  for (const [at, { stat }] of files.entries()) {
    if (stat.size > inOnePiece) {
      large.push(at);
      continue;
    }
    batch.push(at);
    bytes += stat.size;
    if (batch.length < batchFiles && bytes < batchBytes) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}
