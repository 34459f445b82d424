import * as zlib from "node:zlib";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";

/** How content is stored. */
export type Codec = "raw" | "zstd";
export const codecs: readonly Codec[] = ["raw", "zstd"];

export interface Zstd {
  readonly compress: (bytes: Uint8Array) => Buffer;
  /** Throws where more than `most` bytes come out, or where the input is none of zstd's. */
  readonly expand: (bytes: Uint8Array, most: number) => Buffer;
}

/** Smaller content takes a smaller table to look back in: making a large one would take longer than the work. */
const smallBytes = 64 * 1024;

/** Of what is expanded; zlib takes no smaller one. */
const leastPiece = 64;

/** What zstd works with takes about as much as the content, and this beside it. */
const besideContent = 128 * 1024;
const mostHeld = 6 * 1024 * 1024;
let held = 0;
const lastly: { garbage: readonly undefined[] } = { garbage: [] };

/**
 * Node frees what zstd worked with when the object that stands for it is collected, and V8 knows nothing of its size: a
 * thread that compresses one content after the other would hold hundreds of megabytes. Garbage of which V8 knows has it
 * look at its young objects sooner. That takes a fraction of a millisecond, and memory that is used again is faster.
 */
function freeHeld(bytes: number): void {
  held += bytes + besideContent;
  if (held < mostHeld) return;
  held = 0;
  for (let i = 0; i < 4; i++) lastly.garbage = new Array<undefined>(16_000); // 128 kB each
  lastly.garbage = [];
}

/** No less room than zstd might need for the content: with that it writes there at once, and copies nothing before. */
const roomFor = (bytes: number): number => bytes + (bytes >>> 8) + 1024;

/** A table of half the usual size stays in the processor's nearest memory: a sixth faster, some per cent larger. */
const hashLog = 13;

function compressNow(bytes: Uint8Array): Buffer {
  freeHeld(bytes.byteLength);
  const { constants } = zlib;
  const small = bytes.byteLength <= smallBytes;
  return zlib.zstdCompressSync(bytes, {
    pledgedSrcSize: bytes.byteLength,
    chunkSize: roomFor(bytes.byteLength),
    params: {
      [constants.ZSTD_c_compressionLevel]: 1,
      [constants.ZSTD_c_hashLog]: small ? 12 : hashLog,
      ...(small ? { [constants.ZSTD_c_windowLog]: 16 } : {}),
    },
  });
}

/** Little of what is compressed comes out larger than that: it comes in one piece, which costs less than many. */
const oftenWithin = 16;

function expandNow(bytes: Uint8Array, most: number): Buffer {
  const piece = Math.min(most, oftenWithin * bytes.byteLength) + leastPiece;
  freeHeld(piece);
  return zlib.zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, most), chunkSize: piece });
}

/** zstd as the host has it: Node from 22.15 on, an editor only from some version on. */
export const hostZstd: Zstd | null =
  typeof zlib.zstdCompressSync === "function"
    ? {
        compress: compressNow,
        expand: expandNow,
      }
    : null;

/** Smaller content takes a block of the disk either way. */
const leastBytes = 4096;
/** Of larger content a part is tried first: what is compressed already, as images are, is not tried whole. */
const sampledAbove = 128 * 1024;
const sampleBytes = 32 * 1024;

const pays = (stored: number, size: number): boolean => stored <= size * 0.9;

/** What to store of `bytes`: zstd where the host has it and a tenth is saved. */
export function pack(bytes: Uint8Array, zstd: Zstd | null): { codec: Codec; stored: Uint8Array } {
  const raw = { codec: "raw", stored: bytes } as const;
  if (!zstd || bytes.byteLength < leastBytes) return raw;
  if (bytes.byteLength > sampledAbove) {
    const from = (bytes.byteLength - sampleBytes) >>> 1;
    if (!pays(zstd.compress(bytes.subarray(from, from + sampleBytes)).byteLength, sampleBytes)) return raw;
  }
  const stored = zstd.compress(bytes);
  return pays(stored.byteLength, bytes.byteLength) ? { codec: "zstd", stored } : raw;
}

/** The content of what was stored. Throws `feature.absent` where this host cannot read the codec. */
export function unpack(codec: Codec, stored: Buffer, size: number, zstd: Zstd | null): Buffer {
  if (codec === "raw") return stored;
  if (!zstd) throw zstdMissing();
  return zstd.expand(stored, size);
}

const zstdMissing = (): Failure =>
  new Failure(
    "feature.absent",
    said`This content is stored with zstd, which Node ${process.version} cannot read.`,
    {
      next: said`Use Node 22.15 or newer, or an editor that has it.`,
    },
  );
