import * as crypto from "node:crypto";
import * as zlib from "node:zlib";
import type { FilePort } from "../base/ports.js";
import { said, type Said } from "../base/said.js";
import { isSealed } from "./code-files.js";
import { readEntryHeader, type ObjectType } from "./pack-entry.js";

/*
 * The code of a registered version travels in the ledger: `ledger/code/<commit>.pack` is a pack as git writes them,
 * without differences and without an index beside it.
 */

/** No object of a code store is larger; a stranger's could fill the memory. */
const largestObject = 32_000_000;
/** Snapshots have 50 MB at most; a pack that is far larger is none of ours. */
const largestPack = 256 * 1024 * 1024;
const mostObjects = 400_000;

export interface PackedObject {
  readonly type: ObjectType;
  readonly content: Buffer;
}

/** The commit of a pack's name, or undefined for a foreign file. */
export const codePackCommit = (name: string): string | undefined => /^([0-9a-f]{40})\.pack$/.exec(name)?.[1];

/** The objects of a pack by what their content says they are; or why it is none. */
export function readCodePack(files: FilePort, file: string): ReadonlyMap<string, PackedObject> | Said {
  const stat = files.stat(file);
  if (stat?.kind !== "file") return said`not a plain file`;
  if (stat.size > largestPack) return said`larger than any code`;
  if (!isSealed(files, file)) return said`its content is not what was written: altered or cut off`;
  const bytes = files.readAll(file) ?? Buffer.alloc(0);
  if (bytes.toString("latin1", 0, 4) !== "PACK" || bytes.readUInt32BE(4) !== 2) return said`not a pack`;
  const count = bytes.readUInt32BE(8);
  if (count > mostObjects) return said`it names more objects than any code has`;
  try {
    return entriesOf(bytes, count);
  } catch {
    return said`not a whole pack`;
  }
}

function entriesOf(bytes: Buffer, count: number): ReadonlyMap<string, PackedObject> {
  const objects = new Map<string, PackedObject>();
  const end = bytes.byteLength - 20;
  let left = largestPack;
  let at = 12;
  for (let n = 0; n < count; n++) {
    const header = readEntryHeader(bytes.subarray(at, Math.min(end, at + 16)));
    if (header?.kind !== "whole" || header.size > largestObject || header.size > left)
      throw new Error("no entry of ours");
    left -= header.size;
    at += header.headerBytes;
    const { buffer, engine } = zlib.inflateSync(bytes.subarray(at, end), {
      maxOutputLength: header.size + 1,
      info: true,
    }) as unknown as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
    if (buffer.byteLength !== header.size) throw new Error("an entry of another size");
    at += engine.bytesWritten;
    const id = crypto
      .createHash("sha1")
      .update(`${header.type} ${header.size}\0`)
      .update(buffer)
      .digest("hex");
    objects.set(id, { type: header.type, content: buffer });
  }
  if (at !== end) throw new Error("more than its entries");
  return objects;
}

/** Why the pack of a commit is not good for reading all of its code; undefined where it is. */
export function faultOfCodePack(files: FilePort, file: string, commit: string): Said | undefined {
  const objects = readCodePack(files, file);
  if ("template" in objects) return objects;
  const root = objects.get(commit);
  const tree =
    root?.type === "commit" ? /^tree ([0-9a-f]{40})\n/.exec(root.content.toString("latin1", 0, 46)) : null;
  if (!tree?.[1]) return said`it lacks the commit that its name says`;
  const open = [tree[1]];
  const seen = new Set<string>();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const folder = objects.get(id);
    if (folder?.type !== "tree") return said`it lacks the folder ${id}`;
    for (const row of treeRows(folder.content)) {
      if (row.mode === "40000") open.push(row.id);
      else if (row.mode !== "160000" && objects.get(row.id)?.type !== "blob")
        return said`it lacks the file ${row.id}`;
    }
  }
  return undefined;
}

function* treeRows(content: Buffer): Generator<{ readonly mode: string; readonly id: string }> {
  for (let at = 0; at < content.byteLength;) {
    const zero = content.indexOf(0, at);
    if (zero < 0) return;
    const mode = content.toString("latin1", at, content.indexOf(32, at));
    yield { mode, id: content.toString("hex", zero + 1, zero + 21) };
    at = zero + 21;
  }
}
