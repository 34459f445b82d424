import type { FilePort } from "../base/ports.js";
import { readRange } from "./file-bytes.js";

/** What is read around a place: what stands beside it is asked for next, as a rule. */
const windowBytes = 256 * 1024;
/** Who reads facts of several kinds in turn goes forward in as many places. */
const mostWindows = 12;

interface ReadWindow {
  readonly from: number;
  readonly bytes: Buffer;
}

/** Reads small parts of a file that never changes, with few calls where they stand beside each other. */
export class WindowedFile {
  readonly #files: FilePort;
  readonly #path: string;
  /** The one that was used last stands first. */
  #windows: readonly ReadWindow[] = [];

  constructor(files: FilePort, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /** The bytes; undefined where the file has not so many, or is gone. */
  read(at: number, length: number): Buffer | undefined {
    const window = this.#windows.find((one) => has(one, at, length)) ?? this.#readAround(at, length);
    if (!window || !has(window, at, length)) return undefined;
    if (window !== this.#windows[0])
      this.#windows = [window, ...this.#windows.filter((one) => one !== window)].slice(0, mostWindows);
    return window.bytes.subarray(at - window.from, at - window.from + length);
  }

  #readAround(at: number, length: number): ReadWindow | undefined {
    try {
      const to = at + Math.max(length, windowBytes);
      return { from: at, bytes: readRange(this.#files, this.#path, at, to) };
    } catch {
      return undefined;
    }
  }
}

const has = ({ from, bytes }: ReadWindow, at: number, length: number): boolean =>
  at >= from && at + length <= from + bytes.byteLength;
