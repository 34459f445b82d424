import * as vscode from "vscode";
import type { RunSummary } from "../../protocol/tracking.js";
import type { Engine, Engines } from "../engines.js";
import { loggedNames } from "./logged-names.js";
import { numberText, stateWord } from "./run-words.js";

const gatherMs = 1000;
/** Beside each metric that a Python file logs: its value in the newest run of the file. */
export class ValueHints implements vscode.InlayHintsProvider, vscode.Disposable {
  readonly #engines: Engines;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChangeInlayHints = this.#changed.event;

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#subscriptions = [
      vscode.languages.registerInlayHintsProvider({ language: "python", scheme: "file" }, this),
      engines.gathered(gatherMs, () => {
        this.#changed.fire();
      }),
    ];
  }

  async provideInlayHints(
    document: vscode.TextDocument,
    range: vscode.Range,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlayHint[]> {
    const engine = this.#engines.of(document.uri);
    const places: { readonly name: string; readonly at: vscode.Position }[] = [];
    for (let line = range.start.line; line <= Math.min(range.end.line, document.lineCount - 1); line++)
      for (const { name, column } of loggedNames(document.lineAt(line).text))
        places.push({ name, at: new vscode.Position(line, column) });
    if (!engine || places.length === 0) return [];
    const run = await newestRun(engine, document.uri.fsPath);
    if (!run || token.isCancellationRequested) return [];
    return places.flatMap(({ name, at }) => {
      const value = run.metrics[name];
      if (value === undefined) return [];
      const hint = new vscode.InlayHint(at, `= ${numberText(value)}`);
      hint.paddingLeft = true;
      hint.tooltip = `${name} · ${run.name} · ${stateWord(run.state)}`;
      return [hint];
    });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}

async function newestRun(engine: Engine, file: string): Promise<RunSummary | undefined> {
  try {
    return (await engine.request("runs/ofFile", { file, most: 1 })).runs[0];
  } catch {
    return undefined; // no store yet, or one that cannot be opened, which the view tells
  }
}
