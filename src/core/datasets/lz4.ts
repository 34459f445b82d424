import { decompressBlock } from "lz4js";

const magic = 0x184d2204;
/** LZ4 makes of one byte no more than this. */
const mostOfOne = 255;
const stored = 0x80000000;

/** A part of a frame: its bytes stand there as they are, or compressed. */
interface Block {
  readonly at: number;
  readonly length: number;
  readonly isStored: boolean;
}

/**
 * What a frame of LZ4 holds. Throws where it is no frame, or one that is not so long as `expected`; a RangeError where it
 * is longer than `most`. The library reads blocks right, but frames whose blocks have checksums wrong.
 */
export function expandLz4(frame: Uint8Array, expected: number | undefined, most = Infinity): Uint8Array {
  const length = expected ?? Math.min(most, boundOf(frame));
  if (length < 0 || length > frame.byteLength * mostOfOne) throw new Error("No frame of LZ4 holds so much.");
  const bytes = new Uint8Array(length);
  let place = 0;
  for (const { at, length: size, isStored } of blocksOf(frame)) {
    if (!isStored) place = decompressBlock(frame, bytes, at, size, place);
    else if (place + size <= length) {
      bytes.set(frame.subarray(at, at + size), place);
      place += size;
    } else place = Infinity;
  }
  if (place > most) throw new RangeError("The frame of LZ4 holds more than it may.");
  if (expected !== undefined && place !== expected) throw new Error("The frame of LZ4 is of another length.");
  return bytes.subarray(0, place);
}

/** So much a frame holds at the most: each block no more than its frame says, and than LZ4 can. */
function boundOf(frame: Uint8Array): number {
  const largest = 256 << (2 * (((frame[5] ?? 0) >> 4) & 7)); // 4: 64 kB, up to 7: 4 MB
  let bound = 0;
  for (const { length, isStored } of blocksOf(frame))
    bound += isStored ? length : Math.min(largest, length * mostOfOne);
  return bound;
}

function* blocksOf(frame: Uint8Array): Generator<Block> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== magic) throw new Error("This is no frame of LZ4.");
  const flags = view.getUint8(4);
  const [hasChecksums, hasSize, hasDictionary] = [flags & 0x10, flags & 0x08, flags & 0x01];
  // magic word, flags, sizes of blocks, what may stand then, and a byte that checks these
  for (let at = 7 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0); ;) {
    const word = view.getUint32(at, true);
    if (word === 0) return;
    const length = word & ~stored;
    if (at + 4 + length > frame.byteLength) throw new Error("The frame of LZ4 was cut off.");
    yield { at: at + 4, length, isStored: word >= stored };
    at += 4 + length + (hasChecksums ? 4 : 0);
  }
}
