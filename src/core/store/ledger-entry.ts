import type { Fact } from "./fact.js";

/** A fact of the ledger, with where it stands. What it says is read when somebody asks. */
export interface LedgerEntry {
  /** `<ulid>-<16 hex digits of its SHA-256>`. */
  readonly name: string;
  /** Of the fact, known without reading it. */
  readonly id: string;
  readonly kind: string;
  readonly clock: number;
  readonly fact: Fact;
  /** Facts in `ledger/` that the writer knew and that no other fact there had named. */
  readonly heads: readonly string[];
  /** False: seen here once, but not in `ledger/` now (another branch is checked out). */
  readonly published: boolean;
  /** The fact's field of this name: of one that says what a fact of its kind is about, without reading it. */
  about(field: string): unknown;
}

/** What stands behind an entry: the fact that was read, or a cache that has it. */
export interface EntrySource {
  readonly kind: string;
  readonly clock: number;
  readonly heads: readonly string[];
  readonly fact: Fact;
  about(field: string): unknown;
}

/** A fact that was read. */
export class ReadFact implements EntrySource {
  readonly fact: Fact;
  readonly heads: readonly string[];

  constructor(fact: Fact, heads: readonly string[]) {
    this.fact = fact;
    this.heads = heads;
  }

  get kind(): string {
    return this.fact.kind;
  }

  get clock(): number {
    return this.fact.clock;
  }

  about(field: string): unknown {
    return this.fact[field];
  }
}

export class Entry implements LedgerEntry {
  readonly name: string;
  published: boolean;
  readonly #source: EntrySource;

  constructor(name: string, published: boolean, source: EntrySource) {
    this.name = name;
    this.published = published;
    this.#source = source;
  }

  get id(): string {
    return this.name.slice(0, 26);
  }

  get kind(): string {
    return this.#source.kind;
  }

  get clock(): number {
    return this.#source.clock;
  }

  get heads(): readonly string[] {
    return this.#source.heads;
  }

  get fact(): Fact {
    return this.#source.fact;
  }

  about(field: string): unknown {
    return this.#source.about(field);
  }
}
