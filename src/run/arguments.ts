import { afterOptions, isScriptFile, launchers, programName, type Launcher } from "./launchers.js";
import { readOwnWords, type ArgumentParam } from "./own-words.js";

/** What a command runs, with paths and names as they were given. */
export type Entry =
  | { readonly kind: "script"; readonly path: string }
  | { readonly kind: "module"; readonly name: string }
  | { readonly kind: "code" }
  | { readonly kind: "program"; readonly name: string };

export interface CommandReading {
  readonly entry: Entry;
  /** The word that names the interpreter (`python3`, `/opt/py/bin/python`, `bash`), if one stands in the command. */
  readonly interpreter: string | undefined;
  /** What stands before it: `["uv run", "accelerate launch"]`. */
  readonly launchers: readonly string[];
  /** Index of the first word that is the program's own. */
  readonly ownFrom: number;
  readonly params: readonly ArgumentParam[];
  readonly positional: readonly string[];
  /** YAML and JSON files among the arguments, as given; they need not exist. */
  readonly configFiles: readonly string[];
}

const python = /^(python|pypy|pythonw)[\d.]*$|^py$/i;
const others: Readonly<Record<string, { readonly valued: RegExp; readonly code: RegExp }>> = {
  bash: { valued: /^[-+][oO]$|^--(rcfile|init-file)$/, code: /^-[a-z]*c$/ },
  sh: { valued: /^[-+]o$/, code: /^-[a-z]*c$/ },
  dash: { valued: /^[-+]o$/, code: /^-[a-z]*c$/ },
  ksh: { valued: /^[-+]o$/, code: /^-[a-z]*c$/ },
  zsh: { valued: /^[-+]o$/, code: /^-[a-z]*c$/ },
  Rscript: { valued: /^-g$/, code: /^-e$/ },
  julia: { valued: /^-[pLJCHtm]$|^--(project|threads|load|sysimage|procs)$/, code: /^-[eE]$/ },
  node: { valued: /^(-r|--require|--import|--loader|-C)$/, code: /^(-e|-p|--eval|--print)$/ },
  ruby: { valued: /^-[IrE]$/, code: /^-e$/ },
  perl: { valued: /^-[I]$/, code: /^-[eE]$/ },
  powershell: { valued: /^-(ExecutionPolicy|Version|WindowStyle)$/i, code: /^-c(ommand)?$/i },
  pwsh: { valued: /^-(ExecutionPolicy|WorkingDirectory)$/i, code: /^-c(ommand)?$/i },
};
const pythonValued = /^-[bBdEhiIOPqRsSuvVx]*[WX]$|^--check-hash-based-pycs$/;

interface Reached {
  readonly entry: Entry;
  readonly interpreter: string | undefined;
  readonly ownFrom: number;
}

/** Reads the words of a command: what it runs, and which of its words are params. Pure: no file is looked at. */
export function readCommand(argv: readonly string[]): CommandReading {
  const before: string[] = [];
  const { entry, interpreter, ownFrom: from } = reach(argv, 0, before);
  const ownFrom = Math.min(from, argv.length);
  const own = readOwnWords(argv, ownFrom, before.at(-1) === "papermill");
  return { entry, interpreter, launchers: before, ownFrom, ...own };
}

function reach(argv: readonly string[], at: number, before: string[]): Reached {
  const word = argv[at] ?? "";
  const name = programName(word);
  if (python.test(name)) return reachPython(argv, at, before);
  const other = Object.hasOwn(others, name) ? others[name] : undefined;
  if (other) return reachInterpreted(argv, at, other);
  const verb = argv[at + 1] ?? "";
  for (const key of [`${name} ${verb}`, name]) {
    const kind = Object.hasOwn(launchers, key) ? launchers[key] : undefined;
    if (!kind) continue;
    before.push(key);
    return launched(argv, at + (key === name ? 1 : 2), kind, before);
  }
  if (name === "papermill" && verb !== "" && !verb.startsWith("-")) {
    before.push(name);
    return { entry: { kind: "script", path: verb }, interpreter: undefined, ownFrom: at + 2 };
  }
  const entry: Entry = isScriptFile(word) ? { kind: "script", path: word } : { kind: "program", name: word };
  return { entry, interpreter: undefined, ownFrom: at + 1 };
}

function launched(argv: readonly string[], from: number, kind: Launcher, before: string[]): Reached {
  let at = afterOptions(argv, from, kind);
  if (kind.then === "script" || argv[at] === "-m") return pythonTarget(argv, at, undefined, before);
  while (before.at(-1) === "env" && /^[A-Za-z_]\w*=/.test(argv[at] ?? "")) at += 1;
  return reach(argv, at, before);
}

function reachInterpreted(
  argv: readonly string[],
  at: number,
  rules: { readonly valued: RegExp; readonly code: RegExp },
): Reached {
  const interpreter = argv[at];
  let next = at + 1;
  for (let word = argv[next]; word !== undefined && /^[-+]./.test(word); word = argv[next]) {
    if (rules.code.test(word)) return { entry: { kind: "code" }, interpreter, ownFrom: next + 2 };
    next += rules.valued.test(word) ? 2 : 1;
    if (word === "--") break;
  }
  const path = argv[next];
  const entry: Entry = path === undefined || path === "-" ? { kind: "code" } : { kind: "script", path };
  return { entry, interpreter, ownFrom: next + 1 };
}

function reachPython(argv: readonly string[], at: number, before: string[]): Reached {
  const interpreter = argv[at];
  let next = at + 1;
  for (let word = argv[next]; word?.startsWith("-"); word = argv[next]) {
    if (word === "-" || /^-[a-zA-Z]*c$/.test(word)) {
      return { entry: { kind: "code" }, interpreter, ownFrom: next + (word === "-" ? 1 : 2) };
    }
    if (/^-[bBdEiIOPqRsSuv]*m/.test(word)) break;
    next += pythonValued.test(word) ? 2 : 1;
  }
  return pythonTarget(argv, next, interpreter, before);
}

/** From `-m module …` or `script.py …` on. */
function pythonTarget(
  argv: readonly string[],
  at: number,
  interpreter: string | undefined,
  before: string[],
): Reached {
  const word = argv[at];
  if (word === undefined) return { entry: { kind: "code" }, interpreter, ownFrom: argv.length };
  const module = /^(?:--module|-[a-zA-Z]*?m)(.*)$/.exec(word);
  if (!module) return { entry: { kind: "script", path: word }, interpreter, ownFrom: at + 1 };
  const glued = module[1] ?? "";
  const name = glued === "" ? (argv[at + 1] ?? "") : glued.replace(/^=/, "");
  const next = glued === "" ? at + 2 : at + 1;
  for (const [key, from] of [
    [`-m ${name} ${argv[next] ?? ""}`, next + 1],
    [`-m ${name}`, next],
  ] as const) {
    const kind = Object.hasOwn(launchers, key) ? launchers[key] : undefined;
    if (!kind) continue;
    before.push(`python ${key}`);
    return pythonTarget(argv, afterOptions(argv, from, kind), interpreter, before);
  }
  return { entry: { kind: "module", name }, interpreter, ownFrom: next };
}
