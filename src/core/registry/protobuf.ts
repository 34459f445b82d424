import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { ByteCursor, type ByteSource } from "./byte-source.js";

/** A field of a message: a number, or where its bytes are. */
export type WireField = { readonly field: number } & (
  | { readonly wire: "number"; readonly value: number }
  | { readonly wire: "bytes"; readonly from: number; readonly end: number }
  | { readonly wire: "fixed" }
);

/** A file of more fields was made to keep its reader busy. */
const mostFields = 5_000_000;

/** Reads messages of Protocol Buffers in a source field by field; content that nobody asks for is not read. */
export class ProtobufReader {
  readonly source: ByteSource;
  #fields = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** The fields of the message between two places. Throws `value.invalid` where there is none. */
  *fields(from = 0, end = this.source.size): Generator<WireField> {
    const cursor = new ByteCursor(this.source, from, end);
    while (cursor.left > 0) {
      if (++this.#fields > mostFields)
        throw new Failure("value.tooLarge", said`${this.source.name} has more than ${mostFields} fields.`);
      const at = cursor.at;
      const tag = varint(cursor);
      const field = Math.floor(tag / 8);
      const wire = tag % 8;
      if (field < 1 || field > 536_870_911) throw this.#wrong(at);
      if (wire === 0) yield { field, wire: "number", value: varint(cursor) };
      else if (wire === 2) {
        const length = varint(cursor);
        const start = cursor.at;
        cursor.skip(length);
        yield { field, wire: "bytes", from: start, end: cursor.at };
      } else if (wire === 1 || wire === 5) {
        cursor.skip(wire === 1 ? 8 : 4);
        yield { field, wire: "fixed" };
      } else throw this.#wrong(at);
    }
  }

  /** The text of a field; "" where it is no text. Longer ones than `most` bytes are cut. */
  text(field: WireField, most = 4096): string {
    if (field.wire !== "bytes") return "";
    return this.source.read(field.from, Math.min(field.end, field.from + most)).toString("utf8");
  }

  #wrong(at: number): Failure {
    return new Failure("value.invalid", said`${this.source.name} has no Protocol Buffers at byte ${at}.`);
  }
}

/** A number of up to 64 bits; negative ones as such, above 2^53 not to the last digit. */
function varint(cursor: ByteCursor): number {
  let [low, high] = [0, 0];
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = cursor.byte();
    // apart, since a double would round -1 away
    if (shift < 49) low += (byte & 127) * 2 ** shift;
    else high += (byte & 127) * 2 ** (shift - 49);
    if (byte < 128) return low + (high >= 2 ** 14 ? high - 2 ** 15 : high) * 2 ** 49;
  }
  throw new Failure(
    "value.invalid",
    said`${cursor.source.name} has no Protocol Buffers at byte ${cursor.at}.`,
  );
}
