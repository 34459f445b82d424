import * as path from "node:path";
import { systemCode } from "../base/failure.js";
import type { FilePort, Ports } from "../base/ports.js";

/** Writes all bytes and closes; the file is complete or an error was thrown. */
function fill(files: FilePort, fd: number, bytes: Uint8Array, durable: boolean): void {
  try {
    let written = 0;
    while (written < bytes.byteLength) {
      const count = files.write(fd, bytes.subarray(written));
      if (count === 0) throw Object.assign(new Error("the disk took no bytes"), { code: "ENOSPC" });
      written += count;
    }
    if (durable) files.sync(fd);
  } finally {
    files.close(fd);
  }
}

function temporary(
  ports: Pick<Ports, "files" | "random">,
  file: string,
  bytes: Uint8Array,
  how: How,
): string {
  const temp = path.join(path.dirname(file), `.${ports.random(6).toString("hex")}.tmp`);
  const fd = ports.files.openNew(temp, how.mode);
  try {
    fill(ports.files, fd, bytes, how.durable ?? true);
  } catch (error) {
    removeQuietly(ports.files, temp);
    throw error;
  }
  return temp;
}

interface How {
  readonly mode?: number;
  /** false: no fsync, for what may be lost in a power cut (caches, claims). Default true. */
  readonly durable?: boolean;
}

/** Replaces a file as a whole: readers see the old or the new content, never a part. The folder must be there. */
export function replaceFile(
  ports: Pick<Ports, "files" | "random">,
  file: string,
  bytes: Uint8Array,
  how: How = {},
): void {
  const temp = temporary(ports, file, bytes, how);
  try {
    ports.files.rename(temp, file);
  } catch (error) {
    removeQuietly(ports.files, temp);
    throw error;
  }
  if (how.durable ?? true) ports.files.syncFolder(path.dirname(file));
}

/** Creates a file with its whole content at once; false where the name is taken. */
export function createFile(
  ports: Pick<Ports, "files" | "random">,
  file: string,
  bytes: Uint8Array,
  how: How = {},
): boolean {
  const temp = temporary(ports, file, bytes, how);
  try {
    ports.files.link(temp, file);
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    // A file system without hard links: the name is checked, then taken by rename. Two at once may both succeed there.
    if (ports.files.stat(file)) return false;
    ports.files.rename(temp, file);
  } finally {
    removeQuietly(ports.files, temp);
  }
  if (how.durable ?? true) ports.files.syncFolder(path.dirname(file));
  return true;
}

export function removeQuietly(files: FilePort, file: string): void {
  try {
    files.remove(file);
  } catch {
    // Gone already, or not ours to remove: a left-over temporary file does no harm.
  }
}

/** A JSON file's value, or undefined where it is missing or no JSON. */
export function readJson(files: FilePort, file: string): unknown {
  const bytes = files.readAll(file);
  if (!bytes) return undefined;
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
