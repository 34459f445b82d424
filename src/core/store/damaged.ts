import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { isObjectHash, type ObjectHash } from "./object-names.js";
import type { Store } from "./store.js";
import { readJson, removeQuietly, replaceFile } from "./whole-file.js";

/** What a verification found damaged: objects by hash; manifests and facts of the ledger by their files. */
export interface Damaged {
  readonly objects: ReadonlySet<ObjectHash>;
  /** Below the store's root. */
  readonly files: ReadonlySet<string>;
}

const noteFile = (store: Store): string => store.layout.at("local", "damaged.json");

/** Keeps what is damaged for the next join, which takes it from a copy that is whole. */
export function noteDamaged(store: Store, { objects, files }: Damaged): void {
  const file = noteFile(store);
  if (objects.size + files.size === 0) {
    if (store.ports.files.stat(file)) removeQuietly(store.ports.files, file);
    return;
  }
  try {
    store.ports.files.makeFolder(store.layout.at("local"), 0o700);
    const bytes = Buffer.from(JSON.stringify({ objects: [...objects], files: [...files] }));
    replaceFile(store.ports, file, bytes, { mode: 0o600 });
  } catch (error) {
    const { message } = toFailure(error, said`Cannot note what is damaged`);
    store.ports.log.write("info", "store", message); // a folder that is only read can be verified too
  }
}

/** What the last verification found damaged and no join has mended since. */
export function damagedIn(store: Store): { readonly objects: Set<ObjectHash>; readonly files: Set<string> } {
  const { objects, files } = (readJson(store.ports.files, noteFile(store)) ?? {}) as Record<string, unknown>;
  const texts = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
  return { objects: new Set(texts(objects).filter(isObjectHash)), files: new Set(texts(files)) };
}
