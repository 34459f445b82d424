import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import * as os from "node:os";
import { Failure, systemCode, toFailure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { findProgram } from "./find-program.js";
import { screenVariables } from "./child-environment.js";
import { findScript, inPseudoTerminal, type Seat } from "./terminal.js";

export interface Launch {
  readonly command: readonly string[];
  /** Absolute path of the working folder. */
  readonly folder: string;
  /** An append handle of `console.log`; the caller closes it once this returned. */
  readonly consoleFd: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly platform: NodeJS.Platform;
  readonly seat: Seat;
}

export type Ending =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: NodeJS.Signals };

/**
 * How the command hangs on this process. `pseudoTerminal`: it writes to a terminal of its own, and that goes to the
 * console file. `group`: it shares the process group, so a terminal's signals reach both. `session`: it has a session
 * of its own, and gets the signals that this process hands on.
 */
export type Bond = "pseudoTerminal" | "group" | "session";

export interface LaunchedCommand {
  /** Of the process that was started: the command, or the `script` that lends it a pseudo-terminal. */
  readonly pid: number;
  readonly bond: Bond;
  readonly ended: Promise<Ending>;
}

/**
 * Starts a command. Its stdout and stderr are the console file, so that no end of this process breaks it; its stdin is
 * this process's. In the foreground of a terminal it gets a pseudo-terminal where the system has `script`; in any
 * other place of a terminal it shares the process group; without one it has its own session, so that what ends a
 * login (`nohup loam run … &`) does not end it. Failure `command.notFound` says what is missing and what to try.
 */
export async function launch(request: Launch): Promise<LaunchedCommand> {
  const { command, environment, platform, seat } = request;
  const program = findProgram(request);
  const script = seat.kind === "foreground" ? findScript(platform, environment) : "none";
  const bond = script !== "none" ? "pseudoTerminal" : seat.kind === "none" ? "session" : "group";
  const started =
    script === "none"
      ? { command, environment: { ...environment, ...screenVariables(seat, environment) } }
      : inPseudoTerminal(script, command, environment);
  const [word = ""] = command;
  let child: ChildProcess;
  try {
    child = spawnIn(started.command, program, request, {
      cwd: request.folder,
      env: started.environment,
      stdio: ["inherit", request.consoleFd, request.consoleFd],
      detached: bond === "session" && platform !== "win32",
      windowsHide: true,
    });
  } catch (error) {
    throw startFailure(error, word);
  }
  if (child.pid === undefined) throw startFailure((await once(child, "error"))[0], word);
  return { pid: child.pid, bond, ended: ending(child, bond) };
}

/** What a shell would report: the exit code, or 128 and the number of the signal. */
export function exitCodeOf(ending: Ending): number {
  return ending.kind === "exited" ? ending.code : 128 + (os.constants.signals[ending.signal] ?? 0);
}

function spawnIn(
  command: readonly string[],
  program: string,
  request: Launch,
  options: SpawnOptions,
): ChildProcess {
  const [word = "", ...words] = command;
  if (request.platform !== "win32" || !/\.(bat|cmd)$/i.test(program)) return spawn(word, words, options);
  // batch files (`poetry.cmd`, `conda.bat`) start only through the shell, whose own characters need carets
  const shell = request.environment["ComSpec"] ?? "cmd.exe";
  const line = `"${batchLine(program, words)}"`;
  return spawn(shell, ["/d", "/s", "/c", line], { ...options, windowsVerbatimArguments: true });
}

/** The line for `cmd.exe /d /s /c "…"` that hands `words` to a batch file unchanged. */
export function batchLine(program: string, words: readonly string[]): string {
  const careted = (text: string): string => text.replace(/[()\][%!^"`<>&|;, *?]/g, "^$&");
  // quoted for the C run time first, then careted twice: a batch file hands its line to a second shell
  const argument = (word: string): string =>
    careted(careted(`"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, "$1$1")}"`));
  return [careted(program), ...words.map(argument)].join(" ");
}

/** Of what the system says at once or a moment later, depending on the reason. */
function startFailure(error: unknown, word: string): Failure {
  switch (systemCode(error)) {
    case "ENOENT":
      return new Failure(
        "command.notFound",
        said`${word} names an interpreter in its first line that is not here.`,
        {
          next: said`Look at the first line of ${word}, or name the interpreter: loam run -- python3 ${word}`,
        },
      );
    case "EACCES":
    case "EPERM":
    case "ENOEXEC":
    case "UNKNOWN":
      return new Failure("command.notFound", said`The system does not let ${word} be executed.`, {
        next: said`Check that it is a program for this machine and that its folder allows programs.`,
        cause: error,
      });
    case "E2BIG":
    case "ENAMETOOLONG":
      return new Failure(
        "command.failed",
        said`The command and its environment are longer than the system allows.`,
        {
          next: said`Give long lists in a file.`,
        },
      );
    default:
      return toFailure(error, said`Starting ${word}`);
  }
}

function ending(child: ChildProcess, bond: Bond): Promise<Ending> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      if (signal !== null) resolve({ kind: "signalled", signal });
      else
        resolve(
          (bond === "pseudoTerminal" ? signalBehind(code ?? 0) : undefined) ?? {
            kind: "exited",
            code: code ?? 0,
          },
        );
    });
  });
}

/** `script` hands on that a signal ended the command as a shell does. */
function signalBehind(code: number): Ending | undefined {
  const named = Object.entries(os.constants.signals).find(([, number]) => number === code - 128);
  return code > 128 && named ? { kind: "signalled", signal: named[0] as NodeJS.Signals } : undefined;
}
