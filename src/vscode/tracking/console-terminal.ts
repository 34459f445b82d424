import { StringDecoder } from "node:string_decoder";
import * as vscode from "vscode";
import { figures } from "../l10n.js";
import { quoted } from "../../protocol/command-line.js";
import type { Engine } from "../engines.js";
import { failureText } from "../output.js";
import { stateWord } from "./run-words.js";

const partBytes = 256 * 1024;
/** A look at the console beneath the events, in ms. */
const lookMs = 500;

/** A started command: what it prints before there is a run, and how it ended. */
export interface Started {
  readonly pid: number;
  /** Ends with the exit code and what the supervisor itself said on stderr. */
  readonly ended: Promise<{ readonly code: number; readonly said: string }>;
}

/** Shows a run's console as it grows; Ctrl-C stops the run. Closing the terminal leaves the run alone. */
export class ConsoleTerminal implements vscode.Pseudoterminal {
  readonly #engine: Engine;
  readonly #run: () => Promise<string | null>;
  readonly #onRun: (run: string) => void;
  readonly #write = new vscode.EventEmitter<string>();
  readonly #name = new vscode.EventEmitter<string>();
  readonly #decoder = new StringDecoder("utf8");
  readonly #subscriptions: vscode.Disposable[] = [];
  #looking: NodeJS.Timeout | undefined;
  #id: string | undefined;
  #at = 0;
  #busy = false;
  #over = false;
  #opened = false;
  /** What was said before the terminal was there to show it. */
  #unsaid = "";
  readonly onDidWrite = this.#write.event;
  readonly onDidChangeName = this.#name.event;

  /** `run`: the run to show, null as long as there is none; `onRun` is told of it once. */
  constructor(engine: Engine, run: () => Promise<string | null>, onRun: (run: string) => void) {
    this.#engine = engine;
    this.#run = run;
    this.#onRun = onRun;
  }

  open(): void {
    this.#opened = true;
    if (this.#unsaid !== "") this.#write.fire(this.#unsaid);
    this.#unsaid = "";
    if (this.#over) return; // it failed before it was shown
    this.#subscriptions.push(
      this.#engine.onRunsChanged((ids) => {
        if (this.#id === undefined || ids.length === 0 || ids.includes(this.#id)) void this.#look();
      }),
    );
    this.#looking = setInterval(() => void this.#look(), lookMs);
    void this.#look();
  }

  close(): void {
    clearInterval(this.#looking);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions.length = 0;
  }

  handleInput(data: string): void {
    if (data !== "\u0003" || this.#id === undefined || this.#over) return;
    this.#say(vscode.l10n.t("Stopping …"));
    this.#engine.request("runs/stop", { run: this.#id }).catch((error: unknown) => {
      this.#say(failureText(error));
    });
  }

  /** Says that the command ended without a run, and why. */
  fail(text: string): void {
    this.#over = true;
    this.#say(text);
    this.close();
  }

  #say(text: string): void {
    this.#dim(`\r\n${text}`);
  }

  #dim(text: string): void {
    const line = `\u001b[2m${text.trimEnd().replaceAll(/\r?\n/g, "\r\n")}\u001b[0m\r\n`;
    if (this.#opened) this.#write.fire(line);
    else this.#unsaid += line;
  }

  async #look(): Promise<void> {
    if (this.#busy || this.#over) return;
    this.#busy = true;
    try {
      if (this.#id === undefined) {
        const id = await this.#run();
        if (id === null) return;
        this.#id = id;
        this.#onRun(id);
        const { launch } = await this.#engine.request("runs/detail", { run: id });
        if (launch) this.#dim(launch.command.map(quoted).join(" "));
      }
      const [brief] = await this.#engine.request("runs/briefs", { ids: [this.#id] });
      if (!brief) return; // the index has not got to it
      const { state, name, start, end } = brief;
      this.#name.fire(name);
      for (;;) {
        const part = await this.#engine.request("runs/console", {
          run: this.#id,
          from: this.#at,
          most: partBytes,
        });
        if (part.to <= this.#at) break;
        this.#at = part.to;
        this.#write.fire(this.#decoder.write(Buffer.from(part.text)).replaceAll(/\r?\n/g, "\r\n"));
      }
      if (state === "running" || state === "scheduled") return;
      const took = start === null || end === null ? "" : ` · ${figures.span(end - start)}`;
      this.#say(`${name} ${stateWord(state)}${took}`);
      this.#over = true;
      this.close();
    } catch {
      // the engine is started anew, or the store is not there yet: the next look tells
    } finally {
      this.#busy = false;
    }
  }
}
