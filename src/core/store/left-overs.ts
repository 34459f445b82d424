import * as path from "node:path";
import { entitiesOf } from "./entity-walk.js";
import { isShard } from "./object-names.js";
import { packName } from "./pack-format.js";
import type { Store } from "./store.js";

/** A file or folder that interrupted work left. `file` leads there from the store's root. */
export interface LeftOver {
  readonly file: string;
  readonly bytes: number;
}

/** How long what a join put away is kept, beyond what any left-over is, in ms. */
const putAwayMs = 30 * 24 * 3600 * 1000;

export const isTemporary = (name: string): boolean => /^\.[0-9a-f]{12}\.tmp$/.test(name);

/** Where a join puts files that the other store's facts say were deleted. */
export const putAwayFolder = (store: Store): string => store.layout.at("local", "trash");

/**
 * What interrupted work left before `before` (ms since the epoch). Artifacts are the user's own and not looked at.
 * @param places where restores write: files and folders of data, absolute
 */
export function* findLeftOvers(
  store: Store,
  before: number,
  places: readonly string[] = [],
): Generator<LeftOver> {
  const { files } = store.ports;
  const { layout } = store;
  const older = (file: string, than: number): LeftOver | undefined => {
    const stat = files.stat(file);
    return stat && stat.mtimeMs < than ? { file: layout.relative(file), bytes: stat.size } : undefined;
  };
  for (const { name } of files.list(layout.at("local", "uploads"))) {
    const found = older(layout.at("local", "uploads", name), before);
    if (found) yield found;
  }
  for (const { name } of files.list(putAwayFolder(store))) {
    const found = older(path.join(putAwayFolder(store), name), before - putAwayMs);
    if (found) yield found;
  }
  for (const folder of ownFolders(store)) {
    const names = new Set(files.list(folder).map((entry) => entry.name));
    for (const name of names) {
      const orphan = name.endsWith(".idx") && !names.has(name.replace(/\.idx$/, ".pack"));
      const ofPack = packName(name.replace(/\.idx$/, ".pack")) !== undefined;
      const found =
        isTemporary(name) || (orphan && ofPack) ? older(path.join(folder, name), before) : undefined;
      if (found) yield found;
    }
  }
  const beside = new Set(places.flatMap((place) => [path.dirname(place), ...foldersOfUser(store, place)]));
  for (const folder of beside)
    for (const { name } of files.list(folder)) {
      const found = isTemporary(name) ? older(path.join(folder, name), before) : undefined;
      if (found) yield found;
    }
}

/** Folders in which Loam alone makes files. */
function* ownFolders(store: Store): Generator<string> {
  const { files } = store.ports;
  const { layout } = store;
  yield layout.root;
  for (const room of ["cache", "ledger", "manifests", "local", "code.git"])
    yield* foldersBelow(store, layout.at(room), 5);
  // they may lie among what is none of Loam's
  for (const { name, kind } of files.list(layout.objects))
    if (kind === "folder" && (isShard(name) || name === "packs")) yield layout.at("objects", name);
  for (const ref of entitiesOf(files, layout)) yield layout.entity(ref);
}

function* foldersBelow(store: Store, folder: string, depth: number): Generator<string> {
  if (store.ports.files.stat(folder)?.kind !== "folder") return;
  yield folder;
  for (const { name, kind } of depth > 0 ? store.ports.files.list(folder) : [])
    if (kind === "folder" && name !== "trash") yield* foldersBelow(store, path.join(folder, name), depth - 1);
}

const deepest = 200;

function* foldersOfUser(store: Store, folder: string, depth = deepest): Generator<string> {
  if (store.ports.files.stat(folder)?.kind !== "folder") return;
  yield folder;
  for (const { name, kind } of depth > 0 ? store.ports.files.list(folder) : [])
    if (kind === "folder" && name !== ".git" && name !== ".loam" && !isTemporary(name))
      yield* foldersOfUser(store, path.join(folder, name), depth - 1);
}
