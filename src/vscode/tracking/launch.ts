import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import type { Engine } from "../engines.js";
import type { Runtime } from "../runtime.js";
import type { Started } from "./console-terminal.js";
import type { Consoles } from "./consoles.js";

/** What of a supervisor's own words is kept to be shown, in bytes. */
const mostSaid = 8000;

/** A command to run as a tracked run. `folder`: absolute. */
export interface Order {
  readonly command: readonly string[];
  readonly folder: string;
  readonly title: string;
  /** Words of `loam` before the command; default: `run`. */
  readonly verb?: readonly string[];
}

/** Starts `loam` detached, so that it outlives this window. */
async function start(runtime: Runtime, words: readonly string[], folder: string): Promise<Started> {
  const commandLine = await runtime.commandLine();
  const said = path.join(await fs.promises.mkdtemp(path.join(os.tmpdir(), "loam-launch-")), "said");
  const handle = await fs.promises.open(said, "a");
  try {
    const child = spawn(process.execPath, [commandLine, ...words], {
      cwd: folder,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      stdio: ["ignore", "ignore", handle.fd],
      detached: true,
      windowsHide: true,
    });
    const ended = new Promise<{ code: number; said: string }>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => {
        void readEnd(said).then((text) => {
          resolve({ code: code ?? 1, said: text });
        });
      });
    });
    ended.catch(() => undefined); // told to whoever waits for it
    const { pid } = child;
    if (pid === undefined) return { pid: 0, ended };
    child.unref();
    void runtime.note(commandLine, pid).catch(() => undefined); // without a note the copy is kept for a day
    return { pid, ended };
  } finally {
    await handle.close();
  }
}

async function readEnd(file: string): Promise<string> {
  const text = await fs.promises.readFile(file, "utf8").catch(() => "");
  await fs.promises.rm(path.dirname(file), { recursive: true, force: true }).catch(() => undefined);
  return text.slice(-mostSaid);
}

/** Starts tracked runs, each with its console in a terminal. */
export class Launcher {
  readonly #runtime: Runtime;
  readonly #consoles: Consoles;
  readonly #onFailed: (engine: Engine, run: string) => void;

  /** `onFailed` is told of each run whose command ended with another code than 0. */
  constructor(runtime: Runtime, consoles: Consoles, onFailed: (engine: Engine, run: string) => void) {
    this.#runtime = runtime;
    this.#consoles = consoles;
    this.#onFailed = onFailed;
  }

  /** Returns once the command is started. */
  async launch(engine: Engine, order: Order): Promise<void> {
    const words = [...(order.verb ?? ["run"]), ...(order.verb ? [] : ["--quiet", "--", ...order.command])];
    const started = await start(this.#runtime, words, order.folder);
    const find = async (): Promise<string | null> =>
      (await engine.request("runs/ofProcess", { pid: started.pid })).run;
    const console = this.#consoles.show(engine, order.title, find);
    started.ended.then(
      async ({ code, said }) => {
        if (code === 0) return;
        const run = await find().catch(() => null);
        if (run !== null) this.#onFailed(engine, run);
        else console.fail(said === "" ? vscode.l10n.t("Ended with code {0}", code) : said);
      },
      (error: unknown) => {
        console.fail(String(error));
      },
    );
  }
}
