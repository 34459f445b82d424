import { codecs, type Codec } from "./codec.js";
import { isUlid, type Ulid } from "./ids.js";

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
export const frameBytes = 16;
export const headerBytes = 48;
export const recordBytes = 56;
export const hashBytes = 32;
/** No object of a pack is larger, stored or not; a stranger's pack might say so. */
const largestPacked = 16 * 1024 * 1024;

export function frame(magic: string, count: number): Buffer {
  const bytes = Buffer.alloc(frameBytes);
  bytes.write(magic, "latin1");
  bytes.writeUInt32LE(version, 8);
  bytes.writeUInt32LE(count, 12);
  return bytes;
}

export const hasFrame = (bytes: Buffer, magic: string): boolean =>
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

export function readObject(
  bytes: Buffer,
  at: number,
  shapeAt: number,
  offset: number,
): PackedObject | undefined {
  const hash = bytes.toString("hex", at, at + hashBytes);
  const [stored, size] = [bytes.readUInt32LE(shapeAt), bytes.readUInt32LE(shapeAt + 4)];
  const [codec, form] = [codecs[bytes.readUInt8(shapeAt + 8)], forms[bytes.readUInt8(shapeAt + 9)]];
  if (!codec || !form || stored > largestPacked || size > largestPacked) return undefined;
  return { hash, offset, stored, size, codec, form };
}

export function headerOf(object: PackedObject): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write(object.hash, "hex");
  writeShape(header, hashBytes, object);
  return header;
}

export function indexOf(objects: Iterable<PackedObject>): Buffer {
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
