import { createHash } from "node:crypto";
import * as zlib from "node:zlib";
import { typeCodes, type ObjectType } from "../store/pack-entry.js";
import type { ObjectId } from "./model.js";

const slabBytes = 256 * 1024;

/** Small objects are given a small window: setting up a full one costs more than compressing them. */
export function deflateOptions(bytes: number): zlib.ZlibOptions {
  const windowBits = Math.min(15, Math.max(9, Math.ceil(Math.log2(bytes + 1))));
  // Code shrinks to less than half, so the result mostly fits into one chunk of this size.
  const chunkSize = Math.max(64, bytes >>> 1);
  return { level: 4, windowBits, memLevel: Math.max(1, windowBits - 7), chunkSize };
}

/** Writes the type and size that stand before a packed object; returns where they end. */
function writeEntryHeader(into: Buffer, at: number, type: ObjectType, size: number): number {
  let next = at;
  let byte = (typeCodes[type] << 4) | (size & 15);
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    into[next++] = byte | 0x80;
    byte = rest & 0x7f;
  }
  into[next++] = byte;
  return next;
}

export interface FinishedPack {
  /** The name without its ending: `pack-<id>`. */
  readonly name: string;
  readonly pack: readonly Buffer[];
  readonly index: Buffer;
}

/** Collects objects for one pack file, git's form of many objects in one file. Nothing is stored as a difference. */
export class PackBuilder {
  readonly #full: Buffer[] = [];
  #slab = Buffer.allocUnsafe(slabBytes);
  #used = 0;
  readonly #entries: { readonly id: ObjectId; readonly offset: number; readonly crc: number }[] = [];
  #length = 12;

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  get count(): number {
    return this.#entries.length;
  }

  /** @param deflated the object's content, compressed @param size its size before */
  add(id: ObjectId, type: ObjectType, size: number, deflated: Buffer): void {
    // Copied into few large buffers: thousands of small ones would weigh as much again.
    if (this.#used + deflated.length + 16 > this.#slab.length) {
      this.#full.push(this.#slab.subarray(0, this.#used));
      this.#slab = Buffer.allocUnsafe(Math.max(slabBytes, deflated.length + 16));
      this.#used = 0;
    }
    const start = this.#used;
    const body = writeEntryHeader(this.#slab, start, type, size);
    this.#used = body + deflated.copy(this.#slab, body);
    const crc = zlib.crc32(this.#slab.subarray(start, this.#used));
    this.#entries.push({ id, offset: this.#length, crc });
    this.#length += this.#used - start;
  }

  finish(): FinishedPack {
    const head = Buffer.alloc(12);
    head.write("PACK", "latin1");
    head.writeUInt32BE(2, 4);
    head.writeUInt32BE(this.#entries.length, 8);
    const parts = [head, ...this.#full, this.#slab.subarray(0, this.#used)];
    const hash = createHash("sha1");
    for (const part of parts) hash.update(part);
    const checksum = hash.digest();
    return {
      name: `pack-${checksum.toString("hex")}`,
      pack: [...parts, checksum],
      index: this.#index(checksum),
    };
  }

  #index(checksum: Buffer): Buffer {
    const sorted = this.#entries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const count = sorted.length;
    const index = Buffer.alloc(8 + 1024 + count * 28 + 40);
    index.writeUInt32BE(0xff744f63, 0);
    index.writeUInt32BE(2, 4);
    const [ids, crcs, offsets] = [1032, 1032 + count * 20, 1032 + count * 24];
    for (const [at, entry] of sorted.entries()) {
      index.write(entry.id, ids + at * 20, "hex");
      index.writeUInt32BE(entry.crc, crcs + at * 4);
      index.writeUInt32BE(entry.offset, offsets + at * 4);
    }
    let below = 0;
    for (let first = 0; first < 256; first++) {
      while (below < count && (index[ids + below * 20] ?? 0) <= first) below++;
      index.writeUInt32BE(below, 8 + first * 4);
    }
    checksum.copy(index, offsets + count * 4);
    createHash("sha1")
      .update(index.subarray(0, -20))
      .digest()
      .copy(index, index.length - 20);
    return index;
  }
}

/** The index beside a pack: which objects it has, and where. */
export class PackIndex {
  readonly #bytes: Buffer;
  readonly #count: number;

  private constructor(bytes: Buffer, count: number) {
    this.#bytes = bytes;
    this.#count = count;
  }

  /** undefined where the bytes are no index of version 2. */
  static parse(bytes: Buffer): PackIndex | undefined {
    if (bytes.length < 1072 || bytes.readUInt32BE(0) !== 0xff744f63 || bytes.readUInt32BE(4) !== 2)
      return undefined;
    const count = bytes.readUInt32BE(8 + 255 * 4);
    return bytes.length < 1072 + count * 28 ? undefined : new PackIndex(bytes, count);
  }

  /** All objects of the pack, in order of their ids. */
  get ids(): ObjectId[] {
    return Array.from({ length: this.#count }, (_, n) =>
      this.#bytes.toString("hex", 1032 + n * 20, 1052 + n * 20),
    );
  }

  /** Where the object stands in the pack; undefined where the pack does not have it. */
  offsetOf(id: ObjectId): number | undefined {
    const wanted = Buffer.from(id, "hex");
    const first = wanted[0] ?? 0;
    let low = first === 0 ? 0 : this.#bytes.readUInt32BE(4 + first * 4);
    let high = Math.min(this.#count, this.#bytes.readUInt32BE(8 + first * 4));
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = 1032 + middle * 20;
      const order = this.#bytes.compare(wanted, 0, 20, at, at + 20);
      if (order === 0) {
        const offset = this.#bytes.readUInt32BE(1032 + this.#count * 24 + middle * 4);
        // Above 2 GB it is a number in a further table; no pack of a code store comes near.
        return offset < 0x80000000 ? offset : undefined;
      }
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }
}
