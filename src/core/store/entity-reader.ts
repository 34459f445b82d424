import * as path from "node:path";
import type { FilePort } from "../base/ports.js";
import type { Fact } from "./fact.js";
import { readFacts } from "./journal.js";
import { entityFileOf, type EntityRef, type Layout } from "./layout.js";
import { pointSize, readRecords } from "./points.js";
import type { Purged } from "./purged.js";

/** How far each file of an entity has been read: name → bytes. */
export type Cursor = ReadonlyMap<string, number>;

export interface EntityChanges {
  readonly facts: readonly Fact[];
  readonly damaged: readonly { readonly file: string; readonly at: number; readonly why: string }[];
  readonly next: Cursor;
  /** True where `most` left points for the next read. */
  readonly more: boolean;
  /** True where a file is shorter than it was: what was read of the entity before must be forgotten. */
  readonly shrunk: boolean;
}

/** Sizes of an entity's fact and point files; empty where the entity is not here. */
export function entityFiles(files: FilePort, layout: Layout, ref: EntityRef): Map<string, number> {
  const folder = layout.entity(ref);
  const sizes = new Map<string, number>();
  for (const { name, kind } of files.list(folder)) {
    if (kind !== "file" || entityFileOf(name).kind === "other") continue;
    sizes.set(name, files.stat(path.join(folder, name))?.size ?? 0);
  }
  return sizes;
}

/**
 * Reads what came to an entity since `cursor`. Points are handed to `onRecords` in slices, after all facts.
 * `sizes` spares a second look where the caller has just looked; `purged` masks what was purged of the facts; about
 * `most` bytes of points are read.
 */
export function readEntity(
  files: FilePort,
  layout: Layout,
  ref: EntityRef,
  cursor: Cursor,
  onRecords: (records: Buffer) => void,
  sizes: ReadonlyMap<string, number> = entityFiles(files, layout, ref),
  purged?: Purged,
  most = Number.POSITIVE_INFINITY,
): EntityChanges {
  const folder = layout.entity(ref);
  const next = new Map<string, number>();
  const facts: Fact[] = [];
  const damaged: { file: string; at: number; why: string }[] = [];
  const shrunk = [...cursor].some(([name, read]) => (sizes.get(name) ?? 0) < read);
  const from = (name: string): number => (shrunk ? 0 : (cursor.get(name) ?? 0));
  for (const [name, size] of sizes) {
    if (entityFileOf(name).kind !== "facts") continue;
    if (size <= from(name)) {
      next.set(name, from(name));
      continue;
    }
    const read = readFacts(files, path.join(folder, name), from(name), size);
    for (const fact of read.facts) facts.push(fact);
    for (const one of read.damaged) damaged.push({ file: name, ...one });
    next.set(name, read.next);
  }
  let left = most;
  let more = false;
  for (const [name, size] of sizes) {
    if (entityFileOf(name).kind !== "points") continue;
    next.set(name, from(name));
    if (size <= from(name) || more) continue;
    for (const part of readRecords(files, path.join(folder, name), from(name), size)) {
      onRecords(part.records);
      next.set(name, part.next);
      left -= part.records.byteLength;
      if (left > 0 || part.next + pointSize > size) continue;
      more = true;
      break;
    }
  }
  return { facts: purged ? purged.shown(ref, facts) : facts, damaged, next, more, shrunk };
}
