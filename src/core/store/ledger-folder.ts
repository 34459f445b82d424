import * as path from "node:path";
import type { FilePort } from "../base/ports.js";
import { isMonth, ledgerName } from "./ledger-file.js";

/** When the folder of a month was read, and its times, in ms. */
export interface MonthTimes {
  readonly month: string;
  readonly mtime: number;
  readonly ctime: number;
  readonly listedAt: number;
}

/** The names in the folder of a month: as a rule nobody asks for those of one that stays as it is. */
export class ListedMonth {
  readonly times: MonthTimes;
  #names: Set<string> | (() => Set<string>);

  constructor(times: MonthTimes, names: Set<string> | (() => Set<string>)) {
    this.times = times;
    this.#names = names;
  }

  get names(): Set<string> {
    if (typeof this.#names === "function") this.#names = this.#names();
    return this.#names;
  }

  /** The same names, to be listed again. */
  stale(): ListedMonth {
    return new ListedMonth({ ...this.times, listedAt: 0 }, this.#names);
  }
}

export interface FolderChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

const nothing: FolderChange = { added: [], removed: [] };
/** A folder whose time is as new as the last look may have changed since without showing it; in ms. */
const grain = 100;

const isSettled = ({ listedAt, mtime, ctime }: MonthTimes): boolean =>
  listedAt - Math.max(mtime, ctime) >= grain;

/** So long what this process wrote itself is no reason to list a folder of tens of thousands again; in ms. */
const ownRestMs = 1000;

/** Which facts stand in `ledger/`, or in `local/ledger`: a folder is listed again only where its times changed. */
export class LedgerFolder {
  readonly folder: string;
  readonly #files: FilePort;
  readonly #months = new Map<string, ListedMonth>();
  /** Months that are stale since this process wrote there, with when they were seen as they are. */
  readonly #own = new Map<string, { readonly seen: number; readonly after: string | undefined }>();
  readonly #seen = new Map<string, number>();
  #listedAnew = false;

  constructor(files: FilePort, folder: string) {
    this.#files = files;
    this.folder = folder;
  }

  /** Begins with what was listed before. */
  restore(months: Iterable<ListedMonth>): void {
    for (const one of months) this.#months.set(one.times.month, one);
  }

  get months(): Iterable<ListedMonth> {
    return this.#months.values();
  }

  /** Whether a folder was listed since this was last asked, and all are known so that the next process need not. */
  takeListed(): boolean {
    const settled = [...this.#months.values()].every(({ times }) => isSettled(times));
    if (!this.#listedAnew || !settled) return false;
    this.#listedAnew = false;
    return true;
  }

  /**
   * Reads again what may have changed. `soon`: a month in which nothing shows but what this process wrote itself may be
   * left for a second, though others may have written in that very moment.
   */
  look(soon: boolean): FolderChange {
    const changes = new Map<string, FolderChange>();
    const present = new Set<string>();
    for (const { name: month, kind } of this.#files.list(this.folder)) {
      if (kind !== "folder" || !isMonth(month)) continue;
      present.add(month);
      const change = this.#lookAt(month, soon);
      if (change.added.length + change.removed.length > 0) changes.set(month, change);
    }
    for (const [month, listed] of this.#months) {
      if (present.has(month)) continue;
      this.#months.delete(month); // the whole folder went, for example by a checkout
      changes.set(month, { added: [], removed: [...listed.names] });
    }
    if (changes.size === 0) return nothing;
    const all = [...changes.values()];
    return {
      added: all.flatMap(({ added }) => added),
      removed: all.flatMap(({ removed }) => removed).filter((name) => !this.has(name)),
    };
  }

  #lookAt(month: string, soon: boolean): FolderChange {
    const at = path.join(this.folder, month);
    const stat = this.#files.stat(at);
    const [mtime, ctime] = [stat?.mtimeMs ?? 0, stat?.ctimeMs ?? 0];
    const known = this.#months.get(month);
    const times = known?.times;
    const now = performance.now();
    if (times && isSettled(times) && times.mtime === mtime && times.ctime === ctime) {
      this.#seen.set(month, now);
      return nothing;
    }
    const own = soon ? this.#own.get(month) : undefined;
    const isOwn = own && (own.after === undefined || own.after === `${mtime} ${ctime}`);
    if (isOwn && now - own.seen < ownRestMs) return nothing;
    const listedAt = Date.now();
    this.#own.delete(month);
    this.#seen.set(month, now);
    this.#listedAnew = true;
    const names = new Set<string>();
    for (const { name } of this.#files.list(at)) {
      const fact = ledgerName(name);
      if (fact !== undefined) names.add(fact);
    }
    this.#months.set(month, new ListedMonth({ month, mtime, ctime, listedAt }, names));
    return {
      added: known ? [...names].filter((name) => !known.names.has(name)) : [...names],
      removed: known ? [...known.names].filter((name) => !names.has(name)) : [],
    };
  }

  /**
   * Notes a fact that this process wrote, so that it is missed where it goes. The month is listed again all the same.
   * `exactly`: where others wrote after it, the month is listed at once.
   */
  wrote(month: string, name: string, exactly: boolean): void {
    const known = this.#months.get(month);
    if (known) known.names.add(name);
    const stat = exactly ? this.#files.stat(path.join(this.folder, month)) : undefined;
    const seen = this.#own.get(month)?.seen ?? this.#seen.get(month);
    if (seen !== undefined) this.#own.set(month, { seen, after: stat && `${stat.mtimeMs} ${stat.ctimeMs}` });
    const times = { month, mtime: 0, ctime: 0, listedAt: 0 };
    this.#months.set(month, known?.stale() ?? new ListedMonth(times, new Set([name])));
  }

  /** Has the month listed again, whatever its times. */
  forget(month: string): void {
    const known = this.#months.get(month);
    if (known) this.#months.set(month, known.stale());
    this.#own.delete(month);
  }

  has(name: string): boolean {
    return this.monthOf(name) !== undefined;
  }

  monthOf(name: string): string | undefined {
    for (const [month, { names }] of this.#months) if (names.has(name)) return month;
    return undefined;
  }
}
