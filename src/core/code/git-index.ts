import type { Stats } from "node:fs";
import * as path from "node:path";
import { readBytes, statOf } from "./disk.js";

/** What the index says of one tracked file. */
export interface IndexEntry {
  readonly mode: number;
  /** null where no single content is staged: a conflict, or `git add --intent-to-add`. */
  readonly id: string | null;
  readonly skipWorktree: boolean;
  readonly size: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  readonly ctimeSeconds: number;
  readonly inode: number;
}

/** The tracked files of a work tree. Only ever read: asking git instead may rewrite the file. */
export interface GitIndex {
  readonly entries: ReadonlyMap<string, IndexEntry>;
  /** Folders (with a slash at the end) of which a sparse index names no files. */
  readonly sparseFolders: readonly string[];
  readonly mtimeMs: number;
}

const empty: GitIndex = { entries: new Map(), sparseFolders: [], mtimeMs: 0 };

/** undefined where the index is there but cannot be read (split, damaged, a version to come). */
export function readGitIndex(gitDir: string, idBytes: 20 | 32): GitIndex | undefined {
  const file = path.join(gitDir, "index");
  const stat = statOf(file);
  if (!stat) return empty;
  const bytes = readBytes(file);
  if (!bytes) return undefined;
  try {
    return parseIndex(bytes, idBytes, stat.mtimeMs);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // it ends within an entry
    throw error;
  }
}

function parseIndex(bytes: Buffer, idBytes: number, mtimeMs: number): GitIndex | undefined {
  const version = bytes.readUInt32BE(4);
  if (bytes.toString("latin1", 0, 4) !== "DIRC" || version < 2 || version > 4) return undefined;
  const entries = new Map<string, IndexEntry>();
  const sparseFolders: string[] = [];
  let at = 12;
  let name: Buffer = Buffer.alloc(0);
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    const start = at;
    const flags = bytes.readUInt16BE(at + 40 + idBytes);
    const extended = version >= 3 && (flags & 0x4000) !== 0;
    const more = extended ? bytes.readUInt16BE(at + 42 + idBytes) : 0;
    at += 42 + idBytes + (extended ? 2 : 0);
    let kept = 0;
    if (version === 4) {
      let byte = bytes.readUInt8(at++);
      let strip = byte & 0x7f;
      while ((byte & 0x80) !== 0) {
        byte = bytes.readUInt8(at++);
        strip = (strip + 1) * 128 + (byte & 0x7f);
      }
      kept = name.length - strip;
      if (kept < 0) return undefined;
    }
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    const tail = bytes.subarray(at, end);
    name = kept === 0 ? tail : Buffer.concat([name.subarray(0, kept), tail]);
    // Versions 2 and 3 fill an entry up with 1 to 8 zero bytes.
    at = version === 4 ? end + 1 : start + ((end - start + 8) & ~7);
    const mode = bytes.readUInt32BE(start + 24);
    const text = name.toString("utf8");
    if (mode === 0o40000) {
      sparseFolders.push(text.endsWith("/") ? text : `${text}/`);
      continue;
    }
    const decided = (flags & 0x3000) === 0 && (more & 0x2000) === 0;
    entries.set(text, {
      mode,
      id: decided ? bytes.toString("hex", start + 40, start + 40 + idBytes) : null,
      skipWorktree: (more & 0x4000) !== 0,
      size: bytes.readUInt32BE(start + 36),
      mtimeSeconds: bytes.readUInt32BE(start + 8),
      mtimeNanoseconds: bytes.readUInt32BE(start + 12),
      ctimeSeconds: bytes.readUInt32BE(start),
      inode: bytes.readUInt32BE(start + 20),
    });
  }
  return hasSharedPart(bytes, at, idBytes) ? undefined : { entries, sparseFolders, mtimeMs };
}

/** A split index keeps most of its entries in another file. */
function hasSharedPart(bytes: Buffer, from: number, idBytes: number): boolean {
  for (let at = from; at + 8 + idBytes <= bytes.length; at += 8 + bytes.readUInt32BE(at + 4))
    if (bytes.toString("latin1", at, at + 4) === "link") return true;
  return false;
}

/**
 * True where the file on disk is for certain what the index holds, filters applied, without reading it. As in git, a
 * file that is not older than the index itself may have changed after the index was written.
 */
export function isAsStaged(entry: IndexEntry, stat: Stats, index: GitIndex): boolean {
  const mtimeMs = entry.mtimeSeconds * 1000 + entry.mtimeNanoseconds / 1e6;
  const sameTime =
    entry.mtimeNanoseconds === 0
      ? Math.floor(stat.mtimeMs / 1000) === entry.mtimeSeconds
      : Math.abs(stat.mtimeMs - mtimeMs) < 0.002; // a double holds the time to a quarter of a microsecond
  return (
    entry.id !== null &&
    sameTime &&
    mtimeMs < index.mtimeMs &&
    stat.size % 2 ** 32 === entry.size &&
    (entry.ctimeSeconds === 0 || Math.floor(stat.ctimeMs / 1000) === entry.ctimeSeconds) &&
    (entry.inode === 0 || stat.ino % 2 ** 32 === entry.inode)
  );
}
