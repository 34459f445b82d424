import * as crypto from "node:crypto";
import * as path from "node:path";
import { Failure, systemCode, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Disposable } from "../base/lifetime.js";
import type { Ports } from "../base/ports.js";
import { sha256 } from "./canonical.js";
import { chunkListText, largestChunkList, readChunkList, type Chunk } from "./chunk-list.js";
import { ChunkedContent } from "./chunked-content.js";
import { chunksOf } from "./chunker.js";
import { hostZstd, pack, unpack, type Zstd } from "./codec.js";
import { readSlices } from "./file-bytes.js";
import type { Layout } from "./layout.js";
import { ObjectFiles } from "./object-files.js";
import { chunksEnding, endings, isShard, objectOfFile, type ObjectHash } from "./object-names.js";
import { objectDamaged, objectNotFound } from "./object-failures.js";
import { PackShelf } from "./pack-shelf.js";
import { PackWriter, type Pack, type PackedObject } from "./packs.js";
import type { Pace } from "./pace.js";

/** Content below this goes into packs, in bytes; the rest are files of their own. */
export const packedBelow = 256 * 1024;
/** A pack is closed when it has grown to this. */
const fullPack = 64 * 1024 * 1024;
const mostInMemory = 64 * 1024 * 1024;
/** How long what stands in packs is known well enough for storing: at worst something is stored twice. */
const lookApartMs = 10_000;
/** Larger content is stored in chunks. */
export const inOnePiece = 8 * 1024 * 1024;

/** One place where an object is stored; there may be several. `bytes` is what it takes there. */
export type StoredObject = { readonly hash: ObjectHash; readonly bytes: number } & (
  | { readonly where: "file"; readonly file: string; readonly ending: string }
  | { readonly where: "pack"; readonly pack: Pack; readonly object: PackedObject }
);

/** Content by its SHA-256: what is equal is stored once. */
export class Objects implements Disposable {
  readonly #ports: Ports;
  readonly #layout: Layout;
  readonly #zstd: Zstd | null;
  readonly #own: ObjectFiles;
  readonly #packFolder: string;
  readonly #packs: PackShelf;
  #writer: PackWriter | undefined;
  #grown = 0;
  #looked = Number.NEGATIVE_INFINITY;

  /** `zstd`: as the host has it; null where it has none. */
  constructor(ports: Ports, layout: Layout, zstd: Zstd | null = hostZstd) {
    this.#ports = ports;
    this.#layout = layout;
    this.#zstd = zstd;
    this.#own = new ObjectFiles(ports, layout);
    this.#packFolder = layout.at("objects", "packs");
    this.#packs = new PackShelf(ports.files, this.#packFolder);
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
    if (this.#writer?.has(hash) === true || this.#findOpened(hash)) return true;
    const now = performance.now();
    if (now - this.#looked < lookApartMs) return false;
    this.#looked = now;
    return this.#openPacks() && this.#findOpened(hash) !== undefined;
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
    if (this.#writer && (this.#writer.sealed || this.#writer.bytes > fullPack)) this.flush();
    this.#writer ??= new PackWriter(this.#ports, this.#packFolder);
    const { codec, stored } = pack(bytes, this.#zstd);
    const object = {
      hash,
      stored: stored.byteLength,
      size: bytes.byteLength,
      codec,
      form: "content" as const,
    };
    this.#writer.add(object, stored);
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
    const writer = this.#writer;
    if (!writer) return;
    try {
      writer.finish();
    } catch (error) {
      throw toFailure(error, said`Cannot write objects/packs/${writer.name}.pack`);
    }
    this.#writer = undefined;
    writer.close();
  }

  /** Whether the content is here, in whatever form; of a list of chunks whether all of them are. */
  has(hash: ObjectHash): boolean {
    if (this.#writer?.has(hash) === true || this.#findOpened(hash)) return true;
    const stored = this.#findFile(hash) ?? this.#findPacked(hash);
    if (!stored) return false;
    try {
      return this.chunksIn(stored)?.every((chunk) => this.has(chunk.hash)) ?? true;
    } catch (error) {
      if (error instanceof Failure && error.code === "store.damaged") return false; // to be stored anew
      throw error;
    }
  }

  /** Forgets what was put since the last `flush`: nothing names it yet. */
  drop(): void {
    this.#writer?.discard();
    this.#writer = undefined;
  }

  #findFile(hash: ObjectHash): StoredObject | undefined {
    const found = this.#own.find(hash);
    return found && { where: "file", hash, ...found };
  }

  #findPacked(hash: ObjectHash): Extract<StoredObject, { where: "pack" }> | undefined {
    return this.#findOpened(hash) ?? (this.#openPacks() ? this.#findOpened(hash) : undefined);
  }

  /** In the packs that this process has looked into. */
  #findOpened(hash: ObjectHash): Extract<StoredObject, { where: "pack" }> | undefined {
    const found = this.#packs.find(hash);
    return found && { where: "pack", hash, ...found, bytes: found.object.stored };
  }

  #openPacks(): boolean {
    return this.#packs.look(this.#writer?.name);
  }

  /**
   * The content, checked against its hash. Throws `artifact.notFound` where it is not in this store, `store.damaged`
   * where it is not what was stored, `feature.absent` where this host cannot read it, `value.tooLarge` above `most` bytes.
   */
  get(hash: ObjectHash, most = mostInMemory): Buffer {
    const parts: Buffer[] = [];
    let size = 0;
    for (const part of this.slices(hash)) {
      size += part.byteLength;
      if (size > most)
        throw new Failure("value.tooLarge", said`The object ${hash} has more than ${most} bytes.`);
      parts.push(Buffer.from(part));
    }
    return Buffer.concat(parts);
  }

  /** The content as `get` gives it, in slices. A failure for a wrong hash comes behind the last one. */
  *slices(hash: ObjectHash): Generator<Buffer> {
    yield* this.#read(hash, (found) => this.slicesOf(found));
  }

  *#read(hash: ObjectHash, partsOf: (found: StoredObject) => Iterable<Buffer>): Generator<Buffer> {
    for (;;) {
      const pending = this.#writer?.read(hash);
      if (pending) {
        yield* this.#checked(hash, () => [this.#expand(pending.object, pending.stored)]);
        return;
      }
      const packed = this.#findPacked(hash);
      const found = packed ?? this.#findFile(hash);
      if (!found) throw objectNotFound(hash);
      try {
        yield* partsOf(found);
        return;
      } catch (error) {
        const gone = error instanceof Failure && systemCode(error.cause) === "ENOENT";
        if (!packed || !gone) throw error;
        this.#packs.forget(packed.pack);
      }
    }
  }

  /** The content as it stands in one place. */
  *slicesOf(stored: StoredObject): Generator<Buffer> {
    const chunks = this.chunksIn(stored);
    yield* this.#checked(stored.hash, () => (chunks ? this.#slicesOfChunks(chunks) : this.#partsOf(stored)));
  }

  #partsOf(stored: StoredObject): Iterable<Buffer> {
    if (stored.where === "pack") return [this.#expand(stored.object, this.#packs.stored(stored))];
    if (stored.ending === endings.raw) return readSlices(this.#ports.files, stored.file);
    return [unpack("zstd", this.#whole(stored.hash, stored.file), inOnePiece, this.#zstd)];
  }

  /** The chunks of some content that stands as a list of them; undefined where it does not. Throws `store.damaged`. */
  chunksOf(hash: ObjectHash): readonly Chunk[] | undefined {
    const found = this.#findPacked(hash) ?? this.#findFile(hash);
    return found && this.chunksIn(found);
  }

  /**
   * Puts a chunk where it belongs in memory; its size is checked and not its hash, which is for whoever checks the hash of
   * the whole. Throws as `get` does.
   */
  chunkInto({ hash, size }: Chunk, into: Uint8Array): void {
    const room = Buffer.from(into.buffer, into.byteOffset, size);
    let filled = 0;
    const partsOf = (found: StoredObject): Iterable<Buffer> => this.#chunkParts(found, room);
    for (const part of this.#read(hash, (found) => this.#telling(hash, () => partsOf(found)))) {
      if (part !== room && filled + part.byteLength <= size) part.copy(room, filled);
      filled += part.byteLength;
    }
    if (filled !== size) throw objectDamaged(hash, said`its content is another one`);
  }

  /** `room`: where it may be put, if that saves a copy. */
  #chunkParts(found: StoredObject, room?: Buffer): Iterable<Buffer> {
    // a list within a list would lead anywhere
    if (this.isList(found)) throw objectDamaged(found.hash, said`it lists what is no chunk`);
    const fits = found.where === "pack" && found.object.codec === "raw" && found.bytes === room?.byteLength;
    if (!room || !fits) return this.#partsOf(found);
    return found.pack.storedInto(found.object, room) ? [room] : [this.#expand(found.object, undefined)];
  }

  /** For `work` that reads many objects which stand beside each other: what it reads may be some milliseconds old. */
  nearby<T>(work: () => T): T {
    return this.#packs.nearby(work);
  }

  *#slicesOfChunks(chunks: readonly Chunk[]): Generator<Buffer> {
    for (const { hash: part } of chunks)
      yield* this.#read(part, (found) => this.#checked(part, () => this.#chunkParts(found)));
  }

  /** Whether what stands there is a list of chunks. */
  isList(stored: StoredObject): boolean {
    return stored.where === "file" ? stored.ending === chunksEnding : stored.object.form === "chunks";
  }

  /** The chunks that an object is stored as; undefined for one that is stored whole. Throws `store.damaged`. */
  chunksIn(stored: StoredObject): readonly Chunk[] | undefined {
    if (!this.isList(stored)) return undefined;
    const text =
      stored.where === "pack"
        ? this.#expand(stored.object, this.#packs.stored(stored))
        : stored.bytes <= largestChunkList && this.#ports.files.readAll(stored.file);
    const chunks = text ? readChunkList(text) : undefined;
    if (!chunks) throw objectDamaged(stored.hash, said`its list of chunks is none`);
    return chunks;
  }

  *#checked(hash: ObjectHash, parts: () => Iterable<Buffer>): Generator<Buffer> {
    const digest = crypto.createHash("sha256");
    for (const part of this.#telling(hash, parts)) {
      digest.update(part);
      yield part;
    }
    if (digest.digest("hex") !== hash) throw objectDamaged(hash, said`its content is another one`);
  }

  /** Of which object it is what cannot be read. */
  *#telling(hash: ObjectHash, parts: () => Iterable<Buffer>): Generator<Buffer> {
    try {
      yield* parts();
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw objectDamaged(hash, said`${error instanceof Error ? error.message : String(error)}`, error);
    }
  }

  #whole(hash: ObjectHash, file: string): Buffer {
    const size = this.#ports.files.stat(file)?.size ?? 0;
    if (size > inOnePiece) throw objectDamaged(hash, said`its file is larger than any that is compressed`);
    return this.#ports.files.readAll(file) ?? Buffer.alloc(0);
  }

  #expand(object: PackedObject, stored: Buffer | undefined): Buffer {
    if (!stored) throw objectDamaged(object.hash, said`its pack does not have it where the index says`);
    return unpack(object.codec, stored, object.size, this.#zstd);
  }

  /** Everything that is stored, as the files say. */
  *list(): Generator<StoredObject> {
    const { files } = this.#ports;
    const root = this.#layout.at("objects");
    for (const { name: shard, kind } of files.list(root)) {
      if (kind !== "folder" || !isShard(shard)) continue;
      for (const entry of files.list(path.join(root, shard))) {
        const named = entry.kind === "file" ? objectOfFile(shard, entry.name) : undefined;
        const file = path.join(root, shard, entry.name);
        if (named) yield { where: "file", ...named, file, bytes: files.stat(file)?.size ?? 0 };
      }
    }
    this.#openPacks();
    for (const one of this.#packs)
      for (const object of one.objects())
        yield { where: "pack", hash: object.hash, pack: one, object, bytes: object.stored };
  }

  dispose(): void {
    this.flush();
  }
}
