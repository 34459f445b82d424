import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { expandLz4 } from "../datasets/lz4.js";
import { startsWith } from "./byte-source.js";
import { mostOfLzma, onThread, type Threads } from "./unpack-lzma.js";
import { mostUnpacked, type Unpack } from "./zip-entries.js";

/** What unpacks a file that joblib packed. The libraries are loaded by those who ask. */
export interface Unpacker {
  readonly unpack: Unpack;
  /** What comes of it is not larger, in bytes. */
  readonly most: number;
}

/** By how a file begins; undefined where it is not packed, or in a way that is not known here. */
export function unpackerOf(head: Buffer, threads: Threads): Unpacker | undefined {
  if (head[0] === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(head[1] ?? 0)) return ofNode(zlib.inflate);
  if (startsWith(head, 0x1f, 0x8b)) return ofNode(zlib.gunzip);
  if (startsWith(head, 0x04, 0x22, 0x4d, 0x18)) return { unpack: unpackLz4, most: mostUnpacked };
  if (startsWith(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a))
    return {
      unpack: async (...given) => (await import("./unpack-xz.js")).unpackXz(...given),
      most: mostUnpacked,
    };
  if (startsWith(head, 0x42, 0x5a, 0x68)) return { unpack: unpackBzip2, most: mostUnpacked };
  return startsWith(head, 0x5d, 0, 0) ? { unpack: onThread(threads), most: mostOfLzma } : undefined;
}

type NodeUnpacker = typeof zlib.inflate | typeof zlib.gunzip;

function ofNode(unpacker: NodeUnpacker): Unpacker {
  const unpack = promisify<Buffer, zlib.ZlibOptions, Buffer>(unpacker);
  return { unpack: (bytes, most) => unpack(bytes, { maxOutputLength: most }), most: mostUnpacked };
}

const unpackLz4: Unpack = (bytes, most) => {
  const plain = expandLz4(bytes, undefined, most);
  return Promise.resolve(Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength));
};

const tooLong = (): RangeError => new RangeError("It holds more than it may.");

/** bzip2, with the streams that may stand behind the first, as Python reads them; a block takes some 50 ms. */
const unpackBzip2: Unpack = async (bytes, most) => {
  const { default: bzip2 } = await import("unbzip2-stream/lib/bzip2.js");
  const { default: bitIterator } = await import("unbzip2-stream/lib/bit_iterator.js");
  let isGiven = false;
  const bits = bitIterator(() => {
    if (isGiven) throw new Error("It is cut off.");
    isGiven = true;
    return bytes;
  });
  let plain = Buffer.alloc(Math.min(most, 4 * bytes.byteLength + 1024));
  let size = 0;
  const put = (byte: number): void => {
    if (size >= plain.byteLength) plain = grown(plain, most);
    plain[size++] = byte;
  };
  do {
    const block = new Int32Array(100_000 * bzip2.header(bits));
    for (let sum: number | null = 0; sum !== null;) {
      sum = bzip2.decompress(bits, put, block, block.length, sum);
      await nextTurn();
    }
  } while (isStream(bytes.subarray(bits.bytesRead)));
  return plain.subarray(0, size);
};

/** What else stands behind a stream is left out, as Python does. */
const isStream = (rest: Buffer): boolean => startsWith(rest, 0x42, 0x5a, 0x68);

function grown(bytes: Buffer, most: number): Buffer<ArrayBuffer> {
  if (bytes.byteLength >= most) throw tooLong();
  const larger = Buffer.alloc(Math.min(most, 2 * bytes.byteLength));
  bytes.copy(larger);
  return larger;
}
