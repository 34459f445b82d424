import * as crypto from "node:crypto";
import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import type { FilePort, Job } from "../base/ports.js";
import { said } from "../base/said.js";
import type { Chunk } from "../store/chunk-list.js";
import { writeAll } from "../store/file-bytes.js";
import type { Objects } from "../store/objects.js";
import { objectsOf, type Lane } from "./lanes.js";
import { whileSame } from "./memory-turns.js";

/** Some content of the store and the place, where nothing is, that it is written to. */
export interface FileToPlace {
  readonly hash: string;
  readonly size: number;
  /** Absolute; its folder is there. */
  readonly place: string;
  readonly mode: number;
}

export interface FilesToPlace extends Lane {
  readonly files: readonly FileToPlace[];
}

const cancelled = (shown: string): Failure =>
  new Failure("cancelled", said`Cancelled: ${said`writing ${shown}`}.`);

/** Writes files, each complete and checked when this returns. */
export const placeFiles: Job<FilesToPlace, null> = {
  name: "datasets/place-files",
  run: ({ files: wanted, ...lane }, { signal, ports }) => {
    const objects = objectsOf(lane, ports);
    objects.nearby(() => {
      for (const file of wanted) {
        if (signal.aborted) throw cancelled(file.place);
        writing(file.place, () => {
          placeFile(ports.files, objects, file);
        });
      }
    });
    return null;
  },
};

function placeFile(files: FilePort, objects: Objects, { hash, place, mode }: FileToPlace): void {
  const fd = files.openNew(place, mode);
  try {
    for (const slice of objects.slices(hash)) writeAll(files, fd, slice);
  } finally {
    files.close(fd);
  }
}

/** Chunks of a large file, and where they belong. */
export interface ChunksToPlace extends Lane {
  readonly chunks: readonly Chunk[];
  /** The file is there; its bytes from `position` on are these chunks. */
  readonly place: string;
  readonly position: number;
  /** They stay here for whoever takes the hash of the whole. */
  readonly memory: SharedArrayBuffer;
}

/** Writes chunks to their place in a file, and leaves them in memory. Their hashes are not checked. */
export const placeChunks: Job<ChunksToPlace, null> = {
  name: "datasets/place-chunks",
  run: ({ chunks, place, position, memory, ...lane }, { ports: { files, ...ports } }) => {
    const objects = objectsOf(lane, { files, ...ports });
    let size = 0;
    for (const chunk of chunks) {
      objects.chunkInto(chunk, new Uint8Array(memory, size, chunk.size));
      size += chunk.size;
    }
    // opened for each part: the number of an open file might be another's by the time a thread that is late writes
    writing(place, () => {
      const fd = files.openWrite(place);
      try {
        writeAll(files, fd, new Uint8Array(memory, 0, size), position);
      } finally {
        files.close(fd);
      }
    });
    return null;
  },
};

/** A failure says where it was; the name there is for the moment. */
function writing(place: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw toFailure(error, said`Cannot write to ${path.dirname(place)}`);
  }
}

export interface PartsToHash {
  /** The parts of a file stand in these in turn. */
  readonly pieces: readonly SharedArrayBuffer[];
  /** For each piece the bytes that are to be taken from it; 0 while it waits to be filled. */
  readonly filled: Int32Array<SharedArrayBuffer>;
  /** How many parts there are. */
  readonly parts: number;
  readonly shown: string;
}

/** Waits until a piece is filled, or taken and so 0 again. What is in it. */
export async function pieceTurn(
  filled: Int32Array<SharedArrayBuffer>,
  piece: number,
  until: "filled" | "taken",
  signal: AbortSignal,
  shown: string,
): Promise<number> {
  for (;;) {
    if (signal.aborted) throw cancelled(shown);
    const seen = Atomics.load(filled, piece);
    if (seen > 0 === (until === "filled")) return seen;
    await whileSame(filled, piece, seen);
  }
}

/** Says how many bytes a piece has now. */
export function setPiece(filled: Int32Array<SharedArrayBuffer>, piece: number, bytes: number): void {
  Atomics.store(filled, piece, bytes);
  Atomics.notify(filled, piece);
}

/** The SHA-256 of parts in their order, while others fill the next ones: it hangs on all that came before. */
export const hashParts: Job<PartsToHash, string> = {
  name: "datasets/hash-parts",
  run: async ({ pieces, filled, parts, shown }, { signal }) => {
    const digest = crypto.createHash("sha256");
    for (let part = 0; part < parts; part++) {
      const piece = part % pieces.length;
      const bytes = await pieceTurn(filled, piece, "filled", signal, shown);
      digest.update(new Uint8Array(pieces[piece] ?? new SharedArrayBuffer(0), 0, bytes));
      setPiece(filled, piece, 0);
    }
    return digest.digest("hex");
  },
};
