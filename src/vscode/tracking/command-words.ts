import * as path from "node:path";
import { readLine } from "../../protocol/command-line.js";

/** Shells that take a line as `sh` does. */
const likeSh = /^(bash|dash|ksh|sh|zsh)$/;

/**
 * The command of a typed line: its words, or a shell that is given the line where only a shell can run it. `shell`: the
 * person's own, as a path.
 */
export function commandOf(
  line: string,
  { shell, isWindows }: { readonly shell: string; readonly isWindows: boolean },
): readonly string[] {
  const { commands, needsShell } = readLine(line, isWindows);
  if (!needsShell) return commands.flat().map(({ text }) => text);
  if (isWindows) return ["powershell", "-NoProfile", "-Command", line];
  const own = path.posix.basename(shell);
  return [likeSh.test(own) ? own : "sh", "-c", line];
}

/** What a line is called where there is no run yet: its script, else its program. */
export function titleOf(line: string, isWindows: boolean): string {
  const words = readLine(line, isWindows)
    .commands.flat()
    .map(({ text }) => text);
  return path.basename(words.find((word) => word.endsWith(".py")) ?? words[0] ?? "loam");
}
