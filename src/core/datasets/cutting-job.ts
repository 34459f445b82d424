import * as crypto from "node:crypto";
import { Failure } from "../base/failure.js";
import type { Job } from "../base/ports.js";
import { said } from "../base/said.js";
import { endOfChunk, largestChunk } from "../store/chunker.js";
import { asUnreadable } from "./data-files.js";
import { whileSame } from "./memory-turns.js";

/** Bytes of one piece of the memory that threads share. */
export const pieceBytes = 8 * 1024 * 1024;

export interface FileToCut {
  readonly file: string;
  /** A file is read into these in turn; each is free again when its chunks are stored. */
  readonly pieces: readonly SharedArrayBuffer[];
  /** For each piece 1 while it is in use; behind these a count of how often one became free. */
  readonly inUse: Int32Array<SharedArrayBuffer>;
}

/** Told when a piece is filled. */
export interface FilledPiece {
  readonly piece: number;
  readonly from: number;
  readonly ends: readonly number[];
}

export interface CutFile {
  readonly hash: string;
  readonly size: number;
  readonly executable: boolean;
  readonly stable: boolean;
}

/** A piece that is free from now on is told to who waits for one. */
export function release(inUse: Int32Array<SharedArrayBuffer>, piece: number): void {
  const counter = inUse.length - 1;
  Atomics.store(inUse, piece, 0);
  Atomics.add(inUse, counter, 1);
  Atomics.notify(inUse, counter);
}

async function freePiece(
  inUse: Int32Array<SharedArrayBuffer>,
  signal: AbortSignal,
  shown: string,
): Promise<number> {
  const counter = inUse.length - 1;
  for (;;) {
    if (signal.aborted) throw new Failure("cancelled", said`Cancelled: keeping ${shown}.`);
    const seen = Atomics.load(inUse, counter);
    for (let piece = 0; piece < counter; piece++)
      if (Atomics.compareExchange(inUse, piece, 0, 1) === 0) return piece;
    await whileSame(inUse, counter, seen);
  }
}

/**
 * Reads a large file once, from its beginning to its end, and says where its chunks end. One thread does that, since a
 * cut hangs on the one before; others store what it has cut. So all see the same bytes, whoever writes to the file.
 */
export const cutFile: Job<FileToCut, CutFile> = {
  name: "datasets/cut-file",
  run: async ({ file, pieces, inUse }, { signal, progress, ports: { files } }) => {
    const before = files.stat(file);
    const fd = open(file, () => files.openRead(file));
    const digest = crypto.createHash("sha256");
    let position = 0;
    let size = 0;
    try {
      const rest = Buffer.allocUnsafe(largestChunk);
      let resting = 0;
      for (let ended = false; !ended;) {
        const piece = await freePiece(inUse, signal, file);
        const memory = Buffer.from(pieces[piece] ?? new SharedArrayBuffer(0));
        rest.copy(memory, 0, 0, resting);
        let filled = resting;
        while (filled < memory.byteLength && !ended) {
          const count = open(file, () => files.read(fd, memory.subarray(filled), position));
          ended = count === 0;
          digest.update(memory.subarray(filled, filled + count));
          position += count;
          filled += count;
        }
        size = position;
        const ends: number[] = [];
        let at = 0;
        while (at < filled && (ended || filled - at >= largestChunk))
          ends.push((at = endOfChunk(memory, at, filled)));
        resting = memory.copy(rest, 0, at, filled); // the next piece begins with it
        progress({ piece, from: 0, ends } satisfies FilledPiece);
      }
    } finally {
      files.close(fd);
    }
    const after = files.stat(file);
    const stable =
      before?.mtimeMs === after?.mtimeMs && before?.ctimeMs === after?.ctimeMs && after?.size === size;
    const executable = ((after ?? before)?.mode ?? 0) & 0o100;
    return { hash: digest.digest("hex"), size, executable: executable !== 0, stable };
  },
};

function open<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asUnreadable(file, error);
  }
}
