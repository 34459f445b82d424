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

/** zstd as the host has it: Node from 22.15 on, an editor only from some version on. */
export const hostZstd: Zstd | null =
  typeof zlib.zstdCompressSync === "function"
    ? {
        compress: (bytes) => zlib.zstdCompressSync(bytes),
        expand: (bytes, most) => zlib.zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, most) }),
      }
    : null;

/** Smaller content takes a block of the disk either way. */
const leastBytes = 4096;

/** What to store of `bytes`: zstd where the host has it and a tenth is saved. */
export function pack(bytes: Uint8Array, zstd: Zstd | null): { codec: Codec; stored: Uint8Array } {
  if (!zstd || bytes.byteLength < leastBytes) return { codec: "raw", stored: bytes };
  const stored = zstd.compress(bytes);
  return stored.byteLength <= bytes.byteLength * 0.9
    ? { codec: "zstd", stored }
    : { codec: "raw", stored: bytes };
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
