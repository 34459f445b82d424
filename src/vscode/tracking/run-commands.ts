import * as path from "node:path";
import * as vscode from "vscode";
import { mayRun } from "../may-run.js";
import { readWords } from "../../protocol/command-line.js";
import type { Engine, Engines } from "../engines.js";
import { attempt } from "../output.js";
import { commandOf, titleOf } from "./command-words.js";
import type { Launcher } from "./launch.js";
import { interpreterFor } from "../python.js";

const isWindows = process.platform === "win32";

/** What is wrong with a line that a person types, where something is. */
const wrongIn = (line: string): string | undefined =>
  readWords(line, isWindows).isOpen ? vscode.l10n.t("A quote is opened and never closed.") : undefined;

/** What is never looked through for a file to run, and how many files are offered. */
const leftOut = "{**/.*/**,**/node_modules/**,**/site-packages/**,**/venv/**,**/__pycache__/**}";
const mostFiles = 500;

/** Starts runs: a Python file, or a typed command line. What was typed is remembered for the folder. */
export class RunCommands {
  readonly #engines: Engines;
  readonly #launcher: Launcher;
  readonly #memory: vscode.Memento;

  constructor(engines: Engines, launcher: Launcher, memory: vscode.Memento) {
    this.#engines = engines;
    this.#launcher = launcher;
    this.#memory = memory;
  }

  /** Runs a Python file, by default the one in the active editor, with the arguments that it had last. */
  run(uri?: vscode.Uri): Promise<void> {
    return attempt(async () => {
      const place = await this.#placeOf(uri);
      if (place) await this.#runFile(place.engine, place.file, this.#argumentsOf(place.file));
    });
  }

  /** The same with arguments that are asked for. */
  runWith(uri?: vscode.Uri): Promise<void> {
    return attempt(async () => {
      const place = await this.#placeOf(uri);
      if (!place) return;
      const line = await vscode.window.showInputBox({
        title: vscode.l10n.t("Arguments of {0}", path.basename(place.file.fsPath)),
        value: this.#argumentsOf(place.file),
        placeHolder: "--lr 0.1 --epochs 20",
        validateInput: wrongIn,
      });
      if (line === undefined) return;
      await this.#memory.update(argumentsKey(place.file), line);
      await this.#runFile(place.engine, place.file, line);
    });
  }

  /** Runs a command line that is asked for, in a folder of the workspace. */
  runCommand(): Promise<void> {
    return attempt(async () => {
      if (!isTrusted()) return;
      const engine = await this.#pickEngine();
      if (!engine) return;
      const key = `loam.command ${engine.folder.uri.toString()}`;
      const line = await vscode.window.showInputBox({
        title: vscode.l10n.t("Command to run in {0}", engine.folder.name),
        value: this.#memory.get(key, ""),
        placeHolder: "python train.py --lr 0.1",
        validateInput: (text) => (text.trim() === "" ? vscode.l10n.t("Type a command.") : wrongIn(text)),
      });
      if (line === undefined) return;
      await this.#memory.update(key, line);
      await this.#launcher.launch(engine, {
        command: commandOf(line, { shell: vscode.env.shell, isWindows }),
        folder: engine.folder.uri.fsPath,
        title: titleOf(line, isWindows),
      });
    });
  }

  async #runFile(engine: Engine, file: vscode.Uri, args: string): Promise<void> {
    await vscode.workspace.textDocuments.find((one) => one.uri.toString() === file.toString())?.save();
    const top = engine.folder.uri.fsPath;
    const inItsFolder = vscode.workspace
      .getConfiguration("python", file)
      .get<boolean>("terminal.executeInFileDir", false);
    const folder = inItsFolder ? path.dirname(file.fsPath) : top;
    await this.#launcher.launch(engine, {
      command: [
        await interpreterFor(file, top),
        path.relative(folder, file.fsPath),
        ...readWords(args, isWindows).words,
      ],
      folder,
      title: path.basename(file.fsPath),
    });
  }

  #argumentsOf(file: vscode.Uri): string {
    return this.#memory.get(argumentsKey(file), "");
  }

  /** Where to run: the file that is given, else the one in the active editor, else one that is picked. */
  async #placeOf(
    uri: vscode.Uri | undefined,
  ): Promise<{ readonly engine: Engine; readonly file: vscode.Uri } | undefined> {
    if (!isTrusted()) return undefined;
    const file = isPython(uri) ? uri : (activePython() ?? (await pickPython()));
    if (!file) return undefined;
    const engine = this.#engines.of(file);
    if (engine) return { engine, file };
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        "{0} is in no folder of this window. Open its folder to keep its runs.",
        path.basename(file.fsPath),
      ),
    );
    return undefined;
  }

  async #pickEngine(): Promise<Engine | undefined> {
    const { all } = this.#engines;
    if (all.length <= 1) {
      if (all.length === 0)
        void vscode.window.showInformationMessage(vscode.l10n.t("Open a folder to run in."));
      return all[0];
    }
    return this.#engines.pick(vscode.l10n.t("Folder to run in"));
  }
}

const isPython = (uri: vscode.Uri | undefined): uri is vscode.Uri =>
  uri?.scheme === "file" && uri.fsPath.endsWith(".py");

function activePython(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return isPython(uri) ? uri : undefined;
}

/** Lets a person pick a Python file of the workspace: those that are named after training first, then the nearest. */
async function pickPython(): Promise<vscode.Uri | undefined> {
  const files = await vscode.workspace.findFiles("**/*.py", leftOut, mostFiles);
  if (files.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("There is no Python file in this workspace. Open the folder of the one that trains."),
    );
    return undefined;
  }
  const items = files.map((file) => ({ label: vscode.workspace.asRelativePath(file), file }));
  const far = ({ label }: { readonly label: string }): number =>
    (/train/i.test(path.posix.basename(label)) ? 0 : 100) + label.split("/").length;
  items.sort((a, b) => far(a) - far(b) || a.label.localeCompare(b.label));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Python file to run") }))?.file;
}

const argumentsKey = (file: vscode.Uri): string => `loam.arguments ${file.toString()}`;

/** Nothing of a folder is run before a person trusts it. */
export const isTrusted = (): boolean =>
  mayRun(
    vscode.l10n.t("This workspace is in Restricted Mode: its runs can be browsed, and nothing of it is run."),
  );
