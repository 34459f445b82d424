import * as path from "node:path";
import type { Ports } from "../base/ports.js";
import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { sha256 } from "./canonical.js";
import { asFact, type Fact } from "./fact.js";
import type { Layout } from "./layout.js";
import { Entry, type EntrySource } from "./ledger-entry.js";
import type { LedgerFolder, ListedMonth } from "./ledger-folder.js";
import {
  CachedMonths,
  noteChanges,
  readChanges,
  type SavedMonth,
  type SavedMonths,
} from "./ledger-months.js";
import { WindowedFile } from "./windowed-file.js";
import { readJson, removeQuietly, replaceFile } from "./whole-file.js";

/** So many facts that the cache lacks are worth writing it anew, and so large a share of all. */
const fewest = 64;
const share = 0.02;
const worthOf = (facts: number): number => Math.max(fewest, facts * share);
/** Files of other processes that may still be read; in ms. */
const restMs = 600_000;

/** Where a cached fact stands in the file of facts. */
interface Place {
  readonly at: number;
  readonly length: number;
}

/**
 * The cache's own file. Facts are listed by name; a list has one member a fact. The facts themselves stand in another
 * file, those of a kind and of a thing beside each other, which never changes: another cache has another one.
 */
interface Saved extends SavedMonths {
  readonly version: 1;
  readonly kinds: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
  readonly subjects: readonly string[];
  readonly kind: readonly number[];
  /** -1: not known. */
  readonly subject: readonly number[];
  readonly clock: readonly number[];
  readonly at: readonly number[];
  readonly length: readonly number[];
  /** Places of names; a text is a name that is not among them. */
  readonly heads: readonly (readonly (number | string)[])[];
}
export interface CachedLedger {
  readonly entries: readonly Entry[];
  readonly shared: readonly ListedMonth[];
  readonly local: readonly ListedMonth[];
  /** Names of facts that stand in the folders and not in the cache. */
  readonly more: readonly string[];
}

/**
 * What was read of the ledger, so that the next process need not open tens of thousands of small files: names, kinds and
 * what each fact is about at once, a fact itself when it is asked for, checked against its name as in its own file.
 * Safe to delete. That nobody altered the ledger's files since is for `loam verify` to say, which reads them all.
 */
export class LedgerCache {
  readonly #ports: Ports;
  readonly #layout: Layout;
  readonly #fields = new Map<string, string>();
  /** Bytes of facts that the cache lacks. */
  readonly #fresh = new Map<string, Buffer>();
  #places = new Map<string, Place>();
  #file: WindowedFile | undefined;
  /** True where the cache that was opened does not say what some facts are about. */
  #lacking = false;
  /** Of the cache that was opened. */
  #months: CachedMonths | undefined;

  constructor(ports: Ports, layout: Layout) {
    this.#ports = ports;
    this.#layout = layout;
  }

  declareSubject(kinds: Iterable<string>, field: string): void {
    for (const kind of kinds) this.#fields.set(kind, field);
  }

  /** Notes a fact that the cache lacks. */
  fresh(name: string, bytes: Buffer): void {
    this.#fresh.set(name, bytes);
  }

  get #index(): string {
    return path.join(this.#layout.cache, "ledger.json");
  }

  /** What the cache has; undefined where there is none. `lost` gives the bytes of a fact that it has not whole. */
  open(lost: (name: string) => Buffer): CachedLedger | undefined {
    try {
      const { files } = this.#ports;
      const saved = readJson(files, this.#index) as Saved | undefined;
      if (saved?.version !== 1 || !/^ledger-[0-9a-f]{16}\.jsonl$/.test(saved.file)) return undefined;
      this.#lacking = [...this.#fields].some(([kind, field]) => saved.fields[kind] !== field);
      this.#file = new WindowedFile(files, path.join(this.#layout.cache, saved.file));
      this.#months = new CachedMonths(saved, readChanges(files, this.#layout, saved.file));
      return this.#entriesOf(saved, this.#months, lost);
    } catch (error) {
      this.#ports.log.write("info", "store", `The ledger is read anew: ${String(error)}`);
      return undefined;
    }
  }

  #entriesOf(saved: Saved, months: CachedMonths, lost: (name: string) => Buffer): CachedLedger {
    const { names } = saved;
    const published = months.published();
    const read = (name: string, place: Place): Fact => factIn(this.#bytes(name, place) ?? lost(name));
    const entries = names.map((name, n) => {
      const source = new CachedFact(saved, n, read);
      this.#places.set(name, source);
      return new Entry(name, published[n] === 1, source);
    });
    return { entries, shared: months.listed("shared"), local: months.listed("local"), more: months.more() };
  }

  /** A fact as the cache has it; undefined where that is not what was written. */
  #bytes(name: string, place = this.#places.get(name)): Buffer | undefined {
    const bytes = place && this.#file?.read(place.at, place.length);
    return bytes && sha256(bytes).slice(0, 16) === name.slice(27) ? bytes : undefined;
  }

  /** Writes the cache anew where it lacks so many facts that the next process would feel it. */
  saveWhereWorth(entries: ReadonlyMap<string, Entry>, shared: LedgerFolder, local: LedgerFolder): void {
    if (!this.#lacking && this.#fresh.size < worthOf(entries.size)) {
      this.noteWhereListed(entries.size, shared, local);
      return;
    }
    this.#lacking = false;
    try {
      this.#save(entries, shared, local);
    } catch (error) {
      // a folder that cannot be written is read as it is, each time
      this.#ports.log.write("debug", "store", toFailure(error, said`The ledger is not cached`).message);
    }
    this.#fresh.clear();
  }

  /** Notes how the folders of months are where they were listed, beside the cache as it is. */
  noteWhereListed(count: number, shared: LedgerFolder, local: LedgerFolder): void {
    const isListed = [shared, local].map((folder) => folder.takeListed()).includes(true);
    if (!isListed || !this.#months) return;
    noteChanges(this.#ports, this.#layout, this.#months, { shared, local, most: worthOf(count) });
  }

  #save(entries: ReadonlyMap<string, Entry>, shared: LedgerFolder, local: LedgerFolder): void {
    const { files, random } = this.#ports;
    const all = [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const places = new Map(all.map(({ name }, n) => [name, n] as const));
    const [kinds, subjects] = [new Numbered(), new Numbered()];
    const rows = all.map((entry) => {
      const subject = this.#subjectOf(entry);
      return {
        entry,
        kind: kinds.of(entry.kind),
        subject: subject === undefined ? -1 : subjects.of(subject),
        at: 0,
        length: 0,
      };
    });
    let at = 0;
    const body: Buffer[] = [];
    // in the order of the file, which is about that of the file before: each part of that is read once
    for (const row of [...rows].sort((a, b) => a.kind - b.kind || a.subject - b.subject)) {
      const bytes = this.#fresh.get(row.entry.name) ?? this.#bytes(row.entry.name);
      if (!bytes) continue;
      row.at = at;
      row.length = bytes.byteLength;
      at += row.length;
      body.push(bytes);
    }
    const file = `ledger-${random(8).toString("hex")}.jsonl`;
    const saved: Saved = {
      version: 1,
      file,
      names: all.map(({ name }) => name),
      kinds: kinds.names,
      fields: Object.fromEntries(this.#fields),
      subjects: subjects.names,
      kind: rows.map(({ kind }) => kind),
      subject: rows.map(({ subject }) => subject),
      clock: all.map(({ clock }) => clock),
      at: rows.map((row) => row.at),
      length: rows.map(({ length }) => length),
      heads: all.map(({ heads }) => heads.map((head) => places.get(head) ?? head)),
      shared: [...shared.months].map((month) => saving(month, places)),
      local: [...local.months].map((month) => saving(month, places)),
    };
    files.makeFolder(this.#layout.cache);
    replaceFile(this.#ports, path.join(this.#layout.cache, file), Buffer.concat(body), { durable: false });
    replaceFile(this.#ports, this.#index, Buffer.from(JSON.stringify(saved)), { durable: false });
    this.#places = new Map(rows.map(({ entry, at: from, length }) => [entry.name, { at: from, length }]));
    this.#file = new WindowedFile(files, path.join(this.#layout.cache, file));
    this.#months = undefined;
    this.#removeOthers(file);
  }

  #subjectOf(entry: Entry): string | undefined {
    const field = this.#fields.get(entry.kind);
    const value = field === undefined ? undefined : entry.about(field);
    return typeof value === "string" && value.length <= 64 ? value : undefined;
  }

  /** Removes files of facts that no cache names any more, once nobody who opened the one before should need them. */
  #removeOthers(file: string): void {
    const { files, clock } = this.#ports;
    for (const { name } of files.list(this.#layout.cache)) {
      if (name === file || !/^ledger-[0-9a-f]{16}\.jsonl$/.test(name)) continue;
      const other = path.join(this.#layout.cache, name);
      if ((files.stat(other)?.mtimeMs ?? 0) < clock.now() - restMs) removeQuietly(files, other);
    }
  }
}

/** The `n`-th fact of a cache. */
class CachedFact implements EntrySource, Place {
  readonly #saved: Saved;
  readonly #n: number;
  readonly #read: (name: string, place: Place) => Fact;
  #fact: Fact | undefined;

  constructor(saved: Saved, n: number, read: (name: string, place: Place) => Fact) {
    this.#saved = saved;
    this.#n = n;
    this.#read = read;
  }

  get at(): number {
    return this.#saved.at[this.#n] ?? 0;
  }

  get length(): number {
    return this.#saved.length[this.#n] ?? 0;
  }

  get kind(): string {
    return this.#saved.kinds[this.#saved.kind[this.#n] ?? -1] ?? "";
  }

  get clock(): number {
    return this.#saved.clock[this.#n] ?? 0;
  }

  get heads(): readonly string[] {
    const { heads, names } = this.#saved;
    return (heads[this.#n] ?? []).map((head) => (typeof head === "string" ? head : (names[head] ?? "")));
  }

  get fact(): Fact {
    this.#fact ??= this.#read(this.#saved.names[this.#n] ?? "", this);
    return this.#fact;
  }

  about(field: string): unknown {
    const { fields, subjects, subject } = this.#saved;
    const value = fields[this.kind] === field ? subjects[subject[this.#n] ?? -1] : undefined;
    return value ?? this.fact[field];
  }
}

/** Names with a number each, given in turn. */
class Numbered {
  readonly #numbers = new Map<string, number>();

  of(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  get names(): string[] {
    return [...this.#numbers.keys()];
  }
}

function factIn(bytes: Buffer): Fact {
  const fact = asFact(JSON.parse(bytes.toString("utf8")));
  if (typeof fact === "string") throw new Error(fact);
  return fact;
}

function saving({ times, names }: ListedMonth, places: ReadonlyMap<string, number>): SavedMonth {
  const numbers: number[] = [];
  const others: string[] = [];
  for (const name of names) {
    const place = places.get(name);
    if (place === undefined) others.push(name);
    else numbers.push(place);
  }
  numbers.sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.[1] === number) last[1]++;
    else ranges.push([number, number + 1]);
  }
  return { ...times, ranges, others };
}
