import * as vscode from "vscode";
import type { Engine, Engines } from "../engines.js";
import { ConsoleTerminal } from "./console-terminal.js";

/** A run whose console stood in a terminal when the window went. */
interface Kept {
  readonly folder: string;
  readonly run: string;
  readonly title: string;
}

const memoryKey = "loam.consoles";

/** The terminals that show consoles of runs. Those of runs that go on come back with the window. */
export class Consoles implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #shown = new Map<vscode.Terminal, Kept>();
  readonly #subscription: vscode.Disposable;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    this.#subscription = vscode.window.onDidCloseTerminal((terminal) => {
      const byWindow = terminal.exitStatus?.reason === vscode.TerminalExitReason.Shutdown;
      if (this.#shown.delete(terminal) && !byWindow) this.#remember();
    });
  }

  /** Shows a terminal with the run that `find` gives, as soon as there is one. */
  show(engine: Engine, title: string, find: () => Promise<string | null>): ConsoleTerminal {
    const { terminal, console } = this.#open(engine, title, find);
    terminal.show(true);
    return console;
  }

  #open(
    engine: Engine,
    title: string,
    find: () => Promise<string | null>,
  ): { readonly terminal: vscode.Terminal; readonly console: ConsoleTerminal } {
    const console = new ConsoleTerminal(engine, find, (run) => {
      this.#shown.set(terminal, { folder: engine.folder.uri.toString(), run, title });
      this.#remember();
    });
    const iconPath = new vscode.ThemeIcon("beaker");
    const terminal = vscode.window.createTerminal({ name: title, pty: console, iconPath });
    return { terminal, console };
  }

  /** Shows again what was shown when the window went, of the runs that still go on. */
  async restore(engines: Engines): Promise<void> {
    const kept = this.#memory.get<readonly Kept[]>(memoryKey, []);
    for (const { folder, run, title } of kept) {
      const engine = engines.all.find((one) => one.folder.uri.toString() === folder);
      const detail = await engine?.request("runs/detail", { run }).catch(() => undefined);
      if (engine && detail?.state === "running") this.#open(engine, title, () => Promise.resolve(run));
    }
  }

  #remember(): void {
    void this.#memory.update(memoryKey, [...this.#shown.values()]);
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}
