import type { Fact, FactBody } from "./fact.js";
import { Folded, type Folds, type Shapes } from "./fold.js";
import type { Store } from "./store.js";

/** How facts of the ledger come to the entities of one kind. */
export interface LedgerFolding<F extends Fact> {
  readonly folds: Folds<F>;
  readonly shapes: Shapes;
  /** The entity that a fact of a known kind is about. */
  readonly entityOf: (fact: Fact) => unknown;
  readonly isEntity: (id: string) => boolean;
}

/** The entities of one kind that the facts of the ledger make. */
export class LedgerFold<F extends Fact> {
  readonly #store: Store;
  readonly #how: LedgerFolding<F>;
  readonly #folded = new Map<string, Folded<F>>();
  readonly #changed = new Set<string>();
  #seen = 0;

  constructor(store: Store, how: LedgerFolding<F>) {
    this.#store = store;
    this.#how = how;
  }

  /** Takes in what any process wrote to the ledger. Ids of the entities that changed since the last `take`. */
  look(): void {
    this.#store.ledger.refresh();
    const fresh = this.#store.ledger.since(this.#seen);
    this.#seen += fresh.length;
    for (const fact of fresh) this.#add(fact);
  }

  #add(fact: Fact): void {
    if (!Object.hasOwn(this.#how.folds, fact.kind)) return;
    const id = this.#how.entityOf(fact);
    if (typeof id !== "string" || !this.#how.isEntity(id)) return;
    let folded = this.#folded.get(id);
    if (!folded) this.#folded.set(id, (folded = new Folded(this.#how.folds, this.#how.shapes)));
    if (folded.add(fact)) this.#changed.add(id);
  }

  /** Ids of the entities that changed since the last call. */
  take(): ReadonlySet<string> {
    const changed = new Set(this.#changed);
    this.#changed.clear();
    return changed;
  }

  /** Writes a fact; it is durable and folded when this returns. */
  write<K extends F>(body: FactBody<K>): K {
    const fact = this.#store.ledger.append<K>(body);
    this.look();
    return fact;
  }

  get(id: string): Folded<F> | undefined {
    return this.#folded.get(id);
  }

  /** Counts on when an entity changes: what was made of it before holds while it stays. */
  get ids(): Iterable<string> {
    return this.#folded.keys();
  }
}
