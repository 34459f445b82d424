import * as crypto from "node:crypto";
import * as path from "node:path";
import { Failure, systemCode, toFailure } from "../base/failure.js";
import { said, type Said } from "../base/said.js";
import type { Disposable } from "../base/lifetime.js";
import type { Ports } from "../base/ports.js";
import { sha256 } from "./canonical.js";
import { hostZstd, pack, unpack, type Codec, type Zstd } from "./codec.js";
import { readSlices, writeAll } from "./file-bytes.js";
import type { Layout } from "./layout.js";
import { Pack, packName, PackWriter, type PackedObject } from "./packs.js";
import type { Pace } from "./pace.js";
import { removeQuietly } from "./whole-file.js";

/** SHA-256 of some content: 64 hex digits. */
export type ObjectHash = string;
export const isObjectHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Content below this goes into packs, in bytes; the rest are files of their own. */
export const packedBelow = 256 * 1024;
/** A pack is closed when it has grown to this. */
const fullPack = 64 * 1024 * 1024;
const mostInMemory = 64 * 1024 * 1024;
/** Larger files are stored as they are, since they are read and written in slices; they are to become chunks. */
const inOnePiece = 8 * 1024 * 1024;

/** How a file of its own is stored stands in the end of its name: plain tools can read it. */
const endings: Readonly<Record<Codec, string>> = { raw: "", zstd: ".zst" };
const chunksEnding = ".chunks";

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
  readonly #packs = new Map<string, Pack>();
  #writer: PackWriter | undefined;

  /** `zstd`: as the host has it; null where it has none. */
  constructor(ports: Ports, layout: Layout, zstd: Zstd | null = hostZstd) {
    this.#ports = ports;
    this.#layout = layout;
    this.#zstd = zstd;
  }

  get #packFolder(): string {
    return this.#layout.at("objects", "packs");
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
    const hash = sha256(bytes);
    if (this.has(hash)) return hash;
    try {
      if (bytes.byteLength < packedBelow) this.#putPacked(hash, bytes);
      else this.#putFile(hash, bytes);
    } catch (error) {
      throw toFailure(error, said`Cannot store an object of ${bytes.byteLength} bytes`);
    }
    return hash;
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
  }

  #putFile(hash: ObjectHash, bytes: Uint8Array): void {
    const upload = this.#beginFile();
    try {
      const { codec, stored } = pack(bytes, bytes.byteLength > inOnePiece ? null : this.#zstd);
      writeAll(this.#ports.files, upload.fd, stored);
      this.#endFile(upload, hash, codec);
    } catch (error) {
      this.#dropFile(upload);
      throw error;
    }
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

  /** Keeps an object of another store, checked against its hash. */
  async putFrom(other: Objects, stored: StoredObject, pace: Pace): Promise<void> {
    if (stored.bytes > inOnePiece) await this.#putSlices(other.slicesOf(stored), pace, stored.hash);
    else this.put(Buffer.concat([...other.slicesOf(stored)].map((part) => Buffer.from(part))));
  }

  async #putSlices(
    slices: Iterable<Buffer>,
    pace: Pace,
    shown: string,
  ): Promise<{ readonly hash: ObjectHash; readonly size: number }> {
    const upload = this.#beginFile();
    try {
      const digest = crypto.createHash("sha256");
      let size = 0;
      for (const slice of slices) {
        digest.update(slice);
        size += slice.byteLength;
        writeAll(this.#ports.files, upload.fd, slice);
        await pace.turn();
      }
      const hash = digest.digest("hex");
      if (this.has(hash)) this.#dropFile(upload);
      else this.#endFile(upload, hash, "raw");
      return { hash, size };
    } catch (error) {
      this.#dropFile(upload);
      throw toFailure(error, said`Cannot store ${shown}`);
    }
  }

  #beginFile(): Upload {
    const folder = this.#layout.at("local", "uploads");
    this.#ports.files.makeFolder(folder, 0o700);
    const temp = path.join(folder, this.#ports.random(8).toString("hex"));
    return { temp, fd: this.#ports.files.openNew(temp), open: true };
  }

  #endFile(upload: Upload, hash: ObjectHash, codec: Codec): void {
    const { files } = this.#ports;
    const place = this.#place(hash, endings[codec]);
    files.sync(upload.fd);
    this.#closeFile(upload);
    files.makeFolder(path.dirname(place));
    files.rename(upload.temp, place);
    files.syncFolder(path.dirname(place));
  }

  #closeFile(upload: Upload): void {
    if (upload.open) this.#ports.files.close(upload.fd);
    upload.open = false;
  }

  #dropFile(upload: Upload): void {
    try {
      this.#closeFile(upload);
    } finally {
      removeQuietly(this.#ports.files, upload.temp);
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

  /** Whether the content is here, in whatever form. */
  has(hash: ObjectHash): boolean {
    if (this.#writer?.has(hash) === true) return true;
    return this.#findFile(hash) !== undefined || this.#findPacked(hash) !== undefined;
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
    for (let look = 0; look < 2; look++) {
      if (look === 1 && !this.#openPacks()) break;
      for (const one of this.#packs.values()) {
        const object = one.find(hash);
        if (!object) continue;
        if (this.#ports.files.stat(one.file))
          return { where: "pack", hash, pack: one, object, bytes: object.stored };
        this.#packs.delete(one.name); // freed, or packed anew by another process
      }
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
      if (!found) throw notFound(hash);
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
    yield* this.#checked(stored.hash, () => {
      if (stored.where === "pack") return [this.#expand(stored.object, stored.pack.stored(stored.object))];
      if (stored.ending === chunksEnding) throw chunksUnknown(stored.hash);
      if (stored.ending === endings.raw) return readSlices(this.#ports.files, stored.file);
      return [unpack("zstd", this.#whole(stored.hash, stored.file), inOnePiece, this.#zstd)];
    });
  }

  *#checked(hash: ObjectHash, parts: () => Iterable<Buffer>): Generator<Buffer> {
    try {
      const digest = crypto.createHash("sha256");
      for (const part of parts()) {
        digest.update(part);
        yield part;
      }
      if (digest.digest("hex") !== hash) throw damaged(hash, said`its content is another one`);
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw damaged(hash, said`${error instanceof Error ? error.message : String(error)}`, error);
    }
  }

  #whole(hash: ObjectHash, file: string): Buffer {
    const size = this.#ports.files.stat(file)?.size ?? 0;
    if (size > inOnePiece) throw damaged(hash, said`its file is larger than any that is compressed`);
    return this.#ports.files.readAll(file) ?? Buffer.alloc(0);
  }

  #expand(object: PackedObject, stored: Buffer | undefined): Buffer {
    if (object.form === "chunks") throw chunksUnknown(object.hash);
    if (!stored) throw damaged(object.hash, said`its pack does not have it where the index says`);
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

interface Upload {
  readonly temp: string;
  readonly fd: number;
  open: boolean;
}

export const isShard = (name: string): boolean => /^[0-9a-f]{2}$/.test(name);

/** The object whose file this is, or undefined for a foreign file. */
export function objectOfFile(
  shard: string,
  name: string,
): { readonly hash: ObjectHash; readonly ending: string } | undefined {
  const match = /^([0-9a-f]{62})(|\.zst|\.chunks)$/.exec(name);
  return match?.[1] === undefined ? undefined : { hash: `${shard}${match[1]}`, ending: match[2] ?? "" };
}

const notFound = (hash: ObjectHash): Failure =>
  new Failure("artifact.notFound", said`The object ${hash} is not in this store.`, {
    next: said`Join the store that it was recorded in: \`loam join OTHER\`.`,
  });

const damaged = (hash: ObjectHash, why: Said, cause?: unknown): Failure =>
  new Failure("store.damaged", said`The object ${hash} is damaged: ${why}.`, {
    cause,
    next: said`Join a store that still has it: \`loam join OTHER\`; \`loam verify\` shows what else is affected.`,
  });

const chunksUnknown = (hash: ObjectHash): Failure =>
  new Failure(
    "feature.absent",
    said`The object ${hash} is stored in chunks, which this version of Loam cannot read.`,
    {
      next: said`Update Loam.`,
    },
  );
