import { compareFacts, type Fact } from "./fact.js";

/**
 * How the facts of one kind make state. A fold puts each fact into a slot and keeps, of all facts of a slot, one
 * that does not depend on the order in which they came: so any permutation, in any slices, with any repetition,
 * gives the same state.
 */
export interface Fold<F extends Fact> {
  readonly slot: (fact: F) => string;
  /** Of two facts of a slot the one that stays; `a` where they are the same. */
  readonly keep: (a: F, b: F) => F;
}

const earlier = <F extends Fact>(a: F, b: F): F => (compareFacts(a, b) <= 0 ? a : b);
const later = <F extends Fact>(a: F, b: F): F => (compareFacts(a, b) < 0 ? b : a);

/** The first in order stays: params, version numbers, names of experiments. */
export const first = <F extends Fact>(slot: (fact: F) => string = () => ""): Fold<F> => ({
  slot,
  keep: earlier,
});

/** The last in order stays: tags, aliases, notes, lifecycle. */
export const last = <F extends Fact>(slot: (fact: F) => string = () => ""): Fold<F> => ({
  slot,
  keep: later,
});

/** Each member stays, once: inputs, approvals. The first fact of a member is kept. */
export const set = <F extends Fact>(member: (fact: F) => string): Fold<F> => ({
  slot: member,
  keep: earlier,
});

/** The highest rank stays, of equal ranks the last: how a run ended. */
export const rank = <F extends Fact>(of: (fact: F) => number): Fold<F> => ({
  slot: () => "",
  keep: (a, b) => {
    const difference = of(a) - of(b);
    return difference > 0 ? a : difference < 0 ? b : later(a, b);
  },
});

/** A fold for each kind of a pillar: a kind without one does not compile. */
export type Folds<F extends Fact> = { readonly [K in F["kind"]]: Fold<Extract<F, { kind: K }>> };

/** By kind: whether a fact of it has the fields that its fold and its readers count on. */
export type Shapes = ReadonlyMap<string, (fact: Fact) => boolean>;

/** The folded facts of one entity. */
export class Folded<F extends Fact> {
  readonly #folds: Readonly<Record<string, Fold<Fact>>>;
  readonly #shapes: Shapes;
  readonly #kept = new Map<string, Map<string, Fact>>();
  /** By kind: what is read when somebody asks for facts of it. */
  readonly #later = new Map<string, { readonly fact: Fact }[]>();
  #unknown = 0;

  /** A kind without a shape is taken as it comes. */
  constructor(folds: Folds<F>, shapes: Shapes = new Map()) {
    this.#folds = folds as unknown as Readonly<Record<string, Fold<Fact>>>;
    this.#shapes = shapes;
  }

  /** Facts of kinds or shapes that this version does not know: kept in the file, skipped here, counted. */
  get unknown(): number {
    for (const kind of this.#later.keys()) this.#settle(kind);
    return this.#unknown;
  }

  /** Folds a fact in; true where it changed the state. */
  add(fact: Fact): boolean {
    const fold = Object.hasOwn(this.#folds, fact.kind) ? this.#folds[fact.kind] : undefined;
    if (!fold || this.#shapes.get(fact.kind)?.(fact) === false) {
      this.#unknown++;
      return false;
    }
    let slots = this.#kept.get(fact.kind);
    if (!slots) this.#kept.set(fact.kind, (slots = new Map<string, Fact>()));
    const slot = fold.slot(fact);
    const before = slots.get(slot);
    const now = before === undefined ? fact : fold.keep(before, fact);
    if (now === before) return false;
    slots.set(slot, now);
    return true;
  }

  /** The same for a fact that need not be read before somebody asks for those of its kind. */
  addLater(kind: string, unread: { readonly fact: Fact }): void {
    const later = this.#later.get(kind);
    if (later) later.push(unread);
    else this.#later.set(kind, [unread]);
  }

  #settle(kind: string): void {
    const later = this.#later.get(kind);
    if (!later) return;
    this.#later.delete(kind);
    for (const { fact } of later) this.add(fact);
  }

  /** The fact kept in the slot of a kind. */
  get<K extends F["kind"]>(kind: K, slot = ""): Extract<F, { kind: K }> | undefined {
    this.#settle(kind);
    return this.#kept.get(kind)?.get(slot) as Extract<F, { kind: K }> | undefined;
  }

  /** All facts kept of a kind, in the order of facts. */
  all<K extends F["kind"]>(kind: K): Extract<F, { kind: K }>[] {
    this.#settle(kind);
    const facts = [...(this.#kept.get(kind)?.values() ?? [])] as Extract<F, { kind: K }>[];
    return facts.sort(compareFacts);
  }
}
