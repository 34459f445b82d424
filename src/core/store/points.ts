import * as crypto from "node:crypto";
import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { FilePort } from "../base/ports.js";
import { AppendFile } from "./append.js";
import { canonicalJson } from "./canonical.js";

/** Bytes of a point: key u64, step i64, time f64 (ms since the epoch), value f64, little endian. */
export const pointSize = 32;

/** What a series is about. `null` where a metric belongs to no logged model or dataset. */
export interface SeriesName {
  readonly name: string;
  readonly model: string | null;
  readonly dataset: string | null;
  readonly digest: string | null;
}

/** The first 8 bytes of the SHA-256 of the canonical JSON `[name, model_id, dataset, digest]`; never 0, which is padding. */
export function seriesKey(series: SeriesName): bigint {
  const text = canonicalJson([series.name, series.model, series.dataset, series.digest]);
  const key = crypto.createHash("sha256").update(text).digest().readBigUInt64LE(0);
  return key === 0n ? 1n : key;
}

/** A key as it stands in facts: 16 hex digits. */
export const keyText = (key: bigint): string => key.toString(16).padStart(16, "0");
export const isKeyText = (text: string): boolean => /^[0-9a-f]{16}$/.test(text);

export interface Point {
  readonly key: bigint;
  /** Any int64. A number where it is safe, so that the usual step costs no BigInt. */
  readonly step: number | bigint;
  readonly time: number;
  readonly value: number;
}

/** Records as 32-bit words (8 a record) and as doubles (4 a record): many times faster to read than through a `Buffer`. */
export function columnsOf(records: Buffer): { readonly words: Uint32Array; readonly doubles: Float64Array } {
  const bytes = records.byteOffset % 8 === 0 ? records : new Uint8Array(records); // a view must be aligned
  const count = Math.floor(bytes.byteLength / pointSize);
  return {
    words: new Uint32Array(bytes.buffer, bytes.byteOffset, count * 8),
    doubles: new Float64Array(bytes.buffer, bytes.byteOffset, count * 4),
  };
}

/** Packs points into records. */
export function packPoints(points: readonly Point[]): Buffer {
  const buffer = Buffer.allocUnsafe(points.length * pointSize);
  let at = 0;
  for (const point of points) {
    buffer.writeBigUInt64LE(point.key, at);
    buffer.writeBigInt64LE(BigInt(point.step), at + 8);
    buffer.writeDoubleLE(point.time, at + 16);
    buffer.writeDoubleLE(point.value, at + 24);
    at += pointSize;
  }
  return buffer;
}

/** One writer's points of one run. */
export class PointFile {
  readonly #file: AppendFile;
  readonly #shown: string;
  /** The rest of a record that a failed write tore: written before anything else, so that records stay aligned. */
  #owed: Uint8Array = new Uint8Array(0);

  constructor(files: FilePort, path: string, shown: string) {
    this.#file = new AppendFile(files, path);
    this.#shown = shown;
  }

  /** Appends records (a multiple of 32 bytes) with one write; `kept` gets the number of records that the file took. */
  append(records: Buffer, kept: (records: number) => void): void {
    const owed = this.#owed.byteLength;
    const bytes = owed === 0 ? records : Buffer.concat([this.#owed, records]);
    const { written, error } = this.#file.append(bytes);
    if (error === undefined) {
      this.#owed = new Uint8Array(0);
      kept(records.byteLength / pointSize);
      return;
    }
    if (written < owed) this.#owed = this.#owed.subarray(written);
    else {
      // A torn record is finished by the next append: as good as written, though nobody was told so.
      const whole = Math.ceil((written - owed) / pointSize);
      this.#owed = new Uint8Array(bytes.subarray(written, owed + whole * pointSize));
      kept(whole);
    }
    throw toFailure(error, said`Cannot write ${this.#shown}`);
  }

  /** False while a torn record waits to be finished. */
  get whole(): boolean {
    return this.#owed.byteLength === 0;
  }
  sync(): Promise<void> {
    return this.#file.sync();
  }
  syncNow(): void {
    this.#file.syncNow();
  }
  close(): void {
    this.#file.close();
  }
}

/**
 * Complete records of one writer's file from byte `from` (a multiple of 32) on, in slices of at most 1 MiB. `seen`
 * spares a look where the caller has just seen that there is a file, and how long it is.
 */
export function* readRecords(
  files: FilePort,
  path: string,
  from = 0,
  seen?: number,
): Generator<{ readonly records: Buffer; readonly next: number }> {
  if (seen === undefined && files.stat(path)?.kind !== "file") return;
  const fd = files.openRead(path);
  try {
    let at = from;
    const size = seen ?? files.size(fd);
    const left = Math.max(0, size - from);
    const buffer = Buffer.allocUnsafe(Math.min(1024 * 1024, Math.max(pointSize, left - (left % pointSize))));
    for (;;) {
      let filled = 0;
      while (filled < buffer.byteLength) {
        const count = files.read(fd, buffer.subarray(filled), at + filled);
        if (count === 0) break;
        filled += count;
      }
      const whole = filled - (filled % pointSize);
      if (whole === 0) return;
      at += whole;
      yield { records: buffer.subarray(0, whole), next: at };
      if (at + pointSize > size) return;
    }
  } finally {
    files.close(fd);
  }
}
