import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import type { Engine, Engines } from "../engines.js";
import { failureText } from "../output.js";
import type { Runtime } from "../runtime.js";

const setting = "terminals.track";
type Choice = "ask" | "on" | "off";

/**
 * What terminals of the window get: a `loam` command, and, where the person agreed, the address of the folder's
 * MLflow endpoint, so that a script that is started by hand logs into the folder too.
 */
export class Terminals implements vscode.Disposable {
  readonly #engines: Engines;
  readonly #runtime: Runtime;
  readonly #context: Pick<vscode.ExtensionContext, "environmentVariableCollection" | "globalStorageUri">;
  readonly #log: vscode.LogOutputChannel;
  readonly #subscriptions: vscode.Disposable[] = [];
  #asked = false;

  constructor(
    engines: Engines,
    runtime: Runtime,
    context: Pick<vscode.ExtensionContext, "environmentVariableCollection" | "globalStorageUri">,
    log: vscode.LogOutputChannel,
  ) {
    this.#engines = engines;
    this.#runtime = runtime;
    this.#context = context;
    this.#log = log;
    context.environmentVariableCollection.persistent = false;
    const again = (): void => void this.#update();
    this.#subscriptions.push(
      engines.onChange(again),
      engines.each((engine) => engine.onStoreChanged(again)),
      vscode.workspace.onDidGrantWorkspaceTrust(again),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`loam.${setting}`)) again();
      }),
    );
    again();
  }

  async #update(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    try {
      await this.#offerCommand();
      for (const engine of this.#engines.all) await this.#offerEndpoint(engine);
    } catch (error) {
      this.#log.warn(`terminals: ${failureText(error)}`);
    }
  }

  /** Puts a `loam` on the terminals' path. */
  async #offerCommand(): Promise<void> {
    const commandLine = await this.#runtime.commandLine();
    const folder = path.join(this.#context.globalStorageUri.fsPath, "bin");
    await fs.promises.mkdir(folder, { recursive: true });
    const unix = `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${quoted(process.execPath)} ${quoted(commandLine)} "$@"\n`;
    const windows = `@echo off\r\nset ELECTRON_RUN_AS_NODE=1\r\n"${process.execPath}" "${commandLine}" %*\r\n`;
    await writeWhole(path.join(folder, "loam"), unix);
    if (process.platform === "win32") await writeWhole(path.join(folder, "loam.cmd"), windows);
    this.#context.environmentVariableCollection.prepend("PATH", folder + path.delimiter);
  }

  async #offerEndpoint(engine: Engine): Promise<void> {
    const collection = this.#context.environmentVariableCollection.getScoped({
      workspaceFolder: engine.folder,
    });
    const state = await engine.request("store/state", null);
    if (state.state !== "ready" || (await this.#choice(engine)) !== "on") {
      collection.clear();
      return;
    }
    const { url, token } = await engine.request("endpoint/open", null);
    collection.description = vscode.l10n.t("MLflow logs to this folder");
    collection.replace("MLFLOW_TRACKING_URI", url);
    collection.replace("MLFLOW_TRACKING_TOKEN", token);
  }

  /** What the person wants, asked once a window where no setting says it. */
  async #choice(engine: Engine): Promise<Choice> {
    const configuration = vscode.workspace.getConfiguration("loam", engine.folder.uri);
    const choice = configuration.get<Choice>(setting, "ask");
    if (choice !== "ask") return choice;
    if (this.#asked) return "off";
    this.#asked = true;
    const [yes, no] = [vscode.l10n.t("Track"), vscode.l10n.t("Do not track")];
    void vscode.window
      .showInformationMessage(
        vscode.l10n.t(
          "Track what MLflow logs in this window's terminals? It then stands with the runs of the folder.",
        ),
        yes,
        no,
      )
      .then(async (answer) => {
        if (answer === undefined) return;
        const value: Choice = answer === yes ? "on" : "off";
        await configuration.update(setting, value, vscode.ConfigurationTarget.Global);
      });
    return "off";
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#context.environmentVariableCollection.clear();
  }
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Replaces a file as a whole, executable: a terminal may be reading it. */
async function writeWhole(file: string, content: string): Promise<void> {
  if ((await fs.promises.readFile(file, "utf8").catch(() => "")) === content) return;
  const coming = `${file}.${process.pid}.part`;
  await fs.promises.writeFile(coming, content, { mode: 0o755 });
  await fs.promises.rename(coming, file);
}
