import * as path from "node:path";
import type { FilePort } from "../base/ports.js";
import {
  entityRooms,
  isEntityId,
  shardOfEntity,
  type EntityRef,
  type EntityRoom,
  type Layout,
} from "./layout.js";

/** Called for what is none of the store's own. `file` is below the store's root. */
export type OnForeign = (file: string, why: string) => void;

/** What stands at the top of a store. */
export const topNames: ReadonlySet<string> = new Set([
  ...entityRooms,
  ...["format.json", ".gitignore", ".gitattributes", "ledger", "manifests", "objects", "code.git"],
  ...["monitors", "predictions", "local", "cache"],
]);

/** Every entity of a store whose folder stands where it belongs. Links are not followed. */
export function* entitiesOf(
  files: FilePort,
  layout: Layout,
  onForeign: OnForeign = () => undefined,
  rooms: readonly EntityRoom[] = entityRooms,
): Generator<EntityRef> {
  for (const room of rooms) {
    const root = layout.at(room);
    if (files.stat(root)?.kind !== "folder") {
      if (files.stat(root)) onForeign(room, "not a folder");
      continue;
    }
    for (const shard of files.list(root)) {
      if (shard.kind !== "folder") {
        onForeign(`${room}/${shard.name}`, "not a folder");
        continue;
      }
      for (const { name: id, kind } of files.list(path.join(root, shard.name))) {
        const shown = `${room}/${shard.name}/${id}`;
        if (!isEntityId(room, id)) onForeign(shown, `no id of ${room}`);
        else if (kind !== "folder") onForeign(shown, kind === "link" ? "a link" : "not a folder");
        else if (shardOfEntity({ room, id }) !== shard.name)
          onForeign(shown, "in a folder that is not its own");
        else yield { room, id };
      }
    }
  }
}

/** Whether a path below a store's root leads over folders alone, not over links. */
export function isPlainFolder(files: FilePort, root: string, ...below: readonly string[]): boolean {
  return below.every((_, i) => files.stat(path.join(root, ...below.slice(0, i + 1)))?.kind === "folder");
}

/** A file of a tree, with its path from the tree's root in names as they stand on disk. */
export interface TreeFile {
  readonly parts: readonly string[];
  readonly file: string;
}

const deepest = 64;

/** Every plain file below a folder. Links are not followed. */
export function* filesBelow(
  files: FilePort,
  root: string,
  onForeign: OnForeign = () => undefined,
  parts: readonly string[] = [],
): Generator<TreeFile> {
  for (const { name, kind } of files.list(path.join(root, ...parts))) {
    const here = [...parts, name];
    if (kind === "file") yield { parts: here, file: path.join(root, ...here) };
    else if (kind !== "folder")
      onForeign(here.join("/"), kind === "link" ? "a link" : "neither file nor folder");
    else if (here.length >= deepest) onForeign(here.join("/"), "nested too deeply");
    else yield* filesBelow(files, root, onForeign, here);
  }
}

/** Removes a file, or a folder with all that is in it; links are removed, not followed. Bytes that were freed. */
export function removeTree(files: FilePort, place: string): number {
  const stat = files.stat(place);
  if (!stat) return 0;
  if (stat.kind !== "folder") {
    files.remove(place);
    return stat.kind === "file" ? stat.size : 0;
  }
  let bytes = 0;
  for (const { name } of files.list(place)) bytes += removeTree(files, path.join(place, name));
  files.removeFolder(place);
  return bytes;
}
