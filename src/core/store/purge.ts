import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said, type Said } from "../base/said.js";
import { removeTree } from "./entity-walk.js";
import type { Fact } from "./fact.js";
import { hashFile, readSlices } from "./file-bytes.js";
import { readFacts } from "./journal.js";
import { entityFileOf, entityKey, type EntityRef } from "./layout.js";
import { pointersTo, pointerTo } from "./mask.js";
import { Pace } from "./pace.js";
import type { PurgedItem } from "./purged.js";
import {
  busy,
  copiesOf,
  declare,
  freeItem,
  isConsoleFile,
  resumePurges,
  settle,
  type Freed,
} from "./purging.js";
import type { Store } from "./store.js";
import { alone, quieten } from "./upkeep.js";

/** What a person wants to be rid of. */
export type Secret =
  /** The text in a field of the facts that match: the value of a param, say. */
  | {
      readonly what: "fact";
      readonly ref: EntityRef;
      readonly matches: (fact: Fact) => boolean;
      readonly field: string;
    }
  /** Every text of the entity's facts that holds this one: the value of a param also stands in the command, say. */
  | { readonly what: "text"; readonly ref: EntityRef; readonly text: string }
  | { readonly what: "console"; readonly ref: EntityRef }
  /** As a client names it, below the entity's artifacts. */
  | { readonly what: "artifact"; readonly ref: EntityRef; readonly path: string }
  /** A commit of the code store, with the objects that no other snapshot needs and what frees them there. */
  | {
      readonly what: "snapshot";
      readonly ref: EntityRef;
      readonly commit: string;
      readonly objects: readonly string[];
      readonly free: (signal: AbortSignal) => Promise<void>;
    };

export interface PurgedSecret {
  /** Id of the fact in the ledger that says so. */
  readonly fact: string;
  /** Files that were rewritten or removed, below the store's root. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** Where else in this entity the same text stands: not purged. */
  readonly alsoIn: readonly string[];
  /** What this purge cannot reach, a sentence each. */
  readonly beyond: readonly string[];
}

const beyond: readonly string[] = [
  "Git history is beyond it: where the file was ever committed, rewrite the history and have every clone fetched anew.",
  "Other copies of the store keep it until they are joined with this one and what was purged is freed there.",
  "Backups, and blocks that the disk has not yet reused, are beyond it. Change the secret where it is valid.",
];

/**
 * Frees one secret from the store: a fact in the ledger says that it was purged, then the files are rewritten or
 * removed. Throws `value.invalid` where there is nothing of the kind, `state.wrong` while a process writes to the entity.
 */
export async function purgeSecret(store: Store, secret: Secret, signal: AbortSignal): Promise<PurgedSecret> {
  const pace = new Pace(signal, said`purging a secret`);
  return alone(store, said`Purging`, async () => {
    const freed = await resumePurges(store, pace);
    const { ref } = secret;
    const quiet = quieten(store, ref);
    if ("busy" in quiet) throw busy(entityKey(ref), quiet.busy);
    try {
      const { items, values } = await whatToPurge(store, secret, pace);
      const { intent, fact } = declare(store, items);
      await freeAll(store, secret, items, freed, pace, signal);
      settle(store, intent);
      const alsoIn = await placesOf(store, ref, values, pace);
      return { fact: fact.id, files: freed.files, bytes: freed.bytes, alsoIn, beyond };
    } finally {
      quiet.release();
    }
  });
}

async function freeAll(
  store: Store,
  secret: Secret,
  items: readonly PurgedItem[],
  freed: Freed,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  for (const item of items)
    if (item.what !== "snapshot" && item.what !== "content")
      await freeItem(store, secret.ref, item, freed, pace);
  if (secret.what === "snapshot") await secret.free(signal);
  // The caches may hold it too; without them the next question takes longer, no more.
  removeTree(store.ports.files, store.layout.cache);
}

interface Doomed {
  readonly items: readonly PurgedItem[];
  /** The texts that are to go. */
  readonly values: readonly string[];
}

async function whatToPurge(store: Store, secret: Secret, pace: Pace): Promise<Doomed> {
  const entity = entityKey(secret.ref);
  switch (secret.what) {
    case "fact":
    case "text":
      return factsToPurge(store, secret);
    case "artifact":
      return artifactToPurge(store, secret, pace);
    case "console":
      if (!store.ports.files.list(store.layout.entity(secret.ref)).some((file) => isConsoleFile(file.name)))
        throw nothing(said`${entity} has no console`);
      return { items: [{ what: "console", entity }], values: [] };
    case "snapshot": {
      const { commit, objects } = secret;
      return { items: [{ what: "snapshot", entity, commit, objects }], values: [] };
    }
  }
}

function factsToPurge(store: Store, secret: Extract<Secret, { what: "fact" | "text" }>): Doomed {
  const { ref } = secret;
  const entity = entityKey(ref);
  if (secret.what === "text" && secret.text.length < leastTelling) {
    const next = said`Name a text of at least ${leastTelling} characters, or purge the one param.`;
    throw new Failure("value.invalid", said`A text as short as that stands in many places by chance.`, {
      next,
    });
  }
  const items = new Map<string, PurgedItem>();
  const values = new Set<string>();
  for (const fact of factsOf(store, ref)) {
    for (const pointer of pointersIn(fact, secret)) {
      const item = { what: "fact", entity, fact: fact.id, pointer } as const;
      items.set(JSON.stringify(item), item);
    }
    const value = secret.what === "text" ? secret.text : fact[secret.field];
    if (typeof value === "string" && (secret.what === "text" || secret.matches(fact))) values.add(value);
  }
  if (items.size === 0) throw nothing(said`${entity} has no such value`);
  return { items: [...items.values()], values: [...values] };
}

function pointersIn(fact: Fact, secret: Extract<Secret, { what: "fact" | "text" }>): string[] {
  if (secret.what === "text") return pointersTo(fact, secret.text);
  const value = fact[secret.field];
  return typeof value === "string" && value !== "" && secret.matches(fact) ? [pointerTo(secret.field)] : [];
}

async function artifactToPurge(
  store: Store,
  secret: Extract<Secret, { what: "artifact" }>,
  pace: Pace,
): Promise<Doomed> {
  const { ref, path: name } = secret;
  const entity = entityKey(ref);
  const hashes = new Set<string>();
  for (const fact of factsOf(store, ref)) {
    const hash = fact["sha256"];
    if (fact.kind === "artifact.written" && fact["path"] === name && typeof hash === "string")
      hashes.add(hash);
  }
  for (const file of copiesOf(store, ref, name))
    hashes.add((await hashFile(store.ports.files, file, pace)).sha256);
  if (hashes.size === 0) throw nothing(said`${entity} has no artifact '${name}'`);
  return { items: [{ what: "artifact", entity, path: name, hashes: [...hashes] }], values: [] };
}

const nothing = (why: Said): Failure =>
  new Failure("value.invalid", said`There is nothing to purge: ${why}.`);

function* factsOf(store: Store, ref: EntityRef): Generator<Fact> {
  const folder = store.layout.entity(ref);
  for (const { name, kind } of store.ports.files.list(folder)) {
    if (kind !== "file" || entityFileOf(name).kind !== "facts") continue;
    yield* readFacts(store.ports.files, path.join(folder, name)).facts;
  }
}

/** Shorter texts are found everywhere by chance. */
const leastTelling = 6;

/** Where in the entity's facts and console a text still stands. */
async function placesOf(
  store: Store,
  ref: EntityRef,
  values: readonly string[],
  pace: Pace,
): Promise<readonly string[]> {
  const telling = values.filter((value) => value.length >= leastTelling);
  if (telling.length === 0) return [];
  const places = new Set<string>();
  for (const fact of factsOf(store, ref)) {
    const text = JSON.stringify(fact);
    if (telling.some((value) => text.includes(JSON.stringify(value).slice(1, -1))))
      places.add(`a fact ${fact.kind}`);
  }
  const folder = store.layout.entity(ref);
  for (const { name } of store.ports.files.list(folder)) {
    if (!/^console.*\.log$/.test(name)) continue;
    let tail = Buffer.alloc(0);
    for (const slice of readSlices(store.ports.files, path.join(folder, name))) {
      const bytes = Buffer.concat([tail, slice]);
      if (telling.some((value) => bytes.includes(value))) places.add(name);
      tail = bytes.subarray(-Math.max(...telling.map((value) => Buffer.byteLength(value))));
      await pace.turn();
    }
  }
  return [...places];
}
