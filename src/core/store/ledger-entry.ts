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

interface Known {
  readonly name: string;
  readonly kind: string;
  readonly clock: number;
  readonly heads: readonly string[];
}

/** What a fact is about, as a cache says it: the value of one of its fields. */
export interface Subject {
  readonly field: string;
  readonly value: string;
}

export class Entry implements LedgerEntry {
  readonly name: string;
  readonly kind: string;
  readonly clock: number;
  readonly heads: readonly string[];
  published: boolean;
  readonly #subject: Subject | undefined;
  #fact: Fact | (() => Fact);

  /** `fact`: or what reads it. */
  constructor(known: Known, published: boolean, fact: Fact | (() => Fact), subject?: Subject) {
    this.name = known.name;
    this.kind = known.kind;
    this.clock = known.clock;
    this.heads = known.heads;
    this.published = published;
    this.#fact = fact;
    this.#subject = subject;
  }

  get id(): string {
    return this.name.slice(0, 26);
  }

  get fact(): Fact {
    if (typeof this.#fact === "function") this.#fact = this.#fact();
    return this.#fact;
  }

  about(field: string): unknown {
    return this.#subject?.field === field ? this.#subject.value : this.fact[field];
  }
}
