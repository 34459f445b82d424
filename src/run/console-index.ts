import type { ConsoleBatch } from "./console-tail.js";

const apartMs = 50;
const recordBytes = 16;
const lineFeed = 10;

/**
 * Line times of a console as fixed records: u64 little-endian byte offset of a line's start, f64 little-endian time
 * in milliseconds since the epoch. At most one each 50 ms, so that a talkative child does not make a large index.
 */
export class ConsoleIndex {
  #atLineStart = true;
  #last = -Infinity;

  /** The record that a batch adds, or none. Batches come in the order of the file. */
  record(batch: Pick<ConsoleBatch, "bytes" | "offset" | "timeMs">): Uint8Array | undefined {
    const { bytes, offset, timeMs } = batch;
    if (bytes.length === 0) return undefined;
    const start = this.#atLineStart ? 0 : bytes.indexOf(lineFeed) + 1;
    const found = (this.#atLineStart || start > 0) && start < bytes.length;
    this.#atLineStart = bytes[bytes.length - 1] === lineFeed;
    if (!found || Math.abs(timeMs - this.#last) < apartMs) return undefined;
    this.#last = timeMs;
    const record = new DataView(new ArrayBuffer(recordBytes));
    record.setBigUint64(0, BigInt(offset + start), true);
    record.setFloat64(8, timeMs, true);
    return new Uint8Array(record.buffer);
  }
}
