import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { removeTree } from "./entity-walk.js";
import { findLeftOvers, type LeftOver } from "./left-overs.js";
import { lookAtFacts, UnknownKinds, type KnownKinds } from "./known-kinds.js";
import { isShard, type ObjectHash, type StoredObject } from "./objects.js";
import { Pace } from "./pace.js";
import { PackWriter, type Pack } from "./packs.js";
import { resumePurges } from "./purging.js";
import type { Store } from "./store.js";
import { alone } from "./upkeep.js";
import { removeQuietly } from "./whole-file.js";

export interface Garbage {
  /** Objects that no fact and no manifest names. */
  readonly objects: readonly { readonly hash: ObjectHash; readonly bytes: number }[];
  /** Files that interrupted work left. */
  readonly leftOvers: readonly LeftOver[];
  readonly bytes: number;
  /** Why objects are kept this time; undefined where they are not. */
  readonly keptObjects: string | undefined;
}

/** What came within this time may be named by a fact that is yet to be written, in ms. */
const graceMs = 24 * 3600 * 1000;

/**
 * What can be freed, and frees it unless `dryRun`. Throws `state.wrong` while the store has facts of kinds that this
 * version does not know, as it cannot know what they name.
 */
export async function collectGarbage(
  store: Store,
  known: KnownKinds,
  how: { readonly dryRun: boolean },
  signal: AbortSignal,
): Promise<Garbage> {
  const pace = new Pace(signal, said`collecting garbage`);
  return alone(store, said`Collecting garbage`, async () => {
    if (!how.dryRun) await resumePurges(store, pace);
    const named = await namedHashes(store, known, pace);
    const before = store.ports.clock.now() - graceMs;
    const leftOvers = [...findLeftOvers(store, before)];
    const recording = store.live.others().find((one) => one.role !== "engine");
    const dead = recording ? [] : unnamedObjects(store, named, before);
    if (!how.dryRun) {
      try {
        for (const { file } of leftOvers) removeTree(store.ports.files, store.layout.at(file));
        await dropObjects(store, dead, pace);
      } catch (error) {
        throw toFailure(error, said`Cannot free what is not needed`);
      }
    }
    const bytes = [...leftOvers, ...dead].reduce((sum, one) => sum + one.bytes, 0);
    return {
      objects: dead.map((one) => ({ hash: one.hash, bytes: one.bytes })),
      leftOvers,
      bytes,
      keptObjects: recording && `process ${recording.pid} is recording and may need any of them`,
    };
  });
}

/** Whatever looks like a hash in a fact or a manifest: rather too much than too little. */
async function namedHashes(store: Store, known: KnownKinds, pace: Pace): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  const unknown = new UnknownKinds(known);
  await lookAtFacts(store, pace, (where, kind, text) => {
    unknown.see(where, kind);
    addHashes(text(), named);
  });
  unknown.refuse(said`Collecting garbage`);
  const { files } = store.ports;
  const manifests = store.layout.at("manifests");
  for (const { name: shard } of files.list(manifests)) {
    for (const { name, kind } of isShard(shard) ? files.list(path.join(manifests, shard)) : []) {
      if (kind === "file")
        addHashes(files.readAll(path.join(manifests, shard, name))?.toString("latin1") ?? "", named);
      await pace.turn();
    }
  }
  return named;
}

function addHashes(text: string, into: Set<string>): void {
  for (const [run] of text.matchAll(/[0-9a-f]{64,}/g)) {
    for (let at = 0; at + 64 <= run.length; at++) into.add(run.slice(at, at + 64));
  }
}

function unnamedObjects(store: Store, named: ReadonlySet<string>, before: number): StoredObject[] {
  const dead: StoredObject[] = [];
  const ages = new Map<string, number>();
  for (const stored of store.objects.list()) {
    if (named.has(stored.hash)) continue;
    const file = stored.where === "file" ? stored.file : stored.pack.file;
    let written = ages.get(file);
    if (written === undefined) {
      written = store.ports.files.stat(file)?.mtimeMs ?? Number.POSITIVE_INFINITY;
      ages.set(file, written);
    }
    if (written < before) dead.push(stored);
  }
  return dead;
}

/** Removes objects from the places where they are stored. Packs with others in them are written anew without them. */
async function dropObjects(store: Store, dead: readonly StoredObject[], pace: Pace): Promise<void> {
  const packs = new Map<Pack, Set<ObjectHash>>();
  for (const stored of dead) {
    if (stored.where === "file") {
      store.ports.files.remove(stored.file);
      continue;
    }
    const doomed = packs.get(stored.pack) ?? new Set();
    packs.set(stored.pack, doomed.add(stored.hash));
  }
  for (const [pack, doomed] of packs) {
    rewritePack(store, pack, doomed);
    await pace.turn();
  }
}

function rewritePack(store: Store, pack: Pack, doomed: ReadonlySet<ObjectHash>): void {
  const folder = path.dirname(pack.file);
  let writer: PackWriter | undefined;
  try {
    for (const object of pack.objects()) {
      if (doomed.has(object.hash)) continue;
      const stored = pack.stored(object);
      if (!stored) throw new Failure("store.damaged", said`${pack.file} has not what its index says.`);
      writer ??= new PackWriter(store.ports, folder);
      writer.add(object, stored);
    }
    writer?.finish();
  } finally {
    writer?.close();
  }
  store.ports.files.remove(pack.file);
  removeQuietly(store.ports.files, path.join(folder, `${pack.name}.idx`));
}
