import { Failure } from "../base/failure.js";
import type { Chunk } from "./chunk-list.js";
import { isShard, type ObjectHash } from "./object-names.js";
import type { StoredObject } from "./objects.js";
import type { Pace } from "./pace.js";
import type { Store } from "./store.js";

/** Follows hashes: from a fact to manifests, from these to files, and to the chunks of large ones. */
export class Reach {
  readonly #store: Store;
  readonly #lists: ReadonlyMap<ObjectHash, StoredObject>;
  readonly #manifests: ReadonlySet<ObjectHash>;
  /** Why it is not known all that is held; undefined while it is. */
  unknown: string | undefined;

  /** `lists`: the objects that are lists of chunks. */
  constructor(store: Store, lists: ReadonlyMap<ObjectHash, StoredObject>) {
    this.#store = store;
    this.#lists = lists;
    this.#manifests = new Set(manifestsIn(store));
  }

  /** Everything that a text leads to: what looks like a hash in it, rather too much than too little. */
  async from(text: string, pace: Pace): Promise<ReadonlySet<ObjectHash>> {
    const found = new Set<ObjectHash>();
    const texts = [text];
    for (let one = texts.pop(); one !== undefined; one = texts.pop()) {
      for (const [, hash = ""] of one.matchAll(/"manifest":"([0-9a-f]{64})"/g))
        if (!this.#manifests.has(hash)) this.unknown ??= `the manifest ${hash} is not here`;
      for (const hash of hashesIn(one)) {
        if (found.has(hash)) continue;
        found.add(hash);
        if (this.#manifests.has(hash)) texts.push(this.#read(hash));
        for (const chunk of this.#chunks(hash)) found.add(chunk.hash);
      }
      await pace.turn();
    }
    return found;
  }

  #read(hash: ObjectHash): string {
    try {
      return this.#store.manifests.read(hash).toString("latin1");
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.unknown ??= `the manifest ${hash} cannot be read`;
      return "";
    }
  }

  #chunks(hash: ObjectHash): readonly Chunk[] {
    const list = this.#lists.get(hash);
    if (!list) return [];
    try {
      return this.#store.objects.chunksIn(list) ?? [];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.unknown ??= `the list of chunks of ${hash} is damaged`;
      return [];
    }
  }
}

export function* hashesIn(text: string): Generator<ObjectHash> {
  for (const [run] of text.matchAll(/[0-9a-f]{64,}/g))
    for (let at = 0; at + 64 <= run.length; at++) yield run.slice(at, at + 64);
}

/** Hashes of all manifests that are here, on this branch or remembered. */
export function* manifestsIn(store: Store): Generator<ObjectHash> {
  const { files } = store.ports;
  for (const root of [store.layout.at("manifests"), store.layout.at("local", "manifests")])
    for (const { name: shard } of files.list(root))
      for (const { name, kind } of isShard(shard) ? files.list(`${root}/${shard}`) : [])
        if (kind === "file" && /^[0-9a-f]{62}$/.test(name)) yield shard + name;
}
