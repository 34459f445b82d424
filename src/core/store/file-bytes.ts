import * as crypto from "node:crypto";
import type { FilePort } from "../base/ports.js";
import type { Pace } from "./pace.js";

const sliceBytes = 1024 * 1024;

/** Bytes `from` up to `to` of a file (or its end) in slices. A slice is good until the next one is asked for. */
export function* readSlices(
  files: FilePort,
  file: string,
  from = 0,
  to = Number.POSITIVE_INFINITY,
): Generator<Buffer> {
  const fd = files.openRead(file);
  try {
    const buffer = Buffer.allocUnsafe(
      Math.max(1, Math.min(sliceBytes, to - from, files.size(fd) - from + 1)),
    );
    for (let at = from; at < to;) {
      const count = files.read(fd, buffer.subarray(0, Math.min(buffer.byteLength, to - at)), at);
      if (count === 0) return;
      at += count;
      yield buffer.subarray(0, count);
    }
  } finally {
    files.close(fd);
  }
}

/** Bytes `from` up to `to` in one piece; fewer where the file ends before. */
export function readRange(files: FilePort, file: string, from: number, to: number): Buffer {
  const fd = files.openRead(file);
  try {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(to, files.size(fd)) - from));
    return bytes.subarray(0, readInto(files, fd, bytes, from));
  } finally {
    files.close(fd);
  }
}

/** Fills bytes from a place of a file on; how many there were. */
export function readInto(files: FilePort, fd: number, bytes: Uint8Array, from: number): number {
  for (let filled = 0; ;) {
    const count = filled < bytes.byteLength ? files.read(fd, bytes.subarray(filled), from + filled) : 0;
    if (count === 0) return filled;
    filled += count;
  }
}

/**
 * Of larger writes Linux makes as large pieces of its memory, which are seldom free and warm: on a virtual machine that
 * took three times as long.
 */
const writtenAtOnce = 256 * 1024;

/** Writes all bytes, behind what was written before or at `position`; a disk that takes none is full. */
export function writeAll(files: FilePort, fd: number, bytes: Uint8Array, position?: number): void {
  for (let written = 0; written < bytes.byteLength;) {
    const isAll = written === 0 && bytes.byteLength <= writtenAtOnce;
    const part = isAll ? bytes : bytes.subarray(written, written + writtenAtOnce);
    const count = files.write(fd, part, position === undefined ? undefined : position + written);
    if (count === 0) throw Object.assign(new Error("the disk took no bytes"), { code: "ENOSPC" });
    written += count;
  }
}

/** SHA-256 (64 hex digits) and size of a file's content as it is read. */
export async function hashFile(
  files: FilePort,
  file: string,
  pace: Pace,
): Promise<{ readonly sha256: string; readonly size: number }> {
  const hash = crypto.createHash("sha256");
  let size = 0;
  for (const slice of readSlices(files, file)) {
    hash.update(slice);
    size += slice.byteLength;
    await pace.turn();
  }
  return { sha256: hash.digest("hex"), size };
}

/** A place in a file. */
interface Place {
  readonly file: string;
  readonly from: number;
}

/** How many bytes are equal in two files, each from its place on; `length` at most. */
export async function commonPrefix(
  files: FilePort,
  a: Place,
  b: Place,
  length: number,
  pace: Pace,
): Promise<number> {
  const other = readSlices(files, b.file, b.from, b.from + length);
  let rest: Buffer = Buffer.alloc(0);
  let same = 0;
  try {
    for (let slice of readSlices(files, a.file, a.from, a.from + length)) {
      while (slice.byteLength > 0) {
        if (rest.byteLength === 0) {
          const next = other.next();
          if (next.done === true) return same;
          rest = next.value;
        }
        const count = Math.min(slice.byteLength, rest.byteLength);
        const [left, right] = [slice.subarray(0, count), rest.subarray(0, count)];
        if (!left.equals(right)) return same + firstDifference(left, right);
        same += count;
        slice = slice.subarray(count);
        rest = rest.subarray(count);
      }
      await pace.turn();
    }
    return same;
  } finally {
    other.return(undefined);
  }
}

function firstDifference(a: Buffer, b: Buffer): number {
  let at = 0;
  while (a[at] === b[at]) at++;
  return at;
}
