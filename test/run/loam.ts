import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import { storedRunIds } from "../../src/core/tracking/run-ids.js";
import type { RunState } from "../../src/core/tracking/run-state.js";
import { openWorkbench, type Workbench } from "../../src/core/workbench.js";
import { pidsWith } from "../../src/run/linux-processes.js";
import { eventually } from "../waiting.js";

const project = path.resolve(import.meta.dirname, "..", "..");
const marker = crypto.randomBytes(8).toString("hex");
const started = new Set<ChildProcess>();
const folders: string[] = [];

/** Ends what tests started and left, children of children included; where /proc is, also what has left its tree. */
export function stopAll(): void {
  const left = process.platform === "linux" ? pidsWith("LOAM_TEST", marker) : [];
  for (const child of started) if (child.pid !== undefined && child.exitCode === null) left.push(child.pid);
  for (const pid of left) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // it ended meanwhile
    }
  }
}

process.once("exit", () => {
  stopAll();
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** A new folder, with its real path, that goes with this process. */
export function newFolder(name = "loam-test-"): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), name)));
  folders.push(folder);
  return folder;
}

let built: string | undefined;

/** The folder of what ships, bundled once a process. `LOAM_BUILT` names one that is there already. */
export function builtFolder(): string {
  built ??= process.env["LOAM_BUILT"] ?? build();
  return built;
}

function build(): string {
  const into = newFolder("loam-built-");
  execFileSync(process.execPath, ["esbuild.mjs", "--into", into], { cwd: project, stdio: "pipe" });
  return into;
}

/** The command line as it ships. */
export const cliFile = (): string => path.join(builtFolder(), "cli.js");

let interpreter: string | undefined;

/** The Python behind whatever shims the PATH has, which may take longer to start than Python itself. */
export function pythonFile(): string {
  const word = process.platform === "win32" ? "python" : "python3";
  interpreter ??= execFileSync(word, ["-c", "import sys; print(sys.executable)"], {
    encoding: "utf8",
  }).trim();
  return interpreter;
}

/** This process's environment without what would change a run, and with Python's own folder first on the PATH. */
export function testEnvironment(add: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).flatMap(([name, value]): [string, string][] =>
    value === undefined || /^(LOAM|MLFLOW|PYTHON|VSCODE|ELECTRON|NODE)_?/.test(name) ? [] : [[name, value]],
  );
  const given = Object.fromEntries(kept);
  const searched = `${path.dirname(pythonFile())}${path.delimiter}${given["PATH"] ?? ""}`;
  return { ...given, PATH: searched, LOAM_TEST: marker, ...add };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: Buffer;
  readonly err: string;
}

export interface How {
  /** What stands on stdin; none: it is closed. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it writes to stdout goes nowhere, as to `/dev/null`. */
  readonly quiet?: boolean;
}

/** A process of the command line. */
export class LoamProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly #out: Buffer[] = [];
  readonly #err: Buffer[] = [];
  #over = false;

  constructor(folder: string, words: readonly string[], how: How = {}) {
    this.child = spawn(process.execPath, [cliFile(), ...words], {
      cwd: folder,
      env: testEnvironment(how.env),
      stdio: [how.input === undefined ? "ignore" : "pipe", how.quiet === true ? "ignore" : "pipe", "pipe"],
      detached: process.platform !== "win32", // a process group of its own, to which a test may send signals
    });
    started.add(this.child);
    this.child.stdout?.on("data", (bytes: Buffer) => this.#out.push(bytes));
    this.child.stderr?.on("data", (bytes: Buffer) => this.#err.push(bytes));
    if (how.input !== undefined) this.child.stdin?.end(how.input);
    this.ended = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => {
        this.#over = true;
        started.delete(this.child);
        resolve({ code, signal, out: this.out, err: this.err });
      });
    });
    this.ended.catch(() => undefined);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }
  get out(): Buffer {
    return Buffer.concat(this.#out);
  }
  get err(): string {
    return Buffer.concat(this.#err).toString("utf8");
  }
  get over(): boolean {
    return this.#over;
  }

  /** Waits until stdout shows `text`; throws with all that it said where it ends without. */
  async until(text: string): Promise<void> {
    await eventually(`'${text}' on stdout`, () => {
      if (this.out.includes(text)) return true;
      if (this.#over) throw new Error(`It ended without '${text}':\n${this.out.toString()}\n${this.err}`);
      return undefined;
    });
  }

  /** To the process alone, or as a terminal does to its whole group. */
  kill(signal: NodeJS.Signals, to: "process" | "group" = "process"): void {
    process.kill(to === "group" ? -this.pid : this.pid, signal);
  }
}

/** Runs the command line in a folder to its end. */
export const loam = (folder: string, words: readonly string[], how: How = {}): Promise<Ended> =>
  new LoamProcess(folder, words, how).ended;

/** The most memory that a process ever held, in megabytes, where /proc is. */
export function peakOf(pid: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return found === undefined ? undefined : Number(found) / 1000;
  } catch {
    return undefined;
  }
}

export function write(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
}

/** What `work` sees in the store of a folder, opened for it alone. */
export function looking<T>(folder: string, work: (bench: Workbench) => T): T {
  const bench = openWorkbench(folder, nodePorts);
  try {
    bench.tracking.experiments.look();
    return work(bench);
  } finally {
    bench.dispose();
  }
}

/** The runs of a folder's store, oldest first. */
export const runsIn = (folder: string): RunState[] =>
  looking(folder, (bench) => storedRunIds(bench.store).map((id) => bench.tracking.runs.get(id)));

/** The one run of a folder's store. */
export function runIn(folder: string): RunState {
  const [run, ...others] = runsIn(folder);
  if (!run || others.length > 0) throw new Error(`There are ${run ? others.length + 1 : 0} runs, not one.`);
  return run;
}

/** The folder of a run in the store. */
export const runFolder = (folder: string, id: string): string =>
  looking(folder, (bench) => bench.store.layout.entity({ room: "runs", id }));

/** Every file below a folder, as paths from there with forward slashes. */
export const filesBelow = (folder: string): string[] =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"))
    .sort();

export const paramsOf = (run: RunState): Record<string, string> =>
  Object.fromEntries(run.params.map(({ key, value }) => [key, value]));

export const tagsOf = (run: RunState): Record<string, string> =>
  Object.fromEntries(run.tags.map(({ key, value }) => [key, value]));

/** The last value of each metric but the system's. */
export const metricsOf = (run: RunState): Record<string, number> =>
  Object.fromEntries(
    run.metrics
      .filter(({ name }) => !name.startsWith("system/"))
      .map(({ name, summary }) => [name, summary.lastValue]),
  );
