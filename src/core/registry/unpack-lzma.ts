import { Buffer } from "node:buffer";
import type { Job, Jobs } from "../base/ports.js";
import type { Unpack } from "./zip-entries.js";

/** Where what cannot be done in turns is done, until `signal` is given. */
export interface Threads {
  readonly jobs: Jobs;
  readonly signal: AbortSignal;
}

/** The library unpacks in one go, at some 30 MB a second. */
export const mostOfLzma = 64 * 1024 * 1024;
const headerBytes = 13;

interface Packed {
  readonly bytes: Uint8Array;
  readonly most: number;
}
/** What is wrong is told as a word: an error does not come from another thread as what it was. */
type Unpacked = Uint8Array | "too long" | "damaged";

/**
 * The library heeds the size that stands in the header, so that the bound is written there; nor does it need a dictionary
 * that is larger than all that comes of it.
 */
export const unpackLzma: Job<Packed, Unpacked> = {
  name: "registry/unpack-lzma",
  run: async ({ bytes, most }) => {
    const { decompress } = await import("lzma1");
    if (bytes.byteLength < headerBytes) return "damaged";
    const bounded = Buffer.from(bytes);
    bounded.writeUInt32LE(Math.min(bounded.readUInt32LE(1), most), 1);
    if (bounded.readBigUInt64LE(5) > BigInt(most)) bounded.writeBigUInt64LE(BigInt(most + 1), 5);
    try {
      const plain = decompress(bounded);
      return plain.byteLength > most ? "too long" : plain;
    } catch {
      return "damaged";
    }
  },
};

/** Unpacks the old form of LZMA on a job thread: it would take seconds during which nothing else is answered. */
export const onThread =
  ({ jobs, signal }: Threads): Unpack =>
  async (bytes, most) => {
    const plain = await jobs.run(unpackLzma, { bytes, most }, signal);
    if (plain === "too long") throw new RangeError("It holds more than it may.");
    if (plain === "damaged") throw new Error("It is damaged.");
    return Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
  };
