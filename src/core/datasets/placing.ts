import { said } from "../base/said.js";
import { jobsHere } from "../base/ports.js";
import type { Chunk } from "../store/chunk-list.js";
import { objectDamaged } from "../store/object-failures.js";
import { inOnePiece } from "../store/stored-objects.js";
import type { Store } from "../store/store.js";
import { Pace } from "../store/pace.js";
import { pieceBytes } from "./cutting-job.js";
import { batchesOf, LaneWork } from "./lane-work.js";
import { hashParts, pieceTurn, placeChunks, placeFiles, setPiece, type FileToPlace } from "./placing-jobs.js";

/** Less is written by this thread: it takes less time than the start of others. */
const hereFiles = 32;
const hereBytes = 2 * 1024 * 1024;

/** Called when files are there, whole and checked; with no files where more of a large one is there. */
export type OnPlaced = (files: readonly FileToPlace[], bytes: number) => void;

/*
 * Nothing here is synced. What is written is in the store, durable since before the version's fact was written, and what it
 * takes the place of is in a version too or was put away by a rename: a power cut can cost the time to restore again, and
 * no data. That every one of thousands of new files is on the disk would take longer than all the rest.
 *
 * Nor is a file ever a hard link to an object: who writes to it would write to the object, and to every version that has
 * it. A clone of an object's file would be safe; but Node clones whole files alone, most content is a part of a pack, and
 * what could be cloned has to be read for its hash all the same.
 */

/**
 * Writes contents of a store to places where nothing is, on all threads. Where it fails, whoever asked removes what is there
 * of them.
 */
export async function placeAll(
  store: Store,
  files: readonly FileToPlace[],
  shown: string,
  signal: AbortSignal,
  placed: OnPlaced = () => undefined,
): Promise<void> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const here = files.length <= hereFiles && bytes <= hereBytes;
  const jobs = here ? jobsHere(() => store.ports) : store.ports.jobs;
  const work = new LaneWork(store, said`Cannot write ${shown}`, signal, jobs);
  await work.whole(async () => {
    const small = files.filter(({ size }) => size <= inOnePiece);
    await work.each(batchesOf(small), async (batch) => {
      await work.run(placeFiles, { files: batch });
      placed(
        batch,
        batch.reduce((sum, { size }) => sum + size, 0),
      );
    });
    for (const file of files)
      if (file.size > inOnePiece) await new LargeFile(store, work, file).place(placed);
  });
}

/** A part of a large file: some chunks, and where they begin. */
interface Part {
  readonly chunks: readonly Chunk[];
  readonly position: number;
  readonly size: number;
}

class LargeFile {
  readonly #store: Store;
  readonly #work: LaneWork;
  readonly #file: FileToPlace;

  constructor(store: Store, work: LaneWork, file: FileToPlace) {
    this.#store = store;
    this.#work = work;
    this.#file = file;
  }

  async place(placed: OnPlaced): Promise<void> {
    const { objects, ports } = this.#store;
    const { hash, place, mode, size } = this.#file;
    const chunks = objects.chunksOf(hash);
    if (!chunks) {
      await this.#work.run(placeFiles, { files: [this.#file] });
      placed([this.#file], size);
      return;
    }
    ports.files.close(ports.files.openNew(place, mode));
    const found = await this.#placeParts([...partsOf(chunks)], placed);
    if (found !== hash) await this.#tellDamage();
    placed([this.#file], 0);
  }

  /** Several parts at a time; the hash of the whole. */
  async #placeParts(parts: readonly Part[], placed: OnPlaced): Promise<string> {
    const { jobs, signal } = this.#work;
    const { place } = this.#file;
    const pieces = Array.from({ length: jobs.width + 2 }, () => new SharedArrayBuffer(pieceBytes));
    const filled = new Int32Array(new SharedArrayBuffer(4 * pieces.length));
    let hash = "";
    const hashing = async (): Promise<void> => {
      hash = await jobs.run(hashParts, { pieces, filled, parts: parts.length, shown: place }, signal);
    };
    const placing = pieces.map(async (memory, piece) => {
      for (let at = piece; at < parts.length; at += pieces.length) {
        const { chunks, position, size } = parts[at] ?? { chunks: [], position: 0, size: 0 };
        await this.#work.run(placeChunks, { chunks, place, position, memory });
        setPiece(filled, piece, size);
        placed([], size);
        await pieceTurn(filled, piece, "taken", signal, place);
      }
    });
    await this.#work.all([hashing(), ...placing]);
    return hash;
  }

  /** Throws what says which chunk it is. */
  async #tellDamage(): Promise<never> {
    const { hash, place } = this.#file;
    const pace = new Pace(this.#work.signal, said`writing ${place}`);
    for (const slice of this.#store.objects.slices(hash)) if (slice.byteLength > 0) await pace.turn();
    throw objectDamaged(hash, said`its content is another one`);
  }
}

function* partsOf(chunks: readonly Chunk[]): Generator<Part> {
  let part: Chunk[] = [];
  let [position, size] = [0, 0];
  for (const chunk of chunks) {
    if (size + chunk.size > pieceBytes) {
      yield { chunks: part, position, size };
      position += size;
      [part, size] = [[], 0];
    }
    part.push(chunk);
    size += chunk.size;
  }
  if (part.length > 0) yield { chunks: part, position, size };
}
