import * as path from "node:path";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { readHeadFile } from "../core/code/head-file.js";
import { listSnapshot, readSnapshotFile } from "../core/code/read.js";
import type { RunFact } from "../core/tracking/model.js";
import { consoleFile, launchedRun } from "../core/tracking/run-facts.js";
import type { Workbench } from "../core/workbench.js";
import type { ArtifactContent, ConsolePart } from "../protocol/tracking.js";

/** The most that one answer holds, in bytes: the rest is asked for when a person goes there. */
const mostBytes = 4 * 1024 * 1024;

const utf8 = new TextDecoder("utf-8", { fatal: true });

type CodeRecorded = Extract<RunFact, { kind: "code.recorded" }>;

function readPart(bench: Workbench, file: string, from: number, most: number): Buffer {
  const { files } = bench.store.ports;
  const fd = files.openRead(file);
  try {
    const buffer = Buffer.alloc(Math.max(0, Math.min(most, mostBytes, files.size(fd) - from)));
    let read = 0;
    while (read < buffer.byteLength) {
      const count = files.read(fd, buffer.subarray(read), from + read);
      if (count === 0) break;
      read += count;
    }
    return buffer.subarray(0, read);
  } finally {
    files.close(fd);
  }
}

/** Bytes that belong to a character that began before `buffer`. */
function continued(buffer: Buffer): number {
  let at = 0;
  while (at < Math.min(3, buffer.byteLength) && ((buffer[at] ?? 0) & 0xc0) === 0x80) at++;
  return at;
}

/** Bytes at the end of `buffer` that begin a character whose rest is not in it. */
function unfinished(buffer: Buffer): number {
  for (let back = 1; back <= Math.min(4, buffer.byteLength); back++) {
    const byte = buffer[buffer.byteLength - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

/** The code of a run, or of the launch that it shares. */
function codeOf(bench: Workbench, id: string): CodeRecorded | undefined {
  const run = bench.tracking.runs.get(id);
  return (launchedRun(bench.store, run) ?? run).facts.get("code.recorded");
}

/** A part of a run's console, whole characters alone; empty where the run has none. */
export function consolePart(bench: Workbench, run: string, from: number, most: number): ConsolePart {
  const file = consoleFile(bench.store, run);
  const stat = file === undefined ? null : bench.store.ports.files.stat(file);
  if (file === undefined || !stat) return { text: "", from: 0, to: 0, size: 0 };
  const { size } = stat;
  const wanted = from < 0 ? Math.max(0, size - most) : Math.min(from, size);
  const bytes = readPart(bench, file, wanted, most);
  const skipped = wanted === 0 ? 0 : continued(bytes);
  const end = bytes.byteLength - (wanted + bytes.byteLength < size ? unfinished(bytes) : 0);
  return {
    text: bytes.toString("utf8", skipped, end),
    from: wanted + skipped,
    to: wanted + end,
    size,
  };
}

/** The beginning of an artifact. Throws `artifact.notFound`, `path.invalid`. */
export function artifactContent(bench: Workbench, run: string, name: string, most: number): ArtifactContent {
  const { file, size } = bench.tracking.artifacts.find({ room: "runs", id: run }, name);
  const bytes = readPart(bench, file, 0, most);
  const cut = bytes.byteLength < size;
  const whole = cut ? bytes.subarray(0, bytes.byteLength - unfinished(bytes)) : bytes;
  try {
    if (!whole.subarray(0, 8000).includes(0)) return { text: utf8.decode(whole), size, cut, file };
  } catch {
    // no UTF-8: given as bytes
  }
  return { bytes: new Uint8Array(bytes), size, cut, file };
}

function textOf(bytes: Buffer): string | null {
  return bytes.subarray(0, 8000).includes(0) ? null : bytes.toString("utf8");
}

/** The paths of a run's code below the root of its snapshot, in order. */
export async function codeFiles(bench: Workbench, run: string, signal: AbortSignal): Promise<string[]> {
  const code = codeOf(bench, run);
  if (!code) throw new Failure("code.notFound", said`The code of this run was not kept.`);
  const entries = await listSnapshot(bench.store.layout.root, code.commit, signal);
  return entries.filter(({ kind }) => kind !== "submodule").map(({ path: name }) => name);
}

/** A file of a run's code as it was; null where it is binary or not in the snapshot. */
export async function codeFile(bench: Workbench, run: string, name: string): Promise<string | null> {
  const code = codeOf(bench, run);
  if (!code) throw new Failure("code.notFound", said`The code of this run was not kept.`);
  try {
    return textOf(await readSnapshotFile(bench.store.layout.root, code.commit, name));
  } catch (error) {
    if (error instanceof Failure && error.code === "code.notFound") return null;
    throw error;
  }
}

/** The same file in the commit that the run's code was based on; null where there is none. */
export async function headFile(
  bench: Workbench,
  run: string,
  name: string,
  signal: AbortSignal,
): Promise<string | null> {
  const code = codeOf(bench, run);
  if (code?.head === undefined) return null;
  const root = path.resolve(bench.folder, code.root);
  const bytes = await readHeadFile(root, code.head, name, signal);
  return bytes === null ? null : textOf(bytes);
}
