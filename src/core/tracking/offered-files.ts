import * as path from "node:path";
import { belowDataset } from "../datasets/ties.js";
import type { ReadFile } from "./run-data-tables.js";
import type { Searches } from "./search.js";
import type { Tracking } from "./tracking.js";

/** Of what runs read, so much is looked at. */
const mostLookedAt = 1000;

/**
 * Files and folders below the store's folder that runs read and nobody tracks, that which was read last first; what is gone
 * is left out. Where a folder stands there, its own files do not.
 */
export function offeredFiles(tracking: Tracking, searches: Searches, most: number): readonly ReadFile[] {
  const { store, ties } = tracking;
  const datasets = ties.datasets.all().filter(({ stage }) => stage === "active");
  const folder = path.dirname(store.layout.root);
  const offered: ReadFile[] = [];
  const folders: string[] = [];
  for (const read of searches.filesRead(mostLookedAt)) {
    const isFolder = read.path.endsWith("/");
    const place = isFolder ? read.path.slice(0, -1) : read.path;
    if (path.posix.isAbsolute(place) || path.win32.isAbsolute(place) || place === "." || place === "")
      continue;
    if (datasets.some((dataset) => belowDataset(dataset, place) !== undefined)) continue;
    if (folders.some((one) => place.startsWith(`${one}/`))) continue;
    const kind = store.ports.files.stat(path.join(folder, place))?.kind;
    if (kind !== (isFolder ? "folder" : "file")) continue;
    if (isFolder) folders.push(place);
    offered.push({ ...read, path: place });
    if (offered.length >= most) break;
  }
  return offered;
}
