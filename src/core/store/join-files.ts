import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { commonPrefix, readRange, readSlices, writeAll } from "./file-bytes.js";
import type { Joining } from "./join-report.js";
import { removeQuietly } from "./whole-file.js";

/** Bytes of a file of the other store, up to where it stood when the join looked. */
export interface Source {
  /** Its name in its folder, and below the other store's root for the report. */
  readonly name: string;
  readonly shown: string;
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** Copies bytes to a temporary file, which the caller publishes or removes. */
export async function copyAside(joining: Joining, source: Source): Promise<string> {
  const { files, store, pace } = joining;
  const temp = newUpload(joining);
  const fd = files.openNew(temp);
  try {
    for (const slice of readSlices(files, source.file, source.from, source.to)) {
      writeAll(files, fd, slice);
      joining.report.bytes += slice.byteLength;
      await pace.turn();
    }
  } catch (error) {
    removeQuietly(store.ports.files, temp);
    throw error;
  } finally {
    files.close(fd);
  }
  return temp;
}

export function newUpload({ store, files }: Joining): string {
  const uploads = store.layout.at("local", "uploads");
  files.makeFolder(uploads, 0o700);
  return path.join(uploads, store.ports.random(8).toString("hex"));
}

/** Copies bytes to a new file, which appears whole; false where the name was taken meanwhile. */
export async function copyNew(joining: Joining, source: Source, target: string): Promise<boolean> {
  if (joining.files.stat(target)) return false;
  const temp = await copyAside(joining, source);
  try {
    joining.files.makeFolder(path.dirname(target));
    return publish(joining, temp, target);
  } finally {
    removeQuietly(joining.files, temp);
  }
}

/** Gives a temporary file its name; false where it is taken. */
export function publish(joining: Joining, temp: string, target: string): boolean {
  const { files } = joining;
  if (files.stat(target)) return false;
  try {
    files.link(temp, target);
  } catch {
    if (files.stat(target)) return false;
    files.rename(temp, target); // a file system without hard links
  }
  joining.unsynced.add(target);
  return true;
}

/** What became of a file that only grows. */
export type Grown = "new" | "longer" | "same" | "differs";

/**
 * Makes ours the longer of two copies of a file that only grows. Ours is appended to, never replaced: who reads it goes
 * on where it was, and where this is cut off, ours is still a beginning of the other. `prefix` says how much is alike.
 */
export async function growFile(
  joining: Joining,
  source: Source,
  target: string,
): Promise<{ readonly grown: Grown; readonly prefix: number }> {
  const { files, pace } = joining;
  const length = source.to - source.from;
  const stat = files.stat(target);
  if (!stat) {
    if (!(await copyNew(joining, source, target))) return growFile(joining, source, target);
    return { grown: "new", prefix: length };
  }
  if (stat.kind !== "file") throw new Failure("path.invalid", said`${target} is not a plain file.`);
  const both = Math.min(stat.size, length);
  const prefix = await commonPrefix(
    files,
    { file: target, from: 0 },
    { file: source.file, from: source.from },
    both,
    pace,
  );
  if (prefix < both) return { grown: "differs", prefix };
  if (length <= stat.size) return { grown: "same", prefix };
  const fd = files.openAppend(target);
  try {
    if (files.size(fd) !== stat.size) throw new Failure("state.wrong", said`${target} is being written.`);
    for (const slice of readSlices(files, source.file, source.from + stat.size, source.to)) {
      writeAll(files, fd, slice);
      joining.report.bytes += slice.byteLength;
      await pace.turn();
    }
  } finally {
    files.close(fd);
  }
  joining.unsynced.add(target);
  return { grown: "longer", prefix };
}

/** Start of the line in which byte `at` of a file stands. */
export function lineStart(joining: Joining, file: string, at: number): number {
  for (let end = at; end > 0;) {
    const start = Math.max(0, end - 65_536);
    const found = readRange(joining.files, file, start, end).lastIndexOf(10);
    if (found >= 0) return start + found + 1;
    end = start;
  }
  return 0;
}
