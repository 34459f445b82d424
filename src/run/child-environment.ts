import * as path from "node:path";
import type { Seat } from "./terminal.js";

export interface HookPlace {
  /** The folder of `sitecustomize.py`. */
  readonly scripts: string;
  /** The file to which each Python of the run appends its lines. */
  readonly lines: string;
  /** The run's working folder. */
  readonly folder: string;
}

export interface ChildEnvironment {
  readonly platform: NodeJS.Platform;
  readonly hook: HookPlace;
  /** Names every process of this launch, also one that left the tree. */
  readonly launch: string;
  /** Variables of the run, such as the tracking address. */
  readonly add: Readonly<Record<string, string>>;
}

/** Set by the editor for its own processes; in a terminal's environment neither stands. */
const ofExtensionHost = ["ELECTRON_RUN_AS_NODE", "VSCODE_ESM_ENTRYPOINT", "VSCODE_HANDLES_UNCAUGHT_ERRORS"];

/** The environment of a command as a person's shell would give it: nothing that the editor set for itself. */
export function withoutEditor(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  const scrub = ofExtensionHost.some((name) => environment[name] !== undefined);
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) continue;
    if (scrub && (/^(ELECTRON|VSCODE)_/.test(name) || name === "NODE_OPTIONS")) continue;
    kept[name] = value;
  }
  return kept;
}

/** What the command of a run gets: `given` (from `withoutEditor`) and what recording needs. */
export function childEnvironment(
  given: Readonly<Record<string, string>>,
  options: ChildEnvironment,
): Record<string, string> {
  const { hook, platform } = options;
  const separator = platform === "win32" ? path.win32.delimiter : path.posix.delimiter;
  const has = (name: string): boolean => given[name] !== undefined;
  const ownPath = given["PYTHONPATH"];
  return {
    ...given,
    ...(has("PYTHONUNBUFFERED") ? {} : { PYTHONUNBUFFERED: "1" }),
    // to a console Python writes UTF-8 there, to a file it would take the code page and fail on what that lacks
    ...(platform === "win32" && !has("PYTHONIOENCODING") && !has("PYTHONUTF8")
      ? { PYTHONIOENCODING: "utf-8" }
      : {}),
    PYTHONPATH:
      ownPath === undefined || ownPath === "" ? hook.scripts : `${hook.scripts}${separator}${ownPath}`,
    LOAM_HOOK_FILE: hook.lines,
    LOAM_HOOK_FOLDER: hook.folder,
    LOAM_LAUNCH: options.launch,
    ...options.add,
  };
}

/**
 * For a child that writes to a file although a person looks on: it takes itself for unseen, and these say that it is
 * not, and how wide the screen is. What the person set themselves stays.
 */
export function screenVariables(
  seat: Seat,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (seat.kind === "none" || seat.kind === "redirected") return {};
  const wanted: Record<string, string> = {
    COLUMNS: String(seat.screen.columns),
    LINES: String(seat.screen.rows),
  };
  if (given["NO_COLOR"] === undefined && given["TERM"] !== "dumb")
    Object.assign(wanted, { FORCE_COLOR: "1", CLICOLOR_FORCE: "1", PY_COLORS: "1" });
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => given[name] === undefined));
}
