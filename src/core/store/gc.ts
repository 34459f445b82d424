import * as path from "node:path";
import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { removeTree } from "./entity-walk.js";
import { dropManifests, dropObjects } from "./freeing.js";
import { Holdings, type Held } from "./holdings.js";
import { lookAtFacts, UnknownKinds, type KnownKinds } from "./known-kinds.js";
import { findLeftOvers, type LeftOver } from "./left-overs.js";
import type { ObjectHash } from "./object-names.js";
import type { StoredObject } from "./stored-objects.js";
import { Pace } from "./pace.js";
import { storeKinds } from "./purged.js";
import { resumePurges } from "./purging.js";
import { groundOf, manifestsIn, Reach, type ReachGround } from "./reach.js";
import type { Store } from "./store.js";
import { alone } from "./upkeep.js";

export interface Garbage {
  /** Objects that no fact and no manifest names. */
  readonly objects: readonly { readonly hash: ObjectHash; readonly bytes: number }[];
  /** Manifests that no fact leads to. */
  readonly manifests: readonly { readonly hash: ObjectHash; readonly bytes: number }[];
  /** Files that interrupted work left. */
  readonly leftOvers: readonly LeftOver[];
  readonly bytes: number;
  /** Bytes that nothing names either, but that came within the last day: their fact may be yet to come. */
  readonly young: number;
  /** Why objects are kept this time; undefined where they are not. */
  readonly keptObjects: string | undefined;
  /** What holds the objects that stay, the largest first. */
  readonly held: readonly Held[];
}

/** What came within this time may be named by a fact that is yet to be written, in ms. */
const graceMs = 24 * 3600 * 1000;

/**
 * What can be freed, and frees it unless `dryRun`. Left-overs of restores are looked for at `places`. Throws `state.wrong`
 * while the store has facts of kinds that this version does not know, as it cannot know what they name.
 */
export async function collectGarbage(
  store: Store,
  known: KnownKinds,
  how: { readonly dryRun: boolean; readonly places?: readonly string[] },
  signal: AbortSignal,
): Promise<Garbage> {
  const pace = new Pace(signal, said`collecting garbage`);
  return alone(store, said`Collecting garbage`, async () => {
    if (!how.dryRun) await resumePurges(store, pace);
    const stored = [...store.objects.list()];
    const { holdings, reach, ground } = await whatIsHeld(store, known, stored, pace);
    const before = store.ports.clock.now() - graceMs;
    const leftOvers = [...findLeftOvers(store, before, how.places)];
    const keptObjects = whyKept(store, reach);
    const isOld = olderThan(store, before);
    const unnamed = keptObjects === undefined ? stored.filter((one) => !holdings.has(one.hash)) : [];
    const lists = keptObjects === undefined ? unnamedManifests(store, holdings) : [];
    const young = [
      ...unnamed.filter((one) => !isOld(one.where === "file" ? one.file : one.pack.file)),
      ...lists.filter(({ places }) => !places.every(isOld)),
    ];
    // what the young lead to stays with them: a list without its chunks would pass for content
    const needed = await new Reach(ground).from(young.map(({ hash }) => hash).join("\n"), pace);
    const dead = unnamed.filter(({ hash }) => !needed.has(hash));
    const manifests = lists.filter(({ hash }) => !needed.has(hash));
    if (!how.dryRun) {
      try {
        for (const { file } of leftOvers)
          removeTree(store.ports.files, path.resolve(store.layout.root, file));
        dropManifests(store, manifests);
        await dropObjects(store, dead, pace);
      } catch (error) {
        throw toFailure(error, said`Cannot free what is not needed`);
      }
    }
    return {
      objects: dead.map((one) => ({ hash: one.hash, bytes: one.bytes })),
      manifests: manifests.map(({ hash, bytes }) => ({ hash, bytes })),
      leftOvers,
      bytes: [...leftOvers, ...dead, ...manifests].reduce((sum, one) => sum + one.bytes, 0),
      young: unnamed.reduce((sum, one) => sum + one.bytes, 0) - dead.reduce((sum, one) => sum + one.bytes, 0),
      keptObjects,
      held: holdings.held(),
    };
  });
}

/** Objects may be needed by what is under way, or by what cannot be read now. */
function whyKept(store: Store, reach: Reach): string | undefined {
  const recording = store.live.others().find((one) => one.role !== "engine");
  if (recording) return `process ${recording.pid} is recording and may need any of them`;
  const adding = store.adding.who();
  if (adding) return `process ${adding.pid} is keeping data and may need any of them`;
  return reach.unknown;
}

async function whatIsHeld(
  store: Store,
  known: KnownKinds,
  stored: readonly StoredObject[],
  pace: Pace,
): Promise<{ readonly holdings: Holdings; readonly reach: Reach; readonly ground: ReachGround }> {
  const unknown = new UnknownKinds(known);
  const named = new Map<string, { readonly what: string; readonly id: string; text: string }>();
  await lookAtFacts(store, pace, (where, fact, ref) => {
    unknown.see(where, fact.kind);
    if (where === "ledger" && storeKinds.some((kind) => kind === fact.kind)) return;
    if (store.purged.isPurgedContent(fact.id)) return;
    const text = JSON.stringify(fact);
    if (!/[0-9a-f]{64}/.test(text)) return;
    const holder = ref ? { what: ref.room, id: ref.id } : { what: fact.kind, id: fact.id };
    const key = `${holder.what} ${holder.id}`;
    const one = named.get(key);
    if (one) one.text += `\n${text}`;
    else named.set(key, { ...holder, text });
  });
  unknown.refuse(said`Collecting garbage`);
  const ground = groundOf(store, stored);
  const reach = new Reach(ground);
  const holdings = new Holdings(stored);
  for (const { what, id, text } of named.values()) holdings.add(what, id, await reach.from(text, pace));
  return { holdings, reach, ground };
}

/** Whether a file was written before a time; each is asked once. */
function olderThan(store: Store, before: number): (file: string) => boolean {
  const ages = new Map<string, boolean>();
  return (file) => {
    let old = ages.get(file);
    if (old === undefined) {
      old = (store.ports.files.stat(file)?.mtimeMs ?? Number.POSITIVE_INFINITY) < before;
      ages.set(file, old);
    }
    return old;
  };
}

function unnamedManifests(
  store: Store,
  holdings: Holdings,
): { readonly hash: ObjectHash; readonly bytes: number; readonly places: readonly string[] }[] {
  return [...new Set(manifestsIn(store.ports.files, store.layout))].flatMap((hash) => {
    if (holdings.has(hash)) return [];
    const places = store.manifests.placesOf(hash);
    const bytes = places.reduce((sum, file) => sum + (store.ports.files.stat(file)?.size ?? 0), 0);
    return [{ hash, bytes, places }];
  });
}
