import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Claim } from "./claims.js";
import { lookAtFacts, UnknownKinds, type KnownKinds } from "./known-kinds.js";
import { entityKey, parseEntityKey, type EntityRef } from "./layout.js";
import { Pace } from "./pace.js";
import {
  busy,
  declare,
  freeItem,
  isHere,
  resumePurges,
  settle,
  type Freed,
  type OwnItem,
} from "./purging.js";
import type { PurgedFact, PurgedItem } from "./purged.js";
import type { Store } from "./store.js";
import { alone, quieten } from "./upkeep.js";

/** Entities that one fact of the ledger names. */
const mostInFact = 200;

export interface EmptiedTrash {
  readonly freed: readonly EntityRef[];
  /** Still being written: left alone. */
  readonly busy: readonly EntityRef[];
  readonly bytes: number;
}

/**
 * Frees deleted entities for ever: they are named in the ledger as purged, then their folders are removed.
 * `deleted` is what the pillars say is deleted; `stillDeleted` is asked again when nobody can write to an entity any
 * more. Throws `state.wrong` while the store has facts of kinds that this version does not know.
 */
export async function emptyTrash(
  store: Store,
  deleted: readonly EntityRef[],
  stillDeleted: (ref: EntityRef) => boolean,
  known: KnownKinds,
  signal: AbortSignal,
): Promise<EmptiedTrash> {
  const pace = new Pace(signal, said`emptying the trash`);
  return alone(store, said`Emptying the trash`, async () => {
    await refuseUnknown(store, known, pace);
    const freed = await resumePurges(store, pace);
    const done: EntityRef[] = [];
    const left: EntityRef[] = [];
    for (let from = 0; from < deleted.length; from += mostInFact) {
      await purgeSome(
        store,
        deleted.slice(from, from + mostInFact),
        stillDeleted,
        { done, busy: left, freed },
        pace,
      );
    }
    return { freed: done, busy: left, bytes: freed.bytes };
  });
}

async function refuseUnknown(store: Store, known: KnownKinds, pace: Pace): Promise<void> {
  const unknown = new UnknownKinds(known);
  await lookAtFacts(store, pace, (where, fact) => {
    unknown.see(where, fact.kind);
  });
  unknown.refuse(said`Emptying the trash`);
}

/**
 * Gives up the contents that facts of the ledger name, for ever: they are named as purged, and what nothing else names
 * is freed when garbage is collected. `deleted` is asked when nobody else is at work on the whole store: ids of facts.
 */
export async function purgeContents(
  store: Store,
  deleted: () => readonly string[],
  known: KnownKinds,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const pace = new Pace(signal, said`emptying the trash`);
  return alone(store, said`Emptying the trash`, async () => {
    await refuseUnknown(store, known, pace);
    const facts = deleted().filter((fact) => !store.purged.isPurgedContent(fact));
    for (let from = 0; from < facts.length; from += mostInFact) {
      const items = facts.slice(from, from + mostInFact).map((fact) => ({ what: "content", fact }) as const);
      store.ledger.append<PurgedFact>({ kind: "purged", items });
    }
    return facts;
  });
}

async function purgeSome(
  store: Store,
  refs: readonly EntityRef[],
  stillDeleted: (ref: EntityRef) => boolean,
  result: { readonly done: EntityRef[]; readonly busy: EntityRef[]; readonly freed: Freed },
  pace: Pace,
): Promise<void> {
  const held: { readonly ref: EntityRef; readonly quiet: Claim }[] = [];
  try {
    for (const ref of refs) {
      if (store.purged.isPurged(ref)) continue;
      const quiet = quieten(store, ref);
      if ("busy" in quiet) result.busy.push(ref);
      else if (stillDeleted(ref)) held.push({ ref, quiet });
      else quiet.release();
    }
    if (held.length === 0) return;
    const { intent } = declare(
      store,
      held.map(({ ref }) => itemOf(ref)),
    );
    for (const { ref } of held) {
      await freeItem(store, ref, itemOf(ref), result.freed, pace);
      result.done.push(ref);
      await pace.turn();
    }
    settle(store, intent);
  } finally {
    for (const { quiet } of held) quiet.release();
  }
}

const itemOf = (ref: EntityRef): Extract<PurgedItem, { what: "entity" }> => ({
  what: "entity",
  entity: entityKey(ref),
});

/** What others purged (joins and git bring word of it) but is still here: readers skip it, its files remain. */
export async function purgedElsewhere(store: Store, signal: AbortSignal): Promise<OwnItem[]> {
  const pace = new Pace(signal, said`looking for what was purged`);
  store.ledger.refresh();
  const here: OwnItem[] = [];
  for (const item of store.purged.items()) {
    const own = item.what !== "snapshot" && item.what !== "content";
    if (own && (await isHere(store, item, pace))) here.push(item);
    await pace.turn();
  }
  return here;
}

/**
 * Frees what others purged, once a person agrees. Throws `state.wrong` for what is not purged, or while a process
 * writes to the entity.
 */
export async function freePurged(
  store: Store,
  items: readonly OwnItem[],
  signal: AbortSignal,
): Promise<Freed> {
  const pace = new Pace(signal, said`freeing what was purged`);
  return alone(store, said`Freeing what was purged`, async () => {
    const freed: Freed = { files: [], bytes: 0 };
    for (const item of items) {
      const ref = parseEntityKey(item.entity);
      if (!ref || !store.purged.hasItem(item))
        throw new Failure("state.wrong", said`${item.entity} is not purged.`, {
          next: said`Delete or purge it first.`,
        });
      const quiet = quieten(store, ref);
      if ("busy" in quiet) throw busy(item.entity, quiet.busy);
      try {
        await freeItem(store, ref, item, freed, pace);
      } finally {
        quiet.release();
      }
      await pace.turn();
    }
    return freed;
  });
}
