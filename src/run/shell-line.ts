import * as path from "node:path";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { withoutSecret } from "../core/store/secrets.js";
import { quoted, readLine, type LineWord } from "../protocol/command-line.js";
import { readCommand, type CommandReading } from "./arguments.js";
import { programName } from "./launchers.js";
import { maskWords } from "./mask-command.js";
import { changedWords } from "./rewrite-arguments.js";

/** What of a command is written down with its run. */
export type LaunchReading = Pick<CommandReading, "configFiles" | "entry" | "params">;

const shells = /^(bash|dash|ksh|sh|zsh)$/;
const windowsShells = /^(powershell|pwsh)$/;

/** Words that stand before a command and leave it what it is. */
const before = /^(!|\{|do|else|exec|then|time|[A-Za-z_]\w*=.*)$/s;

/** The line of a command such as `sh -c LINE`. */
interface ShellLine {
  /** Index of the word that is the line. */
  readonly at: number;
  readonly isWindows: boolean;
  readonly line: string;
}

/** A command in a line that starts a script or a module. */
interface Start {
  readonly words: readonly LineWord[];
  readonly reading: CommandReading;
  /** Where the line went before it; undefined where that is not to be told. */
  readonly folder: string | undefined;
}

function shellLineOf(argv: readonly string[]): ShellLine | undefined {
  const { entry, interpreter, ownFrom } = readCommand(argv);
  const shell = programName(interpreter ?? "");
  const isWindows = windowsShells.test(shell);
  const line = argv[ownFrom - 1];
  if (entry.kind !== "code" || line === undefined || !(isWindows || shells.test(shell))) return undefined;
  return { at: ownFrom - 1, isWindows, line };
}

/** The one command of a line that starts a script or a module; undefined where there are none or several. */
function startOf({ line, isWindows }: ShellLine): Start | undefined {
  const starts: Start[] = [];
  let folder: string | undefined = "";
  for (const all of readLine(line, isWindows).commands) {
    const first = all.findIndex(({ text }) => !before.test(text));
    const words = first === -1 ? [] : all.slice(first);
    if (words[0]?.text === "cd") {
      const [, to] = words;
      folder = folder === undefined || !to?.isPlain ? undefined : path.posix.join(folder, to.text);
      continue;
    }
    const reading = readCommand(words.map(({ text }) => text));
    const { kind } = reading.entry;
    if (kind === "script" || kind === "module") starts.push({ words, reading, folder });
  }
  return starts.length === 1 ? starts[0] : undefined;
}

/** Reads a command; of a shell's line it is the one command in it that starts a script or a module that counts. */
export function readLaunch(argv: readonly string[]): LaunchReading {
  const shell = shellLineOf(argv);
  const start = shell && startOf(shell);
  if (start?.folder === undefined) return readCommand(argv);
  const { reading, words, folder } = start;
  const below = (file: string): string =>
    path.posix.isAbsolute(file) ? file : path.posix.join(folder, file);
  const { entry } = reading;
  return {
    entry: entry.kind === "script" && folder !== "" ? { ...entry, path: below(entry.path) } : entry,
    configFiles: folder === "" ? reading.configFiles : reading.configFiles.map(below),
    // what a shell puts in the place of `$LR` is not known
    params: reading.params.filter(({ forms }) =>
      forms.every((form) =>
        words
          .slice(form.at, form.kind === "separate" ? form.end : form.at + 1)
          .every(({ isPlain }) => isPlain),
      ),
    ),
  };
}

/** Puts texts in the place of pieces of a line, which are given in its order. */
function spliced(
  line: string,
  pieces: readonly { readonly from: number; readonly to: number; readonly text: string }[],
): string {
  let told = "";
  let at = 0;
  for (const { from, to, text } of pieces) {
    told += line.slice(at, from) + text;
    at = to;
  }
  return told + line.slice(at);
}

/** The words of a command as they may be written down, those in a shell's line too. */
export function maskCommand(argv: readonly string[]): string[] {
  const masked = maskWords(argv);
  const shell = shellLineOf(argv);
  if (!shell) return masked;
  const pieces = readLine(shell.line, shell.isWindows).commands.flatMap((words) => {
    const told = maskWords(words.map(({ text }) => text));
    return words.flatMap(({ from, to, text }, index) => {
      const shown = told[index] ?? "";
      return shown === text ? [] : [{ from, to, text: shown }];
    });
  });
  const line = spliced(shell.line, pieces);
  return masked.with(shell.at, withoutSecret("", line));
}

/** The command with other values for some params: see `changedWords`. Failure `state.wrong` for a line without a script. */
export function withParams(argv: readonly string[], changes: ReadonlyMap<string, string>): string[] {
  if (changes.size === 0) return [...argv];
  const shell = shellLineOf(argv);
  if (shell) return argv.with(shell.at, changedLine(shell, changes));
  const { words, added, addedAt } = changedWords(argv, changes);
  return [...words.slice(0, addedAt), added, ...words.slice(addedAt)].flat();
}

function changedLine(shell: ShellLine, changes: ReadonlyMap<string, string>): string {
  const start = startOf(shell);
  if (!start)
    throw new Failure("state.wrong", said`Which of the commands has the params is not clear: ${shell.line}`, {
      next: said`Run the line anew with other values in it.`,
    });
  const { words } = start;
  const changed = changedWords(
    words.map(({ text }) => text),
    changes,
  );
  const pieces = words.map((word, index) => {
    const now = changed.words[index] ?? [];
    const isSame = now.length === 1 && now[0] === word.text;
    const told = isSame ? [shell.line.slice(word.from, word.to)] : now.map(quoted);
    if (index === changed.addedAt) told.unshift(...changed.added.map(quoted));
    if (index === words.length - 1 && changed.addedAt === words.length)
      told.push(...changed.added.map(quoted));
    return { from: word.from, to: word.to, text: told.join(" ") };
  });
  return spliced(shell.line, pieces);
}
