import { isObjectHash, type ObjectHash } from "./object-names.js";
import { largestChunk } from "./chunker.js";

/** A part of large content: an object of its own. */
export interface Chunk {
  readonly hash: ObjectHash;
  /** In bytes. */
  readonly size: number;
}

/** No list is larger: hundreds of gigabytes in chunks. */
export const largestChunkList = 64 * 1024 * 1024;

/** The chunks of some content as text: a line each, hash and size. */
export const chunkListText = (chunks: readonly Chunk[]): Buffer =>
  Buffer.from(chunks.map(({ hash, size }) => `${hash} ${size}\n`).join(""));

/** The chunks that a text lists; undefined where it is no such list. */
export function readChunkList(text: Buffer): readonly Chunk[] | undefined {
  const lines = text.toString("latin1").split("\n");
  if (lines.pop() !== "") return undefined;
  const chunks: Chunk[] = [];
  for (const line of lines) {
    const [hash = "", digits = "", extra] = line.split(" ");
    const size = Number(digits);
    if (!isObjectHash(hash) || !/^[1-9]\d{0,9}$/.test(digits) || size > largestChunk || extra !== undefined)
      return undefined;
    chunks.push({ hash, size });
  }
  return chunks;
}
