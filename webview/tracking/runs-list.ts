import type { Asker } from "../../src/protocol/channel.js";
import { RemoteFailure } from "../../src/protocol/failure.js";
import type { PageRequests } from "../../src/protocol/pages.js";
import type { ListedRun, RunQuery } from "../../src/protocol/tracking.js";
import type { RowGroup } from "../grid/row-groups.js";
import type { RowSource } from "../grid/row-store.js";
import { orderTerms, withOrder } from "./query-text.js";
import { readRuns, type ReadRun, type ReadRuns } from "./read-runs.js";
import { findGroups, type GroupValue } from "./runs-groups.js";
import { runsWords } from "./runs-words.js";

export interface RunGrouping {
  /** Id of the grid's column. */
  readonly column: string;
  /** As a query writes it: `params.model`. */
  readonly field: string;
  readonly name: string;
  readonly value: (run: ListedRun) => GroupValue;
}

export interface ListQuery {
  readonly text: string;
  readonly stage: RunQuery["stage"];
  readonly grouping: RunGrouping | null;
}

/** What a list of runs shows. */
export interface ListState {
  /** The query that found this. */
  readonly text: string | undefined;
  readonly stage: RunQuery["stage"];
  /** undefined until the first answer. */
  readonly source: RowSource<ReadRun> | undefined;
  readonly ids: readonly string[];
  readonly total: number;
  /** False while the engine still reads what is in the folder. */
  readonly complete: boolean;
  readonly groups: readonly RowGroup[];
  readonly groupsCut: boolean;
  /** What the last query failed with; the rows are those of the one before. */
  readonly failure: RemoteFailure | undefined;
  /** What waits to be shown: runs that came, or another order. */
  readonly waiting: { readonly fresh: number } | undefined;
}

const most = 200_000;
/** How soon an engine that still reads the folder is asked again. */
const catchUpMs = 300;

interface Found {
  readonly text: string;
  readonly stage: RunQuery["stage"];
  readonly ids: readonly string[];
  readonly total: number;
  readonly complete: boolean;
  readonly groups: readonly RowGroup[];
  readonly cut: boolean;
}

/** The runs that a query finds. What happens to them meanwhile is taken in without moving what a person reads. */
export class RunsList {
  readonly #ask: Asker<PageRequests>;
  readonly #runs: Pick<ReadRuns, "find" | "rowsOf">;
  readonly #changed: () => void;
  /** Whether a new order may be shown at once. */
  readonly #mayMove: () => boolean;
  #query: ListQuery | undefined;
  #asking: AbortController | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #held: Found | undefined;
  #state: ListState = {
    text: undefined,
    stage: "active",
    source: undefined,
    ids: [],
    total: 0,
    complete: true,
    groups: [],
    groupsCut: false,
    failure: undefined,
    waiting: undefined,
  };

  constructor(
    ask: Asker<PageRequests>,
    runs: Pick<ReadRuns, "find" | "rowsOf">,
    changed: () => void,
    mayMove: () => boolean,
  ) {
    this.#ask = ask;
    this.#runs = runs;
    this.#changed = changed;
    this.#mayMove = mayMove;
  }

  get state(): ListState {
    return this.#state;
  }

  /** Shows what another query finds; the rows that are there stay until the answer comes. */
  async search(query: ListQuery): Promise<void> {
    this.#query = query;
    await this.#find(true);
  }

  /** Runs came, changed or went. */
  async refresh(): Promise<void> {
    await this.#find(false);
  }

  /** Shows what waits. */
  showWaiting(): void {
    if (this.#held) this.#show(this.#held);
  }

  dispose(): void {
    this.#asking?.abort();
    clearTimeout(this.#again);
  }

  async #find(mayMove: boolean): Promise<void> {
    const query = this.#query;
    if (!query) return;
    this.#asking?.abort();
    clearTimeout(this.#again);
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const found = await this.#ids(query, mayMove, asking.signal);
      if (asking.signal.aborted) return;
      if (mayMove || !this.#state.complete || this.#mayMove()) this.#show(found);
      else this.#hold(found);
      if (!found.complete) this.#again = setTimeout(() => void this.refresh(), catchUpMs);
    } catch (error) {
      if (asking.signal.aborted) return;
      const failure =
        error instanceof RemoteFailure
          ? error
          : new RemoteFailure({ code: "internal", message: String(error) });
      this.#set({ ...this.#state, failure });
    }
  }

  async #ids({ text, stage, grouping }: ListQuery, withRows: boolean, signal: AbortSignal): Promise<Found> {
    const filter = grouping ? grouped(text, grouping.field) : text;
    const found = await this.#runs.find({ filter, stage, most }, withRows, signal);
    if (!grouping) return { ...found, text, stage, groups: [], cut: false };
    const values = async (ids: readonly string[]): Promise<GroupValue[]> => {
      const rows = await readRuns(this.#ask, ids, new Set([grouping.column]), signal);
      return rows.map((row) => (row ? grouping.value(row) : null));
    };
    const label = (value: GroupValue): string => value ?? runsWords.without(grouping.name);
    return { ...found, text, stage, ...(await findGroups(found.ids, values, label, runsWords.others)) };
  }

  #show({ text, stage, ids, total, complete, groups, cut }: Found): void {
    this.#held = undefined;
    const source =
      sameIds(ids, this.#state.ids) && this.#state.source ? this.#state.source : this.#runs.rowsOf(ids);
    this.#set({
      text,
      stage,
      source,
      ids,
      total,
      complete,
      groups,
      groupsCut: cut,
      failure: undefined,
      waiting: undefined,
    });
  }

  /** Takes out what went, and keeps what came, or stands elsewhere now, until the person wants it. */
  #hold(found: Found): void {
    if (sameIds(found.ids, this.#state.ids)) {
      this.#show(found);
      return;
    }
    const there = new Set(found.ids);
    const before = new Set(this.#state.ids);
    const ids = this.#state.ids.filter((id) => there.has(id));
    const fresh = found.ids.filter((id) => !before.has(id)).length;
    this.#held = found;
    const isSame = ids.length === this.#state.ids.length;
    this.#set({
      ...this.#state,
      ids,
      source: isSame ? this.#state.source : this.#runs.rowsOf(ids),
      groups: isSame ? this.#state.groups : withoutGone(this.#state.groups, this.#state.ids, there),
      total: this.#state.total - (this.#state.ids.length - ids.length),
      failure: undefined,
      waiting: { fresh },
    });
  }

  #set(state: ListState): void {
    this.#state = state;
    this.#changed();
  }
}

const sameIds = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, at) => id === b[at]);

/** The query, ordered by the field of the groups before its own order. */
function grouped(text: string, field: string): string {
  const terms = orderTerms(text);
  const own = terms.find((term) => term.field === field);
  const rest = terms.filter((term) => term.field !== field);
  return withOrder(text, [own ?? { field, direction: "asc" }, ...rest]);
}

/** Groups after some of their rows went; empty ones go too. */
function withoutGone(
  groups: readonly RowGroup[],
  ids: readonly string[],
  there: ReadonlySet<string>,
): readonly RowGroup[] {
  let from = 0;
  return groups.flatMap((group) => {
    const count = ids.slice(group.from, group.from + group.count).filter((id) => there.has(id)).length;
    if (count === 0) return [];
    const one = { ...group, from, count };
    from += count;
    return [one];
  });
}
