import { DataType, type Data } from "apache-arrow";
import { isUtf8 } from "node:buffer";
import { Short } from "./arrow-cells.js";

/** Bytes of no text stand where text should. */
class NoText extends Error {}

/** The texts or bytes of a column, one looked at after another: what `seek` found is there until it is called again. */
export abstract class Texts {
  buffer: Uint8Array = new Uint8Array();
  start = 0;
  length = 0;

  /** Goes to the value of a row. Throws where it would be outside of the data, and where it is no text but should be. */
  abstract seek(row: number): void;
  /** Bytes of so many values from a row on, about. */
  abstract weight(from: number, count: number): number;

  /** Whether the buffer as a whole is what its values should be, so that each part of it may be taken for it. */
  abstract get whole(): boolean;

  bytes(): Uint8Array {
    return this.buffer.subarray(this.start, this.start + this.length);
  }

  protected set(buffer: Uint8Array | undefined, start: number, length: number): void {
    if (buffer === undefined || start < 0 || length < 0 || start + length > buffer.byteLength)
      throw new Short();
    this.buffer = buffer;
    this.start = start;
    this.length = length;
  }
}

/** Looks whether values are text: of a whole buffer that is found out quicker than of each value. */
class TextCheck {
  readonly #known = new WeakMap<Uint8Array, boolean>();
  #last: Uint8Array | undefined;
  #isWhole = false;

  whole(buffer: Uint8Array): boolean {
    if (buffer === this.#last) return this.#isWhole;
    this.#last = buffer;
    this.#isWhole = this.#known.get(buffer) ?? isUtf8(buffer);
    this.#known.set(buffer, this.#isWhole);
    return this.#isWhole;
  }

  /** Throws where these bytes of a buffer are no text. */
  check({ buffer, start, length }: Texts): void {
    if (length <= mostInline && isAscii(buffer, start, length)) return;
    const parted = this.whole(buffer) && !isMiddle(buffer[start]) && !isMiddle(buffer[start + length]);
    if (!parted && !isUtf8(buffer.subarray(start, start + length))) throw new NoText();
  }
}

function isAscii(buffer: Uint8Array, start: number, length: number): boolean {
  for (let at = start; at < start + length; at++) if ((buffer[at] ?? 0) >= 128) return false;
  return true;
}

/** A byte within a character. */
const isMiddle = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Values behind one another, with the places where each begins. */
class OffsetTexts extends Texts {
  readonly #offsets: BigInt64Array | Int32Array;
  readonly #values: Uint8Array;
  readonly #check: TextCheck | undefined;

  constructor(data: Data, check: TextCheck | undefined) {
    super();
    this.#offsets = data.valueOffsets as BigInt64Array | Int32Array;
    this.#values = data.values as Uint8Array;
    this.#check = check;
  }

  seek(row: number): void {
    const start = Number(this.#offsets[row] ?? -1);
    this.set(this.#values, start, Number(this.#offsets[row + 1] ?? -1) - start);
    this.#check?.check(this);
  }

  get whole(): boolean {
    return this.#check?.whole(this.buffer) ?? true;
  }

  weight(from: number, count: number): number {
    return Number(this.#offsets[from + count] ?? 0) - Number(this.#offsets[from] ?? 0);
  }
}

/** Values of up to twelve bytes in their places, and of longer ones where they stand. */
class ViewTexts extends Texts {
  readonly #views: DataView;
  readonly #short: Uint8Array;
  readonly #buffers: readonly Uint8Array[];
  readonly #check: TextCheck | undefined;

  constructor(data: Data, check: TextCheck | undefined) {
    super();
    this.#short = data.values as Uint8Array;
    this.#views = new DataView(this.#short.buffer, this.#short.byteOffset, this.#short.byteLength);
    this.#buffers = data.variadicBuffers;
    this.#check = check;
  }

  seek(row: number): void {
    const at = row * viewBytes;
    const length = this.#lengthAt(at);
    if (length <= mostInline) this.set(this.#short, at + 4, length);
    else
      this.set(
        this.#buffers[this.#views.getInt32(at + 8, true)],
        this.#views.getInt32(at + 12, true),
        length,
      );
    this.#check?.check(this);
  }

  get whole(): boolean {
    return this.#check?.whole(this.buffer) ?? true;
  }

  weight(from: number, count: number): number {
    let sum = 0;
    for (let row = from; row < from + count; row++) sum += this.#lengthAt(row * viewBytes);
    return sum;
  }

  #lengthAt(at: number): number {
    if (at + viewBytes > this.#views.byteLength) throw new Short();
    return this.#views.getInt32(at, true);
  }
}

/** Bytes that tell of one value, as in Arrow so in DuckDB: its length and, up to so many, itself. */
export const viewBytes = 16;
export const mostInline = 12;

/** Values of so many bytes each. */
class FixedTexts extends Texts {
  readonly #values: Uint8Array;
  readonly #width: number;

  constructor(data: Data, width: number) {
    super();
    this.#values = data.values as Uint8Array;
    this.#width = width;
  }

  seek(row: number): void {
    this.set(this.#values, row * this.#width, this.#width);
  }

  get whole(): boolean {
    return true;
  }

  weight(_from: number, count: number): number {
    return count * this.#width;
  }
}

/** Whether a column of this type holds texts (`text`) or bytes (`bytes`). */
export function textKind(type: DataType): "bytes" | "text" | undefined {
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type)) return "text";
  if (DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isBinaryView(type)) return "bytes";
  return DataType.isFixedSizeBinary(type) ? "bytes" : undefined;
}

export function textsOf(data: Data): Texts {
  const { type } = data;
  const check = textKind(type) === "text" ? new TextCheck() : undefined;
  if (DataType.isFixedSizeBinary(type)) return new FixedTexts(data, type.byteWidth);
  const inViews = DataType.isUtf8View(type) || DataType.isBinaryView(type);
  return inViews ? new ViewTexts(data, check) : new OffsetTexts(data, check);
}
