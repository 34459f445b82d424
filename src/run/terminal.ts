import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as tty from "node:tty";

export interface Screen {
  readonly columns: number;
  readonly rows: number;
}

/** Where this process sits, from which follows how its child gets signals, input and colours. */
export type Seat =
  /** At a terminal, with its keyboard and its screen. */
  | { readonly kind: "foreground"; readonly screen: Screen }
  /** A job in the background of a terminal whose screen it writes to. */
  | { readonly kind: "background"; readonly screen: Screen }
  /** Of a terminal, with its output led elsewhere. */
  | { readonly kind: "redirected" }
  /** No terminal at all: a service, cron, CI, `nohup`, the editor. */
  | { readonly kind: "none" };

/** Looks at the handles alone: to touch `process.stdin` would take from what the child is to read. */
export function ownSeat(platform: NodeJS.Platform): Seat {
  const [input, output, errors] = [0, 1, 2].map((fd) => tty.isatty(fd));
  // macOS' nohup leaves the terminal as stdin, and a run under nohup must not die with the terminal
  const attached = platform === "darwin" ? output || errors : input || output || errors;
  if (!attached) return { kind: "none" };
  if (!output) return { kind: "redirected" };
  const { columns, rows } = process.stdout;
  const screen = { columns: columns || 80, rows: rows || 24 };
  return { kind: input && inForeground(platform) ? "foreground" : "background", screen };
}

/** A background job that changed the terminal's mode, as a pseudo-terminal must, would be stopped by the system. */
function inForeground(platform: NodeJS.Platform): boolean {
  const [own, foreground] = platform === "linux" ? groupsFromProc() : groupsFromPs();
  return own !== undefined && own === foreground;
}

function groupsFromProc(): (string | undefined)[] {
  const stat = fs.readFileSync("/proc/self/stat", "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [fields[2], fields[5]];
}

function groupsFromPs(): (string | undefined)[] {
  const ps = spawnSync("ps", ["-o", "pgid=,tpgid=", "-p", String(process.pid)], {
    encoding: "utf8",
    timeout: 2000,
  });
  return ps.status === 0 ? ps.stdout.trim().split(/\s+/) : [];
}

/** The dialect of the `script` program, which lends a pseudo-terminal; Node has none of its own. */
export type ScriptProgram = "util-linux" | "bsd" | "none";

/** Which `script` is here. Runs it once on Linux (2 ms), to tell it from BusyBox's, which cannot hand on an exit code. */
export function findScript(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string>>,
): ScriptProgram {
  if (platform === "darwin") return "bsd";
  if (platform !== "linux") return "none";
  const probe = spawnSync("script", ["--version"], { env: environment, encoding: "utf8", timeout: 2000 });
  return probe.status === 0 && probe.stdout.includes("util-linux") ? "util-linux" : "none";
}

/**
 * `command` behind `script`, whose stdout is to be the console file: the command then has a terminal of its own
 * (colours, progress bars, line editing, Ctrl-C), and all that it shows goes to the file. The record of `script`
 * itself goes nowhere: it would begin with a line that holds the command.
 */
export function inPseudoTerminal(
  script: Exclude<ScriptProgram, "none">,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): { readonly command: readonly string[]; readonly environment: Readonly<Record<string, string>> } {
  if (script === "bsd") return { command: ["/usr/bin/script", "-q", "/dev/null", ...command], environment };
  // it hands the line to $SHELL, which may be a shell of another grammar
  const shell = environment["SHELL"];
  const restored = shell === undefined ? "unset SHELL;" : `SHELL=${quoted(shell)}`;
  const line = `${restored} exec ${command.map(quoted).join(" ")}`;
  return {
    command: ["script", "-q", "-e", "-c", line, "/dev/null"],
    environment: { ...environment, SHELL: "/bin/sh" },
  };
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
