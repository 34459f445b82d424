import * as vscode from "vscode";
import type { LoamChoice } from "../protocol/loam-file.js";
import type { Engine, Engines } from "./engines.js";
import { l10n } from "./l10n.js";
import { loamFileSelector, onDisk } from "./loam-file.js";
import { abortOn } from "./output.js";

/** Reads the file's JSON schema where it is there: it offers and explains the keys then, and nothing stands twice. */
const yamlExtension = "redhat.vscode-yaml";

/** Completion and hover in `loam.yaml`: its keys, and the names of what is in the workspace. */
export class LoamFileHelp implements vscode.CompletionItemProvider, vscode.HoverProvider, vscode.Disposable {
  readonly #engines: Engines;
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#subscriptions = [
      vscode.languages.registerCompletionItemProvider(loamFileSelector, this, " ", "-", ".", "[", '"', "'"),
      vscode.languages.registerHoverProvider(loamFileSelector, this),
    ];
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.CompletionList> {
    const found = await this.#ask(document, token, (engine, signal) =>
      engine.request("loamFile/choices", asked(document, position), signal),
    );
    if (!found) return new vscode.CompletionList();
    const { from, to, choices } = found;
    const range = new vscode.Range(document.positionAt(from), document.positionAt(to));
    const quote = /^["']/.exec(document.getText(range))?.[0] ?? "";
    const shown = choices.filter(({ kind }) => kind === "value" || !hasSchema());
    // other words follow in a condition, and other files while it is typed: each letter is asked about anew
    return new vscode.CompletionList(
      shown.map((choice, at) => itemOf(choice, { range, quote, at })),
      true,
    );
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    if (hasSchema()) return undefined;
    const found = await this.#ask(document, token, (engine, signal) =>
      engine.request("loamFile/explain", asked(document, position), signal),
    );
    if (!found) return undefined;
    const range = new vscode.Range(document.positionAt(found.from), document.positionAt(found.to));
    return new vscode.Hover(l10n.told(found.about), range);
  }

  /** What the engine of a document's folder answers; undefined where none can be asked: help is not worth a message. */
  async #ask<T>(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
    ask: (engine: Engine, signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    const engine = this.#engines.of(onDisk(document));
    if (!engine) return undefined;
    const stop = abortOn(token);
    try {
      return await ask(engine, stop.signal);
    } catch {
      return undefined;
    } finally {
      stop.dispose();
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

const hasSchema = (): boolean => vscode.extensions.getExtension(yamlExtension) !== undefined;

const asked = (document: vscode.TextDocument, position: vscode.Position) => ({
  text: document.getText(),
  offset: document.offsetAt(position),
});

interface Placed {
  readonly range: vscode.Range;
  /** With which what is typed begins. */
  readonly quote: string;
  readonly at: number;
}

function itemOf({ label, kind, snippet, detail, about }: LoamChoice, { range, quote, at }: Placed) {
  const item = new vscode.CompletionItem(
    detail ? { label, description: l10n.told(detail) } : label,
    kind === "key" ? vscode.CompletionItemKind.Property : vscode.CompletionItemKind.Value,
  );
  item.insertText = new vscode.SnippetString(snippet);
  item.range = range;
  item.filterText = quote + label;
  item.sortText = String(at).padStart(6, "0"); // in the order that the engine chose
  if (about) item.documentation = l10n.told(about);
  return item;
}
