import type { FilePort } from "../base/ports.js";
import { readRange } from "./file-bytes.js";

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
      const to = at + Math.max(length, windowBytes);
      this.#window = { from: at, bytes: readRange(this.#files, this.#path, at, to) };
    } catch {
      return undefined;
    }
    return inside();
  }
}
