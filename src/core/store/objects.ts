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
import { readSlices, writeAll } from "./file-bytes.js";
import type { Layout } from "./layout.js";
import {
  chunksEnding,
  endings,
  isObjectHash,
  isShard,
  objectOfFile,
  type ObjectHash,
} from "./object-names.js";
import { objectDamaged, objectNotFound } from "./object-failures.js";
import { Pack, packName, PackWriter, type PackedObject } from "./packs.js";
import type { Pace } from "./pace.js";
import { Uploads } from "./uploads.js";

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
  readonly #uploads: Uploads;
  readonly #packFolder: string;
  readonly #packs = new Map<string, Pack>();
  #writer: PackWriter | undefined;
  #grown = 0;
  #looked = Number.NEGATIVE_INFINITY;

  /** `zstd`: as the host has it; null where it has none. */
  constructor(ports: Ports, layout: Layout, zstd: Zstd | null = hostZstd) {
    this.#ports = ports;
    this.#layout = layout;
    this.#zstd = zstd;
    this.#uploads = new Uploads(ports, layout);
    this.#packFolder = layout.at("objects", "packs");
  }

  #place(hash: ObjectHash, ending: string): string {
    if (!isObjectHash(hash)) throw new Failure("value.invalid", said`'${hash.slice(0, 100)}' is no SHA-256.`);
    return this.#layout.at("objects", hash.slice(0, 2), `${hash.slice(2)}${ending}`);
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
    this.#upload(chunkListText(chunks), this.#place(hash, chunksEnding));
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
    this.#upload(stored, this.#place(hash, endings[codec]));
  }

  #upload(bytes: Uint8Array, place: string): void {
    const upload = this.#uploads.begin();
    try {
      writeAll(this.#ports.files, upload.fd, bytes);
      this.#uploads.end(upload, place);
    } catch (error) {
      this.#uploads.drop(upload);
      throw error;
    }
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
    for (const ending of [...Object.values(endings), chunksEnding]) {
      const file = this.#place(hash, ending);
      const stat = this.#ports.files.stat(file);
      if (stat?.kind === "file") return { where: "file", hash, file, ending, bytes: stat.size };
    }
    return undefined;
  }

  #findPacked(hash: ObjectHash): Extract<StoredObject, { where: "pack" }> | undefined {
    return this.#findOpened(hash) ?? (this.#openPacks() ? this.#findOpened(hash) : undefined);
  }

  /** In the packs that this process has looked into. */
  #findOpened(hash: ObjectHash): Extract<StoredObject, { where: "pack" }> | undefined {
    for (const one of this.#packs.values()) {
      const object = one.find(hash);
      if (!object) continue;
      if (this.#ports.files.stat(one.file))
        return { where: "pack", hash, pack: one, object, bytes: object.stored };
      this.#packs.delete(one.name); // freed, or packed anew by another process
    }
    return undefined;
  }

  /** Takes in packs that came or grew since the last look; true where there are any. */
  #openPacks(): boolean {
    let changed = false;
    const here = new Set<string>();
    for (const { name: file, kind } of this.#ports.files.list(this.#packFolder)) {
      const name = packName(file);
      if (name === undefined || kind !== "file" || name === this.#writer?.name) continue;
      here.add(name);
      const known = this.#packs.get(name);
      if (known?.indexed === true) continue;
      const size = this.#ports.files.stat(path.join(this.#packFolder, file))?.size;
      const complete = this.#ports.files.stat(path.join(this.#packFolder, `${name}.idx`)) !== undefined;
      if (known && known.length === size && !complete) continue;
      const opened = Pack.open(this.#ports.files, this.#packFolder, name);
      if (!opened) continue;
      this.#packs.set(name, opened);
      changed = true;
    }
    for (const name of this.#packs.keys()) if (!here.has(name)) this.#packs.delete(name);
    return changed;
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
        yield* this.slicesOf(found);
        return;
      } catch (error) {
        const gone = error instanceof Failure && systemCode(error.cause) === "ENOENT";
        if (!packed || !gone) throw error;
        this.#packs.delete(packed.pack.name);
      }
    }
  }

  /** The content as it stands in one place. */
  *slicesOf(stored: StoredObject): Generator<Buffer> {
    const chunks = this.chunksIn(stored);
    yield* this.#checked(stored.hash, () => {
      if (chunks) return this.#slicesOfChunks(stored.hash, chunks);
      if (stored.where === "pack") return [this.#expand(stored.object, stored.pack.stored(stored.object))];
      if (stored.ending === endings.raw) return readSlices(this.#ports.files, stored.file);
      return [unpack("zstd", this.#whole(stored.hash, stored.file), inOnePiece, this.#zstd)];
    });
  }

  *#slicesOfChunks(hash: ObjectHash, chunks: readonly Chunk[]): Generator<Buffer> {
    for (const chunk of chunks) {
      const found = this.#findPacked(chunk.hash) ?? this.#findFile(chunk.hash);
      // a list within a list would lead anywhere
      if (found && this.isList(found)) throw objectDamaged(hash, said`it lists what is no chunk`);
      yield* this.slices(chunk.hash);
    }
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
        ? this.#expand(stored.object, stored.pack.stored(stored.object))
        : stored.bytes <= largestChunkList && this.#ports.files.readAll(stored.file);
    const chunks = text ? readChunkList(text) : undefined;
    if (!chunks) throw objectDamaged(stored.hash, said`its list of chunks is none`);
    return chunks;
  }

  *#checked(hash: ObjectHash, parts: () => Iterable<Buffer>): Generator<Buffer> {
    try {
      const digest = crypto.createHash("sha256");
      for (const part of parts()) {
        digest.update(part);
        yield part;
      }
      if (digest.digest("hex") !== hash) throw objectDamaged(hash, said`its content is another one`);
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
    for (const one of [...this.#packs.values()])
      for (const object of one.objects())
        yield { where: "pack", hash: object.hash, pack: one, object, bytes: object.stored };
  }

  dispose(): void {
    this.flush();
  }
}
