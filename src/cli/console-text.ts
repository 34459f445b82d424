import * as fs from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { consoleFile } from "../core/tracking/run-facts.js";
import type { Workbench } from "../core/workbench.js";
import { printable } from "./text-width.js";

/** So much of a console's end is looked at for its last lines. */
const looked = 64 * 1024;

export interface ConsoleTail {
  readonly bytes: number;
  /** Its last lines, without colours; of a line that was drawn over (a progress bar) what stood there last. */
  readonly lines: readonly string[];
}

/** The last lines of a run's console; undefined where it has none. */
export function consoleTail(bench: Workbench, id: string, most: number): ConsoleTail | undefined {
  const { files } = bench.store.ports;
  const file = consoleFile(bench.store, id);
  const stat = file === undefined ? undefined : files.stat(file);
  if (file === undefined || !stat || stat.size === 0) return undefined;
  const from = Math.max(0, stat.size - looked);
  const buffer = Buffer.alloc(stat.size - from);
  const fd = files.openRead(file);
  let read = 0;
  try {
    while (read < buffer.length) {
      const count = files.read(fd, buffer.subarray(read), from + read);
      if (count === 0) break;
      read += count;
    }
  } finally {
    files.close(fd);
  }
  const all = buffer.toString("utf8", 0, read).split("\n");
  if (from > 0) all.shift(); // it began before
  if (all.at(-1) === "") all.pop();
  return { bytes: stat.size, lines: all.slice(-most).map(lastDrawn) };
}

function lastDrawn(line: string): string {
  const drawn = line.split("\r").filter((part) => part !== "");
  return printable(stripVTControlCharacters((drawn.at(-1) ?? "").replaceAll("\t", "    ")));
}

/** The console as it was written, byte for byte; ends early where nobody reads any more. */
export async function printConsole(file: string, to: NodeJS.WriteStream, signal: AbortSignal): Promise<void> {
  for await (const chunk of fs.createReadStream(file, { signal })) {
    if (to.destroyed) return;
    if (to.write(chunk as Buffer)) continue;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        to.off("drain", go).off("close", go);
        resolve();
      };
      to.on("drain", go).on("close", go);
    });
  }
}
