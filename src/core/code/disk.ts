import * as fs from "node:fs";
import { systemCode } from "../base/failure.js";

/** A path below a folder. Several times faster than `path.join`, which counts over thousands of files. */
export const within = (folder: string, below: string): string =>
  below === "" ? folder : `${folder}/${below}`;

// The user's tree and `.git` are read here, past the file port: that port is the store's disk, and it follows links.

/** `undefined` instead of an error where a file of the user is missing, locked or not ours to read. */
function readable<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

// A FIFO that took the place of a file must not block, a link must not lead elsewhere. Windows has neither flag.
const flags = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0);

/**
 * The first `into.length` bytes of a regular file, as a view of `into`; undefined where it cannot be read. A link as
 * the last part of the path is not followed.
 */
export function readInto(file: string, into: Buffer): Buffer | undefined {
  return readable(() => {
    const fd = fs.openSync(file, flags);
    try {
      if (!fs.fstatSync(fd).isFile()) return undefined;
      let length = 0;
      while (length < into.length) {
        const count = fs.readSync(fd, into, length, into.length - length, length);
        if (count === 0) break;
        length += count;
      }
      return into.subarray(0, length);
    } finally {
      fs.closeSync(fd);
    }
  });
}

/** A regular file in pieces, each a view of `into`; ends early where it cannot be read on. */
export function* readChunks(file: string, into: Buffer): Generator<Buffer, void> {
  const fd = readable(() => fs.openSync(file, flags));
  if (fd === undefined) return;
  try {
    for (let at = 0; ;) {
      const count = readable(() => fs.readSync(fd, into, 0, into.length, at)) ?? 0;
      if (count === 0) return;
      at += count;
      yield into.subarray(0, count);
    }
  } finally {
    fs.closeSync(fd);
  }
}

/** A small text file that git or the user keeps; undefined where there is none, or it is longer than `limit` bytes. */
export function readText(file: string, limit = 4_000_000): string | undefined {
  return readable(() => {
    const stat = fs.statSync(file);
    return stat.isFile() && stat.size <= limit ? fs.readFileSync(file, "utf8") : undefined;
  });
}

export const readBytes = (file: string): Buffer | undefined => readable(() => fs.readFileSync(file));

/** What stands at a path itself, links not followed. */
export const statOf = (file: string): fs.Stats | undefined =>
  readable(() => fs.lstatSync(file, { throwIfNoEntry: false }));

/** The entries of a folder in no order; undefined where it cannot be listed. */
export const entriesOf = (folder: string): fs.Dirent[] | undefined =>
  readable(() => fs.readdirSync(folder, { withFileTypes: true }));

export const linkTarget = (file: string): Buffer | undefined =>
  readable(() => fs.readlinkSync(file, { encoding: "buffer" }));

export const isFolder = (path: string): boolean =>
  readable(() => fs.statSync(path, { throwIfNoEntry: false }))?.isDirectory() === true;
