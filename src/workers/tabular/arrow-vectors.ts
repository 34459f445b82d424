import duckdb from "@duckdb/node-bindings";
import { mostInline, viewBytes, type Texts } from "./arrow-texts.js";

export function setBytes(vector: duckdb.Vector, bytes: Uint8Array): void {
  if (bytes.byteLength > 0)
    duckdb.copy_data_to_vector(vector, 0, bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}

/** Texts that are too long to stand in their own place, of one buffer. */
interface Long {
  readonly rows: number[];
  readonly starts: number[];
  /** Where in the buffer they all are. */
  from: number;
  to: number;
  bytes: number;
}

/** Gaps between the texts of a buffer may be as large as they are, and so much larger. */
const mostGap = 64 * 1024;

/**
 * Writes texts, or bytes, of so many rows. DuckDB has them as Arrow's views: short ones in their place, of longer ones
 * the address. To hand them over one by one takes longer than all else, so that their buffer is handed over at once.
 */
export function writeTexts(
  vector: duckdb.Vector,
  count: number,
  textAt: (at: number) => Texts | undefined,
): void {
  const views = new Uint8Array(count * viewBytes);
  const words = new Uint32Array(views.buffer);
  const longs = new Map<Uint8Array, Long>();
  const alone: number[] = [];
  for (let at = 0; at < count; at++) {
    const text = textAt(at);
    if (text === undefined) continue;
    const { buffer, start, length } = text;
    words[4 * at] = length;
    const shown = length > mostInline ? 4 : length;
    for (let n = 0; n < shown; n++) views[at * viewBytes + 4 + n] = buffer[start + n] ?? 0;
    if (length <= mostInline) continue;
    if (text.whole) collect(longs, text, at);
    else alone.push(at);
  }
  for (const [buffer, long] of longs) {
    if (long.to - long.from <= 2 * long.bytes + mostGap) pointAll(vector, words, buffer, long);
    else for (const at of long.rows) alone.push(at);
  }
  setBytes(vector, views);
  for (const at of alone) {
    const text = textAt(at);
    if (text) duckdb.vector_assign_string_element_len(vector, at, text.bytes());
  }
}

function collect(longs: Map<Uint8Array, Long>, { buffer, start, length }: Texts, at: number): void {
  let long = longs.get(buffer);
  if (!long) longs.set(buffer, (long = { rows: [], starts: [], from: start, to: 0, bytes: 0 }));
  long.rows.push(at);
  long.starts.push(start);
  long.from = Math.min(long.from, start);
  long.to = Math.max(long.to, start + length);
  long.bytes += length;
}

/** Gives DuckDB a copy of a part of a buffer, which lives as long as the vector, and lets the texts point into it. */
function pointAll(vector: duckdb.Vector, words: Uint32Array, buffer: Uint8Array, long: Long): void {
  const [first = 0] = long.rows;
  duckdb.vector_assign_string_element_len(vector, first, buffer.subarray(long.from, long.to));
  const held = duckdb.vector_get_data(vector, (first + 1) * viewBytes);
  const view = new DataView(held.buffer, held.byteOffset + first * viewBytes, viewBytes);
  const [low, high] = [view.getUint32(8, true), view.getUint32(12, true)];
  if (view.getUint32(0, true) !== long.to - long.from) throw new Error("DuckDB did not take the texts.");
  for (const [n, at] of long.rows.entries()) {
    const address = low + (long.starts[n] ?? 0) - long.from;
    words[4 * at + 2] = address;
    words[4 * at + 3] = high + (address >= 2 ** 32 ? 1 : 0);
  }
}
