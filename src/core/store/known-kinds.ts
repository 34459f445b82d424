import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said, type Said } from "../base/said.js";
import { entitiesOf } from "./entity-walk.js";
import type { Fact } from "./fact.js";
import { readFacts } from "./journal.js";
import { entityFileOf, type EntityRef, type EntityRoom } from "./layout.js";
import type { Pace } from "./pace.js";
import { storeKinds } from "./purged.js";
import type { Store } from "./store.js";

/** The kinds of facts that this version knows, as the pillars name them. The store's own need not be among them. */
export type KnownKinds = Readonly<Record<EntityRoom | "ledger", ReadonlySet<string>>>;

const isKnown = (known: KnownKinds, where: EntityRoom | "ledger", kind: string): boolean =>
  known[where].has(kind) || (where === "ledger" && storeKinds.some((own) => own === kind));

/** Counts of facts of kinds that this version does not know, by kind. */
export class UnknownKinds {
  readonly #known: KnownKinds;
  readonly #counts = new Map<string, number>();

  constructor(known: KnownKinds) {
    this.#known = known;
  }

  see(where: EntityRoom | "ledger", kind: string): void {
    if (!isKnown(this.#known, where, kind)) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Throws `state.wrong` where there are any: what they need must not be freed by somebody who cannot read them. */
  refuse(what: Said): void {
    if (this.#counts.size === 0) return;
    const kinds = [...this.#counts].map(([kind, count]) => `${kind} (${count})`).slice(0, 5);
    throw new Failure(
      "state.wrong",
      said`${what} is refused: the store has facts of kinds that this version does not know: ${kinds.join(", ")}.`,
      { next: said`Update Loam; a newer version wrote them and knows what they need. Nothing was freed.` },
    );
  }
}

/** Looks at every fact of a store but those of purged entities. `ref` is the entity that has it, if any. */
export async function lookAtFacts(
  store: Store,
  pace: Pace,
  see: (where: EntityRoom | "ledger", fact: Fact, ref?: EntityRef) => void,
): Promise<void> {
  const { files } = store.ports;
  store.ledger.refresh();
  for (const { fact } of store.ledger.entries) see("ledger", fact);
  for (const ref of entitiesOf(files, store.layout)) {
    await pace.turn();
    if (store.purged.isPurged(ref)) continue;
    const folder = store.layout.entity(ref);
    for (const { name } of files.list(folder)) {
      if (entityFileOf(name).kind !== "facts") continue;
      for (const fact of readFacts(files, path.join(folder, name)).facts) see(ref.room, fact, ref);
    }
  }
}
