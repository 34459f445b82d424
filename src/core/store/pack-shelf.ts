import * as path from "node:path";
import type { FilePort } from "../base/ports.js";
import type { ObjectHash } from "./object-names.js";
import { packName, type PackedObject } from "./pack-format.js";
import { Pack, placeOf, storedIn } from "./packs.js";

/** Where an object stands in a pack. */
export interface PackedPlace {
  readonly pack: Pack;
  readonly object: PackedObject;
}

/** What is read at once around a small object, where many that stand beside each other are read. */
const windowBytes = 256 * 1024;

interface Near {
  /** Packs that were seen to be there. */
  readonly seen: Set<Pack>;
  /** The part of a pack that was read last. */
  window: { readonly pack: Pack; readonly from: number; readonly bytes: Buffer } | undefined;
}

/** The packs of a store that this process has looked into. */
export class PackShelf implements Iterable<Pack> {
  readonly #files: FilePort;
  readonly #folder: string;
  readonly #packs = new Map<string, Pack>();
  /** In which an object was found last: the next one is beside it, as a rule. */
  #last: Pack | undefined;
  /** Set while many objects that stand beside each other are asked for. */
  #near: Near | undefined;

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
    if (this.#near?.seen.has(pack) === true || this.#files.stat(pack.file)) {
      this.#near?.seen.add(pack);
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

  /** While `work` runs, a pack that is there stays, and what stands around an object is read with it. */
  nearby<T>(work: () => T): T {
    this.#near = { seen: new Set(), window: undefined };
    try {
      return work();
    } finally {
      this.#near = undefined;
    }
  }

  /** What is stored of an object; undefined where the pack does not have at that place what its index says. */
  stored({ pack, object }: PackedPlace): Buffer | undefined {
    const near = this.#near;
    const { from, to } = placeOf(object);
    if (!near || to - from > windowBytes) return pack.stored(object);
    let { window } = near;
    if (window?.pack !== pack || from < window.from || to > window.from + window.bytes.byteLength)
      near.window = window = { pack, from, bytes: pack.read(from, from + windowBytes) };
    return storedIn(object, window.bytes.subarray(from - window.from, to - window.from));
  }
}
