import * as path from "node:path";
import type { Ports } from "../base/ports.js";
import { AppendFile } from "./append.js";
import { isWriterId, type WriterId } from "./ids.js";
import { entityKey, parseEntityKey, type EntityRef, type Layout } from "./layout.js";
import { readLines } from "./journal.js";

/** How long after its last write an entity counts as still being written. */
const quietMs = 2000;

/**
 * Tells readers which entities a process writes: `+runs/<id>` before its first write to one, `-runs/<id>` when it
 * has been quiet for a while. Readers look at the files of what stands with a plus.
 */
export class TouchedLog {
  readonly #ports: Ports;
  readonly #layout: Layout;
  readonly #writer: WriterId;
  readonly #open = new Map<string, number>();
  #file: AppendFile | undefined;
  #torn = false;

  constructor(ports: Ports, layout: Layout, writer: WriterId) {
    this.#ports = ports;
    this.#layout = layout;
    this.#writer = writer;
  }

  touch(ref: EntityRef): void {
    const key = entityKey(ref);
    // What could not be said is said again with the next write.
    if (this.#open.has(key) || this.#say(`+${key}\n`)) this.#open.set(key, this.#ports.clock.now());
  }

  /** Names the entities that have gone quiet, and returns their keys. To be called now and then. */
  settle(): string[] {
    const before = this.#ports.clock.now() - quietMs;
    const quiet = [...this.#open].filter(([, at]) => at <= before).map(([key]) => key);
    for (const key of quiet) {
      this.#open.delete(key);
      this.#say(`-${key}\n`);
    }
    return quiet;
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** False where the disk did not take it. The write that it is about must not fail for that. */
  #say(line: string): boolean {
    try {
      if (!this.#file) {
        this.#ports.files.makeFolder(this.#layout.touched, 0o700);
        this.#file = new AppendFile(this.#ports.files, path.join(this.#layout.touched, this.#writer));
      }
      const bytes = Buffer.from(`${this.#torn ? "\n" : ""}${line}`);
      const { written, error } = this.#file.append(bytes);
      this.#torn = written === 0 ? this.#torn : written < bytes.byteLength;
      if (error !== undefined) this.#warn(error);
      return error === undefined;
    } catch (error) {
      this.#warn(error);
      return false;
    }
  }

  #warn(error: unknown): void {
    this.#ports.log.write("warn", "store", `Cannot note a touched run: ${String(error)}`);
  }
}

/** Follows the touched logs of all writers. */
export class TouchedReader {
  readonly #ports: Ports;
  readonly #layout: Layout;
  readonly #writers = new Map<WriterId, { next: number; open: Set<string> }>();

  constructor(ports: Ports, layout: Layout) {
    this.#ports = ports;
    this.#layout = layout;
  }

  /** Entities that are being written, or were since the last call. */
  poll(): EntityRef[] {
    const keys = new Set<string>();
    const present = new Set<WriterId>();
    for (const { name, kind } of this.#ports.files.list(this.#layout.touched)) {
      if (kind !== "file" || !isWriterId(name)) continue;
      present.add(name);
      for (const key of this.#pollWriter(name)) keys.add(key);
    }
    for (const writer of this.#writers.keys()) if (!present.has(writer)) this.#writers.delete(writer);
    return [...keys].flatMap((key) => parseEntityKey(key) ?? []);
  }

  #pollWriter(writer: WriterId): Iterable<string> {
    let state = this.#writers.get(writer);
    if (!state) this.#writers.set(writer, (state = { next: 0, open: new Set() }));
    const keys = new Set(state.open);
    const file = path.join(this.#layout.touched, writer);
    if ((this.#ports.files.stat(file)?.size ?? 0) > state.next) {
      for (const line of readLines(this.#ports.files, file, state.next, 1024)) {
        state.next = line.end;
        const key = line.text?.slice(1) ?? "";
        if (line.text?.startsWith("+")) state.open.add(key);
        else state.open.delete(key);
        keys.add(key);
      }
    }
    return keys;
  }
}
