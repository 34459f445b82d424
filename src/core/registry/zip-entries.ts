import * as zlib from "node:zlib";
import { promisify } from "node:util";
import { Failure, systemCode } from "../base/failure.js";
import { said } from "../base/said.js";
import { bytesOf, partOf, type ByteSource } from "./byte-source.js";

/** A file within a zip file. */
export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly packed: number;
  readonly method: number;
  /** Where its local header stands. */
  readonly at: number;
}

const endMark = 0x06054b50;
const end64Mark = 0x06064b50;
const locator64Mark = 0x07064b50;
const entryMark = 0x02014b50;
const localMark = 0x04034b50;
const mostEntries = 100_000;
const mostDirectory = 64 * 1024 * 1024;
/** What is unpacked in memory; more would be a bomb, or something that is no description. */
export const mostUnpacked = 256 * 1024 * 1024;

/** The files within a zip file, by its directory. Throws `value.invalid` where it is none, or cut off. */
export function zipEntries(source: ByteSource): readonly ZipEntry[] {
  const { count, size, at } = directoryOf(source);
  if (count > mostEntries || size > mostDirectory)
    throw new Failure("value.tooLarge", said`${source.name} has more than ${mostEntries} files.`);
  const bytes = source.read(at, at + size);
  const entries: ZipEntry[] = [];
  for (let from = 0; from + 46 <= bytes.byteLength && entries.length < count;) {
    if (bytes.readUInt32LE(from) !== entryMark) throw noZip(source);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((off) =>
      bytes.readUInt16LE(from + off),
    );
    const nameEnd = from + 46 + (nameLength ?? 0);
    const extraEnd = nameEnd + (extraLength ?? 0);
    const known = {
      size: bytes.readUInt32LE(from + 24),
      packed: bytes.readUInt32LE(from + 20),
      at: bytes.readUInt32LE(from + 42),
    };
    entries.push({
      name: bytes.toString("utf8", from + 46, nameEnd),
      method: bytes.readUInt16LE(from + 10),
      ...largeOf(bytes.subarray(nameEnd, extraEnd), known),
    });
    from = extraEnd + (commentLength ?? 0);
  }
  if (entries.length < count) throw noZip(source);
  return entries;
}

const noZip = (source: ByteSource): Failure =>
  new Failure("value.invalid", said`${source.name} is no zip file, or it is cut off.`);

function directoryOf(source: ByteSource): {
  readonly count: number;
  readonly size: number;
  readonly at: number;
} {
  const tailFrom = Math.max(0, source.size - 65_557);
  const tail = source.read(tailFrom, source.size);
  for (let at = tail.byteLength - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== endMark) continue;
    const plain = {
      count: tail.readUInt16LE(at + 10),
      size: tail.readUInt32LE(at + 12),
      at: tail.readUInt32LE(at + 16),
    };
    const locator = at - 20;
    if (locator < 0 || tail.readUInt32LE(locator) !== locator64Mark) return plain;
    const place = Number(tail.readBigUInt64LE(locator + 8));
    const end64 = source.read(place, place + 56);
    if (end64.byteLength < 56 || end64.readUInt32LE(0) !== end64Mark) return plain;
    return {
      count: Number(end64.readBigUInt64LE(32)),
      size: Number(end64.readBigUInt64LE(40)),
      at: Number(end64.readBigUInt64LE(48)),
    };
  }
  throw noZip(source);
}

/** Sizes and places above 4 GB stand in a field of their own. */
function largeOf<T extends { size: number; packed: number; at: number }>(extra: Buffer, known: T): T {
  const large = { ...known };
  for (let from = 0; from + 4 <= extra.byteLength;) {
    const [id, length] = [extra.readUInt16LE(from), extra.readUInt16LE(from + 2)];
    let at = from + 4;
    const next = (): number => {
      const value = at + 8 <= extra.byteLength ? Number(extra.readBigUInt64LE(at)) : 0;
      at += 8;
      return value;
    };
    if (id === 1)
      for (const key of ["size", "packed", "at"] as const) if (known[key] === 0xffffffff) large[key] = next();
    from += 4 + length;
  }
  return large;
}

const inflateRaw = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);
const inflated: Unpack = (bytes, most) => inflateRaw(bytes, { maxOutputLength: most });

/** The content of a file within. Throws `value.invalid` where it is torn, `value.tooLarge` where it unpacks to too much. */
export async function zipContent(source: ByteSource, entry: ZipEntry): Promise<ByteSource> {
  const name = `${source.name}/${entry.name}`;
  const local = source.read(entry.at, entry.at + 30);
  if (local.byteLength < 30 || local.readUInt32LE(0) !== localMark) throw noZip(source);
  const from = entry.at + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (from + entry.packed > source.size) throw noZip(source);
  if (entry.method === 0) return partOf(source, name, from, from + entry.packed);
  if (entry.method !== 8)
    throw new Failure("value.invalid", said`${name} is packed in a way that is not known here.`);
  if (Math.max(entry.packed, entry.size) > mostUnpacked) throw tooMuch(name);
  return bytesOf(name, await unpacked(name, inflated, source.read(from, from + entry.packed)));
}

const tooMuch = (name: string, most = mostUnpacked): Failure =>
  new Failure("value.tooLarge", said`${name} unpacks to more than ${most} bytes.`);

const damaged = said`it is damaged or cut off`;

/** Unpacks bytes; throws a RangeError where more than `most` come of it. */
export type Unpack = (bytes: Buffer, most: number) => Promise<Buffer>;

/** Unpacks what `work` can, within limits. */
export async function unpacked(
  name: string,
  work: Unpack,
  bytes: Buffer,
  most = mostUnpacked,
): Promise<Buffer> {
  try {
    return await work(bytes, most);
  } catch (error) {
    if (error instanceof Failure) throw error; // it was called off
    if (error instanceof RangeError) throw tooMuch(name, most);
    // what has a code is of Node; the libraries say nothing that helps
    const reason = error instanceof Error && systemCode(error) !== undefined ? error.message : damaged;
    throw new Failure("value.invalid", said`${name} cannot be unpacked (${reason}).`, { cause: error });
  }
}
