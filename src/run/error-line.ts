import { stripVTControlCharacters } from "node:util";

/** What a person needs to know of a failed program: its last error line and the line of code that it names. */
export interface ErrorLine {
  readonly error: string;
  readonly where?: { readonly file: string; readonly line: number };
}

const kept = 400;
const longest = 500;
const pythonFrame = /^\s*File "(.+)", line (\d+)/;
const errorName = /^(?:[\w.]+\.)?\w*(?:Error|Exception|Interrupt|Exit|Iteration|Warning|Failure)\b/;
const installed = /[/\\](site-packages|dist-packages|lib[/\\]python[\d.]+)[/\\]|^<frozen /;

/** Remembers the end of a console, and reads from it why the program failed. */
export class ErrorLines {
  #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line.length > longest ? `${line.slice(0, longest)}…` : line);
    if (this.#lines.length > kept * 2) this.#lines = this.#lines.slice(-kept);
  }

  /** The last error of the console; undefined where nothing was written. */
  find(): ErrorLine | undefined {
    const lines = this.#lines.slice(-kept).map((line) => stripVTControlCharacters(line));
    const named = lines.findLastIndex((line) => errorName.test(line));
    const last = named >= 0 ? named : lines.findLastIndex((line) => line.trim() !== "");
    const error = lines[last]?.trim();
    if (error === undefined) return undefined;
    const where = named >= 0 ? frameBefore(lines, named) : undefined;
    return where ? { error, where } : { error };
  }
}

/** The innermost frame of the user's own code above an error line, else the innermost of all. */
function frameBefore(lines: readonly string[], end: number): ErrorLine["where"] {
  let innermost: ErrorLine["where"];
  for (let i = end; i >= 0; i--) {
    const line = lines[i] ?? "";
    if (line.startsWith("Traceback ")) break;
    const [, file, number] = pythonFrame.exec(line) ?? [];
    if (file === undefined) continue;
    const frame = { file, line: Number(number) };
    if (!installed.test(file)) return frame;
    innermost ??= frame;
  }
  return innermost;
}
