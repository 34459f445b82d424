import type { Page } from "../bridge.js";
import { RemoteFailure } from "../../src/protocol/failure.js";
import { unpackRows } from "../../src/protocol/rows.js";
import type { Column, ListedRun, StoreState } from "../../src/protocol/tracking.js";
import type { GridColumn } from "../grid/columns.js";
import { metricColumn } from "./column-keys.js";
import { firstRows, ReadRuns } from "./read-runs.js";
import { RunCurves } from "./runs-curves.js";
import { sameColumns } from "./runs-differences.js";
import { gridColumns } from "./runs-columns.js";
import { RunsList, type ListQuery, type ListState } from "./runs-list.js";
import { RunNumbers } from "./runs-numbers.js";
import { RunValues } from "./runs-values.js";

/** How many rows are looked at for columns that are the same in all. */
const compared = 30;
/** Rows wait this long for columns to be known, so that none of their cells moves aside later. */
const columnsMs = 300;
/** How long changes are gathered before the list is asked for anew. */
const gatherMs = 250;

/** What the page of all runs knows besides what a person chose. */
export interface RunsFacts {
  readonly list: ListState;
  /** undefined until the engine said it. */
  readonly store: StoreState | undefined;
  readonly columns: readonly Column[];
  /** False while rows wait for columns to be known. */
  readonly columnsKnown: boolean;
  /** Names of those that have runs. */
  readonly experiments: readonly string[];
  /** Ids of columns that are the same in all runs. */
  readonly same: ReadonlySet<string>;
  /** Counts up whenever cells may read otherwise. */
  readonly version: number;
  /** Counts up whenever runs may have other points. */
  readonly changes: number;
  /** Counts up whenever more values of params and tags are known. */
  readonly values: number;
}

/** The part of the page that shows what the model knows. */
export interface RunsAudience {
  /** Called when the facts are others. */
  readonly changed: () => void;
  /** Whether another order may be shown at once. */
  readonly mayMove: () => boolean;
}

/** Asks the engine what the page shows, and takes in what changes. */
export class RunsModel {
  readonly numbers = new RunNumbers();
  readonly curves: RunCurves;
  readonly #runs: ReadRuns;
  readonly #values: RunValues;
  readonly #page: Page;
  readonly #list: RunsList;
  readonly #stops: (() => void)[] = [];
  readonly #touched = new Set<string>();
  /** Which columns a page shows first of those that there are. */
  readonly #shownFirst: (columns: readonly Column[]) => readonly string[];
  #audience: RunsAudience | undefined;
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #query: ListQuery | undefined;
  #readingColumns: Promise<void> = Promise.resolve();
  #comparing: AbortController | undefined;
  #trend: string | undefined;
  #inView: readonly string[] = [];
  /** What the rows were read of last. */
  #read: Pick<ListState, "stage" | "text"> | undefined;
  #wantsSame = false;
  #wasComplete = true;
  #facts: Omit<RunsFacts, "list"> = {
    store: undefined,
    columns: [],
    columnsKnown: false,
    experiments: [],
    same: new Set(),
    version: 0,
    changes: 0,
    values: 0,
  };

  constructor(page: Page, shownFirst: (columns: readonly Column[]) => readonly string[]) {
    this.#page = page;
    this.#shownFirst = shownFirst;
    this.#runs = new ReadRuns(page.ask);
    this.curves = new RunCurves(page.ask);
    this.#values = new RunValues(page.ask, () => {
      this.#set({ values: this.#facts.values + 1 });
    });
    this.#list = new RunsList(
      page.ask,
      this.#runs,
      () => {
        this.#listed();
      },
      () => this.#audience?.mayMove() ?? true,
    );
    this.#stops.push(
      this.rows.listen((came) => {
        if (this.numbers.take(came)) this.#set({ version: this.#facts.version + 1 });
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

  get rows(): ReadRuns["store"] {
    return this.#runs.store;
  }

  get facts(): RunsFacts {
    return { ...this.#facts, list: this.#list.state };
  }

  /** Tells the page from now on. */
  attach(audience: RunsAudience): void {
    this.#audience = audience;
  }

  /** Asks for what does not hang on the query. */
  begin(): void {
    this.#readingColumns = this.#readColumns();
    const state = this.#page.ask.request("store/state", null);
    state.then(
      (store) => {
        this.#set({ store });
      },
      (error: unknown) => {
        const failure =
          error instanceof RemoteFailure ? error.wire : { code: "internal", message: String(error) };
        this.#set({ store: { state: "failed", failure } });
      },
    );
  }

  /** Shows what a query finds; nothing happens where it is the one that is shown. */
  async search(query: ListQuery): Promise<void> {
    if (this.#query && isSameQuery(query, this.#query)) return;
    this.#query = query;
    await this.#list.search(query);
    await this.#readSame();
  }

  showWaiting(): void {
    this.#list.showWaiting();
  }

  /** Columns that are in view, by their ids. */
  show(columns: readonly string[]): void {
    this.#inView = columns;
    this.#want();
  }

  /** The metric whose curve stands in the rows. */
  showCurveOf(metric: string | undefined): void {
    this.#trend = metric;
    this.curves.show(metric);
    this.#want();
  }

  /** Whether columns that are the same in all runs are looked for. */
  async wantSame(wanted: boolean): Promise<void> {
    this.#wantsSame = wanted;
    await this.#readSame();
  }

  /** Values of a field as a query writes it, as far as they are known; what is not is asked for. */
  valuesOf(field: string): readonly string[] {
    if (field === "experiment") return this.#facts.experiments;
    const columns = this.#gridColumns().map(({ id }) => id);
    return this.#values.of(field, columns, this.#list.state.ids);
  }

  async again(): Promise<void> {
    this.begin();
    this.rows.retry();
    await this.#list.refresh();
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#gathering);
    clearTimeout(this.#waiting);
    this.#comparing?.abort();
    this.#list.dispose();
    this.#values.dispose();
    this.curves.dispose();
    this.rows.dispose();
  }

  #want(): void {
    this.#runs.want(this.#trend === undefined ? this.#inView : [...this.#inView, metricColumn(this.#trend)]);
  }

  #touch(runs: readonly string[]): void {
    if (runs.length === 0) this.#touched.add("");
    for (const run of runs) this.#touched.add(run);
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      const touched = this.#touched.has("") ? [] : [...this.#touched];
      this.#touched.clear();
      this.#set({ changes: this.#facts.changes + 1 });
      this.#values.forget();
      this.rows.refresh(touched);
      this.curves.refresh(touched);
      void this.#list.refresh();
      void this.#readColumns();
    }, gatherMs);
  }

  /** The list is another: what hangs on it is asked for once the engine has read the whole folder. */
  #listed(): void {
    const { complete, source } = this.#list.state;
    const caughtUp = complete && !this.#wasComplete && source !== undefined;
    if (source !== undefined) this.#wasComplete = complete;
    if (source !== undefined && !this.#facts.columnsKnown)
      this.#waiting ??= setTimeout(() => {
        if (!this.#facts.columnsKnown) this.#setColumns([]); // an index that was just opened counts them for a while
      }, columnsMs);
    this.#readRows();
    this.#audience?.changed();
    if (caughtUp) void this.#readColumns();
  }

  /** Rows are asked for as soon as it is known which, before the grid is drawn that would ask for them. */
  #readRows(): void {
    const { source } = this.#list.state;
    if (!source || !this.#facts.columnsKnown) return;
    const isFirst = this.#inView.length === 0;
    if (isFirst) this.show(this.#shownFirst(this.#facts.columns));
    this.rows.from(source);
    const { stage, text } = this.#list.state;
    const isOther = stage !== this.#read?.stage || text !== this.#read.text;
    this.#read = { stage, text };
    if (isFirst || isOther) this.rows.want(0, Math.min(firstRows, source.count));
    else this.rows.wantMore();
  }

  async #readColumns(): Promise<void> {
    try {
      const columns = await this.#page.ask.request("runs/columns", null);
      const { columns: before, columnsKnown } = this.#facts;
      if (!columnsKnown || !isSameList(columns, before)) this.#setColumns(columns);
      const all = await this.#page.ask.request("experiments/list", null);
      const experiments = all.filter(({ runs }) => runs > 0).map(({ name }) => name);
      if (experiments.join("\n") !== this.#facts.experiments.join("\n")) this.#set({ experiments });
    } catch {
      // Without a store there are no columns; what is wrong with it is told in the place of the list.
      if (!this.#facts.columnsKnown) this.#setColumns([]);
    }
  }

  #setColumns(columns: readonly Column[]): void {
    this.#facts = { ...this.#facts, columns, columnsKnown: true };
    this.#readRows();
    this.#audience?.changed();
  }

  async #readSame(): Promise<void> {
    this.#comparing?.abort();
    if (!this.#wantsSame || !this.#query) {
      if (this.#facts.same.size > 0) this.#set({ same: new Set() });
      return;
    }
    const comparing = new AbortController();
    this.#comparing = comparing;
    try {
      await this.#readingColumns;
      const rows = await this.#wholeRows(comparing.signal);
      const columns = this.#gridColumns();
      const same = await sameColumns(this.#page.ask, this.#query, columns, rows, comparing.signal);
      this.#set({ same: new Set(same) });
    } catch {
      // Asked anew meanwhile, or the query has a mistake, which is told at its place.
    }
  }

  #gridColumns(): readonly GridColumn[] {
    const { columns, experiments } = this.#facts;
    return gridColumns({ columns, experiments: experiments.length, trend: undefined });
  }

  async #wholeRows(signal: AbortSignal): Promise<readonly ListedRun[]> {
    const ids = this.#list.state.ids.slice(0, compared);
    return unpackRows(await this.#page.ask.request("runs/rows", { ids }, signal));
  }

  #set(change: Partial<Omit<RunsFacts, "list">>): void {
    this.#facts = { ...this.#facts, ...change };
    this.#audience?.changed();
  }
}

const isSameQuery = (a: ListQuery, b: ListQuery): boolean =>
  a.text === b.text && a.stage === b.stage && a.grouping?.column === b.grouping?.column;

const isSameList = (a: readonly Column[], b: readonly Column[]): boolean =>
  a.length === b.length &&
  a.every((one, at) => one.name === b[at]?.name && one.kind === b[at].kind && one.runs === b[at].runs);
