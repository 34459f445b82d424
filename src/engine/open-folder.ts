import * as path from "node:path";
import { Failure, toFailure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import type { Disposable } from "../core/base/lifetime.js";
import type { Ports } from "../core/base/ports.js";
import { discoverStore } from "../core/store/discover.js";
import { parseEntityKey } from "../core/store/layout.js";
import { markLost } from "../core/tracking/lost.js";
import type { Searches } from "../core/tracking/search.js";
import { openWorkbench, type Workbench } from "../core/workbench.js";
import { WorkingWatch } from "./working-watch.js";
import { TabularProcess } from "../workers/tabular-client.js";

/** How often live processes' notes are read, and how often it is looked whether a store has come, in ms. */
const pollMs = 250;
const discoverMs = 1000;
/** How often runs are looked at whose processes may be gone, in ms. */
const lostMs = 5000;

export type FolderState =
  | { readonly state: "none" }
  | { readonly state: "ready"; readonly root: string }
  | { readonly state: "failed"; readonly failure: Failure };

export interface FolderEvents {
  /** The store came, or could not be opened. */
  readonly state: (state: FolderState) => void;
  /** Ids of runs that came, changed or went; none: any may have. */
  readonly runs: (ids: readonly string[]) => void;
  /** Ids of data sets, and of models, that came or changed; none: any may have. */
  readonly datasets: (ids: readonly string[]) => void;
  readonly models: (ids: readonly string[]) => void;
}

/** A workspace folder: its store once there is one, and who wants to know what changes in it. */
export class OpenFolder implements Disposable {
  readonly folder: string;
  readonly #ports: Ports;
  readonly #events: FolderEvents;
  readonly #watch: WorkingWatch;
  #polling: NodeJS.Timeout | undefined;
  #state: FolderState = { state: "none" };
  #bench: Workbench | undefined;
  #searches: Searches | undefined;
  #wasNone = false;
  #discovered = 0;
  #lostLooked = 0;
  #moves = 0;

  constructor(folder: string, ports: Ports, events: FolderEvents) {
    this.folder = folder;
    this.#ports = ports;
    this.#events = events;
    this.#watch = new WorkingWatch(() => this.#bench, events.datasets);
  }

  /** Opens the store where there is one, and begins to look for what changes. */
  begin(): void {
    this.#discover();
    this.#polling = setInterval(() => {
      this.#poll();
    }, pollMs);
    this.#watch.begin();
  }

  get state(): FolderState {
    return this.#state;
  }

  /** The workbench of the folder. Throws `store.none`, or what kept the store from being opened. */
  get bench(): Workbench {
    if (!this.#bench) this.#discover();
    if (this.#bench) return this.#bench;
    if (this.#state.state === "failed") throw this.#state.failure;
    throw new Failure("store.none", said`${path.basename(this.folder)} has no runs yet.`, {
      next: said`Track one with: loam run -- python train.py`,
    });
  }

  /** The workbench of the folder, with a store that is made where there was none: for what a person does first. */
  made(): Workbench {
    if (this.#bench || this.#state.state === "failed") return this.bench;
    const { root } = discoverStore(this.#ports.files, this.folder);
    openWorkbench(this.folder, this.#ports, { root, create: true }).dispose();
    return this.bench;
  }

  /** The index of the folder's store, opened when first asked for. */
  async searches(): Promise<Searches> {
    if (this.#searches) return this.#searches;
    const searches = await this.bench.tracking.searches();
    if (!this.#searches) {
      this.#searches = searches;
      searches.onChanged((keys) => {
        this.#changed(keys);
      });
      searches.whenCaughtUp.then(
        () => {
          this.#events.runs([]);
          searches.columns().catch(() => undefined); // counted before a page asks
        },
        () => undefined, // the folder was closed meanwhile
      );
    }
    return searches;
  }

  #discover(): void {
    this.#discovered = performance.now();
    try {
      const found = discoverStore(this.#ports.files, this.folder);
      this.#wasNone ||= !found.exists;
      if (!found.exists) return;
      this.#bench = openWorkbench(this.folder, this.#ports, {
        root: found.root,
        tabular: (spill, folder) => new TabularProcess(spill, folder),
      });
      this.#announce(this.#bench);
      const isLate = this.#state.state === "failed" || this.#wasNone;
      this.#become({ state: "ready", root: found.root });
      if (!isLate) return; // nobody was told anything yet
      this.#events.datasets([]);
      this.#events.models([]);
    } catch (error) {
      this.#become({ state: "failed", failure: toFailure(error, said`Opening the store`) });
    }
  }

  /** So that others find this engine; a store that cannot be written is browsed all the same. */
  #announce({ store }: Workbench): void {
    try {
      store.live.announce({ role: "engine" });
    } catch (error) {
      this.#ports.log.write("info", "store", toFailure(error, said`Announcing the engine`).message);
    }
  }

  #become(state: FolderState): void {
    const same =
      state.state === "failed" &&
      this.#state.state === "failed" &&
      state.failure.message === this.#state.failure.message;
    this.#state = state;
    if (!same) this.#events.state(state);
  }

  #poll(): void {
    if (!this.#bench) {
      if (performance.now() - this.#discovered >= discoverMs) this.#discover();
      return;
    }
    try {
      this.#searches?.refresh();
      this.#refreshLedger(this.#bench);
    } catch (error) {
      this.#ports.log.write("warn", "index", toFailure(error, said`Looking for changes`).message);
    }
    if (performance.now() - this.#lostLooked >= lostMs) void this.#settleLost();
  }

  /** Tells that something else than facts changed of a model, such as what was measured of it here. */
  modelChanged(id: string): void {
    this.#events.models([id]);
  }

  /** Tells which data sets and models changed, by whatever process or branch. */
  #refreshLedger({ store, datasets, registry }: Workbench): void {
    const [data, models] = [[...datasets.refresh()], [...registry.refresh()]];
    const isElsewhere = this.#moves !== store.ledger.moves;
    this.#moves = store.ledger.moves;
    if (isElsewhere || data.length > 0) this.#events.datasets(isElsewhere ? [] : data);
    if (isElsewhere || models.length > 0) this.#events.models(isElsewhere ? [] : models);
  }

  #changed(keys: readonly string[]): void {
    const runs = keys.flatMap((key) => {
      const ref = parseEntityKey(key);
      return ref?.room === "runs" ? [ref.id] : [];
    });
    if (runs.length > 0) this.#events.runs(runs);
  }

  /** Says of runs whose processes are gone that they are lost: nobody else may ever look. */
  async #settleLost(): Promise<void> {
    this.#lostLooked = performance.now();
    if (!this.#searches || !this.#bench) return;
    try {
      markLost(this.#bench.tracking, await this.#searches.unfinishedLaunches());
    } catch (error) {
      this.#ports.log.write("info", "store", toFailure(error, said`Looking for lost runs`).message);
    }
  }

  dispose(): void {
    clearInterval(this.#polling);
    this.#watch.dispose();
    this.#bench?.dispose();
  }
}
