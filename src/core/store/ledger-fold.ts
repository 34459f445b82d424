import type { Fact, FactBody } from "./fact.js";
import { Folded, type Folds, type Shapes } from "./fold.js";
import type { LedgerEntry } from "./ledger-entry.js";
import type { Store } from "./store.js";

/** How facts of the ledger come to the entities of one kind. */
export interface LedgerFolding<F extends Fact> {
  readonly folds: Folds<F>;
  readonly shapes: Shapes;
  /** The field of a fact of a known kind that has the id of the entity that it is about. */
  readonly subject: string;
  readonly isEntity: (id: string) => boolean;
}

/** The entities of one kind that the facts of the ledger make. */
export class LedgerFold<F extends Fact> {
  readonly #store: Store;
  readonly #how: LedgerFolding<F>;
  readonly #folded = new Map<string, Folded<F>>();
  readonly #marks = new Map<string, { count: number; sum: number }>();
  readonly #watched: Set<string>[] = [];
  readonly #changed = this.watch();
  #seen = 0;
  #facts = 0;
  #looked = false;

  constructor(store: Store, how: LedgerFolding<F>) {
    this.#store = store;
    this.#how = how;
    store.ledger.declareSubject(Object.keys(how.folds), how.subject);
  }

  /** Takes in what any process wrote to the ledger. `soon`: as `Ledger.refresh` has it. */
  look(soon = false): void {
    this.#looked = true;
    this.#store.ledger.refresh(soon);
    const fresh = this.#store.ledger.since(this.#seen);
    this.#seen += fresh.length;
    for (const entry of fresh) this.#add(entry);
  }

  #add(entry: LedgerEntry): void {
    if (!Object.hasOwn(this.#how.folds, entry.kind)) return;
    const id = entry.about(this.#how.subject);
    if (typeof id !== "string" || !this.#how.isEntity(id)) return;
    let folded = this.#folded.get(id);
    if (!folded) this.#folded.set(id, (folded = new Folded(this.#how.folds, this.#how.shapes)));
    folded.addLater(entry.kind, entry);
    this.#facts++;
    for (const changed of this.#watched) changed.add(id);
    const mark = this.#marks.get(id);
    const hash = hashOf(entry);
    if (mark) {
      mark.count++;
      mark.sum = (mark.sum + hash) % Number.MAX_SAFE_INTEGER;
    } else this.#marks.set(id, { count: 1, sum: hash });
  }

  /** How many facts of its entities were taken in. */
  get facts(): number {
    return this.#facts;
  }

  /** A set to which the ids of entities are added when they change, from now on; whoever asked for it takes them out. */
  watch(): Set<string> {
    const changed = new Set<string>();
    this.#watched.push(changed);
    return changed;
  }

  /** Another text whenever the entity is another: by which what was made of it, here or in a cache, is known to hold. */
  mark(id: string): string {
    const mark = this.#marks.get(id);
    return mark ? `${mark.count}.${mark.sum.toString(36)}` : "";
  }

  /** Ids of the entities that changed since the last call. */
  take(): ReadonlySet<string> {
    const changed = new Set(this.#changed);
    this.#changed.clear();
    return changed;
  }

  /** Writes a fact; it is durable and folded when this returns. */
  write<K extends F>(body: FactBody<K>, before?: (fact: K) => void): K {
    const fact = this.#store.ledger.append<K>(body, before);
    this.look(true);
    return fact;
  }

  /** What was taken in of an entity. Who never looked does so now: else all would be unknown to it. */
  get(id: string): Folded<F> | undefined {
    if (!this.#looked) this.look();
    return this.#folded.get(id);
  }

  get ids(): Iterable<string> {
    if (!this.#looked) this.look();
    return this.#folded.keys();
  }
}

/** 48 bits that facts rarely share. Sums of them do not depend on the order in which facts came. */
function hashOf({ id, clock }: LedgerEntry): number {
  let [low, high] = [0x811c9dc5, clock % 0xffff];
  for (let at = 0; at < id.length; at++) {
    low = Math.imul(low ^ id.charCodeAt(at), 0x01000193);
    high = (high * 31 + (low >>> 16)) & 0xffff;
  }
  return (low >>> 0) + high * 2 ** 32;
}
