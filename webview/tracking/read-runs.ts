import type { Asker } from "../../src/protocol/channel.js";
import type { PageRequests } from "../../src/protocol/pages.js";
import { unpackRows } from "../../src/protocol/rows.js";
import type { Column, FoundRuns, KeysOfRuns, ListedRun, RunQuery } from "../../src/protocol/tracking.js";
import { noRows, RowStore, type RowSource } from "../grid/row-store.js";
import { keyOfColumn } from "./column-keys.js";

/** How many rows are asked for before a grid stands that knows which it shows. */
export const firstRows = 50;

/** A run as far as the page has read it: of its metrics, params and tags those of some columns. */
export interface ReadRun extends ListedRun {
  /** Ids of these columns. */
  readonly columns: ReadonlySet<string>;
}

const kinds = { metric: "metrics", param: "params", tag: "tags" } as const satisfies Record<
  Column["kind"],
  keyof KeysOfRuns
>;

/** What is read of runs for some columns of the grid. */
function keysFor(columns: Iterable<string>): KeysOfRuns {
  const keys = { metrics: [] as string[], params: [] as string[], tags: [] as string[] };
  for (const id of columns) {
    const key = keyOfColumn(id);
    if (key) keys[kinds[key.kind]].push(key.name);
  }
  return keys;
}

/** Reads runs for some columns: in the order of the ids, undefined where one is not known. */
export async function readRuns(
  ask: Asker<PageRequests>,
  ids: readonly string[],
  columns: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<(ReadRun | undefined)[]> {
  const rows = unpackRows(await ask.request("runs/rows", { ids, keys: keysFor(columns) }, signal));
  const byId = new Map(rows.map((row) => [row.id, { ...row, columns }]));
  return ids.map((id) => byId.get(id));
}

/** The runs that a page has read: each for the columns that were wanted when it came into view. */
export class ReadRuns {
  readonly store: RowStore<ReadRun>;
  readonly #ask: Asker<PageRequests>;
  #wanted: ReadonlySet<string> = new Set();

  constructor(ask: Asker<PageRequests>) {
    this.#ask = ask;
    this.store = new RowStore<ReadRun>({
      isWhole: ({ columns }) => columns === this.#wanted || isWithin(this.#wanted, columns),
      joined: (before, read) => ({
        ...read,
        metrics: { ...before.metrics, ...read.metrics },
        params: { ...before.params, ...read.params },
        tags: { ...before.tags, ...read.tags },
        columns: new Set([...before.columns, ...read.columns]),
      }),
    });
  }

  /** Columns that runs are read for from now on; those that are here are read again for what they lack. */
  want(columns: readonly string[]): void {
    const wanted = new Set(columns.filter((id) => keyOfColumn(id) !== undefined));
    if (wanted.size === this.#wanted.size && isWithin(wanted, this.#wanted)) return;
    this.#wanted = wanted;
    this.store.wantMore();
  }

  /** Finds runs; `withRows`: and reads with them the first ones, so that they are drawn at once. */
  async find(query: Omit<RunQuery, "first">, withRows: boolean, signal: AbortSignal): Promise<FoundRuns> {
    const columns = this.#wanted;
    const first = withRows && columns.size > 0 ? { first: { count: firstRows, keys: keysFor(columns) } } : {};
    const found = await this.#ask.request("runs/find", { ...query, ...first }, signal);
    if (!found.first || signal.aborted) return found;
    const rows = unpackRows(found.first);
    this.store.keep(
      rows.map(({ id }) => id),
      rows.map((row) => ({ ...row, columns })),
    );
    return found;
  }

  /** These runs, in this order, as rows of a grid. */
  rowsOf(ids: readonly string[]): RowSource<ReadRun> {
    if (ids.length === 0) return { ...noRows };
    return {
      count: ids.length,
      keyAt: (index) => ids[index] ?? "",
      rows: (from, to, signal) => this.#read(ids.slice(from, to), signal),
    };
  }

  #read(ids: readonly string[], signal: AbortSignal): Promise<(ReadRun | undefined)[]> {
    return readRuns(this.#ask, ids, this.#wanted, signal);
  }
}

function isWithin(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  for (const one of some) if (!all.has(one)) return false;
  return true;
}
