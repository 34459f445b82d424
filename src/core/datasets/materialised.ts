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

/** See `Contents.materialised`. An entry of the cache is `<hash>/used` and below `<hash>/is` what was wanted. */
export async function materialise(
  store: Store,
  manifest: Manifest,
  content: StoredContent,
  { file, name }: Wanted,
  signal: AbortSignal,
): Promise<string> {
  const one =
    content.form === "folder" && file === undefined
      ? undefined
      : manifest.get(content.form === "file" ? "" : (file ?? ""));
  const entry = store.cache.folder("contents", one?.hash ?? content.manifest);
  const named = one ? (name ?? (path.posix.basename(one.path) || "data")) : "folder";
  const target = path.join(entry, "is", named);
  try {
    if (!store.ports.files.stat(target))
      await ensure(store, target, () =>
        one
          ? placeFile(store, one, target, signal, 0o444)
          : placeContent(store, content, manifest, target, signal, () => undefined, 0o444),
      );
    used(store, entry, (one ?? content).size);
    return target;
  } catch (error) {
    throw toFailure(error, said`Cannot write to ${entry}`);
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

function used(store: Store, entry: string, bytes: number): void {
  const now = store.ports.clock.now();
  const mark = Buffer.from(JSON.stringify({ at: now, bytes }));
  replaceFile(store.ports, path.join(entry, "used"), mark, { durable: false });
  sweep(store, now, entry);
}

/** Frees the least recently used ones beside `keep` where all take too much. */
function sweep(store: Store, now: number, keep: string): void {
  const { files } = store.ports;
  const room = path.dirname(keep);
  const entries = files.list(room).flatMap(({ name, kind }) => {
    if (kind !== "folder" || !isObjectHash(name)) return [];
    const mark = (readJson(files, path.join(room, name, "used")) ?? {}) as {
      at?: unknown;
      bytes?: unknown;
    };
    const number = (value: unknown): number => (typeof value === "number" ? value : 0);
    return [{ name, at: number(mark.at), bytes: number(mark.bytes) }];
  });
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { name, at, bytes } of entries.sort((a, b) => a.at - b.at)) {
    if (total <= mostBytes) return;
    if (name === path.basename(keep) || at === 0 || now - at < inUseMs) continue;
    removeTree(files, path.join(room, name));
    total -= bytes;
  }
}
