import * as vscode from "vscode";
import type { Engines } from "../engines.js";
import { l10n } from "../l10n.js";
import { loamFileSelector } from "../loam-file.js";
import { versionName } from "./data-words.js";
import { heldOf } from "./rules-diagnostics.js";
import { readRulesFile } from "./rules-file.js";

/** Over the rules of a data set in `loam.yaml`: how many of them its newest version keeps. */
export class RulesLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #engines: Engines;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#subscriptions = [
      vscode.languages.registerCodeLensProvider(loamFileSelector, this),
      engines.each((engine) =>
        engine.onDatasetsChanged(() => {
          this.#changed.fire();
        }),
      ),
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const file = await readRulesFile(this.#engines, document).catch(() => undefined); // no engine to ask: no lenses
    if (!file) return [];
    const folder = file.engine.folder.uri.toString();
    return file.sets.flatMap((set) => {
      const { data, line, rules } = set;
      if (!data.latest || rules.length === 0) return [];
      const range = new vscode.Range(line - 1, 0, line - 1, 0);
      const name = versionName(data.latest);
      const told = heldOf(set);
      const title = told
        ? `$(${told.held === told.all ? "pass" : "error"}) ${
            told.held === told.all
              ? l10n.plural(told.all, "{1}: its rule holds", "{1}: all {0} rules hold", name)
              : l10n.plural(
                  told.all,
                  "{1}: {2} of {0} rule holds",
                  "{1}: {2} of {0} rules hold",
                  name,
                  told.held,
                )
          }`
        : `$(checklist) ${vscode.l10n.t("Check {0}", name)}`;
      const lenses = [
        new vscode.CodeLens(range, {
          title,
          command: told ? "loam.data.openRulesById" : "loam.data.check",
          arguments: [folder, data.id],
        }),
      ];
      return lenses;
    });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}
