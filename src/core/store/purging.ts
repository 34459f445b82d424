import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said, type Said } from "../base/said.js";
import { entityFileOf, parseEntityKey, type EntityRef } from "./layout.js";
import { hashFile } from "./file-bytes.js";
import { removeTree } from "./entity-walk.js";
import { newUlid } from "./ids.js";
import { originalOfKept } from "./kept-names.js";
import { maskLines } from "./mask.js";
import { nameFromDisk, pathOnDisk } from "./names.js";
import type { Pace } from "./pace.js";
import { asItem, type PurgedFact, type PurgedItem } from "./purged.js";
import type { Store } from "./store.js";
import { quieten } from "./upkeep.js";
import { readJson, removeQuietly, replaceFile } from "./whole-file.js";

/*
 * A purge is: an intent in `local/purging`, the fact in the ledger, the freeing, the end of the intent. Whatever is cut
 * off: without the fact nothing was purged; with it readers skip the items, and this machine frees them when it purges
 * next. What others purged is skipped too but freed only when a person of this store says so.
 */

/** Freed: what of the store's files was removed or rewritten, and the bytes that this gave back. */
export interface Freed {
  readonly files: string[];
  bytes: number;
}

const intents = (store: Store): string => store.layout.at("local", "purging");

/** Writes the intent and then the fact; the intent's file is returned for `settle`. */
export function declare(store: Store, items: readonly PurgedItem[]): { intent: string; fact: PurgedFact } {
  const folder = intents(store);
  const intent = path.join(folder, `${newUlid(store.ports)}.json`);
  try {
    store.ports.files.makeFolder(folder, 0o700);
    replaceFile(store.ports, intent, Buffer.from(JSON.stringify({ items })), { mode: 0o600 });
  } catch (error) {
    throw toFailure(error, said`Cannot begin to purge`);
  }
  const fact = store.ledger.append<PurgedFact>({ kind: "purged", items });
  return { intent, fact };
}

export function settle(store: Store, intent: string): void {
  removeQuietly(store.ports.files, intent);
}

/** Frees what an earlier purge of this machine declared but did not free. Items that only a pillar can free stay. */
export async function resumePurges(store: Store, pace: Pace): Promise<Freed> {
  const freed: Freed = { files: [], bytes: 0 };
  const { files } = store.ports;
  store.ledger.refresh();
  for (const { name, kind } of files.list(intents(store))) {
    if (kind !== "file" || !name.endsWith(".json")) continue;
    const intent = path.join(intents(store), name);
    const value = readJson(files, intent) as { items?: unknown } | null | undefined;
    const items = Array.isArray(value?.items) ? value.items.flatMap((item) => asItem(item) ?? []) : [];
    let open = false;
    for (const item of items) {
      if (!store.purged.hasItem(item)) continue; // cut off before the fact: nothing was purged
      if (item.what === "content") continue;
      if (item.what === "snapshot" || !(await freeUnlessBusy(store, item, freed, pace))) open = true;
    }
    if (!open) settle(store, intent);
  }
  return freed;
}

/** What the store frees by itself; snapshots stand in the code store, contents are freed as garbage. */
export type OwnItem = Exclude<PurgedItem, { what: "content" | "snapshot" }>;

async function freeUnlessBusy(store: Store, item: OwnItem, freed: Freed, pace: Pace): Promise<boolean> {
  const ref = parseEntityKey(item.entity);
  if (!ref || !store.ports.files.stat(store.layout.entity(ref))) return true;
  const quiet = quieten(store, ref);
  if ("busy" in quiet) return false;
  try {
    await freeItem(store, ref, item, freed, pace);
    return true;
  } finally {
    quiet.release();
  }
}

/** Frees one purged item in this store. The caller has seen to it that nobody writes to the entity. */
export async function freeItem(
  store: Store,
  ref: EntityRef,
  item: OwnItem,
  freed: Freed,
  pace: Pace,
): Promise<void> {
  try {
    if (item.what === "entity") free(store, store.layout.entity(ref), freed);
    else if (item.what === "fact") maskFacts(store, ref, freed);
    else if (item.what === "console") freeConsole(store, ref, freed);
    else await freeArtifact(store, ref, item, freed, pace);
  } catch (error) {
    throw toFailure(error, said`Cannot free ${item.entity}`);
  }
}

export const busy = (entity: string, who: Said): Failure =>
  new Failure("state.wrong", said`${entity} is still being written, by ${who}.`, {
    next: said`End it, or wait for it, then try again.`,
  });

function free(store: Store, place: string, freed: Freed): void {
  if (!store.ports.files.stat(place)) return;
  freed.bytes += removeTree(store.ports.files, place);
  freed.files.push(store.layout.relative(place));
}

function maskFacts(store: Store, ref: EntityRef, freed: Freed): void {
  for (const { file, masked } of unmasked(store, ref)) {
    replaceFile(store.ports, file, masked);
    freed.files.push(store.layout.relative(file));
  }
}

/** Files with facts that are purged but stand there as they were, and what is to stand there. */
function* unmasked(
  store: Store,
  ref: EntityRef,
): Generator<{ readonly file: string; readonly masked: Buffer }> {
  const masks = store.purged.masks(ref);
  const { files } = store.ports;
  const folder = store.layout.entity(ref);
  for (const { name, kind } of masks ? files.list(folder) : []) {
    const file = path.join(folder, name);
    const bytes = kind === "file" && entityFileOf(name).kind === "facts" ? files.readAll(file) : undefined;
    if (!bytes || !masks) continue;
    const masked = maskLines(bytes, masks);
    if (!masked.equals(bytes)) yield { file, masked };
  }
}

/** Whether anything of a purged item is still in this store. */
export async function isHere(store: Store, item: OwnItem, pace: Pace): Promise<boolean> {
  const { files } = store.ports;
  const ref = parseEntityKey(item.entity);
  if (!ref || !files.stat(store.layout.entity(ref))) return false;
  if (item.what === "entity") return true;
  if (item.what === "fact") return unmasked(store, ref).next().done !== true;
  if (item.what === "console")
    return files.list(store.layout.entity(ref)).some((entry) => isConsoleFile(entry.name));
  for (const file of copiesOf(store, ref, item.path))
    if (item.hashes.includes((await hashFile(files, file, pace)).sha256)) return true;
  return false;
}

/** The console, and what joins kept beside it. */
export const isConsoleFile = (name: string): boolean => /^console(-[0-9a-f]{8})?\.(log|idx)$/.test(name);

function freeConsole(store: Store, ref: EntityRef, freed: Freed): void {
  const folder = store.layout.entity(ref);
  for (const { name } of store.ports.files.list(folder))
    if (isConsoleFile(name)) free(store, path.join(folder, name), freed);
}

async function freeArtifact(
  store: Store,
  ref: EntityRef,
  item: Extract<PurgedItem, { what: "artifact" }>,
  freed: Freed,
  pace: Pace,
): Promise<void> {
  for (const file of copiesOf(store, ref, item.path)) {
    const { sha256 } = await hashFile(store.ports.files, file, pace);
    if (item.hashes.includes(sha256)) free(store, file, freed);
  }
}

/** The file at an artifact's path, and copies of it that joins kept beside it. */
export function copiesOf(store: Store, ref: EntityRef, name: string): string[] {
  const { files } = store.ports;
  const place = pathOnDisk(store.layout.artifacts(ref), name);
  const original = path.basename(name);
  return files.list(path.dirname(place)).flatMap((entry) => {
    const own = path.join(path.dirname(place), entry.name);
    const kept = originalOfKept(nameFromDisk(entry.name)) === original;
    return entry.kind === "file" && (own === place || kept) ? [own] : [];
  });
}
