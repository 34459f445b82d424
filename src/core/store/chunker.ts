import { sha256 } from "./canonical.js";

/*
 * Where large content is cut (FastCDC with normalised chunking). A rolling sum over the bytes of a chunk, from its 256th
 * kB on: h = (h << 1) + gear[byte], in 32 bits. The chunk ends behind the byte where the upper 22 bits of h are 0; behind
 * 1 MB from its beginning the upper 18 are enough; after 4 MB in any case. gear[n] is the first four bytes, little endian,
 * of the SHA-256 of the text `loam gear n`; h begins at 0 anew behind the 1 MB. So a cut hangs on the bytes before it
 * alone: what is inserted or appended changes the chunks around it, and the others are as they were.
 */
const least = 256 * 1024;
const usual = 1024 * 1024;
export const largestChunk = 4 * 1024 * 1024;
const strict = 0xfffffc00 | 0;
const loose = 0xffffc000 | 0;

let table: Int32Array | undefined;

const gearTable = (): Int32Array =>
  (table ??= Int32Array.from({ length: 256 }, (_, n) =>
    Buffer.from(sha256(`loam gear ${n}`).slice(0, 8), "hex").readInt32LE(0),
  ));

/**
 * Where the chunk ends that begins at `from`. Up to `to` there are the bytes of the largest chunk, or all that follow.
 */
export function endOfChunk(bytes: Uint8Array, from: number, to: number): number {
  const end = Math.min(to, from + largestChunk);
  const middle = Math.min(end, from + usual);
  const early = firstCut(bytes, from + least, middle, strict);
  if (early > 0) return early;
  const late = firstCut(bytes, Math.max(middle, from + least), end, loose);
  return late > 0 ? late : end;
}

/**
 * Behind the first byte at which the sum has no bit of the mask; 0 where there is none. Eight bytes a turn: a loop over
 * single bytes, which the compiler enters while it runs, takes two to four times as long.
 */
function firstCut(bytes: Uint8Array, from: number, to: number, mask: number): number {
  const gear = gearTable();
  let sum = 0;
  let at = from;
  for (const last = to - 8; at <= last; at += 8) {
    const a = ((sum << 1) + (gear[bytes[at] as number] as number)) | 0;
    if ((a & mask) === 0) return at + 1;
    const b = ((a << 1) + (gear[bytes[at + 1] as number] as number)) | 0;
    if ((b & mask) === 0) return at + 2;
    const c = ((b << 1) + (gear[bytes[at + 2] as number] as number)) | 0;
    if ((c & mask) === 0) return at + 3;
    const d = ((c << 1) + (gear[bytes[at + 3] as number] as number)) | 0;
    if ((d & mask) === 0) return at + 4;
    const e = ((d << 1) + (gear[bytes[at + 4] as number] as number)) | 0;
    if ((e & mask) === 0) return at + 5;
    const f = ((e << 1) + (gear[bytes[at + 5] as number] as number)) | 0;
    if ((f & mask) === 0) return at + 6;
    const g = ((f << 1) + (gear[bytes[at + 6] as number] as number)) | 0;
    if ((g & mask) === 0) return at + 7;
    sum = ((g << 1) + (gear[bytes[at + 7] as number] as number)) | 0;
    if ((sum & mask) === 0) return at + 8;
  }
  while (at < to) {
    sum = ((sum << 1) + (gear[bytes[at++] as number] as number)) | 0;
    if ((sum & mask) === 0) return at;
  }
  return 0;
}

/** Content in chunks, of slices of any size. A chunk is good until the next one is asked for. */
export function* chunksOf(slices: Iterable<Uint8Array>): Generator<Buffer> {
  const room = Buffer.allocUnsafe(3 * largestChunk);
  let [from, to] = [0, 0];
  for (const slice of slices) {
    for (let taken = 0; taken < slice.byteLength;) {
      const count = Math.min(slice.byteLength - taken, room.byteLength - to);
      room.set(slice.subarray(taken, taken + count), to);
      to += count;
      taken += count;
      if (to < room.byteLength) continue;
      while (to - from >= largestChunk) {
        const end = endOfChunk(room, from, to);
        yield room.subarray(from, end);
        from = end;
      }
      room.copyWithin(0, from, to);
      [from, to] = [0, to - from];
    }
  }
  while (from < to) {
    const end = endOfChunk(room, from, to);
    yield room.subarray(from, end);
    from = end;
  }
}
