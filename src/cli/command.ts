import { parseArgs, type ParseArgsConfig } from "node:util";
import { Failure } from "../core/base/failure.js";
import { nodePorts, type Ports } from "../core/base/ports.js";
import { said } from "../core/base/said.js";
import { jobThreads } from "../workers/pool.js";
import { printable } from "./text-width.js";
import { warningLog } from "./warnings.js";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** What every verb can be told. */
const globalOptions = {
  dir: { type: "string" },
  json: { type: "boolean" },
  quiet: { type: "boolean", short: "q" },
  help: { type: "boolean", short: "h" },
} as const satisfies Options;

/** Where a verb runs and how it speaks. */
export interface CommandContext {
  /** The folder from which the store is found. */
  readonly folder: string;
  /** One JSON document on stdout (for long work JSON lines); words for people go to stderr. */
  readonly json: boolean;
  readonly quiet: boolean;
  readonly ports: Ports;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** A result, for stdout. */
  readonly out: (text: string) => void;
  /** Progress and remarks, for stderr; nothing with `--quiet`. */
  readonly say: (text: string) => void;
}

export interface Verb {
  /** A line for `loam help`: what it does. */
  readonly summary: string;
  /** How it is called, after `loam `; several lines where there are several ways. */
  readonly usage: string;
  /** Exit code; failures are thrown. `words` are what stands behind the verb. */
  readonly run: (words: readonly string[], base: CommandBase) => Promise<number>;
}

/** What a verb gets before its own words are read. */
export interface CommandBase {
  readonly verb: string;
  readonly usage: string;
  /** What it does, for whoever asks for help. */
  readonly summary?: string;
  readonly signal: AbortSignal;
}

export interface Reading<O extends Options> {
  readonly values: ReturnType<typeof parseArgs<{ options: O }>>["values"];
  readonly positionals: readonly string[];
  readonly context: CommandContext;
}

export const wrongUsage = (message: string, usage: string): Failure =>
  new Failure("usage.wrong", said`${message}`, {
    next: said`${usage
      .split("\n")
      .map((line) => `Usage: loam ${line}`)
      .join("\n")}`,
  });

/** Thrown where a person asked for help; the text is the answer. */
export class HelpWanted extends Error {
  /** What it does, or what its verbs do. */
  readonly about: string | undefined;

  constructor(usage: string, about?: string) {
    super(usage);
    this.about = about;
  }
}

/** A summary as a sentence of its own. */
export const sentence = (summary: string): string =>
  `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`;

/** Reads a verb's words: its own options and the global ones. Throws `usage.wrong` with how it is called. */
export function readWords<const O extends Options>(
  words: readonly string[],
  base: CommandBase,
  options: O,
): Reading<O> {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { ...options, ...globalOptions },
      allowPositionals: true,
      strict: true,
    });
    const given = values as { dir?: string; json?: boolean; quiet?: boolean; help?: boolean };
    if (given.help === true) throw new HelpWanted(base.usage, base.summary && sentence(base.summary));
    return { values: values, positionals, context: contextOf(given, base) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code?.startsWith("ERR_PARSE_ARGS") !== true) throw error;
    const [message = ""] = (error as Error).message.split(". To specify");
    throw wrongUsage(`${message.replace(/\.$/, "")}.`, base.usage);
  }
}

/** The real ports, with warnings on stderr. */
export const plainPorts: Ports = {
  ...nodePorts,
  log: warningLog((line) => void process.stderr.write(line), nodePorts.clock),
  jobs: jobThreads(() => plainPorts),
};

function contextOf(
  given: { dir?: string; json?: boolean; quiet?: boolean },
  base: CommandBase,
): CommandContext {
  const quiet = given.quiet ?? false;
  return {
    folder: given.dir ?? process.cwd(),
    json: given.json ?? false,
    quiet,
    ports: plainPorts,
    signal: base.signal,
    out: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => {
      // names in it may come from a hostile store
      if (!quiet) process.stderr.write(`${text.split("\n").map(printable).join("\n")}\n`);
    },
  };
}
