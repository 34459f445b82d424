import * as crypto from "node:crypto";
import type { Chunk } from "./chunk-list.js";
import type { ObjectHash } from "./object-names.js";

/** Where chunks and lists of them go. */
interface ChunkStore {
  putChunk(bytes: Uint8Array): Chunk;
  putChunkList(hash: ObjectHash, chunks: readonly Chunk[]): void;
  has(hash: ObjectHash): boolean;
  flush(): void;
}

/** Content that is stored in chunks as it comes. */
export class ChunkedContent {
  readonly #objects: ChunkStore;
  readonly #digest = crypto.createHash("sha256");
  readonly #chunks: Chunk[] = [];

  constructor(objects: ChunkStore) {
    this.#objects = objects;
  }

  *seen<T extends Uint8Array>(slices: Iterable<T>): Generator<T> {
    for (const slice of slices) {
      this.#digest.update(slice);
      yield slice;
    }
  }

  add(bytes: Uint8Array): void {
    this.#chunks.push(this.#objects.putChunk(bytes));
  }

  end(): { readonly hash: ObjectHash; readonly size: number } {
    const hash = this.#digest.digest("hex");
    const size = this.#chunks.reduce((sum, chunk) => sum + chunk.size, 0);
    this.#objects.flush();
    if (!this.#objects.has(hash)) this.#objects.putChunkList(hash, this.#chunks);
    return { hash, size };
  }
}
