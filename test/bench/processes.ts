import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
export const commandLine = path.join(projectRoot, "dist", "cli.js");

const windows = process.platform === "win32";

/** Surroundings without settings of the caller's that would change what is measured. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(environment))
    if (/^(MLFLOW_|LOAM_|NODE_OPTIONS$)/.test(name)) Reflect.deleteProperty(environment, name);
  return {
    ...environment,
    MLFLOW_DISABLE_TELEMETRY: "true",
    NO_PROXY: "127.0.0.1,localhost",
    no_proxy: "127.0.0.1,localhost",
    GIT_PYTHON_REFRESH: "quiet",
    PYTHONUTF8: "1",
    ...more,
  };
}

/** A process that is ended, with all that it started, when this one ends. */
export class Owned {
  readonly child: ChildProcess;
  readonly ended: Promise<string>;
  #how: string | undefined;
  readonly #kill = (): void => {
    this.#signal("SIGKILL");
  };

  constructor(command: string, args: readonly string[], options: SpawnOptions) {
    this.child = spawn(command, args, { env: plainEnvironment(), ...options, detached: !windows });
    process.once("exit", this.#kill);
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#how = how;
        process.off("exit", this.#kill);
        resolve(how);
      };
      this.child.once("error", (error) => {
        end(error.message);
      });
      this.child.once("exit", (code, signal) => {
        end(signal ?? `exit code ${code ?? 0}`);
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** How it ended; undefined while it runs. */
  get how(): string | undefined {
    return this.#how;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#how !== undefined || this.child.pid === undefined) return;
    try {
      if (windows) this.child.kill(signal);
      else process.kill(-this.child.pid, signal);
    } catch {
      this.child.kill(signal);
    }
  }

  /** Asks it to end; kills it where it does not within 15 seconds. */
  async stop(): Promise<void> {
    this.#signal("SIGTERM");
    const late = setTimeout(this.#kill, 15_000);
    await this.ended;
    clearTimeout(late);
  }
}

/** Runs a command to its end; its output, or an error with the end of what it wrote. */
export async function outputOf(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<string> {
  const owned = new Owned(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const { stdout, stderr } = owned.child;
  let text = "";
  let told = "";
  stdout?.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  stderr?.setEncoding("utf8").on("data", (chunk: string) => (told += chunk));
  const closed = new Promise((resolve) => owned.child.once("close", resolve));
  const how = await owned.ended;
  if (owned.child.pid !== undefined) await closed;
  if (how !== "exit code 0") throw new Error(`${path.basename(command)}: ${how}\n${told.slice(-2000)}`);
  return text;
}

/** A process and those that it started, by `/proc`; only the process itself on other systems. */
function treeOf(pid: number): number[] {
  if (!fs.existsSync("/proc/self/stat")) return [pid];
  const children = new Map<number, number[]>();
  for (const name of fs.readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    const stat = readQuietly(`/proc/${name}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [pid];
  for (const one of tree) tree.push(...(children.get(one) ?? []));
  return tree;
}

function readQuietly(file: string): string {
  try {
    return fs.readFileSync(file, "latin1");
  } catch {
    return ""; // that process has ended
  }
}

/** Megabytes of a field that is in kB of 1,024 bytes. */
const fieldOf = (text: string, name: string): number =>
  (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? Number.NaN) * 1024) / 1e6;

/** Megabytes of a process: resident now, and at most so far. Linux only. */
export function memoryOf(pid: number): { readonly now: number; readonly most: number } {
  const status = readQuietly(`/proc/${pid}/status`);
  return { now: fieldOf(status, "VmRSS"), most: fieldOf(status, "VmHWM") };
}

/** Megabytes of a process and all that it started, pages that they share counted once. Linux only. */
export function memoryOfTree(pid: number): number {
  const shares = treeOf(pid).map((one) => fieldOf(readQuietly(`/proc/${one}/smaps_rollup`), "Pss"));
  return shares.filter((share) => !Number.isNaN(share)).reduce((sum, share) => sum + share, 0);
}

/** Milliseconds since the epoch, with fractions: comparable between processes. */
export const wallClock = (): number => performance.timeOrigin + performance.now();
