/**
 * How a line ended: `newline`; `return`, a carriage return with which a progress bar draws over itself; `cut`, where
 * a line grew past 64 kB and this is a piece of it, as is what follows up to its end; `end` of the console.
 */
export type LineEnd = "newline" | "return" | "cut" | "end";

const lineFeed = 10;
const carriageReturn = 13;
const longest = 64 * 1024;

/** Cuts bytes into lines of text; empty lines are left out, bytes that are no UTF-8 become U+FFFD. */
export class ConsoleLines {
  readonly #onLine: (text: string, end: LineEnd) => void;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #isPiece = false;

  constructor(onLine: (text: string, end: LineEnd) => void) {
    this.#onLine = onLine;
  }

  feed(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    let feedAt = buffer.indexOf(lineFeed);
    let returnAt = buffer.indexOf(carriageReturn);
    while (at < buffer.length) {
      if (feedAt !== -1 && feedAt < at) feedAt = buffer.indexOf(lineFeed, at);
      if (returnAt !== -1 && returnAt < at) returnAt = buffer.indexOf(carriageReturn, at);
      const isReturn = returnAt !== -1 && (feedAt === -1 || returnAt < feedAt);
      const stop = isReturn ? returnAt : feedAt;
      if (stop === -1) {
        this.#keep(buffer.subarray(at));
        return;
      }
      this.#keep(buffer.subarray(at, stop));
      const both = isReturn && buffer[stop + 1] === lineFeed;
      this.#end(isReturn && !both ? "return" : "newline");
      at = stop + (both ? 2 : 1);
    }
  }

  /** Hands on a last line that has no end. */
  flush(): void {
    this.#end("end");
  }

  #keep(part: Buffer): void {
    let left = part;
    while (this.#restBytes + left.length > longest) {
      const fits = longest - this.#restBytes;
      this.#rest.push(left.subarray(0, fits));
      this.#restBytes = longest;
      left = left.subarray(fits);
      this.#isPiece = true;
      this.#emit("cut");
    }
    if (left.length === 0) return;
    // a copy: the caller's memory is used again
    this.#rest.push(Buffer.from(left));
    this.#restBytes += left.length;
  }

  #end(end: LineEnd): void {
    const wasPiece = this.#isPiece;
    this.#isPiece = false;
    this.#emit(wasPiece ? "cut" : end);
  }

  #emit(end: LineEnd): void {
    if (this.#restBytes === 0) return;
    const [only] = this.#rest;
    const whole = this.#rest.length === 1 && only ? only : Buffer.concat(this.#rest, this.#restBytes);
    this.#rest = [];
    this.#restBytes = 0;
    this.#onLine(whole.toString("utf8"), end);
  }
}
