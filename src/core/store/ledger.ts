import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Ports } from "../base/ports.js";
import { canonicalJson, sha256 } from "./canonical.js";
import type { Fact, FactBody, FactSource } from "./fact.js";
import type { Layout } from "./layout.js";
import { isMonth, ledgerName, mostHeads, readLedgerFile } from "./ledger-file.js";
import { createFile } from "./whole-file.js";

/** A fact of the ledger as it was read, with where it stands. */
export interface LedgerEntry {
  /** `<ulid>-<16 hex digits of its SHA-256>`. */
  readonly name: string;
  readonly fact: Fact;
  /** Facts in `ledger/` that the writer knew and that no other fact there had named. */
  readonly heads: readonly string[];
  /** False: seen here once, but not in `ledger/` now (another branch is checked out). */
  readonly published: boolean;
}

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
  readonly #entries = new Map<string, LedgerEntry>();
  readonly #months = new Map<string, { mtime: number; listedAt: number; names: ReadonlySet<string> }>();
  readonly #rejected = new Map<string, LedgerProblem>();
  readonly #arrived: Fact[] = [];
  readonly #published = new Set<string>();
  #moves = 0;

  constructor(ports: Ports, layout: Layout, source: FactSource) {
    this.#ports = ports;
    this.#layout = layout;
    this.#source = source;
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
    return this.#published;
  }

  #set(entry: LedgerEntry): void {
    if (this.#entries.has(entry.name)) this.#moves++;
    this.#entries.set(entry.name, entry);
    if (entry.published) this.#published.add(entry.fact.id);
    else this.#published.delete(entry.fact.id);
  }

  /** Files in the ledger that are no facts, or not those that were written. */
  get problems(): readonly LedgerProblem[] {
    return [...this.#rejected.values()];
  }

  /** Facts in the order in which this process met them, from the `seen`-th on: what a reader has not folded yet. */
  since(seen: number): readonly Fact[] {
    return seen === 0 ? this.#arrived : this.#arrived.slice(seen);
  }

  /** Reads what is new. True where anything came or went. */
  refresh(): boolean {
    const shared = this.#listAll(this.#layout.ledger);
    const local = this.#listAll(this.#layout.localLedger);
    if (!shared.changed && !local.changed) return false;
    for (const file of this.#rejected.keys()) if (!this.#ports.files.stat(file)) this.#rejected.delete(file);
    let changed = false;
    for (const [folder, names] of [
      [this.#layout.ledger, shared.names],
      [this.#layout.localLedger, local.names],
    ] as const) {
      for (const [name, month] of names) {
        if (this.#entries.has(name)) continue;
        const entry = this.#read(folder, month, name, shared.names.has(name));
        if (!entry) continue;
        this.#admit(entry);
        changed = true;
        if (!local.names.has(name)) this.#remember(month, name);
      }
    }
    for (const entry of this.#entries.values()) {
      const published = shared.names.has(entry.name);
      if (published === entry.published) continue;
      this.#set({ ...entry, published });
      changed = true;
    }
    return changed;
  }

  /** Writes a fact; returns when it is durable. */
  append<F extends Fact>(body: FactBody<F>): F {
    this.refresh();
    const fact = this.#source.make<F>(body);
    const heads = this.#heads();
    const bytes = Buffer.from(`${canonicalJson({ ...fact, heads })}\n`);
    const name = `${fact.id}-${sha256(bytes).slice(0, 16)}`;
    const month = new Date(fact.at).toISOString().slice(0, 7);
    const folder = path.join(this.#layout.ledger, month);
    try {
      this.#ports.files.makeFolder(folder);
      createFile(this.#ports, path.join(folder, `${name}.json`), bytes);
    } catch (error) {
      this.#readAgain(folder);
      throw toFailure(error, said`Cannot write ledger/${month}/${name}.json`);
    }
    this.#admit({ name, fact, heads, published: true });
    this.#remember(month, name, bytes);
    return fact;
  }

  /** Where only the folder of a new fact could not be made durable, others read that fact: so does this process. */
  #readAgain(folder: string): void {
    this.#months.delete(folder);
    try {
      this.refresh();
    } catch (error) {
      this.#ports.log.write("debug", "store", `Cannot read the ledger again: ${String(error)}`);
    }
  }

  /**
   * The latest facts of this branch that no other of this branch names. Those of other branches are left out: whoever
   * clones this branch alone has everything that its facts name.
   */
  #heads(): string[] {
    const named = new Set<string>();
    const published = [...this.#entries.values()].filter((entry) => entry.published);
    for (const entry of published) for (const head of entry.heads) named.add(head);
    const heads = published.map((entry) => entry.name).filter((name) => !named.has(name));
    return heads.sort().slice(-mostHeads);
  }

  /** Facts that are kept here but are not in `ledger/` now. */
  unpublished(): LedgerEntry[] {
    return [...this.#entries.values()].filter((entry) => !entry.published);
  }

  /** Writes an unpublished fact back into `ledger/`. */
  publish(entry: LedgerEntry): void {
    const month = this.#monthIn(this.#layout.localLedger, entry.name);
    const bytes =
      month && this.#ports.files.readAll(path.join(this.#layout.localLedger, month, `${entry.name}.json`));
    if (!month || !bytes)
      throw new Failure("store.damaged", said`The ledger's fact ${entry.name} is gone from local/ledger.`);
    this.#ports.files.makeFolder(path.join(this.#layout.ledger, month));
    createFile(this.#ports, path.join(this.#layout.ledger, month, `${entry.name}.json`), bytes);
    this.#set({ ...entry, published: true });
  }

  #monthIn(folder: string, name: string): string | undefined {
    return [...this.#months]
      .find(([key, month]) => path.dirname(key) === folder && month.names.has(name))?.[0]
      .slice(-7);
  }

  #admit(entry: LedgerEntry): void {
    this.#set(entry);
    this.#arrived.push(entry.fact);
    this.#source.observe(entry.fact);
  }

  #remember(month: string, name: string, bytes?: Buffer): void {
    const folder = path.join(this.#layout.localLedger, month);
    const content = bytes ?? this.#ports.files.readAll(path.join(this.#layout.ledger, month, `${name}.json`));
    try {
      this.#ports.files.makeFolder(folder, 0o700);
      if (content) createFile(this.#ports, path.join(folder, `${name}.json`), content, { durable: false });
    } catch (error) {
      this.#ports.log.write("debug", "store", `Cannot keep ${name} in local/ledger: ${String(error)}`);
    }
  }

  #read(folder: string, month: string, name: string, published: boolean): LedgerEntry | undefined {
    const file = path.join(folder, month, `${name}.json`);
    const read = readLedgerFile(this.#ports.files, file, name);
    if (typeof read !== "string") return read && { name, fact: read.fact, heads: read.heads, published };
    this.#rejected.set(file, { file: this.#layout.relative(file), why: read });
    return undefined;
  }

  #listAll(folder: string): { readonly changed: boolean; readonly names: Map<string, string> } {
    const names = new Map<string, string>();
    let changed = false;
    for (const { name: month, kind } of this.#ports.files.list(folder)) {
      if (kind !== "folder" || !isMonth(month)) continue;
      const at = path.join(folder, month);
      const mtime = this.#ports.files.stat(at)?.mtimeMs ?? 0;
      let known = this.#months.get(at);
      // A folder whose time is as new as the last look may have changed since without showing it.
      if (!known || known.mtime !== mtime || known.listedAt - mtime < 100) {
        const listed = new Set(this.#ports.files.list(at).flatMap((entry) => ledgerName(entry.name) ?? []));
        changed ||=
          !known || known.names.size !== listed.size || [...listed].some((one) => !known?.names.has(one));
        known = { mtime, listedAt: Date.now(), names: listed };
        this.#months.set(at, known);
      }
      for (const name of known.names) names.set(name, month);
    }
    for (const [key, month] of this.#months) {
      if (path.dirname(key) !== folder || month.names.size === 0) continue;
      if ([...month.names].some((name) => names.has(name))) continue;
      this.#months.delete(key); // the whole folder went, for example by a checkout
      changed = true;
    }
    return { changed, names };
  }
}
