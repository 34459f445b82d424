import * as fs from "node:fs";
import type { ProcessRow } from "./process-row.js";

// USER_HZ, by which /proc counts time, is 100 on every architecture that Node runs on
const tickMs = 10;

/** A process as /proc has it; undefined where it is gone. `started` is in ticks since the machine's start. */
export function readProcess(pid: number): ProcessRow | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const close = stat.lastIndexOf(")"); // the name may itself hold brackets and blanks
  const fields = stat.slice(close + 2).split(" ");
  const at = (index: number): number => Number(fields[index] ?? 0);
  return {
    pid,
    name: stat.slice(stat.indexOf("(") + 1, close),
    state: fields[0] === "Z" || fields[0] === "X" ? "ended" : "alive",
    parent: at(1),
    cpuMs: (at(11) + at(12)) * tickMs,
    waitedCpuMs: (at(13) + at(14)) * tickMs,
    threads: at(17),
    started: at(19),
    memoryBytes: at(21) * pageBytes(),
  };
}

/** Memory that other processes may share (mapped files, shared segments), in bytes. */
export function readShared(pid: number): number {
  return Number(readText(`/proc/${pid}/statm`)?.split(" ")[2] ?? 0) * pageBytes();
}

/** Bytes that a process, and the children that it has waited for, fetched from and sent to the disk. */
export function readDisk(pid: number): { readonly read: number; readonly written: number } | undefined {
  const io = readText(`/proc/${pid}/io`);
  if (io === undefined) return undefined;
  const field = (name: string): number => Number(new RegExp(`^${name}: (\\d+)`, "m").exec(io)?.[1] ?? 0);
  return {
    read: field("read_bytes"),
    written: Math.max(0, field("write_bytes") - field("cancelled_write_bytes")),
  };
}

/** Children of a process, by any of its threads. */
export function childrenOf(pid: number, threads = 2): number[] {
  const tasks = threads === 1 ? [String(pid)] : namesIn(`/proc/${pid}/task`);
  return tasks.flatMap((task) => numbers(readText(`/proc/${pid}/task/${task}/children`)));
}

/** Whether this kernel lists children; without that, all processes must be read. */
export const listsChildren = (): boolean => readText(`/proc/self/task/${process.pid}/children`) !== undefined;

export const allPids = (): number[] =>
  namesIn("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** Processes of this user whose environment at their start held `variable=value`. */
export function pidsWith(variable: string, value: string): number[] {
  const wanted = `${variable}=${value}`;
  return allPids().filter((pid) => readText(`/proc/${pid}/environ`)?.split("\0").includes(wanted) === true);
}

const buffer = Buffer.allocUnsafe(64 * 1024);

/** Half the cost of `readFileSync`, which asks for a size that /proc does not know. */
function readText(file: string): string | undefined {
  let fd: number | undefined;
  try {
    fd = fs.openSync(file, "r");
    let text = "";
    for (;;) {
      const count = fs.readSync(fd, buffer, 0, buffer.length, null);
      text += buffer.toString("latin1", 0, count);
      if (count < buffer.length) return text;
    }
  } catch {
    return undefined; // it ended, or is another user's
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

const numbers = (text: string | undefined): number[] =>
  text === undefined
    ? []
    : text
        .split(" ")
        .map(Number)
        .filter((pid) => pid > 0);

let pageBytesRead: number | undefined;

/** /proc counts memory in pages; their size stands in the auxiliary vector as entry 6. */
function pageBytes(): number {
  pageBytesRead ??= pageSize();
  return pageBytesRead;
}

function pageSize(): number {
  const usual = 4096;
  if (process.arch === "arm" || process.arch === "ia32") return usual;
  try {
    const vector = fs.readFileSync("/proc/self/auxv");
    for (let at = 0; at + 16 <= vector.length; at += 16)
      if (vector.readBigUInt64LE(at) === 6n) return Number(vector.readBigUInt64LE(at + 8));
  } catch {
    return usual;
  }
  return usual;
}
