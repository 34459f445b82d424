import * as path from "node:path";
import { nameFromDisk, nameOnDisk } from "./names.js";

/** The name under which a join keeps the other content of a path: `model.joined-<8 hex>.pkl`. */
function keptName(name: string, hash: string): string {
  const { name: stem, ext } = path.posix.parse(name);
  return `${stem}.joined-${hash.slice(0, 8)}${ext}`;
}

/** The original of such a name; undefined for any other. */
export function originalOfKept(name: string): string | undefined {
  const match = /^(.*)\.joined-[0-9a-f]{8}(\.[^.]*)?$/s.exec(name);
  return match ? `${match[1] ?? ""}${match[2] ?? ""}` : undefined;
}

/** Where the other content of a path is kept. `target` is on disk, `hash` the SHA-256 of that content. */
export function besides(target: string, hash: string): string {
  const kept = namesOnDisk([keptName(nameFromDisk(path.basename(target)), hash)]);
  return path.join(path.dirname(target), kept?.[0] ?? `joined-${hash.slice(0, 32)}`);
}

/** Every place below `root` where a join may keep a content that belongs at `target`. */
export function keptPlaces(root: string, target: string, hash: string): string[] {
  const places: string[] = [];
  for (let at = target; at.length > root.length; at = path.dirname(at)) places.push(besides(at, hash));
  return places;
}

/** Names as they stand on disk; undefined where one of them cannot. */
export function namesOnDisk(names: readonly string[]): string[] | undefined {
  try {
    return names.map(nameOnDisk);
  } catch {
    return undefined;
  }
}
