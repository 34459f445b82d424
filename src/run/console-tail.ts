import * as fs from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import type { FilePort } from "../core/base/ports.js";
import type { Clock } from "../core/base/clock.js";

export interface ConsoleBatch {
  /** Valid until the callback is done: the memory is used again. */
  readonly bytes: Uint8Array;
  /** Of the first byte, in the file. */
  readonly offset: number;
  /** When the bytes were seen, in milliseconds since the epoch. */
  readonly timeMs: number;
  /** Bytes of the file that follow this batch already: large where the child writes faster than it is read. */
  readonly behind: number;
}

export interface ConsoleSource {
  readonly path: string;
  readonly files: FilePort;
  readonly clock: Clock;
  readonly onBatch: (batch: ConsoleBatch) => void | Promise<void>;
  /** 100 where not given. */
  readonly pollMs?: number;
  /** Whether file events wake the reader before its next poll: for an echo that a person types against. */
  readonly hasten?: boolean;
}

const chunk = 256 * 1024;
const busyMs = 15;

/**
 * Reads what other processes append to a file, from its start until `signal` says that the writer is gone; what is
 * there by then is read before the promise resolves. Never holds more than 256 kB. An echo to a terminal, which may
 * stand still, has a follower of its own beside the one that records.
 */
export async function followConsole(source: ConsoleSource, signal: AbortSignal): Promise<void> {
  const { files, path } = source;
  const fd = files.openRead(path);
  const buffer = new Uint8Array(chunk);
  let offset = 0;

  const readTo = async (end: number): Promise<boolean> => {
    const before = offset;
    offset = Math.min(offset, end); // someone cut the file
    while (offset < end) {
      const count = files.read(fd, buffer, offset);
      if (count === 0) break;
      const bytes = buffer.subarray(0, count);
      const behind = Math.max(0, end - offset - count);
      await source.onBatch({ bytes, offset, timeMs: source.clock.now(), behind });
      offset += count;
      if (behind > 0) await turn();
    }
    return offset !== before;
  };

  try {
    while (!signal.aborted) {
      const moved = await readTo(files.size(fd));
      if (moved && source.hasten) await wakened(busyMs, undefined, () => false, signal);
      else
        await wakened(
          source.pollMs ?? 100,
          source.hasten ? path : undefined,
          () => files.size(fd) !== offset,
          signal,
        );
    }
    await readTo(files.size(fd));
  } finally {
    files.close(fd);
  }
}

/**
 * After `ms`, an event of the watched file, or the signal. The watch stands only while nothing is there to read, so
 * that a child that writes a lot costs no events; `changed` closes the gap before it stood.
 */
function wakened(
  ms: number,
  watched: string | undefined,
  changed: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    let watcher: fs.FSWatcher | undefined;
    const done = (): void => {
      clearTimeout(timer);
      watcher?.close();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) {
      done();
      return;
    }
    if (watched === undefined) return;
    try {
      watcher = fs.watch(watched, done);
      watcher.on("error", () => undefined); // the poll goes on
    } catch {
      return; // no watches left on this machine, or none on this file system
    }
    if (changed()) done();
  });
}
