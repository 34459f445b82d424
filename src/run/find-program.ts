import * as fs from "node:fs";
import * as path from "node:path";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { isScriptFile } from "./launchers.js";
import { readCommand } from "./arguments.js";

export interface ProgramPlace {
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly platform: NodeJS.Platform;
}

const shellWords = new Set(
  "cd source . export alias set ulimit time for if while exec eval conda-activate".split(" "),
);

/**
 * The file that the command's first word starts, as the system would find it. Failure `command.notFound`, with what
 * to try instead, where there is none, where it may not be executed, or where the script that the command names is
 * not there.
 */
export function findProgram(place: ProgramPlace): string {
  const [word] = place.command;
  if (word === undefined || word === "")
    throw new Failure("usage.wrong", said`There is no command to run.`, {
      next: said`Put it after --, as in: loam run -- python train.py`,
    });
  if (!isFolder(place.folder))
    throw new Failure("command.notFound", said`There is no folder ${place.folder} to run in.`, {
      next: said`Check the folder's name.`,
    });
  const program = lookup(word, place);
  if (program === undefined) throw isPath(word) ? missingFile(word, place) : missingProgram(word, place);
  checkScript(place);
  return program;
}

const isPath = (word: string): boolean =>
  word.includes("/") || (process.platform === "win32" && word.includes("\\"));

function lookup(word: string, place: ProgramPlace): string | undefined {
  const windows = place.platform === "win32";
  const endings = windows
    ? [
        "",
        ...(place.environment["PATHEXT"] ?? ".COM;.EXE;.BAT;.CMD")
          .split(";")
          .map((ending) => ending.toLowerCase()),
      ]
    : [""];
  const folders = isPath(word) || path.isAbsolute(word) ? [place.folder] : searched(place);
  for (const folder of folders) {
    for (const ending of endings) {
      if (windows && ending === "" && path.extname(word) === "") continue;
      const file = path.resolve(folder, word + ending);
      if (isExecutable(file, windows)) return file;
    }
  }
  return undefined;
}

function searched(place: ProgramPlace): string[] {
  const { environment, platform } = place;
  const key = Object.keys(environment).find(
    (name) => name === "PATH" || (platform === "win32" && /^path$/i.test(name)),
  );
  const folders = (key === undefined ? "/usr/bin:/bin" : (environment[key] ?? "")).split(path.delimiter);
  // an empty piece of the PATH is the current folder; Windows looks there first of all
  return [
    ...(platform === "win32" ? [place.folder] : []),
    ...folders.map((folder) => path.resolve(place.folder, folder)),
  ];
}

const statOf = (file: string): fs.Stats | undefined => {
  try {
    return fs.statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
};
const isFolder = (file: string): boolean => statOf(file)?.isDirectory() === true;
const isFile = (file: string): boolean => statOf(file)?.isFile() === true;

function isExecutable(file: string, windows: boolean): boolean {
  if (!isFile(file)) return false;
  if (windows) return true;
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function missingFile(word: string, place: ProgramPlace): Failure {
  const file = path.resolve(place.folder, word);
  const rest = place.command.slice(1).join(" ");
  if (isFolder(file))
    return new Failure("command.notFound", said`${word} is a folder, not a program (${file}).`, {
      next: said`Name a file in it.`,
    });
  if (!isFile(file))
    return new Failure(
      "command.notFound",
      path.isAbsolute(word)
        ? said`There is no file ${word}.`
        : said`There is no file ${word} in ${place.folder}.`,
      { next: said`${nearby(file)}` },
    );
  const interpreted = /\.pyw?$/i.test(word)
    ? `loam run -- ${python(place)} ${word} ${rest}`.trim()
    : undefined;
  return new Failure("command.notFound", said`${word} may not be executed (${file}).`, {
    next:
      interpreted === undefined ? said`Allow it: chmod +x ${word}` : said`Run it with Python: ${interpreted}`,
  });
}

function missingProgram(word: string, place: ProgramPlace): Failure {
  const rest = place.command.slice(1).join(" ");
  const line = (program: string): string => `loam run -- ${program} ${rest}`.trim();
  const message = said`No program '${word}' is on the PATH.`;
  const fail = (next: string): Failure => new Failure("command.notFound", message, { next: said`${next}` });

  if (shellWords.has(word)) return fail(`It is a word of the shell: loam run -- bash -c '${word} ${rest}'`);
  if (isFile(path.resolve(place.folder, word)))
    return fail(
      /\.pyw?$/i.test(word)
        ? `Run it with Python: ${line(`${python(place)} ${word}`)}`
        : `Name its folder too: ${line(`./${word}`)}`,
    );
  if (/^python[\d.]*$|^pip\d*$/.test(word)) {
    const environment = [".venv", "venv", "env"].find((name) => isFile(inEnvironment(place, name, word)));
    if (environment !== undefined) {
      const program = path.relative(place.folder, inEnvironment(place, environment, word));
      return fail(`There is an environment in ${environment}: ${line(program)}`);
    }
    const other = word.startsWith("python")
      ? ["python3", "python", "py"].find((name) => lookup(name, place))
      : undefined;
    if (other !== undefined) return fail(`There is ${other}: ${line(other)}`);
    return fail("Install Python, or activate the environment that has it.");
  }
  return fail("Check its name, install it, or activate the environment that has it.");
}

const inEnvironment = (place: ProgramPlace, name: string, word: string): string =>
  place.platform === "win32"
    ? path.join(place.folder, name, "Scripts", `${word}.exe`)
    : path.join(place.folder, name, "bin", word);

const python = (place: ProgramPlace): string =>
  ["python3", "python"].find((name) => lookup(name, place)) ?? "python3";

/** Only where nothing stands before the interpreter: a launcher may change the folder. */
function checkScript(place: ProgramPlace): void {
  const { entry, launchers } = readCommand(place.command);
  if (entry.kind !== "script" || launchers.length > 0) return;
  const file = path.resolve(place.folder, entry.path);
  if (!isScriptFile(entry.path) || statOf(file)) return;
  throw new Failure("command.notFound", said`There is no file ${entry.path} in ${place.folder}.`, {
    next: said`${nearby(file)}`,
  });
}

/** A file of the same folder whose name is a slip away, or a file of that name one folder down or up. */
function nearby(file: string): string {
  const folder = path.dirname(file);
  const name = path.basename(file);
  if (!isFolder(folder)) return `There is no folder ${folder} either.`;
  let best: { readonly name: string; readonly distance: number } | undefined;
  const entries = namesIn(folder);
  for (const other of entries) {
    if (path.extname(other) !== path.extname(name)) continue;
    const distance = editDistance(name.toLowerCase(), other.toLowerCase());
    if (distance <= Math.max(1, Math.min(3, name.length / 3)) && distance < (best?.distance ?? Infinity))
      best = { name: other, distance };
  }
  if (best) return `Did you mean ${best.name}?`;
  const inside = [...entries, ".."].find((other) => isFile(path.join(folder, other, name)));
  return inside === undefined ? "Check the name and the folder." : `Did you mean ${path.join(inside, name)}?`;
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder).slice(0, 2000);
  } catch {
    return [];
  }
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
