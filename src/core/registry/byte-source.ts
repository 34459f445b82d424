import { Failure } from "../base/failure.js";
import type { FilePort } from "../base/ports.js";
import { said } from "../base/said.js";
import { readRange } from "../store/file-bytes.js";

/** Bytes that can be read from anywhere, without holding all of them. */
export interface ByteSource {
  /** For sentences: the file's path, and what of it. */
  readonly name: string;
  readonly size: number;
  /** Bytes `from` up to `to`; fewer where it ends before. */
  readonly read: (from: number, to: number) => Buffer;
}

export const bytesOf = (name: string, bytes: Buffer): ByteSource => ({
  name,
  size: bytes.byteLength,
  read: (from, to) => bytes.subarray(from, to),
});

/** Whether a file begins with these bytes. */
export const startsWith = (head: Buffer, ...bytes: readonly number[]): boolean =>
  bytes.every((byte, at) => head[at] === byte);

/** Bytes `from` up to `to` of another source, as one of its own. */
export const partOf = (source: ByteSource, name: string, from: number, to: number): ByteSource => ({
  name,
  size: to - from,
  read: (start, end) => source.read(from + start, Math.min(to, from + end)),
});

export const fileSource = (files: FilePort, name: string, file: string, size: number): ByteSource => ({
  name,
  size,
  read: (from, to) => readRange(files, file, from, to),
});

const windowBytes = 64 * 1024;
/** More in one piece is never needed of what is read as a name or a number. */
const mostAtOnce = 64 * 1024 * 1024;

/** Reads a source from a place on, through a window: what is skipped is not read. */
export class ByteCursor {
  readonly source: ByteSource;
  readonly end: number;
  at: number;
  #window: Buffer = Buffer.alloc(0);
  #from = 0;

  constructor(source: ByteSource, from = 0, end = source.size) {
    this.source = source;
    this.at = from;
    this.end = Math.min(end, source.size);
  }

  get left(): number {
    return this.end - this.at;
  }

  #cutOff(): Failure {
    return new Failure(
      "value.invalid",
      said`${this.source.name} is cut off: it ends at byte ${this.source.size} in the middle of a value.`,
    );
  }

  /** The next byte; throws `value.invalid` at the end. */
  byte(): number {
    const inside = this.at - this.#from;
    const known = inside >= 0 ? this.#window[inside] : undefined;
    if (known !== undefined && this.at < this.end) {
      this.at++;
      return known;
    }
    this.#look(1);
    const read = this.#window[this.at - this.#from];
    if (read === undefined) throw this.#cutOff();
    this.at++;
    return read;
  }

  /** The next `count` bytes, good until the next call; throws `value.invalid` where there are fewer. */
  take(count: number): Buffer {
    if (count < 0 || count > this.left || count > mostAtOnce) throw this.#cutOff();
    this.#look(count);
    const inside = this.at - this.#from;
    const bytes = this.#window.subarray(inside, inside + count);
    if (bytes.byteLength < count) throw this.#cutOff();
    this.at += count;
    return bytes;
  }

  /** Leaves out `count` bytes; throws `value.invalid` where there are fewer. */
  skip(count: number): void {
    if (!Number.isSafeInteger(count) || count < 0 || count > this.left) throw this.#cutOff();
    this.at += count;
  }

  #look(count: number): void {
    if (this.at + count > this.end) throw this.#cutOff();
    const inside = this.at - this.#from;
    if (inside >= 0 && inside + count <= this.#window.byteLength) return;
    this.#from = this.at;
    this.#window = this.source.read(this.at, Math.min(this.end, this.at + Math.max(count, windowBytes)));
  }
}
