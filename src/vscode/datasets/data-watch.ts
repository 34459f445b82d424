import * as path from "node:path";
import * as vscode from "vscode";
import type { Engine, Engines } from "../engines.js";
import { ToldLater } from "./told-later.js";

/** How long changes of files are gathered before they are told, in ms. */
const gatherMs = 500;
/** A watcher sees nothing of its first moments: so long after it was made, in ms, its files are looked at once more. */
const settledMs = 3000;

/**
 * Watches the files of data sets. It only marks: a change tells views and pages to look at the working copy again, and
 * makes no version. What a program writes all the time is told twice a second.
 */
export class DataWatch implements vscode.Disposable {
  readonly #listening: vscode.Disposable;

  constructor(engines: Engines) {
    this.#listening = engines.each((engine) => new FolderWatch(engine));
  }

  dispose(): void {
    this.#listening.dispose();
  }
}

class FolderWatch implements vscode.Disposable {
  readonly #engine: Engine;
  readonly #watchers = new Map<string, vscode.Disposable>();
  readonly #touched = new Set<string>();
  readonly #changed: vscode.Disposable;
  readonly #settling = new ToldLater(settledMs, (ids) => {
    for (const id of ids) this.#touch(id);
  });
  #telling: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#changed = vscode.Disposable.from(
      engine.onDatasetsChanged((ids) => {
        if (ids.some((id) => !this.#touched.has(id)) || ids.length === 0) void this.#follow();
      }),
      engine.onStoreChanged(() => void this.#follow()),
    );
    void this.#follow();
  }

  /** Watches what is tracked now, and nothing else. */
  async #follow(): Promise<void> {
    try {
      const state = await this.#engine.request("store/state", null);
      const sets = state.state === "ready" ? await this.#engine.request("datasets/list", null) : [];
      if (this.#isDisposed || state.state !== "ready") return;
      const folder = path.dirname(state.root);
      const wanted = new Map(
        sets
          .filter(({ stage }) => stage === "active")
          .map(({ id, path: place, form }) => [`${id} ${place}`, { id, place, form }]),
      );
      for (const [key, watcher] of this.#watchers) {
        if (wanted.has(key)) continue;
        this.#watchers.delete(key);
        watcher.dispose();
      }
      for (const [key, { id, place, form }] of wanted) {
        if (this.#watchers.has(key)) continue;
        this.#watchers.set(key, this.#watch(folder, id, place, form));
        this.#settling.add(id);
      }
    } catch {
      // the view tells what is wrong
    }
  }

  #watch(folder: string, id: string, place: string, form: "file" | "folder"): vscode.Disposable {
    const at = path.join(folder, place);
    // A file that is replaced by another is seen only by who watches its folder.
    const pattern =
      form === "file"
        ? new vscode.RelativePattern(vscode.Uri.file(path.dirname(at)), escaped(path.basename(at)))
        : new vscode.RelativePattern(vscode.Uri.file(at), "**");
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const touched = (): void => {
      this.#touch(id);
    };
    return vscode.Disposable.from(
      watcher,
      watcher.onDidChange(touched),
      watcher.onDidCreate(touched),
      watcher.onDidDelete(touched),
    );
  }

  #touch(id: string): void {
    this.#touched.add(id);
    this.#telling ??= setTimeout(() => {
      this.#tell();
    }, gatherMs);
  }

  #tell(): void {
    this.#telling = undefined;
    const touched = [...this.#touched];
    this.#engine.touched(touched);
    this.#touched.clear();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#settling.dispose();
    clearTimeout(this.#telling);
    this.#changed.dispose();
    for (const watcher of this.#watchers.values()) watcher.dispose();
  }
}

/** A name that means itself in a pattern. */
const escaped = (name: string): string => name.replaceAll(/[*?{}[\]]/g, "[$&]");
