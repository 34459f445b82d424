import * as vscode from "vscode";
import type { Subject } from "../../protocol/pages.js";
import type { Engine, Engines } from "../engines.js";
import { showPage, type PageSupport, type ShownPage } from "../panels.js";

/** How long the active editor must stand still before the view follows it, in ms. */
const settleMs = 150;

/** The view in the panel area that shows the runs of the file in the active editor. */
export class MetricsView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #support: PageSupport;
  readonly #engines: Engines;
  readonly #listeners: vscode.Disposable[];
  #view: vscode.WebviewView | undefined;
  #page: ShownPage | undefined;
  #shown: string | undefined;
  #settling: NodeJS.Timeout | undefined;

  constructor(support: PageSupport, engines: Engines) {
    this.#support = support;
    this.#engines = engines;
    const follow = (): void => {
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => {
        this.#follow();
      }, settleMs);
    };
    this.#listeners = [vscode.window.onDidChangeActiveTextEditor(follow), engines.onChange(follow)];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    this.#leave();
    this.#listeners.push(
      view.onDidDispose(() => {
        if (this.#view !== view) return;
        this.#view = undefined;
        this.#leave();
      }),
    );
    this.#follow();
  }

  /** The file of the active editor, and the engine of its folder; without a file, the first folder's. */
  #current(): { readonly engine: Engine | undefined; readonly file: string | null } {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const engine = uri?.scheme === "file" ? this.#engines.of(uri) : undefined;
    if (uri && engine) return { engine, file: uri.fsPath };
    return { engine: this.#page?.engine ?? this.#engines.all[0], file: null };
  }

  #follow(): void {
    if (!this.#view) return;
    const { engine, file } = this.#current();
    if (!engine) {
      this.#leave();
      return;
    }
    const isThere = this.#page?.engine === engine;
    // The output, a diff or a page has the focus: what was shown of a file stays.
    if (isThere && (file === null || file === this.#shown)) return;
    this.#shown = file ?? undefined;
    const subject: Subject = { page: "metrics", file };
    if (isThere) this.#page?.show(subject);
    else {
      this.#page?.dispose();
      this.#page = showPage(this.#view.webview, this.#support, engine, subject);
    }
  }

  #leave(): void {
    this.#page?.dispose();
    this.#page = undefined;
    this.#shown = undefined;
  }

  dispose(): void {
    clearTimeout(this.#settling);
    this.#leave();
    for (const listener of this.#listeners) listener.dispose();
  }
}
