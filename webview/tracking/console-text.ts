import type { ConsolePart } from "../../src/protocol/tracking.js";
import { withoutAnsi } from "./ansi.js";

/** A part of a console that is read at once, in bytes; lines belong to the part in which they begin. */
export const partBytes = 256 * 1024;
/** A line that goes on beyond its part is read this far. */
const overlapBytes = 16 * 1024;
/** Taken for the length of a line until lines were seen. */
const usualLine = 60;
const newline = 10;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A row as it is shown: a line, or a piece of one that is too long for the width. */
export interface ConsoleRow {
  readonly part: number;
  /** Of the lines of its part. */
  readonly line: number;
  readonly text: string;
  /** The piece of the text without its escape sequences. */
  readonly from: number;
  readonly to: number;
}

/** A place in a console: a character of a line of a part. */
export interface ConsolePlace {
  readonly part: number;
  readonly line: number;
  readonly column: number;
}

/**
 * The rows of a console of any size, of which only some parts were read: what was not read yet counts as so many
 * rows as those that were let expect.
 */
export class ConsoleText {
  readonly #lines = new Map<number, readonly string[]>();
  readonly #rows = new Map<number, readonly ConsoleRow[]>();
  #size = 0;
  #count = 0;
  #bytes = 0;
  #width = Infinity;

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

  /** Breaks lines into rows of so many characters; Infinity: none is broken. */
  wrap(width: number): void {
    if (width === this.#width) return;
    this.#width = width;
    for (const [part, lines] of this.#lines) {
      this.#forgetRows(part);
      this.#putRows(part, lines);
    }
  }

  /** Takes an answer for a part. */
  put(part: number, answer: ConsolePart): void {
    this.grow(answer.size);
    const lines = linesOf(part, answer);
    this.#forget(part);
    this.#lines.set(part, lines);
    this.#putRows(part, lines);
  }

  #putRows(part: number, lines: readonly string[]): void {
    const rows = lines.flatMap((text, line) => rowsOf({ part, line, text }, this.#width));
    this.#rows.set(part, rows);
    this.#count += rows.length;
    this.#bytes += Math.min(partBytes, this.#size - part * partBytes);
  }

  /** The console became longer: of the part that was its last, more than was read belongs to it. */
  grow(size: number): void {
    if (size === this.#size) return;
    const [lastBefore, last] = [this.partCount - 1, Math.ceil(size / partBytes) - 1];
    if (last > lastBefore) this.#forget(lastBefore);
    for (const part of [...this.#lines.keys()]) if (part > last) this.#forget(part);
    this.#size = size;
  }

  #forget(part: number): void {
    this.#forgetRows(part);
    this.#lines.delete(part);
  }

  #forgetRows(part: number): void {
    const rows = this.#rows.get(part);
    if (!rows) return;
    this.#rows.delete(part);
    this.#count -= rows.length;
    this.#bytes -= Math.min(partBytes, this.#size - part * partBytes);
  }

  has(part: number): boolean {
    return this.#rows.has(part);
  }

  /** A part's lines; undefined where it was not read. */
  lines(part: number): readonly string[] | undefined {
    return this.#lines.get(part);
  }

  /** How many rows a part has, or most likely has. */
  #rowsIn(part: number): number {
    const known = this.#rows.get(part);
    if (known) return known.length;
    const perRow = this.#count === 0 ? usualLine : Math.max(1, this.#bytes / this.#count);
    return Math.max(1, Math.round(Math.min(partBytes, this.#size - part * partBytes) / perRow));
  }

  get rowCount(): number {
    let count = 0;
    for (let part = 0; part < this.partCount; part++) count += this.#rowsIn(part);
    return count;
  }

  /** The part in which a row is, and how many rows are before that part. */
  partOf(row: number): { readonly part: number; readonly before: number } {
    let before = 0;
    for (let part = 0; part < this.partCount; part++) {
      const count = this.#rowsIn(part);
      if (row < before + count) return { part, before };
      before += count;
    }
    return { part: Math.max(0, this.partCount - 1), before };
  }

  /** A row; undefined where its part was not read. */
  row(row: number): ConsoleRow | undefined {
    const { part, before } = this.partOf(row);
    return this.#rows.get(part)?.[row - before];
  }

  /** The row that shows a place; undefined where its part was not read. */
  rowOf({ part, line, column }: ConsolePlace): number | undefined {
    const rows = this.#rows.get(part);
    const at = rows?.findIndex((row) => row.line === line && (column < row.to || row.to === row.from)) ?? -1;
    if (at < 0) return undefined;
    let before = 0;
    for (let earlier = 0; earlier < part; earlier++) before += this.#rowsIn(earlier);
    return before + at;
  }
}

/** The lines that begin in a part, of the answer that it was asked for. */
export function linesOf(part: number, answer: ConsolePart): string[] {
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
  return lines;
}

function rowsOf(line: Pick<ConsoleRow, "part" | "line" | "text">, width: number): ConsoleRow[] {
  const { text } = line;
  const length = text.length <= width ? text.length : withoutAnsi(text).length;
  if (length <= width) return [{ ...line, from: 0, to: Infinity }];
  const rows: ConsoleRow[] = [];
  for (let from = 0; from < length; from += width) rows.push({ ...line, from, to: from + width });
  return rows;
}

/** What a terminal would show of a line that writes over itself, as progress bars do. */
function shownLine(text: string): string {
  if (!text.includes("\r")) return text;
  return text.split("\r").findLast((one) => one !== "") ?? "";
}
