import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { Pace } from "../core/store/pace.js";

/** Lists that can be asked for, made anew where their entries were let go. */
const mostLists = 40;
/** Entries of all lists together, where nothing else is said. */
const usualEntries = 250_000;

interface Kept<T> {
  readonly make: (signal: AbortSignal) => Promise<readonly T[]>;
  entries: readonly T[] | undefined;
  /** What was chosen of the entries, the last at the end. */
  chosen: readonly Chosen<T>[];
}

interface Chosen<T> {
  readonly by: string;
  readonly entries: readonly T[];
}

/** Who types a word and takes letters back finds what was chosen by each. */
const mostChosen = 8;

/** Which entries of a list are wanted. */
export interface Choice<T> {
  /** Names what `fits` says: while it is the same, nothing is looked through again. Empty: all. */
  readonly by: string;
  readonly fits: (entry: T) => boolean;
  /** Whether all that fits was also chosen by that, so that it is looked for there. */
  readonly within?: (by: string) => boolean;
}

/** What part of a list is wanted. */
export interface Window {
  readonly from: number;
  readonly most: number;
}

/** The most that one answer holds. */
const mostListed = 1000;

/** The part of a list that a page may have of what it asks for. */
export const windowOf = ({ from, most }: Window): Window => ({
  from: Math.max(0, from),
  most: Math.max(0, Math.min(most, mostListed)),
});

/** Lists that a page reads a window at a time, by a handle: what is dear to make is made once. */
export class KeptLists<T> {
  readonly #lists = new Map<string, Kept<T>>();
  readonly #mostEntries: number;
  #made = 0;

  /** `mostEntries`: of all lists together; the list that was used last stays however long it is. */
  constructor(mostEntries = usualEntries) {
    this.#mostEntries = mostEntries;
  }

  /** Makes a list and keeps it. */
  async open(
    make: Kept<T>["make"],
    signal: AbortSignal,
  ): Promise<{ readonly handle: string; readonly entries: readonly T[] }> {
    return this.keep(await make(signal), make);
  }

  /** Keeps a list that was made. */
  keep(
    entries: readonly T[],
    make: Kept<T>["make"],
  ): { readonly handle: string; readonly entries: readonly T[] } {
    const handle = `list-${++this.#made}`;
    this.#lists.set(handle, { make, entries, chosen: [] });
    this.#trim();
    return { handle, entries };
  }

  /** A window of those entries of a list that are chosen. Throws `state.wrong` where the list is gone. */
  async window(
    handle: string,
    { from, most }: Window,
    { by, fits, within = () => false }: Choice<T>,
    signal: AbortSignal,
  ): Promise<{ readonly entries: readonly T[]; readonly total: number }> {
    const kept = this.#lists.get(handle);
    if (!kept) throw new Failure("state.wrong", said`This list is gone.`, { next: said`Open it again.` });
    this.#lists.delete(handle); // the one used last stands at the end
    this.#lists.set(handle, kept);
    const entries = (kept.entries ??= await kept.make(signal));
    this.#trim();
    let chosen = by === "" ? entries : kept.chosen.find((one) => one.by === by)?.entries;
    if (!chosen) {
      const among = kept.chosen.findLast((one) => within(one.by))?.entries ?? entries;
      chosen = await fitting(among, fits, signal);
      if (kept.entries === entries)
        kept.chosen = [...kept.chosen, { by, entries: chosen }].slice(-mostChosen);
    }
    return { entries: chosen.slice(from, from + most), total: chosen.length };
  }

  /** The entries of a list as far as they are here. */
  known(handle: string): readonly T[] {
    return this.#lists.get(handle)?.entries ?? [];
  }

  #trim(): void {
    const newestFirst = [...this.#lists].reverse();
    let entries = 0;
    for (const [at, [handle, kept]] of newestFirst.entries()) {
      if (at >= mostLists) this.#lists.delete(handle);
      entries += kept.entries?.length ?? 0;
      if (at === 0 || entries <= this.#mostEntries) continue;
      kept.entries = undefined;
      kept.chosen = [];
    }
  }
}

/** So long a list is looked through at a stretch: whoever types waits for it, behind other work of the engine if need be. */
const patienceMs = 40;

async function fitting<T>(
  entries: readonly T[],
  fits: (entry: T) => boolean,
  signal: AbortSignal,
): Promise<readonly T[]> {
  const pace = new Pace(signal, said`the list`, patienceMs);
  const found: T[] = [];
  for (const entry of entries) {
    if (fits(entry)) found.push(entry);
    if (pace.due()) await pace.rest();
  }
  return found;
}
