import * as vscode from "vscode";
import type { Engines } from "../engines.js";
import { rulesSelector } from "./rules-file.js";
import { keysAbove, ruleKeys, setKeys, type RuleKey } from "./rules-keys.js";

/** Completion and hover for the keys of data in `loam.yaml`. */
export class RulesHelp implements vscode.CompletionItemProvider, vscode.HoverProvider, vscode.Disposable {
  readonly #engines: Engines;
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#subscriptions = [
      vscode.languages.registerCompletionItemProvider(rulesSelector, this, " ", "-"),
      vscode.languages.registerHoverProvider(rulesSelector, this),
    ];
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const before = document.lineAt(position.line).text.slice(0, position.character);
    if (!/^\s*(-\s+)?[\w"']*$/.test(before)) return []; // a value is being typed
    const indent = /^\s*/.exec(before)?.[0].length ?? 0;
    const lines = document.getText().split("\n");
    const [root, name, rules, ...more] = keysAbove(lines, position.line, indent);
    if (root === undefined) return indent === 0 ? [item(dataKey())] : [];
    if (root !== "data") return [];
    if (name === undefined) return this.#names(document);
    if (rules === undefined) return setKeys().map(item);
    return rules === "rules" && more.length <= 1 ? ruleKeys().map(item) : [];
  }

  /** The names of the data sets of the folder. */
  async #names(document: vscode.TextDocument): Promise<vscode.CompletionItem[]> {
    const engine = this.#engines.of(document.uri);
    const state = await engine?.request("store/state", null);
    if (!engine || state?.state !== "ready") return [];
    const sets = await engine.request("datasets/list", null);
    return sets
      .filter(({ stage }) => stage === "active")
      .map(({ name, path }) => {
        const shown = new vscode.CompletionItem(name, vscode.CompletionItemKind.Value);
        const text = /^[\w./-]+$/.test(name) ? name : JSON.stringify(name);
        shown.insertText = new vscode.SnippetString(`${text.replaceAll("$", "\\$")}:\n  rules:\n    - `);
        shown.detail = path;
        return shown;
      });
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const text = document.lineAt(position.line).text;
    const found = /^(\s*)(?:-\s+)?([\w]+)\s*:/.exec(text);
    const word = document.getWordRangeAtPosition(position, /\w+/);
    if (!found || !word || document.getText(word) !== found[2]) return undefined;
    const [root, , rules] = keysAbove(document.getText().split("\n"), position.line, found[1]?.length ?? 0);
    if (root !== "data") return undefined;
    const known = (rules === "rules" ? ruleKeys() : setKeys()).find(({ name }) => name === found[2]);
    return known && new vscode.Hover(known.about, word);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

const dataKey = (): RuleKey => ({
  name: "data",
  snippet: "data:\n  ",
  about: vscode.l10n.t("Rules for data sets, by their names."),
});

function item({ name, snippet, about }: RuleKey): vscode.CompletionItem {
  const shown = new vscode.CompletionItem(name, vscode.CompletionItemKind.Property);
  shown.insertText = new vscode.SnippetString(snippet);
  shown.documentation = about;
  return shown;
}
