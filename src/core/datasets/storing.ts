import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Chunk } from "../store/chunk-list.js";
import { inOnePiece } from "../store/stored-objects.js";
import type { Store } from "../store/store.js";
import { cutFile, pieceBytes, release, type CutFile, type FilledPiece } from "./cutting-job.js";
import type { DataFile } from "./data-files.js";
import { batchesOf, LaneWork } from "./lane-work.js";
import { storeChunks, storeFiles, tries, type StoredFile } from "./storing-jobs.js";

/** A file, and its place among those that are stored. */
interface Asked {
  readonly at: number;
  readonly path: string;
  readonly size: number;
}

/** Reads files and stores them on all threads. One use. */
export class Storing {
  readonly #store: Store;
  readonly #source: string;
  readonly #work: LaneWork;
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
    this.#work = new LaneWork(store, said`Cannot keep ${source}`, signal);
    this.#progress = progress;
  }

  /** What was read of each file, in their order; all of it is durable when this returns. `grown`: bytes new in the store. */
  async run(
    files: readonly DataFile[],
  ): Promise<{ readonly stored: readonly StoredFile[]; readonly grown: number }> {
    const lists: { readonly hash: string; readonly chunks: readonly Chunk[] }[] = [];
    const stored: StoredFile[] = [];
    const { grown } = await this.#work.whole(async () => {
      const asked = files.map(({ path: name, stat }, at): Asked => ({ at, path: name, size: stat.size }));
      const large = asked.filter(({ size }) => size > inOnePiece);
      const small = batchesOf(asked.filter(({ size }) => size <= inOnePiece));
      await this.#work.each(small, (batch) => this.#storeBatch(batch, stored, large));
      for (const { at, path: name } of large) {
        const { chunks, ...one } = await this.#storeLarge(path.join(this.#source, name));
        lists.push({ hash: one.hash, chunks });
        stored[at] = one;
        this.#progress(1, 0);
      }
    });
    return { stored, grown: grown + this.#putLists(lists) };
  }

  #putLists(lists: readonly { readonly hash: string; readonly chunks: readonly Chunk[] }[]): number {
    const { objects } = this.#store;
    const before = objects.grown;
    for (const { hash, chunks } of lists) if (!objects.has(hash)) objects.putChunkList(hash, chunks);
    return objects.grown - before;
  }

  /** Of the batch, those that grew too large for it meanwhile go to `large`. */
  async #storeBatch(batch: readonly Asked[], stored: StoredFile[], large: Asked[]): Promise<void> {
    const paths = batch.map((file) => file.path);
    const results = await this.#work.run(storeFiles, { source: this.#source, paths });
    let [count, bytes] = [0, 0];
    for (const [i, asked] of batch.entries()) {
      const one = results[i];
      if (!one) {
        large.push(asked);
        continue;
      }
      stored[asked.at] = one;
      count++;
      bytes += one.size;
    }
    this.#progress(count, bytes);
  }

  async #storeLarge(file: string): Promise<StoredFile & { readonly chunks: readonly Chunk[] }> {
    for (let left = tries; ; left--) {
      const { cut, chunks } = await this.#cutAndStore(file);
      if (cut.stable || left === 1) return { ...cut, chunks };
    }
  }

  async #cutAndStore(file: string): Promise<{ readonly cut: CutFile; readonly chunks: readonly Chunk[] }> {
    const { jobs, signal } = this.#work;
    const count = jobs.width + 2;
    const pieces = Array.from({ length: count }, () => new SharedArrayBuffer(pieceBytes));
    const inUse = new Int32Array(new SharedArrayBuffer(4 * (count + 1)));
    const chunks: (readonly Chunk[])[] = [];
    const storing: Promise<void>[] = [];
    let cut: CutFile | undefined;
    const store = async (at: number, { piece, from, ends }: FilledPiece): Promise<void> => {
      try {
        const memory = pieces[piece] ?? new SharedArrayBuffer(0);
        const stored = await this.#work.run(storeChunks, { memory, from, ends });
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
      .run(cutFile, { file, pieces, inUse }, signal, (told) => {
        storing.push(this.#work.part(store(storing.length, told as FilledPiece)));
      })
      .then((result) => {
        cut = result;
      });
    await this.#work.all([cutting]).catch(async (error: unknown) => {
      await this.#work.all(storing); // the reason may be there
      throw error;
    });
    await this.#work.all(storing);
    if (!cut) throw new Failure("internal", said`${file} was not cut.`);
    return { cut, chunks: chunks.flat() };
  }
}
