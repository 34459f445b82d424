import type { ConsolePart } from "../../src/protocol/tracking.js";

/** A part of a console that is read at once, in bytes; lines belong to the part in which they begin. */
export const partBytes = 256 * 1024;
/** A line that goes on beyond its part is read this far. */
const overlapBytes = 16 * 1024;
/** Taken for the length of a line until lines were seen. */
const usualLine = 60;
const newline = 10;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The lines of a console of any size, of which only some parts were read: what was not read yet counts as so many
 * lines as those that were let expect.
 */
export class ConsoleText {
  readonly #parts = new Map<number, readonly string[]>();
  #size = 0;
  #lines = 0;
  #bytes = 0;

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  get partCount(): number {
    return Math.ceil(this.#size / partBytes);
  }

  /** What to ask for so that a part can be given to `put`. */
  static queryOf(part: number): { readonly from: number; readonly most: number } {
    // One byte more in front: whether a line begins with the part is seen by what stands before it.
    const from = Math.max(0, part * partBytes - 1);
    return { from, most: partBytes + overlapBytes + 1 };
  }

  /** Takes an answer for a part. */
  put(part: number, answer: ConsolePart): void {
    this.grow(answer.size);
    const bytes = encoder.encode(answer.text);
    const begin = part * partBytes - answer.from;
    const end = begin + partBytes;
    // A line begins behind a newline; the first line of all begins with the text.
    let at = part === 0 ? 0 : bytes.indexOf(newline, Math.max(0, begin - 1)) + 1;
    if (part > 0 && at === 0) at = bytes.length;
    const lines: string[] = [];
    while (at < Math.min(end, bytes.length)) {
      const found = bytes.indexOf(newline, at);
      const stop = found < 0 ? bytes.length : found;
      lines.push(shownLine(decoder.decode(bytes.subarray(at, stop))));
      at = stop + 1;
    }
    this.#forget(part);
    this.#parts.set(part, lines);
    this.#lines += lines.length;
    this.#bytes += Math.min(partBytes, answer.size - part * partBytes);
  }

  /** The console became longer: of the part that was its last, more than was read belongs to it. */
  grow(size: number): void {
    if (size === this.#size) return;
    const [lastBefore, last] = [this.partCount - 1, Math.ceil(size / partBytes) - 1];
    if (last > lastBefore) this.#forget(lastBefore);
    for (const part of [...this.#parts.keys()]) if (part > last) this.#forget(part);
    this.#size = size;
  }

  #forget(part: number): void {
    const lines = this.#parts.get(part);
    if (!lines) return;
    this.#parts.delete(part);
    this.#lines -= lines.length;
    this.#bytes -= Math.min(partBytes, this.#size - part * partBytes);
  }

  has(part: number): boolean {
    return this.#parts.has(part);
  }

  /** How many lines a part has, or most likely has. */
  linesIn(part: number): number {
    const known = this.#parts.get(part);
    if (known) return known.length;
    const perLine = this.#lines === 0 ? usualLine : Math.max(1, this.#bytes / this.#lines);
    return Math.max(1, Math.round(Math.min(partBytes, this.#size - part * partBytes) / perLine));
  }

  get lineCount(): number {
    let count = 0;
    for (let part = 0; part < this.partCount; part++) count += this.linesIn(part);
    return count;
  }

  /** The part in which a line is, and how many lines are before that part. */
  partOf(line: number): { readonly part: number; readonly before: number } {
    let before = 0;
    for (let part = 0; part < this.partCount; part++) {
      const count = this.linesIn(part);
      if (line < before + count) return { part, before };
      before += count;
    }
    return { part: Math.max(0, this.partCount - 1), before };
  }

  /** A line's text; undefined where its part was not read. */
  line(line: number): string | undefined {
    const { part, before } = this.partOf(line);
    return this.#parts.get(part)?.[line - before];
  }
}

/** What a terminal would show of a line that writes over itself, as progress bars do. */
function shownLine(text: string): string {
  if (!text.includes("\r")) return text;
  return text.split("\r").findLast((one) => one !== "") ?? "";
}
