import * as vscode from "vscode";
import { l10n } from "../l10n.js";
import type { RunBrief } from "../../protocol/tracking.js";
import type { Engine, Engines } from "../engines.js";
import { describe } from "./run-words.js";

const most = 50;
/** How long changes are gathered before it is asked again, in ms. */
const gatherMs = 500;

/** The status bar's item: which runs run. */
export class LiveStatus implements vscode.Disposable {
  readonly #engines: Engines;
  readonly #item = vscode.window.createStatusBarItem("loam.runs", vscode.StatusBarAlignment.Left, 10);
  readonly #changes: vscode.Disposable;
  #live: readonly { readonly engine: Engine; readonly run: RunBrief }[] = [];

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#item.name = vscode.l10n.t("Loam: running");
    this.#item.command = "loam.runs.showLive";
    this.#changes = engines.gathered(gatherMs, () => void this.#look());
    void this.#look();
  }

  async #look(): Promise<void> {
    const found = await Promise.all(
      this.#engines.all.map(async (engine) => {
        try {
          const { ids } = await engine.request("runs/find", {
            filter: "state = 'running'",
            stage: "active",
            most,
          });
          return (await engine.request("runs/briefs", { ids })).map((run) => ({ engine, run }));
        } catch {
          return []; // no store yet, or one that cannot be opened, which the view tells
        }
      }),
    );
    this.#live = found.flat();
    const [first] = this.#live;
    if (!first) {
      this.#item.hide();
      return;
    }
    this.#item.text =
      this.#live.length === 1
        ? `$(sync~spin) ${first.run.name}`
        : `$(sync~spin) ${l10n.plural(this.#live.length, "{0} run", "{0} runs")}`;
    this.#item.tooltip = this.#live.map(({ run }) => `${run.name}: ${describe(run, Date.now())}`).join("\n");
    this.#item.show();
  }

  /** Lets a person choose one of the live runs, and opens it. */
  async show(): Promise<void> {
    const items = this.#live.map(({ engine, run }) => ({
      label: run.name,
      description: describe(run, Date.now()),
      engine,
      run,
    }));
    const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Running") });
    if (picked)
      await vscode.commands.executeCommand("loam.runs.open", {
        kind: "run",
        engine: picked.engine,
        run: picked.run,
      });
  }

  dispose(): void {
    this.#changes.dispose();
    this.#item.dispose();
  }
}
