import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Disposable } from "../base/lifetime.js";
import type { Ports } from "../base/ports.js";
import { sha256 } from "./canonical.js";
import { chunkListText, type Chunk } from "./chunk-list.js";
import { ChunkedContent } from "./chunked-content.js";
import { chunksOf } from "./chunker.js";
import { hostZstd, pack, type Zstd } from "./codec.js";
import { readSlices } from "./file-bytes.js";
import type { Layout } from "./layout.js";
import { ObjectFiles } from "./object-files.js";
import { chunksEnding, endings, type ObjectHash } from "./object-names.js";
import { objectNotFound } from "./object-failures.js";
import { PackWriter } from "./pack-writer.js";
import type { Pace } from "./pace.js";
import { inOnePiece, StoredObjects, type StoredObject } from "./stored-objects.js";

/** Content below this goes into packs, in bytes; the rest are files of their own. */
export const packedBelow = 256 * 1024;
/** A pack is closed when it has grown to this. */
const fullPack = 64 * 1024 * 1024;
/** How long what stands in packs is known well enough for storing: at worst something is stored twice. */
const lookApartMs = 10_000;

/** Content by its SHA-256: what is equal is stored once. */
export class Objects extends StoredObjects implements Disposable {
  readonly #ports: Ports;
  readonly #zstd: Zstd | null;
  readonly #own: ObjectFiles;
  readonly #packFolder: string;
  #grown = 0;
  #looked = Number.NEGATIVE_INFINITY;

  /** `zstd`: as the host has it; null where it has none. */
  constructor(ports: Ports, layout: Layout, zstd: Zstd | null = hostZstd) {
    const own = new ObjectFiles(ports, layout);
    super(ports.files, layout, own, zstd);
    this.#ports = ports;
    this.#zstd = zstd;
    this.#own = own;
    this.#packFolder = layout.at("objects", "packs");
  }

  /**
   * Keeps content and returns its hash. It can be read at once; it is durable after `flush`, which has to come before
   * the fact that names it. Throws `store.full` and the like.
   */
  put(bytes: Uint8Array): ObjectHash {
    if (bytes.byteLength > inOnePiece) {
      const parts = new ChunkedContent(this);
      for (const part of chunksOf(parts.seen([bytes]))) parts.add(part);
      return parts.end().hash;
    }
    if (bytes.byteLength < packedBelow) return this.putChunk(bytes).hash;
    const hash = sha256(bytes);
    if (!this.has(hash))
      this.#storing(bytes.byteLength, () => {
        this.#putFile(hash, bytes);
      });
    return hash;
  }

  /** Asked for thousands of contents: what other processes pack meanwhile is looked for once in a while. */
  #isPacked(hash: ObjectHash): boolean {
    if (this.writer?.has(hash) === true || this.findOpened(hash)) return true;
    const now = performance.now();
    if (now - this.#looked < lookApartMs) return false;
    this.#looked = now;
    return this.openPacks() && this.findOpened(hash) !== undefined;
  }

  #storing(bytes: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      throw toFailure(error, said`Cannot store an object of ${bytes} bytes`);
    }
  }

  /** Keeps small content, or a chunk of larger one, as `put` does: they stand in packs. */
  putChunk(bytes: Uint8Array): Chunk {
    const hash = sha256(bytes);
    if (!this.#isPacked(hash))
      this.#storing(bytes.byteLength, () => {
        this.#putPacked(hash, bytes);
      });
    return { hash, size: bytes.byteLength };
  }

  /** Keeps the list of the chunks that make some content. They are durable before: `flush` was called behind them. */
  putChunkList(hash: ObjectHash, chunks: readonly Chunk[]): void {
    this.#putOwn(hash, chunksEnding, chunkListText(chunks));
  }

  #putPacked(hash: ObjectHash, bytes: Uint8Array): void {
    if (this.writer && (this.writer.sealed || this.writer.bytes > fullPack)) this.flush();
    this.writer ??= new PackWriter(this.#ports, this.#packFolder);
    const { codec, stored } = pack(bytes, this.#zstd);
    const object = {
      hash,
      stored: stored.byteLength,
      size: bytes.byteLength,
      codec,
      form: "content" as const,
    };
    this.writer.add(object, stored);
    this.#grown += stored.byteLength;
  }

  #putFile(hash: ObjectHash, bytes: Uint8Array): void {
    const { codec, stored } = pack(bytes, this.#zstd);
    this.#putOwn(hash, endings[codec], stored);
  }

  #putOwn(hash: ObjectHash, ending: string, bytes: Uint8Array): void {
    this.#own.write(hash, ending, bytes);
    this.#grown += bytes.byteLength;
  }

  /** Bytes by which what was put here made the store larger. */
  get grown(): number {
    return this.#grown;
  }

  /** Keeps a file's content as it is read now, large ones a slice at a time. Hash and size of what was read. */
  async putFile(file: string, pace: Pace): Promise<{ readonly hash: ObjectHash; readonly size: number }> {
    const { files } = this.#ports;
    const stat = files.stat(file);
    if (stat?.kind !== "file") throw new Failure("path.invalid", said`${file} is no file.`);
    if (stat.size > inOnePiece) return this.#putSlices(readSlices(files, file), pace, file);
    const bytes = files.readAll(file) ?? Buffer.alloc(0);
    return { hash: this.put(bytes), size: bytes.byteLength };
  }

  /** Keeps an object of another store, checked against its hash. Of a list of chunks the chunks are kept before. */
  async putFrom(other: Objects, stored: StoredObject, pace: Pace): Promise<void> {
    const chunks = other.chunksIn(stored);
    if (chunks) {
      const missing = chunks.find((chunk) => !this.has(chunk.hash));
      if (missing) throw objectNotFound(missing.hash);
      this.flush();
      this.putChunkList(stored.hash, chunks);
    } else if (stored.bytes > inOnePiece) await this.#putSlices(other.slicesOf(stored), pace, stored.hash);
    else {
      const bytes = Buffer.concat([...other.slicesOf(stored)].map((part) => Buffer.from(part)));
      if (stored.where === "pack") this.putChunk(bytes);
      else this.put(bytes);
    }
  }

  async #putSlices(
    slices: Iterable<Buffer>,
    pace: Pace,
    shown: string,
  ): Promise<{ readonly hash: ObjectHash; readonly size: number }> {
    try {
      const parts = new ChunkedContent(this);
      for (const part of chunksOf(parts.seen(slices))) {
        parts.add(part);
        await pace.turn();
      }
      return parts.end();
    } catch (error) {
      throw toFailure(error, said`Cannot store ${shown}`);
    }
  }

  /** Makes all that was put durable: one sync for all of a pack. */
  flush(): void {
    const writer = this.writer;
    if (!writer) return;
    try {
      writer.finish();
    } catch (error) {
      throw toFailure(error, said`Cannot write objects/packs/${writer.name}.pack`);
    }
    this.writer = undefined;
    writer.close();
  }

  /** Forgets what was put since the last `flush`: nothing names it yet. */
  drop(): void {
    this.writer?.discard();
    this.writer = undefined;
  }

  dispose(): void {
    this.flush();
  }
}
