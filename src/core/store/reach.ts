import { Failure } from "../base/failure.js";
import type { FilePort } from "../base/ports.js";
import type { Chunk } from "./chunk-list.js";
import type { Layout } from "./layout.js";
import { isShard, type ObjectHash } from "./object-names.js";
import type { StoredObject } from "./stored-objects.js";
import type { Pace } from "./pace.js";
import type { Store } from "./store.js";

/** Where hashes lead: manifests, and the lists of the chunks of large content. */
export interface ReachGround {
  readonly manifests: ReadonlySet<ObjectHash>;
  /** Throws a `Failure` for one that cannot be read. */
  manifest(hash: ObjectHash): Buffer;
  /** The chunks of what is stored in chunks; throws a `Failure` where its list is damaged. */
  chunks(hash: ObjectHash): readonly Chunk[] | undefined;
}

/** Over what a store has. `stored`: its objects. */
export function groundOf(store: Store, stored: Iterable<StoredObject>): ReachGround {
  const lists = new Map<ObjectHash, StoredObject>();
  for (const one of stored) if (store.objects.isList(one)) lists.set(one.hash, one);
  return {
    manifests: new Set(manifestsIn(store.ports.files, store.layout)),
    manifest: (hash) => store.manifests.read(hash),
    chunks: (hash) => {
      const list = lists.get(hash);
      return list && store.objects.chunksIn(list);
    },
  };
}

/** Follows hashes: from a fact to manifests, from these to files, and to the chunks of large ones. */
export class Reach {
  readonly #ground: ReachGround;
  /** Why it is not known all that is held; undefined while it is. */
  unknown: string | undefined;

  constructor(ground: ReachGround) {
    this.#ground = ground;
  }

  /** Everything that a text leads to: what looks like a hash in it, rather too much than too little. */
  async from(text: string, pace: Pace): Promise<ReadonlySet<ObjectHash>> {
    const found = new Set<ObjectHash>();
    const texts = [text];
    for (let one = texts.pop(); one !== undefined; one = texts.pop()) {
      for (const [, hash = ""] of one.matchAll(/"manifest":"([0-9a-f]{64})"/g))
        if (!this.#ground.manifests.has(hash)) this.unknown ??= `the manifest ${hash} is not here`;
      for (const hash of hashesIn(one)) {
        if (found.has(hash)) continue;
        found.add(hash);
        if (this.#ground.manifests.has(hash)) texts.push(this.#read(hash));
        for (const chunk of this.#chunks(hash)) found.add(chunk.hash);
      }
      await pace.turn();
    }
    return found;
  }

  #read(hash: ObjectHash): string {
    try {
      return this.#ground.manifest(hash).toString("latin1");
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.unknown ??= `the manifest ${hash} cannot be read`;
      return "";
    }
  }

  #chunks(hash: ObjectHash): readonly Chunk[] {
    try {
      return this.#ground.chunks(hash) ?? [];
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
export function* manifestsIn(files: FilePort, layout: Layout): Generator<ObjectHash> {
  for (const root of [layout.at("manifests"), layout.at("local", "manifests")])
    for (const { name: shard, kind: of } of files.list(root))
      for (const { name, kind } of isShard(shard) && of === "folder" ? files.list(`${root}/${shard}`) : [])
        if (kind === "file" && /^[0-9a-f]{62}$/.test(name)) yield shard + name;
}
