import { isAscii } from "node:buffer";
import { StringDecoder } from "node:string_decoder";
import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { FilePort } from "../base/ports.js";
import { AppendFile } from "./append.js";
import { asFact, type Fact } from "./fact.js";

/** Ends a line that a failed write left torn. Its writer never acknowledged it, so readers pass over it. */
export const cancelled = "\u0018";
/** Longest line that is read: the largest field that the API takes (16 MiB of dataset profile), escaped. */
export const longestLine = 64 * 1024 * 1024;

/** One writer's facts of one entity: JSON lines, each batch appended with one write. */
export class FactFile {
  readonly #file: AppendFile;
  readonly #shown: string;
  #torn = false;

  /** `shown` names the file in failures. */
  constructor(files: FilePort, path: string, shown: string) {
    this.#file = new AppendFile(files, path);
    this.#shown = shown;
  }

  /**
   * Appends facts. On a failure throws it with what the file took all the same in `kept`: those facts are in the
   * store, although nobody was told so, and memory must agree with the file.
   */
  append(facts: readonly Fact[], kept: (facts: readonly Fact[]) => void): void {
    if (facts.length === 0) return;
    const lines = facts.map((fact) => `${JSON.stringify(fact)}\n`);
    const head = this.#torn ? `${cancelled}\n` : "";
    const { written, error } = this.#file.append(Buffer.from(head + lines.join(""), "utf8"));
    if (error === undefined) {
      this.#torn = false;
      kept(facts);
      return;
    }
    let end = Buffer.byteLength(head);
    if (written >= end) this.#torn = false;
    let whole = 0;
    for (const line of lines) {
      end += Buffer.byteLength(line);
      if (end > written) break;
      whole++;
    }
    const start = end - Buffer.byteLength(lines[whole] ?? "");
    if (written > 0 && written !== start) this.#torn = true;
    kept(facts.slice(0, whole));
    throw toFailure(error, said`Cannot write ${this.#shown}`);
  }

  /** False while a torn line waits to be ended. */
  get whole(): boolean {
    return !this.#torn;
  }
  sync(): Promise<void> {
    return this.#file.sync();
  }
  syncNow(): void {
    this.#file.syncNow();
  }
  close(): void {
    this.#file.close();
  }
}

export interface ReadFacts {
  readonly facts: readonly Fact[];
  /** Where the next read goes on: behind the last complete line. */
  readonly next: number;
  /** Complete lines that are no facts, with the byte at which they start. */
  readonly damaged: readonly { readonly at: number; readonly why: string }[];
}

const slice = 1024 * 1024;

/**
 * Facts of one writer's file from byte `from` on. An incomplete last line (its writer may be alive) is left for the
 * next read. `size` spares a look where the caller has just seen that there is a file, and how long it is.
 */
export function readFacts(files: FilePort, path: string, from = 0, size?: number): ReadFacts {
  const facts: Fact[] = [];
  const damaged: { at: number; why: string }[] = [];
  let next = from;
  for (const line of readLines(files, path, from, longestLine, size)) {
    next = line.end;
    if (line.text === undefined)
      damaged.push({ at: line.start, why: `a line of more than ${longestLine} bytes` });
    else if (line.text !== "" && !line.text.endsWith(cancelled)) {
      const fact = parseFact(line.text);
      if (typeof fact === "string") damaged.push({ at: line.start, why: fact });
      else facts.push(fact);
    }
  }
  return { facts, next, damaged };
}

function parseFact(text: string): Fact | string {
  try {
    return asFact(JSON.parse(text));
  } catch {
    return "not JSON";
  }
}

interface Line {
  readonly start: number;
  readonly end: number;
  /** undefined: too long to be read. */
  readonly text: string | undefined;
}

/** Complete lines of a file. Memory stays below the longest line and a slice. `size` as in `readFacts`. */
export function* readLines(
  files: FilePort,
  path: string,
  from: number,
  longest = longestLine,
  size?: number,
): Generator<Line> {
  if (size === undefined && files.stat(path)?.kind !== "file") return;
  const fd = files.openRead(path);
  try {
    const decoder = new StringDecoder("utf8");
    const buffer = Buffer.allocUnsafe(Math.min(slice, Math.max(4096, (size ?? files.size(fd)) - from)));
    let start = from;
    let at = from;
    let held = "";
    let overlong = false;
    for (;;) {
      const count = files.read(fd, buffer, at);
      if (count === 0) return;
      const chunk = buffer.subarray(0, count);
      let lineStart = 0;
      // nearly all is ASCII, which is decoded as a whole many times faster than line by line
      const ascii = start === at && isAscii(chunk) ? chunk.toString("latin1") : undefined;
      for (;;) {
        const end = ascii === undefined ? chunk.indexOf(10, lineStart) : ascii.indexOf("\n", lineStart);
        if (end < 0) break;
        const text = ascii?.slice(lineStart, end) ?? held + decoder.end(chunk.subarray(lineStart, end));
        held = "";
        yield { start, end: at + end + 1, text: overlong ? undefined : text };
        overlong = false;
        start = at + end + 1;
        lineStart = end + 1;
      }
      if (!overlong) held += decoder.write(chunk.subarray(lineStart));
      at += count;
      if (size !== undefined && at >= size) return; // what came since is for the next read
      if (at - start > longest) {
        overlong = true;
        held = "";
      }
    }
  } finally {
    files.close(fd);
  }
}
