import * as path from "node:path";
import { toFailure } from "../base/failure.js";
import type { FilePort, Ports } from "../base/ports.js";
import { said } from "../base/said.js";
import type { Layout } from "./layout.js";
import { ledgerName } from "./ledger-file.js";
import { ListedMonth, type LedgerFolder, type MonthTimes } from "./ledger-folder.js";
import { readJson, replaceFile } from "./whole-file.js";

/** A run of names, by their places: the end is not included. */
type Range = readonly [from: number, to: number];

export interface SavedMonth extends MonthTimes {
  readonly ranges: readonly Range[];
  /** Names of files that are no facts, or not those that were written. */
  readonly others: readonly string[];
}

/** What a cache of the ledger says of the folders of months. */
export interface SavedMonths {
  readonly file: string;
  /** Of all facts, in their order. */
  readonly names: readonly string[];
  readonly shared: readonly SavedMonth[];
  readonly local: readonly SavedMonth[];
}

/** What a month's folder has otherwise than the cache says. */
interface ChangedMonth extends MonthTimes {
  readonly more: readonly string[];
  readonly fewer: readonly string[];
}

/** Of all months that there are now. */
interface Changes {
  readonly shared: readonly ChangedMonth[];
  readonly local: readonly ChangedMonth[];
}

type Which = keyof Changes;

const changesFile = (layout: Layout): string => path.join(layout.cache, "ledger-months.json");

/** What the last process that listed the folders noted beside the cache `file`; undefined where none did. */
export function readChanges(files: FilePort, layout: Layout, file: string): Changes | undefined {
  const noted = readJson(files, changesFile(layout)) as (Changes & { readonly file: string }) | undefined;
  if (noted?.file !== file) return undefined;
  const areNames = [...noted.shared, ...noted.local].every(({ more }) =>
    more.every((name) => ledgerName(`${name}.json`) === name),
  );
  return areNames ? noted : undefined;
}

/**
 * Notes how the folders are now beside a cache that is not worth to be written anew, so that the next process need not
 * list tens of thousands of names for a few facts, or none. Not where more than `most` differ.
 */
export function noteChanges(
  ports: Ports,
  layout: Layout,
  cached: CachedMonths,
  {
    shared,
    local,
    most,
  }: { readonly shared: LedgerFolder; readonly local: LedgerFolder; readonly most: number },
): void {
  const changes = { shared: cached.changes("shared", shared), local: cached.changes("local", local) };
  const count = [...changes.shared, ...changes.local].reduce(
    (sum, { more, fewer }) => sum + more.length + fewer.length,
    0,
  );
  if (count > 2 * most) return;
  try {
    const bytes = Buffer.from(JSON.stringify({ file: cached.file, ...changes }));
    replaceFile(ports, changesFile(layout), bytes, { durable: false });
  } catch (error) {
    ports.log.write("debug", "store", toFailure(error, said`The ledger is not cached`).message);
  }
}

/** The months of a cache, and what changed in them since it was written. */
export class CachedMonths {
  readonly #saved: SavedMonths;
  readonly #changes: Changes | undefined;

  constructor(saved: SavedMonths, changes: Changes | undefined) {
    this.#saved = saved;
    this.#changes = changes;
  }

  get file(): string {
    return this.#saved.file;
  }

  listed(which: Which): ListedMonth[] {
    const changes = this.#changes?.[which];
    if (!changes) {
      return this.#saved[which].map(
        ({ ranges, others, ...times }) =>
          new ListedMonth(times, () => this.#namesOf({ ...times, ranges, others })),
      );
    }
    return changes.map(({ more, fewer, ...times }) => {
      const names = (): Set<string> => {
        const all = this.#base(which, times.month);
        for (const name of fewer) all.delete(name);
        for (const name of more) all.add(name);
        return all;
      };
      return new ListedMonth(times, names);
    });
  }

  #base(which: Which, month: string): Set<string> {
    const saved = this.#saved[which].find((one) => one.month === month);
    return saved ? this.#namesOf(saved) : new Set();
  }

  #namesOf({ ranges, others }: SavedMonth): Set<string> {
    return new Set([...ranges.flatMap(([from, to]) => this.#saved.names.slice(from, to)), ...others]);
  }

  /** A 1 at the place of each of the cache's facts that stands in `ledger/`. */
  published(): Uint8Array {
    const { names, shared } = this.#saved;
    const published = new Uint8Array(names.length);
    const months = this.#changes?.shared;
    for (const { month, ranges } of shared)
      if (!months || months.some((one) => one.month === month))
        for (const [from, to] of ranges) published.fill(1, from, to);
    const set = (name: string, value: 0 | 1): void => {
      const place = this.#placeOf(name);
      if (place !== undefined) published[place] = value;
    };
    for (const { fewer } of months ?? []) for (const name of fewer) set(name, 0);
    for (const { more } of months ?? []) for (const name of more) set(name, 1);
    return published;
  }

  /** Names of facts that came since, which the cache does not have. */
  more(): string[] {
    const { shared = [], local = [] } = this.#changes ?? {};
    const names = new Set([...shared, ...local].flatMap(({ more }) => more));
    return [...names].filter((name) => this.#placeOf(name) === undefined);
  }

  #placeOf(name: string): number | undefined {
    const { names } = this.#saved;
    let [low, high] = [0, names.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((names[middle] ?? "") < name) low = middle + 1;
      else high = middle;
    }
    return names[low] === name ? low : undefined;
  }

  /** How the months of a folder differ from those of the cache. */
  changes(which: Which, folder: LedgerFolder): ChangedMonth[] {
    return [...folder.months].map(({ times, names }) => {
      const base = this.#base(which, times.month);
      return {
        ...times,
        more: [...names].filter((name) => !base.has(name)),
        fewer: [...base].filter((name) => !names.has(name)),
      };
    });
  }
}
