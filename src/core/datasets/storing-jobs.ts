import * as path from "node:path";
import type { Job, JobContext } from "../base/ports.js";
import { said } from "../base/said.js";
import { Failure, toFailure } from "../base/failure.js";
import type { Chunk } from "../store/chunk-list.js";
import type { Objects } from "../store/objects.js";
import { inOnePiece } from "../store/stored-objects.js";
import { asUnreadable } from "./data-files.js";
import { objectsOf, type Lane } from "./lanes.js";

export interface FilesToStore extends Lane {
  /** Absolute; paths of the files are below. */
  readonly source: string;
  readonly paths: readonly string[];
}

/** What was read of a file. */
export interface StoredFile {
  readonly hash: string;
  readonly size: number;
  readonly executable: boolean;
  /** False: it changed while it was read, also when it was read anew. */
  readonly stable: boolean;
}

/** How often a file that changes while it is read is read. */
export const tries = 3;

/** Keeps whole files; null for one that is too large for it. */
export const storeFiles: Job<FilesToStore, readonly (StoredFile | null)[]> = {
  name: "datasets/store-files",
  run: ({ source, paths, ...lane }, context) => {
    const objects = objectsOf(lane, context.ports);
    return paths.map((name) => storeFile(objects, path.join(source, name), context));
  },
};

function storeFile(objects: Objects, file: string, { signal, ports }: JobContext): StoredFile | null {
  const { files } = ports;
  for (let left = tries; ; left--) {
    if (signal.aborted) throw new Failure("cancelled", said`Cancelled: keeping ${file}.`);
    try {
      const before = files.stat(file);
      if (before && before.size > inOnePiece) return null;
      const bytes = before?.kind === "file" ? files.readAll(file) : undefined;
      const after = files.stat(file);
      if (!before || !bytes || !after)
        throw new Failure("path.invalid", said`${file} went while it was read.`);
      if (bytes.byteLength > inOnePiece) return null;
      const stable =
        before.mtimeMs === after.mtimeMs &&
        before.ctimeMs === after.ctimeMs &&
        before.size === after.size &&
        after.size === bytes.byteLength;
      if (!stable && left > 1) continue;
      const hash = keeping(() => objects.put(bytes));
      return { hash, size: bytes.byteLength, executable: (after.mode & 0o100) !== 0, stable };
    } catch (error) {
      throw asUnreadable(file, error);
    }
  }
}

/** A store that cannot be written is no file that cannot be read. */
function keeping<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toFailure(error, said`Cannot keep content`);
  }
}

/** Part of a file in memory that threads share, with the chunks in it. */
export interface ChunksToStore extends Lane {
  readonly memory: SharedArrayBuffer;
  /** Where the chunks end; the first begins at `from`. */
  readonly from: number;
  readonly ends: readonly number[];
}

/** Keeps chunks of a large file. */
export const storeChunks: Job<ChunksToStore, readonly Chunk[]> = {
  name: "datasets/store-chunks",
  run: ({ memory, from, ends, ...lane }, context) => {
    const objects = objectsOf(lane, context.ports);
    let at = from;
    return ends.map((end) => {
      const chunk = keeping(() => objects.putChunk(Buffer.from(memory, at, end - at)));
      at = end;
      return chunk;
    });
  },
};
