import * as path from "node:path";
import type { FilePort } from "../base/ports.js";
import type { ObjectHash } from "./object-names.js";
import { Pack, packName, type PackedObject } from "./packs.js";

/** Where an object stands in a pack. */
export interface PackedPlace {
  readonly pack: Pack;
  readonly object: PackedObject;
}

/** What is read at once around a small object, where many that stand beside each other are read. */
const windowBytes = 256 * 1024;

/** The packs of a store that this process has looked into. */
export class PackShelf implements Iterable<Pack> {
  readonly #files: FilePort;
  readonly #folder: string;
  readonly #packs = new Map<string, Pack>();
  /** In which an object was found last: the next one is beside it, as a rule. */
  #last: Pack | undefined;
  /** The part of a pack that was read last; undefined where each object is read from the disk. */
  #window: { readonly pack: Pack | undefined; readonly from: number; readonly bytes: Buffer } | undefined;

  constructor(files: FilePort, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  [Symbol.iterator](): Iterator<Pack> {
    return [...this.#packs.values()].values();
  }

  find(hash: ObjectHash): PackedPlace | undefined {
    const inLast = this.#last && this.#findIn(this.#last, hash);
    if (inLast) return inLast;
    for (const one of this.#packs.values()) {
      const found = this.#findIn(one, hash);
      if (found) return found;
    }
    return undefined;
  }

  #findIn(pack: Pack, hash: ObjectHash): PackedPlace | undefined {
    const object = pack.find(hash);
    if (!object) return undefined;
    if (this.#files.stat(pack.file)) {
      this.#last = pack;
      return { pack, object };
    }
    this.forget(pack); // freed, or packed anew by another process
    return undefined;
  }

  forget(pack: Pack): void {
    this.#packs.delete(pack.name);
    if (this.#last === pack) this.#last = undefined;
  }

  /** Takes in packs that came or grew since the last look, but for `own`, which is being written; true where there are any. */
  look(own: string | undefined): boolean {
    let changed = false;
    const here = new Set<string>();
    for (const { name: file, kind } of this.#files.list(this.#folder)) {
      const name = packName(file);
      if (name === undefined || kind !== "file" || name === own) continue;
      here.add(name);
      const known = this.#packs.get(name);
      if (known?.indexed === true) continue;
      const size = this.#files.stat(path.join(this.#folder, file))?.size;
      const complete = this.#files.stat(path.join(this.#folder, `${name}.idx`)) !== undefined;
      if (known && known.length === size && !complete) continue;
      const opened = Pack.open(this.#files, this.#folder, name);
      if (!opened) continue;
      this.#packs.set(name, opened);
      changed = true;
    }
    for (const pack of this) if (!here.has(pack.name)) this.forget(pack);
    return changed;
  }

  /** While `work` runs, what stands around an object that is read is read with it, and not looked at anew. */
  nearby<T>(work: () => T): T {
    this.#window = { pack: undefined, from: 0, bytes: Buffer.alloc(0) };
    try {
      return work();
    } finally {
      this.#window = undefined;
    }
  }

  /** What is stored of an object; undefined where the pack does not have at that place what its index says. */
  stored({ pack, object }: PackedPlace): Buffer | undefined {
    const { from, to } = pack.placeOf(object);
    if (!this.#window || to - from > windowBytes) return pack.stored(object);
    const { pack: read, from: start, bytes } = this.#window;
    if (read !== pack || from < start || to > start + bytes.byteLength)
      this.#window = { pack, from, bytes: pack.read(from, from + windowBytes) };
    const { from: first, bytes: around } = this.#window;
    return pack.storedIn(object, around.subarray(from - first, to - first));
  }
}
