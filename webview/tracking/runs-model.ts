import type { Page } from "../bridge.js";
import type { Column, ListedRun, StoreState } from "../../src/protocol/tracking.js";
import { unpackRows } from "../../src/protocol/rows.js";
import { RowStore } from "../grid/row-store.js";
import { RunCurves } from "./runs-curves.js";
import { sameColumns } from "./runs-differences.js";
import { gridColumns } from "./runs-columns.js";
import { RunsList, type ListQuery, type ListState } from "./runs-list.js";
import { RunNumbers } from "./runs-numbers.js";

/** How many rows are looked at for the metric that runs put forward themselves. */
const briefs = 30;
/** How long changes are gathered before the list is asked for anew. */
const gatherMs = 250;

/** What the page of all runs knows besides what a person chose. */
export interface RunsFacts {
  readonly list: ListState;
  /** undefined until the engine said it. */
  readonly store: StoreState | undefined;
  readonly columns: readonly Column[];
  readonly experiments: number;
  /** Metrics that runs put forward, the most frequent first. */
  readonly headline: readonly string[];
  /** Ids of columns that are the same in all runs. */
  readonly same: ReadonlySet<string>;
  /** Counts up whenever cells may read otherwise. */
  readonly version: number;
  /** Counts up whenever runs may have other points. */
  readonly changes: number;
}

/** Asks the engine what the page shows, and takes in what changes. */
export class RunsModel {
  readonly rows = new RowStore<ListedRun>();
  readonly numbers = new RunNumbers();
  readonly curves: RunCurves;
  readonly #page: Page;
  readonly #changed: () => void;
  readonly #list: RunsList;
  readonly #stops: (() => void)[] = [];
  readonly #touched = new Set<string>();
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #query: ListQuery | undefined;
  #comparing: AbortController | undefined;
  #wantsSame = false;
  #wasComplete = true;
  #facts: Omit<RunsFacts, "list">;

  /** `mayMove`: whether another order may be shown at once. `changed` is called when the facts are others. */
  constructor(page: Page, changed: () => void, mayMove: () => boolean) {
    this.#page = page;
    this.#changed = changed;
    this.#list = new RunsList(page.ask, () => void this.#listed(), mayMove);
    this.curves = new RunCurves(page.ask);
    this.#facts = {
      store: undefined,
      columns: [],
      experiments: 0,
      headline: [],
      same: new Set(),
      version: 0,
      changes: 0,
    };
    this.#stops.push(
      this.rows.listen(() => {
        if (this.numbers.take(this.rows.known)) this.#set({ version: this.#facts.version + 1 });
      }),
      page.on("runs/changed", ({ runs }) => {
        this.#touch(runs);
      }),
      page.on("store/changed", (store) => {
        this.#set({ store });
        if (store.state === "ready") this.#touch([]);
      }),
    );
  }

  get facts(): RunsFacts {
    return { ...this.#facts, list: this.#list.state };
  }

  /** Asks for what does not hang on the query. */
  begin(): void {
    const state = this.#page.ask.request("store/state", null);
    state.then(
      (store) => {
        this.#set({ store });
      },
      (error: unknown) => {
        const failure = { code: "internal", message: error instanceof Error ? error.message : String(error) };
        this.#set({ store: { state: "failed", failure } });
      },
    );
    void this.#readColumns();
  }

  async search(query: ListQuery): Promise<void> {
    this.#query = query;
    await this.#list.search(query);
    await this.#readHeadline();
    await this.#readSame();
  }

  showWaiting(): void {
    this.#list.showWaiting();
  }

  /** Whether columns that are the same in all runs are looked for. */
  async wantSame(wanted: boolean): Promise<void> {
    this.#wantsSame = wanted;
    await this.#readSame();
  }

  async again(): Promise<void> {
    this.begin();
    this.rows.retry();
    await this.#list.refresh();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#gathering);
    this.#comparing?.abort();
    this.#list.dispose();
    this.curves.dispose();
    this.rows.dispose();
  }

  #touch(runs: readonly string[]): void {
    if (runs.length === 0) this.#touched.add("");
    for (const run of runs) this.#touched.add(run);
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      const touched = this.#touched.has("") ? [] : [...this.#touched];
      this.#touched.clear();
      this.#set({ changes: this.#facts.changes + 1 });
      this.rows.refresh(touched);
      this.curves.refresh(touched);
      void this.#list.refresh();
      void this.#readColumns();
    }, gatherMs);
  }

  /** The list is another: what hangs on it is asked for once the engine has read the whole folder. */
  async #listed(): Promise<void> {
    const { complete, source } = this.#list.state;
    const caughtUp = complete && !this.#wasComplete && source !== undefined;
    if (source !== undefined) this.#wasComplete = complete;
    this.#changed();
    if (caughtUp) await Promise.all([this.#readColumns(), this.#readHeadline()]);
  }

  async #readColumns(): Promise<void> {
    try {
      const [columns, experiments] = await Promise.all([
        this.#page.ask.request("runs/columns", null),
        this.#page.ask.request("experiments/list", null),
      ]);
      const used = experiments.filter(({ runs }) => runs > 0).length;
      if (used === this.#facts.experiments && sameColumnsList(columns, this.#facts.columns)) return;
      this.#set({ columns, experiments: used });
    } catch {
      // Without a store there are no columns; what is wrong with it is told in the place of the list.
    }
  }

  /** Once: the metric that the first runs put forward leads the columns from then on. */
  async #readHeadline(): Promise<void> {
    const ids = this.#list.state.ids.slice(0, briefs);
    if (ids.length === 0 || this.#facts.headline.length > 0) return;
    try {
      const counts = new Map<string, number>();
      for (const { headline } of await this.#page.ask.request("runs/briefs", { ids }))
        if (headline) counts.set(headline.name, (counts.get(headline.name) ?? 0) + 1);
      if (this.#facts.headline.length > 0) return;
      this.#set({ headline: [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name) });
    } catch {
      // Columns stand in their usual order then.
    }
  }

  async #readSame(): Promise<void> {
    this.#comparing?.abort();
    if (!this.#wantsSame || !this.#query) {
      if (this.#facts.same.size > 0) this.#set({ same: new Set() });
      return;
    }
    const comparing = new AbortController();
    this.#comparing = comparing;
    const columns = gridColumns({ ...this.#facts, trend: undefined });
    const rows = this.#list.state.ids.flatMap((id) => this.rows.byKey(id) ?? []);
    try {
      const first = rows.length > 0 ? rows : await this.#firstRows(comparing.signal);
      const same = await sameColumns(this.#page.ask, this.#query, columns, first, comparing.signal);
      this.#set({ same: new Set(same) });
    } catch {
      // Asked anew meanwhile, or the query has a mistake, which is told at its place.
    }
  }

  async #firstRows(signal: AbortSignal): Promise<readonly ListedRun[]> {
    const ids = this.#list.state.ids.slice(0, briefs);
    return unpackRows(await this.#page.ask.request("runs/rows", { ids }, signal));
  }

  #set(change: Partial<Omit<RunsFacts, "list">>): void {
    this.#facts = { ...this.#facts, ...change };
    this.#changed();
  }
}

const sameColumnsList = (a: readonly Column[], b: readonly Column[]): boolean =>
  a.length === b.length &&
  a.every((one, at) => one.name === b[at]?.name && one.kind === b[at].kind && one.runs === b[at].runs);
