import * as vscode from "vscode";
import { figures, l10n } from "../l10n.js";
import type { FileRuns, RunSummary } from "../../protocol/tracking.js";
import type { Engine, Engines } from "../engines.js";
import { numberText, stateWord } from "./run-words.js";

const looked = 2;
/** How long changes are gathered before lenses are asked for again, in ms. */
const gatherMs = 1000;

/** Over a Python file that has runs: Run, how the last one came out against the one before, and how many there are. */
export class RunLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #engines: Engines;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#subscriptions = [
      vscode.languages.registerCodeLensProvider({ language: "python", scheme: "file" }, this),
      engines.gathered(gatherMs, () => {
        this.#changed.fire();
      }),
    ];
  }

  async provideCodeLenses(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[]> {
    const engine = this.#engines.of(document.uri);
    if (!engine) return [];
    const found = await runsOf(engine, document.uri.fsPath);
    const entry = entryLine(document);
    if (token.isCancellationRequested || (found.total === 0 && entry === undefined)) return [];
    const range = new vscode.Range(entry ?? 0, 0, entry ?? 0, 0);
    const lens = (title: string, command: string, ...args: unknown[]): vscode.CodeLens =>
      new vscode.CodeLens(range, { title, command, arguments: args });
    const run = lens(`$(play) ${vscode.l10n.t("Run")}`, "loam.runs.run", document.uri);
    const [last, before] = found.runs;
    if (!last) return [run];
    return [
      run,
      lens(
        lastResult(found.headline, last, before),
        "loam.runs.openById",
        engine.folder.uri.toString(),
        last.id,
      ),
      lens(l10n.plural(found.total, "{0} run", "{0} runs"), "loam.runs.filterByFile", document.uri),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}

async function runsOf(engine: Engine, file: string): Promise<FileRuns> {
  try {
    return await engine.request("runs/ofFile", { file, most: looked });
  } catch {
    return { runs: [], total: 0, courses: [], headline: null }; // no store yet, or one that cannot be opened, which the view tells
  }
}

/** Where a script begins its work; undefined in a file that is only imported. */
function entryLine(document: vscode.TextDocument): number | undefined {
  const most = Math.min(document.lineCount, 5000);
  for (let line = 0; line < most; line++)
    if (/^if\s+__name__\s*==\s*["']__main__["']/.test(document.lineAt(line).text)) return line;
  return undefined;
}

function lastResult(name: string | null, last: RunSummary, before: RunSummary | undefined): string {
  const value = name === null ? undefined : last.metrics[name];
  if (name === null || value === undefined || last.state !== "finished")
    return `${last.name}: ${stateWord(last.state)}`;
  const earlier = before?.metrics[name];
  const text = `${numberText(value)} ${name}`;
  if (typeof value !== "number" || typeof earlier !== "number" || value === earlier) return text;
  return `${text} (${figures.numbers.change(earlier, value)})`;
}
