import * as path from "node:path";
import type { FilePort } from "../base/ports.js";
import { isMonth, ledgerName } from "./ledger-file.js";

/** The names in the folder of a month, and when they were read. */
export interface ListedMonth {
  readonly month: string;
  /** Of the folder, in ms. */
  readonly mtime: number;
  readonly ctime: number;
  readonly listedAt: number;
  readonly names: Set<string>;
}

export interface FolderChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

const nothing: FolderChange = { added: [], removed: [] };
/** A folder whose time is as new as the last look may have changed since without showing it; in ms. */
const grain = 100;

/** Which facts stand in `ledger/`, or in `local/ledger`: a folder is listed again only where its times changed. */
export class LedgerFolder {
  readonly folder: string;
  readonly #files: FilePort;
  readonly #months = new Map<string, ListedMonth>();

  constructor(files: FilePort, folder: string) {
    this.#files = files;
    this.folder = folder;
  }

  /** Begins with what was listed before. */
  restore(months: Iterable<ListedMonth>): void {
    for (const one of months) this.#months.set(one.month, one);
  }

  get months(): Iterable<ListedMonth> {
    return this.#months.values();
  }

  /** Reads again what may have changed. */
  look(): FolderChange {
    const changes = new Map<string, FolderChange>();
    const present = new Set<string>();
    for (const { name: month, kind } of this.#files.list(this.folder)) {
      if (kind !== "folder" || !isMonth(month)) continue;
      present.add(month);
      const change = this.#lookAt(month);
      if (change.added.length + change.removed.length > 0) changes.set(month, change);
    }
    for (const [month, { names }] of this.#months) {
      if (present.has(month)) continue;
      this.#months.delete(month); // the whole folder went, for example by a checkout
      changes.set(month, { added: [], removed: [...names] });
    }
    if (changes.size === 0) return nothing;
    const all = [...changes.values()];
    return {
      added: all.flatMap(({ added }) => added),
      removed: all.flatMap(({ removed }) => removed).filter((name) => !this.has(name)),
    };
  }

  #lookAt(month: string): FolderChange {
    const at = path.join(this.folder, month);
    const stat = this.#files.stat(at);
    const [mtime, ctime] = [stat?.mtimeMs ?? 0, stat?.ctimeMs ?? 0];
    const known = this.#months.get(month);
    const settled = known && known.listedAt - Math.max(known.mtime, known.ctime) >= grain;
    if (settled && known.mtime === mtime && known.ctime === ctime) return nothing;
    const listedAt = Date.now();
    const names = new Set<string>();
    for (const { name } of this.#files.list(at)) {
      const fact = ledgerName(name);
      if (fact !== undefined) names.add(fact);
    }
    this.#months.set(month, { month, mtime, ctime, listedAt, names });
    return {
      added: known ? [...names].filter((name) => !known.names.has(name)) : [...names],
      removed: known ? [...known.names].filter((name) => !names.has(name)) : [],
    };
  }

  /** Notes a fact that this process wrote, so that it is missed where it goes. The month is listed again all the same. */
  wrote(month: string, name: string): void {
    const known = this.#months.get(month);
    const names = known?.names ?? new Set<string>();
    names.add(name);
    this.#months.set(month, { month, mtime: 0, ctime: 0, ...known, listedAt: 0, names });
  }

  /** Has the month listed again, whatever its times. */
  forget(month: string): void {
    const known = this.#months.get(month);
    if (known) this.#months.set(month, { ...known, listedAt: 0 });
  }

  has(name: string): boolean {
    return this.monthOf(name) !== undefined;
  }

  monthOf(name: string): string | undefined {
    for (const { month, names } of this.#months.values()) if (names.has(name)) return month;
    return undefined;
  }
}
