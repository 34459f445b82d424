import * as path from "node:path";
import type { FilePort } from "../base/ports.js";
import { sha256 } from "./canonical.js";
import { readInto, readRange } from "./file-bytes.js";
import type { Ulid } from "./ids.js";
import {
  frameBytes,
  hasFrame,
  hashBytes,
  headerBytes,
  headerOf,
  indexOf,
  readObject,
  recordBytes,
  type PackedObject,
} from "./pack-format.js";

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

/** What is stored of an object in a pack; undefined as of `Pack.stored`. */
export function storedOf(files: FilePort, file: string, object: PackedObject): Buffer | undefined {
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
