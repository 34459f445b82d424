import * as path from "node:path";
import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import { Channel, type Asker } from "../protocol/channel.js";
import { RemoteFailure } from "../protocol/failure.js";
import type { EngineEvents, EngineRequests } from "../protocol/engine.js";
import type { StoreState } from "../protocol/tracking.js";
import type { Progress } from "../protocol/work.js";

type EngineChannel = Channel<EngineRequests, EngineEvents, Record<never, never>>;

/** Requests that change something: they are not asked a second time of an engine that was started anew. */
const changing: ReadonlySet<keyof EngineRequests> = new Set([
  "runs/change",
  "runs/stop",
  "trash/empty",
  "datasets/track",
  "datasets/version",
  "datasets/restore",
  "datasets/change",
  "rules/relax",
  "datasets/setRules",
  "datasets/check",
  "models/register",
  "models/change",
  "models/ask",
  "models/decide",
  "models/download",
  "models/measure",
  "models/convert",
  "webhooks/add",
  "webhooks/remove",
  "webhooks/test",
  "engine/end",
] as const);

/** An engine that ended by itself is started again this often within a minute, then it is given up. */
const mostRestarts = 5;
const restartWindowMs = 60_000;
/**
 * Of the young objects, in which answers come and go, V8 would keep room for 96 MB for each engine's life. An eighth of it
 * takes no more time and leaves 130 MB of the host's memory after an index is made.
 */
const resourceLimits = { maxOldGenerationSizeMb: 4096, maxYoungGenerationSizeMb: 12 };
/** How long an engine has to save and close before its thread is ended. */
const endMs = 2000;

/** The engine of one workspace folder: a worker thread that is started when first asked, and again when it crashed. */
export class Engine implements Asker<EngineRequests>, vscode.Disposable {
  readonly folder: vscode.WorkspaceFolder;
  readonly #file: string;
  readonly #log: vscode.LogOutputChannel;
  readonly #runsChanged = new vscode.EventEmitter<readonly string[]>();
  readonly #storeChanged = new vscode.EventEmitter<StoreState>();
  readonly #datasetsChanged = new vscode.EventEmitter<readonly string[]>();
  readonly #modelsChanged = new vscode.EventEmitter<readonly string[]>();
  readonly #progressed = new vscode.EventEmitter<Progress>();
  readonly #restarts: number[] = [];
  #worker: Worker | undefined;
  #channel: EngineChannel | undefined;
  #disposed = false;
  /** Ids of runs that came, changed or went; none: any may have. */
  readonly onRunsChanged = this.#runsChanged.event;
  readonly onStoreChanged = this.#storeChanged.event;
  /** Ids of data sets, and of models, that came or changed; none: any may have. */
  readonly onDatasetsChanged = this.#datasetsChanged.event;
  readonly onModelsChanged = this.#modelsChanged.event;
  /** How far long requests are that carry a `work`. */
  readonly onProgressed = this.#progressed.event;

  constructor(folder: vscode.WorkspaceFolder, file: string, log: vscode.LogOutputChannel) {
    this.folder = folder;
    this.#file = file;
    this.#log = log;
  }

  async request<M extends keyof EngineRequests>(
    method: M,
    params: EngineRequests[M]["params"],
    signal?: AbortSignal,
  ): Promise<EngineRequests[M]["result"]> {
    try {
      return await this.#open().request(method, params, signal);
    } catch (error) {
      const crashed = error instanceof RemoteFailure && error.code === "closed" && !this.#disposed;
      if (!crashed || changing.has(method)) throw error;
      return this.#open().request(method, params, signal);
    }
  }

  /** Files of these data sets changed in the folder: who shows how their working copies stand asks again. */
  touched(datasets: readonly string[]): void {
    if (!this.#disposed) this.#datasetsChanged.fire(datasets);
  }

  #open(): EngineChannel {
    if (this.#channel) return this.#channel;
    if (this.#disposed)
      throw new RemoteFailure({ code: "closed", message: vscode.l10n.t("The folder was closed.") });
    const worker = new Worker(this.#file, {
      workerData: { folder: this.folder.uri.fsPath },
      name: "loam engine",
      resourceLimits,
      execArgv: [],
    });
    const channel: EngineChannel = new Channel({
      send: (message) => {
        worker.postMessage(message);
      },
      receive: (listener) => worker.on("message", listener),
    });
    channel.on("runs/changed", ({ runs }) => {
      this.#runsChanged.fire(runs);
    });
    channel.on("datasets/changed", ({ datasets }) => {
      this.#datasetsChanged.fire(datasets);
    });
    channel.on("models/changed", ({ models }) => {
      this.#modelsChanged.fire(models);
    });
    channel.on("work/progressed", (progress) => {
      this.#progressed.fire(progress);
    });
    channel.on("store/changed", (state) => {
      this.#storeChanged.fire(state);
    });
    channel.on("log", ({ level, area, message }) => {
      const text = `${area}: ${message}`;
      if (level === "error") this.#log.error(text);
      else if (level === "warn") this.#log.warn(text);
      else this.#log.info(text);
    });
    worker.once("error", (error: Error) => {
      this.#log.error(`The engine failed: ${error.stack ?? error.message}`);
    });
    worker.once("exit", (code) => {
      this.#ended(worker, channel, code);
    });
    worker.unref();
    this.#worker = worker;
    this.#channel = channel;
    return channel;
  }

  #ended(worker: Worker, channel: EngineChannel, code: number): void {
    if (this.#worker === worker) {
      this.#worker = undefined;
      this.#channel = undefined;
    }
    channel.close(vscode.l10n.t("The engine of {0} ended ({1}).", this.folder.name, code));
    if (this.#disposed) return;
    const now = Date.now();
    this.#restarts.push(now);
    while ((this.#restarts[0] ?? now) < now - restartWindowMs) this.#restarts.shift();
    if (this.#restarts.length > mostRestarts) {
      const message = vscode.l10n.t(
        "The engine of {0} ended {1} times within a minute.",
        this.folder.name,
        this.#restarts.length,
      );
      this.#log.error(message);
      this.#storeChanged.fire({
        state: "failed",
        failure: { code: "internal", message, next: vscode.l10n.t("Reload the window to try again.") },
      });
      return;
    }
    this.#log.warn(`The engine of ${this.folder.name} ended (${code}) and is started again.`);
    this.#open();
    // whoever shows something asks again
    this.#runsChanged.fire([]);
    this.#datasetsChanged.fire([]);
    this.#modelsChanged.fire([]);
  }

  dispose(): void {
    this.#disposed = true;
    const [worker, channel] = [this.#worker, this.#channel];
    this.#runsChanged.dispose();
    this.#storeChanged.dispose();
    this.#datasetsChanged.dispose();
    this.#modelsChanged.dispose();
    this.#progressed.dispose();
    if (!worker || !channel) return;
    const end = (): void => {
      channel.close(vscode.l10n.t("{0} was closed.", this.folder.name));
      void worker.terminate();
    };
    const patience = setTimeout(end, endMs);
    channel.request("engine/end", null).then(
      () => {
        clearTimeout(patience);
        end();
      },
      () => undefined, // it ended by itself, or the patience does it
    );
  }
}

/** One engine a workspace folder that is on a disk. */
export class Engines implements vscode.Disposable {
  readonly #file: string;
  readonly #log: vscode.LogOutputChannel;
  readonly #engines = new Map<string, Engine>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listener: vscode.Disposable;
  /** Folders came or went. */
  readonly onChange = this.#changed.event;

  constructor(extensionFolder: string, log: vscode.LogOutputChannel) {
    this.#file = path.join(extensionFolder, "dist", "engine.js");
    this.#log = log;
    this.#follow();
    this.#listener = vscode.workspace.onDidChangeWorkspaceFolders(() => {
      this.#follow();
      this.#changed.fire();
    });
  }

  /** The engine of the only folder, or of the one that a person picks; `title` says for what. */
  async pick(title: string): Promise<Engine | undefined> {
    const { all } = this;
    if (all.length <= 1) return all[0];
    const items = all.map((engine) => ({ label: engine.folder.name, engine }));
    return (await vscode.window.showQuickPick(items, { title }))?.engine;
  }

  #follow(): void {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
    const wanted = new Set(folders.map(({ uri }) => uri.toString()));
    for (const [key, engine] of this.#engines) {
      if (wanted.has(key)) continue;
      this.#engines.delete(key);
      engine.dispose();
    }
    for (const folder of folders) {
      const key = folder.uri.toString();
      if (!this.#engines.has(key)) this.#engines.set(key, new Engine(folder, this.#file, this.#log));
    }
  }

  /** In the order of the workspace's folders. */
  get all(): readonly Engine[] {
    return (vscode.workspace.workspaceFolders ?? []).flatMap(
      ({ uri }) => this.#engines.get(uri.toString()) ?? [],
    );
  }

  /** Listens to every engine, those that come later too, until what it gives is disposed of. */
  each(listen: (engine: Engine) => vscode.Disposable): vscode.Disposable {
    const listening = new Map<Engine, vscode.Disposable>();
    const follow = (): void => {
      const { all } = this;
      for (const [engine, one] of listening) {
        if (all.includes(engine)) continue;
        listening.delete(engine);
        one.dispose();
      }
      for (const engine of all) if (!listening.has(engine)) listening.set(engine, listen(engine));
    };
    follow();
    return vscode.Disposable.from(this.onChange(follow), {
      dispose: () => {
        for (const one of listening.values()) one.dispose();
      },
    });
  }

  /** Calls the listener once for all that changes within `ms`: runs, stores, folders. */
  gathered(ms: number, listener: () => void): vscode.Disposable {
    let waiting: NodeJS.Timeout | undefined;
    const soon = (): void => {
      waiting ??= setTimeout(() => {
        waiting = undefined;
        listener();
      }, ms);
    };
    return vscode.Disposable.from(
      this.onChange(soon),
      this.each((engine) => vscode.Disposable.from(engine.onRunsChanged(soon), engine.onStoreChanged(soon))),
      {
        dispose: () => {
          clearTimeout(waiting);
        },
      },
    );
  }

  /** The engine of the folder that a file is in. */
  of(uri: vscode.Uri): Engine | undefined {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    return folder && this.#engines.get(folder.uri.toString());
  }

  dispose(): void {
    this.#listener.dispose();
    this.#changed.dispose();
    for (const engine of this.#engines.values()) engine.dispose();
    this.#engines.clear();
  }
}
