/** A word of a typed command line. */
export interface LineWord {
  /** Without quotes and backslashes, as a program gets it where nothing in it is replaced. */
  readonly text: string;
  /** Where it stands in the line, quotes included. */
  readonly from: number;
  readonly to: number;
  /** False where a shell puts something else in its place: `$HOME`, `*.csv`, `~/data`. */
  readonly isPlain: boolean;
}

/** A typed command line, parted as a shell does. */
export interface CommandLine {
  /** Its simple commands, without redirections: two in `a b | c > d`. */
  readonly commands: readonly (readonly LineWord[])[];
  /** Whether only a shell can run it: it joins commands, redirects, sets variables, or has words to be replaced. */
  readonly needsShell: boolean;
  /** Whether a quote is opened and never closed. */
  readonly isOpen: boolean;
}

interface Reading {
  readonly line: string;
  readonly isWindows: boolean;
  at: number;
  isOpen: boolean;
}

const assignment = /^[A-Za-z_]\w*=/;

/** Reads a line as `sh` does; `isWindows`: as PowerShell does, to which a backslash is a part of a path. */
export function readLine(line: string, isWindows = false): CommandLine {
  const reading: Reading = { line, isWindows, at: 0, isOpen: false };
  const commands: LineWord[][] = [[]];
  let needsShell = false;
  let isTarget = false; // the next word says where a redirection goes
  while (reading.at < line.length) {
    const character = line.charAt(reading.at);
    if (character === "\n" || "|&;()".includes(character)) {
      needsShell ||= character !== "\n" || commands.at(-1)?.length !== 0;
      if (commands.at(-1)?.length !== 0) commands.push([]);
      isTarget = false;
      reading.at += 1;
    } else if (/\s/.test(character)) reading.at += 1;
    else if (isContinued(reading)) reading.at += 2;
    else if (character === "<" || character === ">") {
      needsShell = true;
      dropDescriptor(commands.at(-1), reading);
      while (/[<>&|]/.test(line.charAt(reading.at))) reading.at += 1;
      isTarget = true;
    } else if (character === "#") {
      needsShell = true;
      const end = line.indexOf("\n", reading.at);
      reading.at = end === -1 ? line.length : end;
    } else {
      const word = readWord(reading, /[\s|&;()<>]/);
      needsShell ||= !word.isPlain || isTarget;
      if (!isTarget) commands.at(-1)?.push(word);
      isTarget = false;
    }
  }
  const all = commands.filter((words) => words.length > 0);
  needsShell ||= all.some(([first]) => first !== undefined && assignment.test(line.slice(first.from)));
  return { commands: all, needsShell, isOpen: reading.isOpen };
}

/** The words of a line that no shell sees, such as a script's arguments: only blanks, quotes and backslashes part them. */
export function readWords(
  line: string,
  isWindows = false,
): { readonly words: readonly string[]; readonly isOpen: boolean } {
  const reading: Reading = { line, isWindows, at: 0, isOpen: false };
  const words: string[] = [];
  for (;;) {
    while (/\s/.test(line.charAt(reading.at)) || isContinued(reading))
      reading.at += isContinued(reading) ? 2 : 1;
    if (reading.at >= line.length) return { words, isOpen: reading.isOpen };
    words.push(readWord(reading, /\s/).text);
  }
}

/** A word as it has to stand in a line for `sh`, so that its program gets just this text. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The `2` of `2>&1` is no word of the command. */
function dropDescriptor(words: LineWord[] | undefined, { line, at }: Reading): void {
  const last = words?.at(-1);
  if (last?.to === at && /^\d+$/.test(line.slice(last.from, last.to))) words?.pop();
}

/** From a character that begins a word to the first outside quotes that ends it. */
function readWord(reading: Reading, ends: RegExp): LineWord {
  const { line, isWindows } = reading;
  const from = reading.at;
  let text = "";
  let isPlain = line.charAt(from) !== "~";
  let quote = "";
  for (; reading.at < line.length; reading.at += 1) {
    const character = line.charAt(reading.at);
    const next = line.charAt(reading.at + 1);
    if (quote === "'") {
      if (character === "'") quote = "";
      else text += character;
    } else if (isContinued(reading)) {
      // What it joins may be more than a word: `$\` with `HOME` on the next line.
      isPlain = false;
      reading.at += 1;
    } else if (isEscape(character, next, quote, isWindows)) {
      text += next;
      reading.at += 1;
    } else if (character === "`" || (character === "$" && /[\w({@*#?$!-]/.test(next))) {
      isPlain = false;
      const end = endOfReplaced(line, reading.at, ends);
      text += line.slice(reading.at, end);
      reading.at = end - 1;
    } else if (quote === '"') {
      if (character === '"') quote = "";
      else text += character;
    } else if (character === "'" || character === '"') quote = character;
    else if (ends.test(character)) break;
    else {
      if ("*?[".includes(character)) isPlain = false;
      text += character;
    }
  }
  reading.isOpen ||= quote !== "";
  return { text, from, to: reading.at, isPlain };
}

/** Whether a backslash at the end of a line says that the command goes on in the next one. */
function isContinued({ line, at, isWindows }: Reading): boolean {
  return !isWindows && line.startsWith("\\\n", at);
}

function isEscape(character: string, next: string, quote: string, isWindows: boolean): boolean {
  if (character !== "\\" || next === "") return false;
  if (isWindows) return next === '"';
  return quote === "" || '"\\$`'.includes(next);
}

/** The end of `` `ls a` `` or `$(ls a)` that begins at an index; of another `$` the index after it. */
function endOfReplaced(line: string, at: number, ends: RegExp): number {
  if (ends.source === "\\s") return at + 1; // no shell sees it
  if (line.charAt(at) === "`") {
    const end = line.indexOf("`", at + 1);
    return end === -1 ? line.length : end + 1;
  }
  if (line.charAt(at + 1) !== "(") return at + 1;
  let depth = 0;
  for (let end = at + 1; end < line.length; end += 1) {
    if (line.charAt(end) === "(") depth += 1;
    if (line.charAt(end) === ")") depth -= 1;
    if (depth === 0) return end + 1;
  }
  return line.length;
}
