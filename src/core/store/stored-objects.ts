import * as crypto from "node:crypto";
import * as path from "node:path";
import { Failure, systemCode } from "../base/failure.js";
import type { FilePort } from "../base/ports.js";
import { said } from "../base/said.js";
import { largestChunkList, readChunkList, type Chunk } from "./chunk-list.js";
import { unpack, type Zstd } from "./codec.js";
import { readSlices } from "./file-bytes.js";
import type { Layout } from "./layout.js";
import type { ObjectFiles } from "./object-files.js";
import { chunksEnding, endings, isShard, objectOfFile, type ObjectHash } from "./object-names.js";
import { objectDamaged, objectNotFound, objectUnreadable } from "./object-failures.js";
import type { PackedObject } from "./pack-format.js";
import { PackShelf } from "./pack-shelf.js";
import type { PackWriter } from "./pack-writer.js";
import type { Pack } from "./packs.js";

/** Larger content is stored in chunks. */
export const inOnePiece = 8 * 1024 * 1024;
const mostInMemory = 64 * 1024 * 1024;

/** One place where an object is stored; there may be several. `bytes` is what it takes there. */
export type StoredObject = { readonly hash: ObjectHash; readonly bytes: number } & (
  | { readonly where: "file"; readonly file: string; readonly ending: string }
  | { readonly where: "pack"; readonly pack: Pack; readonly object: PackedObject }
);

/** Reads content by its SHA-256, wherever it stands. */
export class StoredObjects {
  /** What is being put, which no pack tells yet. */
  protected writer: PackWriter | undefined;
  readonly #files: FilePort;
  readonly #own: ObjectFiles;
  readonly #layout: Layout;
  readonly #zstd: Zstd | null;
  readonly #packs: PackShelf;

  constructor(files: FilePort, layout: Layout, own: ObjectFiles, zstd: Zstd | null) {
    this.#files = files;
    this.#layout = layout;
    this.#zstd = zstd;
    this.#own = own;
    this.#packs = new PackShelf(files, layout.at("objects", "packs"));
  }

  /** Whether the content is here, in whatever form; of a list of chunks whether all of them are. */
  has(hash: ObjectHash): boolean {
    if (this.writer?.has(hash) === true || this.findOpened(hash)) return true;
    const stored = this.#findFile(hash) ?? this.#findPacked(hash);
    if (!stored) return false;
    try {
      return this.chunksIn(stored)?.every((chunk) => this.has(chunk.hash)) ?? true;
    } catch (error) {
      if (error instanceof Failure && error.code === "store.damaged") return false; // to be stored anew
      throw error;
    }
  }

  #findFile(hash: ObjectHash): StoredObject | undefined {
    const found = this.#own.find(hash);
    return found && { where: "file", hash, ...found };
  }

  #findPacked(hash: ObjectHash): Extract<StoredObject, { where: "pack" }> | undefined {
    return this.findOpened(hash) ?? (this.openPacks() ? this.findOpened(hash) : undefined);
  }

  /** In the packs that this process has looked into. */
  protected findOpened(hash: ObjectHash): Extract<StoredObject, { where: "pack" }> | undefined {
    const found = this.#packs.find(hash);
    return found && { where: "pack", hash, ...found, bytes: found.object.stored };
  }

  protected openPacks(): boolean {
    return this.#packs.look(this.writer?.name);
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
      const pending = this.writer?.read(hash);
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
    if (stored.ending === endings.raw) return readSlices(this.#files, stored.file);
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
        : stored.bytes <= largestChunkList && this.#files.readAll(stored.file);
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
      throw objectUnreadable(hash, error);
    }
  }

  #whole(hash: ObjectHash, file: string): Buffer {
    const size = this.#files.stat(file)?.size ?? 0;
    if (size > inOnePiece) throw objectDamaged(hash, said`its file is larger than any that is compressed`);
    return this.#files.readAll(file) ?? Buffer.alloc(0);
  }

  #expand(object: PackedObject, stored: Buffer | undefined): Buffer {
    if (!stored) throw objectDamaged(object.hash, said`its pack does not have it where the index says`);
    return unpack(object.codec, stored, object.size, this.#zstd);
  }

  /** Everything that is stored, as the files say. */
  *list(): Generator<StoredObject> {
    const files = this.#files;
    const root = this.#layout.at("objects");
    for (const { name: shard, kind } of files.list(root)) {
      if (kind !== "folder" || !isShard(shard)) continue;
      for (const entry of files.list(path.join(root, shard))) {
        const named = entry.kind === "file" ? objectOfFile(shard, entry.name) : undefined;
        const file = path.join(root, shard, entry.name);
        if (named) yield { where: "file", ...named, file, bytes: files.stat(file)?.size ?? 0 };
      }
    }
    this.openPacks();
    for (const one of this.#packs)
      for (const object of one.objects())
        yield { where: "pack", hash: object.hash, pack: one, object, bytes: object.stored };
  }
}
