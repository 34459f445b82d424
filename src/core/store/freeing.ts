import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { ObjectHash } from "./object-names.js";
import type { StoredObject } from "./stored-objects.js";
import type { Pace } from "./pace.js";
import { PackWriter } from "./pack-writer.js";
import type { Pack } from "./packs.js";
import type { Store } from "./store.js";
import { removeQuietly } from "./whole-file.js";

/** Removes manifests from wherever they stand. */
export function dropManifests(store: Store, dead: readonly { readonly hash: ObjectHash }[]): void {
  for (const { hash } of dead) {
    store.whole.forget(hash);
    for (const file of store.manifests.placesOf(hash)) store.ports.files.remove(file);
  }
}

/**
 * Removes objects from the places where they are stored, lists of chunks before these. Packs with others in them are
 * written anew without them.
 */
export async function dropObjects(store: Store, dead: readonly StoredObject[], pace: Pace): Promise<void> {
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
