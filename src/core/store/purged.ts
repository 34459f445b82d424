import type { Fact } from "./fact.js";
import { isUlid } from "./ids.js";
import { entityKey, parseEntityKey, type EntityRef } from "./layout.js";
import type { Ledger } from "./ledger.js";
import { isPointer, maskFact, Masks } from "./mask.js";
import { pathOnDisk } from "./names.js";
import { isObjectHash } from "./object-names.js";

/** What was purged, as a fact of the ledger names it. An entity is written as its key, `runs/<id>`. */
export type PurgedItem =
  | { readonly what: "entity"; readonly entity: string }
  /** One text of one fact, by a JSON pointer. */
  | { readonly what: "fact"; readonly entity: string; readonly fact: string; readonly pointer: string }
  | { readonly what: "console"; readonly entity: string }
  /** Contents that stood at a path, by SHA-256: what is written there later is not meant. */
  | {
      readonly what: "artifact";
      readonly entity: string;
      readonly path: string;
      readonly hashes: readonly string[];
    }
  /** Objects of the code store (git's ids) that only this snapshot had. */
  | {
      readonly what: "snapshot";
      readonly entity: string;
      readonly commit: string;
      readonly objects: readonly string[];
    }
  /** The content that a fact of the ledger names, such as a version of a data set: by the fact's id. */
  | { readonly what: "content"; readonly fact: string };

/** Facts of the store itself. Readers and joins skip what they name for ever. */
export interface PurgedFact extends Fact {
  readonly kind: "purged";
  readonly items: readonly PurgedItem[];
}

/** Who gave something up for ever, and when, as the fact of the ledger says that did it. */
export interface GivenUp {
  /** Its id. */
  readonly fact: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** "" where it names nobody. */
  readonly author: string;
}

/** Kinds of facts that the store itself writes to the ledger. */
export const storeKinds: readonly PurgedFact["kind"][] = ["purged"];

const texts = (value: unknown, valid: (text: string) => boolean): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string" && valid(one)) : [];

const isCodeObject = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

/** The items of a fact that was read, those that mean anything. */
function itemsOf(fact: Fact): PurgedItem[] {
  const items: unknown = fact.kind === "purged" ? fact["items"] : undefined;
  return Array.isArray(items) ? items.flatMap((item) => asItem(item) ?? []) : [];
}

function isPath(text: string): boolean {
  try {
    pathOnDisk("/", text);
    return true;
  } catch {
    return false;
  }
}

/** A purged item that was read from a file, or undefined for what is none. */
export function asItem(value: unknown): PurgedItem | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { what, entity, fact, pointer, path, hashes, commit, objects } = value as Record<string, unknown>;
  if (what === "content") return typeof fact === "string" && isUlid(fact) ? { what, fact } : undefined;
  if (typeof entity !== "string" || !parseEntityKey(entity)) return undefined;
  if (what === "entity" || what === "console") return { what, entity };
  if (what === "fact" && typeof fact === "string" && typeof pointer === "string" && isPointer(pointer))
    return { what, entity, fact, pointer };
  if (what === "artifact" && typeof path === "string" && isPath(path))
    return { what, entity, path, hashes: texts(hashes, isObjectHash) };
  if (what === "snapshot" && typeof commit === "string")
    return { what, entity, commit, objects: texts(objects, isCodeObject) };
  return undefined;
}

/** What the facts of a ledger say was purged. Each question takes in what the ledger has read meanwhile. */
export class Purged {
  readonly #ledger: Ledger;
  readonly #items = new Map<string, PurgedItem>();
  readonly #entities = new Set<string>();
  readonly #consoles = new Set<string>();
  readonly #facts = new Map<string, Masks>();
  readonly #artifacts = new Map<string, Map<string, Set<string>>>();
  readonly #snapshots = new Map<string, GivenUp>();
  readonly #codeObjects = new Set<string>();
  readonly #contents = new Map<string, GivenUp>();
  #seen = -1;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  #catchUp(): void {
    if (this.#seen < 0) {
      this.#ledger.refresh();
      this.#seen = 0;
    }
    const fresh = this.#ledger.since(this.#seen);
    this.#seen += fresh.length;
    for (const entry of fresh)
      if (entry.kind === "purged") for (const item of itemsOf(entry.fact)) this.#add(item, entry.fact);
  }

  #add(item: PurgedItem, by: Fact): void {
    this.#items.set(JSON.stringify(item), item);
    switch (item.what) {
      case "entity":
        this.#entities.add(item.entity);
        break;
      case "console":
        this.#consoles.add(item.entity);
        break;
      case "fact":
        within(this.#facts, item.entity, () => new Masks()).add(item.fact, item.pointer);
        break;
      case "artifact": {
        const paths = within(this.#artifacts, item.entity, () => new Map<string, Set<string>>());
        const known = within(paths, item.path, () => new Set<string>());
        for (const hash of item.hashes) known.add(hash);
        break;
      }
      case "snapshot":
        noteFirst(this.#snapshots, item.commit, by);
        for (const object of item.objects) this.#codeObjects.add(object);
        break;
      case "content":
        noteFirst(this.#contents, item.fact, by);
        break;
    }
  }

  /** Heeds what a fact says was purged that is yet to come into the ledger. */
  foresee(fact: Fact): void {
    this.#catchUp();
    for (const item of itemsOf(fact)) this.#add(item, fact);
  }

  /** True for an entity that is to be treated as if it were not there. */
  isPurged(ref: EntityRef): boolean {
    this.#catchUp();
    return this.#entities.has(entityKey(ref));
  }

  /** All that was purged, whether or not it is still here. */
  items(): PurgedItem[] {
    this.#catchUp();
    return [...this.#items.values()];
  }

  hasItem(item: PurgedItem): boolean {
    this.#catchUp();
    return this.#items.has(JSON.stringify(item));
  }

  /** Which texts of an entity's facts are purged; undefined for none. */
  masks(ref: EntityRef): Masks | undefined {
    this.#catchUp();
    return this.#facts.get(entityKey(ref));
  }

  /** The facts as readers are to see them. */
  shown(ref: EntityRef, facts: readonly Fact[]): readonly Fact[] {
    const masks = this.masks(ref);
    return masks ? facts.flatMap((fact) => maskFact(fact, masks) ?? []) : facts;
  }

  isPurgedConsole(ref: EntityRef): boolean {
    this.#catchUp();
    return this.#consoles.has(entityKey(ref));
  }

  /** SHA-256 of the contents at a path that were purged; undefined for none. */
  artifact(ref: EntityRef, path: string): ReadonlySet<string> | undefined {
    this.#catchUp();
    return this.#artifacts.get(entityKey(ref))?.get(path);
  }

  /** Whether what a fact of the ledger names was given up for ever. */
  isPurgedContent(fact: string): boolean {
    this.#catchUp();
    return this.#contents.has(fact);
  }

  /** Who gave up for ever what a fact of the ledger names; undefined where nobody did. */
  contentGivenUp(fact: string): GivenUp | undefined {
    this.#catchUp();
    return this.#contents.get(fact);
  }

  /** Who gave up a snapshot of code; undefined where nobody did. */
  snapshotGivenUp(commit: string): GivenUp | undefined {
    this.#catchUp();
    return this.#snapshots.get(commit);
  }

  /** Of how many facts the contents were given up. */
  get contentsGivenUp(): number {
    this.#catchUp();
    return this.#contents.size;
  }

  isPurgedSnapshot(commit: string): boolean {
    this.#catchUp();
    return this.#snapshots.has(commit);
  }

  /** Ids of objects of the code store that were purged. */
  get codeObjects(): ReadonlySet<string> {
    this.#catchUp();
    return this.#codeObjects;
  }
}

/** Of several facts that say the same, the first is the one that did it, in every clone. */
function noteFirst(map: Map<string, GivenUp>, key: string, { id, at, author }: Fact): void {
  const known = map.get(key);
  if (!known || id < known.fact) map.set(key, { fact: id, at, author: author ?? "" });
}

function within<V>(map: Map<string, V>, key: string, empty: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = empty()));
  return value;
}
