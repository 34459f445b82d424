import * as path from "node:path";
import { sha256 } from "./canonical.js";
import { entitiesOf } from "./entity-walk.js";
import type { Fact } from "./fact.js";
import type { NewFact } from "./join-ledger.js";
import type { Joining } from "./join-report.js";
import { isUlid } from "./ids.js";
import { readFacts } from "./journal.js";
import { lookAtFacts } from "./known-kinds.js";
import { entityFileOf, entityKey, type EntityRef } from "./layout.js";
import { readLedgerFile } from "./ledger-file.js";
import type { ObjectHash } from "./object-names.js";
import { Objects } from "./objects.js";
import type { StoredObject } from "./stored-objects.js";
import { storeKinds } from "./purged.js";
import { groundOf, manifestsIn, Reach, type ReachGround } from "./reach.js";
import { objectNotFound } from "./object-failures.js";

/** Contents that were given up for ever, here or there: they stay where they are. */
export class GivenUp {
  readonly #by: ReadonlyMap<ObjectHash, string>;
  readonly #left = new Set<string>();

  /** `by`: contents that only what was purged names, with the id of that fact or the key of that entity. */
  constructor(by: ReadonlyMap<ObjectHash, string>) {
    this.#by = by;
  }

  /** Whether a content is to be left; then what named it is counted. */
  leaves(hash: ObjectHash): boolean {
    const by = this.#by.get(hash);
    if (by !== undefined && isUlid(by)) this.#left.add(by); // entities are counted where they are joined
    return by !== undefined;
  }

  /** Of how many facts that were given up something was left. */
  get left(): number {
    return this.#left.size;
  }
}

/**
 * What only facts name whose contents were given up, or entities that were purged. `facts`: what is new in the other's
 * ledger, of which is known already what it purges.
 */
export async function contentsGivenUp(joining: Joining, facts: readonly NewFact[]): Promise<GivenUp> {
  const { store, pace } = joining;
  const dead = new Map<string, string>();
  const see = (fact: Fact): void => {
    if (store.purged.isPurgedContent(fact.id)) dead.set(fact.id, JSON.stringify(fact));
  };
  for (const { fact } of store.ledger.entries) see(fact);
  for (const fact of newFacts(joining, facts)) see(fact);
  for (const ref of entitiesOf(joining.files, joining.other)) {
    await pace.turn();
    if (store.purged.isPurged(ref)) dead.set(entityKey(ref), textOf(factsOf(joining, ref)));
  }
  const by = new Map<ObjectHash, string>();
  if (dead.size === 0) return new GivenUp(by);
  const reach = new Reach(groundOfBoth(joining));
  for (const [name, text] of dead) for (const hash of await reach.from(text, pace)) by.set(hash, name);
  if (by.size > 0) await leaveOutLiving(joining, facts, reach, by);
  return new GivenUp(by);
}

/** Takes out what anything that was not purged names, here or there. */
async function leaveOutLiving(
  joining: Joining,
  facts: readonly NewFact[],
  reach: Reach,
  by: Map<ObjectHash, string>,
): Promise<void> {
  const { store, pace } = joining;
  const living: string[] = [];
  const see = (fact: Fact): void => {
    const isOfStore = storeKinds.some((kind) => kind === fact.kind);
    const text = isOfStore || store.purged.isPurgedContent(fact.id) ? "" : JSON.stringify(fact);
    if (/[0-9a-f]{64}/.test(text)) living.push(text);
  };
  await lookAtFacts(store, pace, (_, fact) => {
    see(fact);
  });
  for (const fact of newFacts(joining, facts)) see(fact);
  for (const ref of entitiesOf(joining.files, joining.other)) {
    await pace.turn();
    if (!store.purged.isPurged(ref)) for (const fact of factsOf(joining, ref)) see(fact);
  }
  for (const text of living) for (const hash of await reach.from(text, pace)) by.delete(hash);
}

function* newFacts({ files }: Joining, facts: readonly NewFact[]): Generator<Fact> {
  for (const { file, name } of facts) {
    const read = readLedgerFile(files, file, name);
    if (typeof read === "object") yield read.fact;
  }
}

/** Facts of an entity of the other store. */
function* factsOf({ files, other }: Joining, ref: EntityRef): Generator<Fact> {
  const folder = other.entity(ref);
  for (const { name, kind } of files.list(folder))
    if (kind === "file" && entityFileOf(name).kind === "facts")
      yield* readFacts(files, path.join(folder, name)).facts;
}

const textOf = (facts: Iterable<Fact>): string => [...facts].map((fact) => JSON.stringify(fact)).join("\n");

/** Over what either of the two stores has; nothing of the other is believed that is not what its hash says. */
function groundOfBoth({ store, other, files }: Joining): ReachGround {
  const ours = groundOf(store, store.objects.list());
  const theirs = new Objects(store.ports, other);
  const lists = new Map<ObjectHash, StoredObject>();
  if (files.stat(other.objects)?.kind === "folder")
    for (const one of theirs.list()) if (theirs.isList(one)) lists.set(one.hash, one);
  const manifests = new Set(manifestsIn(files, other));
  const places = [other.at("manifests"), other.at("local", "manifests")];
  return {
    manifests: new Set([...ours.manifests, ...manifests]),
    manifest: (hash) => {
      if (ours.manifests.has(hash)) return ours.manifest(hash);
      for (const place of places) {
        const bytes = files.readAll(path.join(place, hash.slice(0, 2), hash.slice(2)));
        if (bytes && sha256(bytes) === hash) return bytes;
      }
      throw objectNotFound(hash);
    },
    chunks: (hash) => {
      const list = lists.get(hash);
      return ours.chunks(hash) ?? (list && theirs.chunksIn(list));
    },
  };
}
