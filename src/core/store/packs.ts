import * as path from "node:path";
import type { FilePort, Ports } from "../base/ports.js";
import { sha256 } from "./canonical.js";
import { codecs, type Codec } from "./codec.js";
import { readInto, readRange, writeAll } from "./file-bytes.js";
import { isUlid, newUlid, type IdSource, type Ulid } from "./ids.js";
import { createFile, removeQuietly } from "./whole-file.js";

/** What stands in a pack for an object: its content, or the list of the chunks that make it. */
export type ObjectForm = "content" | "chunks";
const forms: readonly ObjectForm[] = ["content", "chunks"];

/** An object in a pack. */
export interface PackedObject {
  /** SHA-256 of the content, 64 hex digits. */
  readonly hash: string;
  /** Where its header starts in the pack. */
  readonly offset: number;
  /** Bytes in the pack, and of the content. */
  readonly stored: number;
  readonly size: number;
  readonly codec: Codec;
  readonly form: ObjectForm;
}

/*
 * <ulid>.pack: "LOAMPACK", u32 version, u32 0, then objects one behind the other: a header (SHA-256, u32 bytes stored,
 * u32 size, u8 codec, u8 form, 6 zero bytes) and what is stored. <ulid>.idx, written when the pack is complete:
 * "LOAMPIDX", u32 version, u32 count, then a record for each object by hash (SHA-256, u64 offset, the header's rest),
 * then the SHA-256 of all that. Numbers are little endian. Without an index a pack is read from its headers.
 */
const version = 1;
const frameBytes = 16;
const headerBytes = 48;
const recordBytes = 56;
const hashBytes = 32;
/** No object of a pack is larger, stored or not; a stranger's pack might say so. */
const largestPacked = 16 * 1024 * 1024;

function frame(magic: string, count: number): Buffer {
  const bytes = Buffer.alloc(frameBytes);
  bytes.write(magic, "latin1");
  bytes.writeUInt32LE(version, 8);
  bytes.writeUInt32LE(count, 12);
  return bytes;
}

const hasFrame = (bytes: Buffer, magic: string): boolean =>
  bytes.byteLength >= frameBytes &&
  bytes.toString("latin1", 0, 8) === magic &&
  bytes.readUInt32LE(8) === version;

/** Stored size, size, codec and form as they stand in headers and records alike. */
function writeShape(into: Buffer, at: number, object: Omit<PackedObject, "hash" | "offset">): void {
  into.writeUInt32LE(object.stored, at);
  into.writeUInt32LE(object.size, at + 4);
  into.writeUInt8(codecs.indexOf(object.codec), at + 8);
  into.writeUInt8(forms.indexOf(object.form), at + 9);
}

function readObject(bytes: Buffer, at: number, shapeAt: number, offset: number): PackedObject | undefined {
  const hash = bytes.toString("hex", at, at + hashBytes);
  const [stored, size] = [bytes.readUInt32LE(shapeAt), bytes.readUInt32LE(shapeAt + 4)];
  const [codec, form] = [codecs[bytes.readUInt8(shapeAt + 8)], forms[bytes.readUInt8(shapeAt + 9)]];
  if (!codec || !form || stored > largestPacked || size > largestPacked) return undefined;
  return { hash, offset, stored, size, codec, form };
}

function headerOf(object: PackedObject): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write(object.hash, "hex");
  writeShape(header, hashBytes, object);
  return header;
}

function indexOf(objects: Iterable<PackedObject>): Buffer {
  const sorted = [...objects].sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const records = Buffer.alloc(sorted.length * recordBytes);
  for (const [i, object] of sorted.entries()) {
    records.write(object.hash, i * recordBytes, "hex");
    records.writeBigUInt64LE(BigInt(object.offset), i * recordBytes + hashBytes);
    writeShape(records, i * recordBytes + hashBytes + 8, object);
  }
  return Buffer.concat([frame("LOAMPIDX", sorted.length), records]);
}

export const packName = (file: string): Ulid | undefined => {
  const match = /^([0-9A-Z]{26})\.pack$/.exec(file);
  return match?.[1] !== undefined && isUlid(match[1]) ? match[1] : undefined;
};

/** Less is copied behind its header, so that one write does. */
const copiedUpTo = 64 * 1024;

/** The disk is asked to begin with so many bytes while others are made: `finish` waits for the last ones alone. */
const urgedBytes = 8 * 1024 * 1024;

/** The only writer of one pack. */
export class PackWriter {
  readonly name: Ulid;
  readonly #ports: Pick<Ports, "files" | "random">;
  readonly #folder: string;
  readonly #file: string;
  readonly #fd: number;
  readonly #objects = new Map<string, PackedObject>();
  #length = 0;
  #sealed = false;
  #urged = 0;
  #urging = false;

  constructor(ports: Pick<Ports, "files" | "random"> & IdSource, folder: string) {
    this.name = newUlid(ports);
    this.#ports = ports;
    this.#folder = folder;
    ports.files.makeFolder(folder);
    this.#file = path.join(folder, `${this.name}.pack`);
    this.#fd = ports.files.openNew(this.#file);
    try {
      this.#write(frame("LOAMPACK", 0));
    } catch (error) {
      ports.files.close(this.#fd);
      removeQuietly(ports.files, this.#file);
      throw error;
    }
  }

  get bytes(): number {
    return this.#length;
  }
  /** True where nothing may follow: behind a torn end, or once it was to be finished. */
  get sealed(): boolean {
    return this.#sealed;
  }

  add(object: Omit<PackedObject, "offset">, stored: Uint8Array): void {
    const placed = { ...object, offset: this.#length };
    if (stored.byteLength <= copiedUpTo) this.#write(Buffer.concat([headerOf(placed), stored]));
    else {
      this.#write(headerOf(placed));
      this.#write(stored);
    }
    this.#objects.set(object.hash, placed);
    if (this.#length - this.#urged >= urgedBytes && !this.#urging) this.#urge();
  }

  /**
   * Opened anew: each opening of a file is told once of what the disk failed with, and `finish` has to be told. A failure
   * here is none: nothing is acknowledged before `finish` has synced.
   */
  #urge(): void {
    const { files } = this.#ports;
    const sync = async (): Promise<void> => {
      const fd = files.openRead(this.#file);
      try {
        await files.syncLater(fd);
      } finally {
        files.close(fd);
      }
    };
    this.#urged = this.#length;
    this.#urging = true;
    const ended = (): void => {
      this.#urging = false;
    };
    sync().then(ended, ended);
  }

  #write(bytes: Uint8Array): void {
    try {
      writeAll(this.#ports.files, this.#fd, bytes);
      this.#length += bytes.byteLength;
    } catch (error) {
      this.#sealed = true;
      throw error;
    }
  }

  has(hash: string): boolean {
    return this.#objects.has(hash);
  }

  /** What is stored of an object and how. */
  read(hash: string): { readonly object: PackedObject; readonly stored: Buffer | undefined } | undefined {
    const object = this.#objects.get(hash);
    return object && { object, stored: storedOf(this.#ports.files, this.#file, object) };
  }

  /** Makes the pack durable and writes its index. May be called again after a failure. */
  finish(): void {
    this.#sealed = true;
    if (this.#objects.size === 0) {
      removeQuietly(this.#ports.files, this.#file);
      return;
    }
    this.#ports.files.sync(this.#fd);
    const index = indexOf(this.#objects.values());
    const file = path.join(this.#folder, `${this.name}.idx`);
    createFile(this.#ports, file, Buffer.concat([index, Buffer.from(sha256(index), "hex")]));
  }

  close(): void {
    this.#ports.files.close(this.#fd);
  }

  /** Closes and removes it: nothing names what it holds. */
  discard(): void {
    this.#sealed = true;
    this.close();
    removeQuietly(this.#ports.files, this.#file);
  }
}

/** A pack as it is read. */
export class Pack {
  readonly name: Ulid;
  readonly file: string;
  /** False: read from its headers, as its index is missing or not whole. Its writer may still be at it. */
  readonly indexed: boolean;
  /** Bytes of the file when it was opened. */
  readonly length: number;
  readonly #files: FilePort;
  readonly #records: Buffer;

  private constructor(
    files: FilePort,
    file: string,
    name: Ulid,
    length: number,
    index: Buffer,
    indexed: boolean,
  ) {
    this.#files = files;
    this.file = file;
    this.name = name;
    this.length = length;
    this.indexed = indexed;
    this.#records = index.subarray(frameBytes);
  }

  /** undefined where there is no such pack. */
  static open(files: FilePort, folder: string, name: Ulid): Pack | undefined {
    const file = path.join(folder, `${name}.pack`);
    const stat = files.stat(file);
    if (stat?.kind !== "file") return undefined;
    const index = readIndex(files, path.join(folder, `${name}.idx`), stat.size);
    if (index) return new Pack(files, file, name, stat.size, index, true);
    return new Pack(files, file, name, stat.size, indexOf(scan(files, file, stat.size)), false);
  }

  get count(): number {
    return this.#records.byteLength / recordBytes;
  }

  *objects(): Generator<PackedObject> {
    for (let i = 0; i < this.count; i++) {
      const object = this.#at(i);
      if (object) yield object;
    }
  }

  #at(i: number): PackedObject | undefined {
    const at = i * recordBytes;
    const offset = Number(this.#records.readBigUInt64LE(at + hashBytes));
    return readObject(this.#records, at, at + hashBytes + 8, offset);
  }

  find(hash: string): PackedObject | undefined {
    const wanted = Buffer.from(hash, "hex");
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = middle * recordBytes;
      const order = wanted.compare(this.#records, at, at + hashBytes);
      if (order === 0) return this.#at(middle);
      if (order > 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  /** What is stored of an object; undefined where the pack does not have at that place what its index says. */
  stored(object: PackedObject): Buffer | undefined {
    return storedOf(this.#files, this.file, object);
  }

  /** Puts what is stored of an object into memory of that length; false where `stored` would give undefined. */
  storedInto(object: PackedObject, into: Uint8Array): boolean {
    const fd = this.#files.openRead(this.file);
    try {
      const header = Buffer.alloc(headerBytes);
      readInto(this.#files, fd, header, object.offset);
      if (!header.equals(headerOf(object))) return false;
      return readInto(this.#files, fd, into, object.offset + headerBytes) === object.stored;
    } finally {
      this.#files.close(fd);
    }
  }

  /** Bytes `from` up to `to`, or its end. */
  read(from: number, to: number): Buffer {
    return readRange(this.#files, this.file, from, to);
  }
}

/** Where an object stands with its header. */
export const placeOf = (object: PackedObject): { readonly from: number; readonly to: number } => ({
  from: object.offset,
  to: object.offset + headerBytes + object.stored,
});

function storedOf(files: FilePort, file: string, object: PackedObject): Buffer | undefined {
  const { from, to } = placeOf(object);
  return Number.isSafeInteger(to) ? storedIn(object, readRange(files, file, from, to)) : undefined;
}

/** What is stored of an object in the bytes that stand at its place; undefined as of `Pack.stored`. */
export function storedIn(object: PackedObject, bytes: Buffer): Buffer | undefined {
  if (bytes.byteLength !== headerBytes + object.stored) return undefined;
  return bytes.subarray(0, headerBytes).equals(headerOf(object)) ? bytes.subarray(headerBytes) : undefined;
}

function readIndex(files: FilePort, file: string, packLength: number): Buffer | undefined {
  const stat = files.stat(file);
  // Each object takes more bytes in the pack than its hash in the index.
  if (stat?.kind !== "file" || stat.size > frameBytes + hashBytes + (packLength / headerBytes) * recordBytes)
    return undefined;
  const bytes = files.readAll(file);
  if (!bytes || !hasFrame(bytes, "LOAMPIDX")) return undefined;
  if (bytes.byteLength !== frameBytes + bytes.readUInt32LE(12) * recordBytes + hashBytes) return undefined;
  const index = bytes.subarray(0, -hashBytes);
  return sha256(index) === bytes.toString("hex", bytes.byteLength - hashBytes) ? index : undefined;
}

/** The whole objects of a pack, from their headers. */
function* scan(files: FilePort, file: string, length: number): Generator<PackedObject> {
  if (!hasFrame(readRange(files, file, 0, frameBytes), "LOAMPACK")) return;
  for (let at = frameBytes; at + headerBytes <= length;) {
    const object = readObject(readRange(files, file, at, at + headerBytes), 0, hashBytes, at);
    if (!object || at + headerBytes + object.stored > length) return;
    yield object;
    at += headerBytes + object.stored;
  }
}
