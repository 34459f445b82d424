import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Ports } from "../base/ports.js";
import { canonicalJson, sha256 } from "./canonical.js";
import { latestDate, type Fact, type FactBody, type FactSource } from "./fact.js";
import type { Layout } from "./layout.js";
import { LedgerCache, type CachedLedger } from "./ledger-cache.js";
import { Entry, ReadFact, type LedgerEntry } from "./ledger-entry.js";
import { readLedgerFile } from "./ledger-file.js";
import { LedgerFolder } from "./ledger-folder.js";
import { LedgerHeads } from "./ledger-heads.js";
import { createFile } from "./whole-file.js";

export interface LedgerProblem {
  readonly file: string;
  readonly why: string;
}

/**
 * The facts that people share and audit: one small file each, so that git merges them by itself. Every fact ever
 * seen here is also kept in `local/ledger`, so that a checkout of an older branch forgets nothing.
 */
export class Ledger {
  readonly #ports: Ports;
  readonly #layout: Layout;
  readonly #source: FactSource;
  readonly #shared: LedgerFolder;
  readonly #local: LedgerFolder;
  readonly #cache: LedgerCache;
  readonly #entries = new Map<string, Entry>();
  /** By name. */
  readonly #rejected = new Map<string, Map<string, LedgerProblem>>();
  readonly #arrived: LedgerEntry[] = [];
  #published: Set<string> | undefined;
  #heads: LedgerHeads | undefined;
  #moves = 0;
  #begun = false;
  /** The entry whose clock is ahead of all others. */
  #foremost: Entry | undefined;

  constructor(ports: Ports, layout: Layout, source: FactSource) {
    this.#ports = ports;
    this.#layout = layout;
    this.#source = source;
    this.#shared = new LedgerFolder(ports.files, layout.ledger);
    this.#local = new LedgerFolder(ports.files, layout.localLedger);
    this.#cache = new LedgerCache(ports, layout);
  }

  get entries(): Iterable<LedgerEntry> {
    return this.#entries.values();
  }

  /** Another number whenever facts that were known came to this branch or left it. */
  get moves(): number {
    return this.#moves;
  }

  /** Ids of the facts that stand in `ledger/` now: those of the branch that is checked out. */
  get publishedIds(): ReadonlySet<string> {
    this.#published ??= new Set(
      [...this.#entries.values()].flatMap(({ id, published }) => (published ? [id] : [])),
    );
    return this.#published;
  }

  /** Says which field of facts of these kinds names what they are about, so that those about a thing are found unread. */
  declareSubject(kinds: Iterable<string>, field: string): void {
    this.#cache.declareSubject(kinds, field);
  }

  #add(entry: Entry): void {
    this.#entries.set(entry.name, entry);
    if (entry.published) {
      this.#published?.add(entry.id);
      this.#heads?.came(entry);
    }
    this.#arrived.push(entry);
    this.#source.observe(entry);
    if (!this.#foremost || entry.clock > this.#foremost.clock) this.#foremost = entry;
  }

  #move(entry: Entry, published: boolean): void {
    this.#moves++;
    entry.published = published;
    if (published) this.#published?.add(entry.id);
    else this.#published?.delete(entry.id);
    if (published) this.#heads?.came(entry);
    else this.#heads?.went(entry);
  }

  /** Files in the ledger that are no facts, or not those that were written. */
  get problems(): readonly LedgerProblem[] {
    return [...this.#rejected.values()].flatMap((files) => [...files.values()]);
  }

  /** Facts in the order in which this process met them, from the `seen`-th on: what a reader has not folded yet. */
  since(seen: number): readonly LedgerEntry[] {
    return seen === 0 ? this.#arrived : this.#arrived.slice(seen);
  }

  /**
   * Reads what is new. True where anything came or went. `soon`: what others wrote in the moment in which this process did
   * may be read a second later.
   */
  refresh(soon = false): boolean {
    const { entries: cached, more } = this.#begin();
    // what stands in local/ledger alone was seen by others when it stood in both
    const [shared, local] = [this.#shared.look(soon), this.#local.look(true)];
    const [added, removed] = [
      [...shared.added, ...local.added, ...more],
      [...shared.removed, ...local.removed],
    ];
    const gone = new Set(removed.filter((name) => !this.#shared.has(name) && !this.#local.has(name)));
    for (const entry of cached) if (!gone.has(entry.name)) this.#add(entry);
    if (added.length + removed.length === 0) {
      if (cached.length > 0) this.#cache.saveWhereWorth(this.#entries, this.#shared, this.#local);
      else this.#cache.noteWhereListed(this.#entries.size, this.#shared, this.#local);
      return cached.length > 0;
    }
    this.#forgetProblems();
    let changed = cached.length > 0;
    for (const name of new Set([...added, ...this.#rejected.keys()])) {
      if (this.#entries.has(name)) continue;
      const entry = this.#read(name);
      if (!entry) continue;
      this.#add(entry);
      changed = true;
    }
    for (const name of [...shared.added, ...shared.removed]) {
      const entry = this.#entries.get(name);
      const published = this.#shared.has(name);
      if (!entry || entry.published === published) continue;
      this.#move(entry, published);
      changed = true;
    }
    this.#cache.saveWhereWorth(this.#entries, this.#shared, this.#local);
    return changed;
  }

  /** What the cache has of both folders; nothing from the second time on. */
  #begin(): Pick<CachedLedger, "entries" | "more"> {
    if (this.#begun) return { entries: [], more: [] };
    this.#begun = true;
    const cached = this.#cache.open((name) => this.#readNow(name));
    if (!cached) return { entries: [], more: [] };
    this.#shared.restore(cached.shared);
    this.#local.restore(cached.local);
    return cached;
  }

  /** Writes a fact; returns when it is durable. `before` is called with what is about to be written. */
  append<F extends Fact>(body: FactBody<F>, before: (fact: F) => void = () => undefined): F {
    this.refresh(true);
    const fact = this.#source.make<F>(body);
    before(fact);
    const heads = this.#latest();
    const bytes = Buffer.from(`${canonicalJson({ ...fact, heads })}\n`);
    const name = `${fact.id}-${sha256(bytes).slice(0, 16)}`;
    const month = new Date(fact.at).toISOString().slice(0, 7);
    const folder = path.join(this.#layout.ledger, month);
    try {
      this.#ports.files.makeFolder(folder);
      createFile(this.#ports, path.join(folder, `${name}.json`), bytes);
    } catch (error) {
      this.#readAgain(month);
      throw toFailure(error, said`Cannot write ledger/${month}/${name}.json`);
    }
    this.#shared.wrote(month, name, true);
    this.#cache.fresh(name, bytes);
    this.#add(new Entry(name, true, new ReadFact(fact, heads)));
    this.#remember(month, name, bytes);
    if (this.#foremost && this.#foremost.clock > fact.clock) this.#tellAhead(this.#foremost);
    return fact;
  }

  /** Whoever moves an alias would wonder that it stays where it is. */
  #tellAhead({ name, clock }: Entry): void {
    const day =
      Math.abs(clock) < latestDate
        ? new Date(clock).toISOString().slice(0, 10)
        : "a time that no calendar has";
    this.#ports.log.write(
      "warn",
      "store",
      `The fact ${name} was written by a clock far ahead: what it says outlasts what is written before ${day}. ` +
        "See `loam verify`.",
    );
  }

  #latest(): string[] {
    if (!this.#heads) {
      this.#heads = new LedgerHeads();
      for (const entry of this.#entries.values()) if (entry.published) this.#heads.came(entry);
    }
    return this.#heads.latest();
  }

  /** Where only the folder of a new fact could not be made durable, others read that fact: so does this process. */
  #readAgain(month: string): void {
    this.#shared.forget(month);
    try {
      this.refresh();
    } catch (error) {
      this.#ports.log.write("debug", "store", `Cannot read the ledger again: ${String(error)}`);
    }
  }

  /** Facts that are kept here but are not in `ledger/` now. */
  unpublished(): LedgerEntry[] {
    return [...this.#entries.values()].filter((entry) => !entry.published);
  }

  /** Writes an unpublished fact back into `ledger/`. */
  publish({ name }: LedgerEntry): void {
    const month = this.#local.monthOf(name);
    const bytes =
      month && this.#ports.files.readAll(path.join(this.#layout.localLedger, month, `${name}.json`));
    if (!month || !bytes)
      throw new Failure("store.damaged", said`The ledger's fact ${name} is gone from local/ledger.`);
    this.#ports.files.makeFolder(path.join(this.#layout.ledger, month));
    createFile(this.#ports, path.join(this.#layout.ledger, month, `${name}.json`), bytes);
    this.#shared.wrote(month, name, true);
    const entry = this.#entries.get(name);
    if (entry && !entry.published) this.#move(entry, true);
  }

  #remember(month: string, name: string, bytes: Buffer): void {
    const folder = path.join(this.#layout.localLedger, month);
    try {
      this.#ports.files.makeFolder(folder, 0o700);
      createFile(this.#ports, path.join(folder, `${name}.json`), bytes, { durable: false });
      this.#local.wrote(month, name, false);
    } catch (error) {
      this.#ports.log.write("debug", "store", `Cannot keep ${name} in local/ledger: ${String(error)}`);
    }
  }

  /** Problems of files that are gone. */
  #forgetProblems(): void {
    for (const [name, files] of this.#rejected) {
      for (const file of files.keys()) if (!this.#ports.files.stat(file)) files.delete(file);
      if (files.size === 0) this.#rejected.delete(name);
    }
  }

  /** A fact that stands in one of the folders, from the first that has it whole. */
  #read(name: string): Entry | undefined {
    for (const { folder, monthOf } of this.#places(name)) {
      const file = path.join(folder, monthOf, `${name}.json`);
      const read = readLedgerFile(this.#ports.files, file, name);
      if (read === undefined) continue;
      if (typeof read === "string") {
        const problem = { file: this.#layout.relative(file), why: read };
        this.#rejected.set(
          name,
          (this.#rejected.get(name) ?? new Map<string, LedgerProblem>()).set(file, problem),
        );
        continue;
      }
      const { fact, heads, bytes } = read;
      this.#cache.fresh(name, bytes);
      if (!this.#local.has(name)) this.#remember(monthOf, name, bytes);
      return new Entry(name, this.#shared.has(name), new ReadFact(fact, heads));
    }
    return undefined;
  }

  #places(name: string): { readonly folder: string; readonly monthOf: string }[] {
    return [this.#shared, this.#local].flatMap((one) => {
      const monthOf = one.monthOf(name);
      return monthOf === undefined ? [] : [{ folder: one.folder, monthOf }];
    });
  }

  /** The bytes of a fact that the cache has lost. */
  #readNow(name: string): Buffer {
    for (const { folder, monthOf } of this.#places(name)) {
      const read = readLedgerFile(this.#ports.files, path.join(folder, monthOf, `${name}.json`), name);
      if (typeof read === "object") return read.bytes;
    }
    throw new Failure("store.damaged", said`The ledger's fact ${name} is gone.`, {
      next: said`Take it from git, or join a copy that has it: \`loam join OTHER\`.`,
    });
  }
}
