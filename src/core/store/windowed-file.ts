import type { FilePort } from "../base/ports.js";

/** What is read around a place: what stands beside it is asked for next, as a rule. */
const windowBytes = 256 * 1024;

/** Reads small parts of a file that never changes, with few calls where they stand beside each other. */
export class WindowedFile {
  readonly #files: FilePort;
  readonly #path: string;
  #window: { readonly from: number; readonly bytes: Buffer } | undefined;

  constructor(files: FilePort, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /** The bytes; undefined where the file has not so many, or is gone. */
  read(at: number, length: number): Buffer | undefined {
    const inside = (): Buffer | undefined => {
      const window = this.#window;
      if (!window || at < window.from || at + length > window.from + window.bytes.byteLength)
        return undefined;
      return window.bytes.subarray(at - window.from, at - window.from + length);
    };
    const known = inside();
    if (known) return known;
    try {
      this.#window = { from: at, bytes: this.#readFrom(at, Math.max(length, windowBytes)) };
    } catch {
      return undefined;
    }
    return inside();
  }

  #readFrom(at: number, length: number): Buffer {
    const fd = this.#files.openRead(this.#path);
    try {
      const bytes = Buffer.allocUnsafe(Math.min(length, Math.max(0, this.#files.size(fd) - at)));
      let filled = 0;
      while (filled < bytes.byteLength) {
        const count = this.#files.read(fd, bytes.subarray(filled), at + filled);
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    } finally {
      this.#files.close(fd);
    }
  }
}
