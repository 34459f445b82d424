import { isRunId, monthOfUuid } from "../store/ids.js";
import type { Store } from "../store/store.js";

/** Ids of all runs of a store, deleted ones too, purged ones not, in order. Reads the names of folders alone. */
export function storedRunIds(store: Store): string[] {
  const { files } = store.ports;
  const shards = files.list(store.layout.at("runs")).filter(({ kind }) => kind === "folder");
  return shards
    .flatMap(({ name: shard }) =>
      files
        .list(store.layout.at("runs", shard))
        .map(({ name }) => name)
        .filter((name) => isRunId(name) && monthOfUuid(name) === shard),
    )
    .filter((id) => !store.purged.isPurged({ room: "runs", id }))
    .sort();
}

/** Where `id` stands, or would stand, in sorted ids. */
function placeOf(sorted: readonly string[], id: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? "") < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The ids that begin with `prefix`, of sorted ones. */
export function idsWithPrefix(sorted: readonly string[], prefix: string): string[] {
  const from = placeOf(sorted, prefix);
  let to = from;
  while (sorted[to]?.startsWith(prefix) === true) to++;
  return sorted.slice(from, to);
}

function sharedDigits(a: string, b: string): number {
  let count = 0;
  while (count < a.length && a[count] === b[count]) count++;
  return count;
}

/** How many digits tell `id` from all other ids, at least `least`. */
export function tellingDigits(sorted: readonly string[], id: string, least: number): number {
  const at = placeOf(sorted, id);
  const neighbours = [sorted[at - 1], sorted[sorted[at] === id ? at + 1 : at]];
  const shared = neighbours.map((other) => (other === undefined ? 0 : sharedDigits(id, other)));
  return Math.min(id.length, Math.max(least, ...shared.map((count) => count + 1)));
}
