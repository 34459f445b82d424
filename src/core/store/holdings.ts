import type { ObjectHash } from "./object-names.js";
import type { StoredObject } from "./stored-objects.js";

/** What a run, a version or whatever else names content holds of the store's objects. */
export interface Held {
  /** The room of an entity, or the kind of a fact of the ledger. */
  readonly what: string;
  /** Of the entity, or of the fact. */
  readonly id: string;
  readonly objects: number;
  /** What they take in the store. */
  readonly bytes: number;
  /** Of these, what nothing else holds: so much could be freed with it. */
  readonly alone: number;
}

interface Holding {
  readonly what: string;
  readonly id: string;
  objects: number;
  bytes: number;
  alone: number;
}

/** Who holds which objects. */
export class Holdings {
  readonly #sizes = new Map<ObjectHash, number>();
  readonly #holders = new Map<ObjectHash, Holding | "several">();
  readonly #all: Holding[] = [];

  constructor(stored: Iterable<StoredObject>) {
    for (const { hash, bytes } of stored) this.#sizes.set(hash, (this.#sizes.get(hash) ?? 0) + bytes);
  }

  add(what: string, id: string, reached: Iterable<ObjectHash>): void {
    const holding: Holding = { what, id, objects: 0, bytes: 0, alone: 0 };
    for (const hash of reached) {
      const before = this.#holders.get(hash);
      this.#holders.set(hash, before === undefined ? holding : "several");
      const size = this.#sizes.get(hash);
      if (size === undefined) continue;
      holding.objects++;
      holding.bytes += size;
      if (before === undefined) holding.alone += size;
      else if (before !== "several") before.alone -= size;
    }
    if (holding.objects > 0) this.#all.push(holding);
  }

  has(hash: ObjectHash): boolean {
    return this.#holders.has(hash);
  }

  held(): readonly Held[] {
    return [...this.#all].sort((a, b) => b.bytes - a.bytes || (a.id < b.id ? -1 : 1));
  }
}
