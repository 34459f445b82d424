import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { removeTree } from "../store/entity-walk.js";
import { isObjectHash } from "../store/object-names.js";
import type { Store } from "../store/store.js";
import { readJson, replaceFile } from "../store/whole-file.js";
import type { Manifest } from "./manifest.js";
import { placeContent, placeFile } from "./place.js";
import type { StoredContent } from "./view.js";

/** Older ones go when all take more than this, but for those that were asked for within the hour. */
const mostBytes = 10e9;
const inUseMs = 3600 * 1000;

/** What of a content is wanted, and how a content that is one file is to be called. */
export interface Wanted {
  readonly file: string | undefined;
  readonly name: string | undefined;
}

const roomOf = (store: Store): string => store.layout.at("cache", "contents");

/** See `Contents.materialised`. An entry of the cache is `<hash>/used` and below `<hash>/is` what was wanted. */
export async function materialise(
  store: Store,
  manifest: Manifest,
  content: StoredContent,
  { file, name }: Wanted,
  signal: AbortSignal,
): Promise<string> {
  try {
    if (content.form === "folder" && file === undefined) {
      const target = path.join(roomOf(store), content.manifest, "is", "folder");
      if (!store.ports.files.stat(target))
        await ensure(store, target, () =>
          placeContent(store, content, manifest, target, signal, () => undefined, 0o444),
        );
      return used(store, content.manifest, target, content.size);
    }
    const one = manifest.get(content.form === "file" ? "" : (file ?? ""));
    const target = path.join(
      roomOf(store),
      one.hash,
      "is",
      name ?? (path.posix.basename(one.path) || "data"),
    );
    if (!store.ports.files.stat(target))
      await ensure(store, target, () => placeFile(store, one, target, signal, 0o444));
    return used(store, one.hash, target, one.size);
  } catch (error) {
    throw toFailure(error, said`Cannot write to ${roomOf(store)}`);
  }
}

/** Writes what is missing; another process that was quicker wrote the same. */
async function ensure(store: Store, target: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const quicker = error instanceof Failure && error.code === "name.taken";
    if (!quicker && !store.ports.files.stat(target)) throw error;
  }
}

function used(store: Store, hash: string, target: string, bytes: number): string {
  const mark = path.join(roomOf(store), hash, "used");
  const now = store.ports.clock.now();
  replaceFile(store.ports, mark, Buffer.from(JSON.stringify({ at: now, bytes })), { durable: false });
  sweep(store, now, hash);
  return target;
}

/** Frees the least recently used ones where all take too much. */
function sweep(store: Store, now: number, keep: string): void {
  const { files } = store.ports;
  const entries = files.list(roomOf(store)).flatMap(({ name, kind }) => {
    if (kind !== "folder" || !isObjectHash(name)) return [];
    const mark = (readJson(files, path.join(roomOf(store), name, "used")) ?? {}) as {
      at?: unknown;
      bytes?: unknown;
    };
    const number = (value: unknown): number => (typeof value === "number" ? value : 0);
    return [{ name, at: number(mark.at), bytes: number(mark.bytes) }];
  });
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { name, at, bytes } of entries.sort((a, b) => a.at - b.at)) {
    if (total <= mostBytes) return;
    if (name === keep || at === 0 || now - at < inUseMs) continue;
    removeTree(files, path.join(roomOf(store), name));
    total -= bytes;
  }
}
