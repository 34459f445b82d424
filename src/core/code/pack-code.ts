import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import type { Ports } from "../base/ports.js";
import { said } from "../base/said.js";
import { faultOfCodePack } from "../store/code-pack.js";
import { Pace } from "../store/pace.js";
import type { ObjectType } from "../store/pack-entry.js";
import { createFile, replaceFile } from "../store/whole-file.js";
import { modes, type ObjectId } from "./model.js";
import { packedCodeFile } from "./packed-code.js";
import { PackBuilder } from "./packs.js";
import { SnapshotReader } from "./read.js";

/**
 * Writes the pack of a snapshot into the ledger, so that a clone has the code. Its bytes are the same wherever the same
 * code is packed: two clones that did so merge without a conflict. False where this store lacks the snapshot or a part
 * of it. Durable when it returns.
 * @throws Failure `store.damaged`, `store.full`, `store.readOnly`, `cancelled`
 */
export async function packCode(
  storeFolder: string,
  commit: ObjectId,
  ports: Pick<Ports, "files" | "random">,
  signal: AbortSignal,
): Promise<boolean> {
  const file = packedCodeFile(storeFolder, commit);
  const isThere = ports.files.stat(file) !== undefined;
  if (isThere && faultOfCodePack(ports.files, file, commit) === undefined) return true;
  const pace = new Pace(signal, said`packing the code`);
  try {
    const parts = await packOf(storeFolder, commit, pace);
    ports.files.makeFolder(path.dirname(file));
    if (isThere) replaceFile(ports, file, parts);
    else createFile(ports, file, parts);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === "code.notFound") return false;
    throw toFailure(error, said`Cannot write ledger/code/${commit}.pack`);
  }
}

interface Whole {
  readonly type: ObjectType;
  readonly content: Buffer;
}

async function packOf(storeFolder: string, commit: ObjectId, pace: Pace): Promise<Buffer> {
  const reader = new SnapshotReader(storeFolder);
  const tree = await reader.treeOf(commit);
  const objects = new Map<ObjectId, Whole>([[commit, await reader.object(commit)]]);
  const open = [tree];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (objects.has(id)) continue;
    objects.set(id, await reader.object(id));
    for (const row of await reader.rows(id)) {
      if (row.mode === modes.folder) open.push(row.id);
      else if (row.mode !== modes.commit && !objects.has(row.id))
        objects.set(row.id, await reader.object(row.id));
    }
    await pace.turn();
  }
  const builder = new PackBuilder();
  for (const [id, { type, content }] of [...objects].sort(([a], [b]) => (a < b ? -1 : 1)))
    builder.add(id, type, content.byteLength, stored(content));
  return Buffer.concat(builder.finish().pack);
}

const mostInBlock = 65_535;

/**
 * Content in zlib's form, not compressed: what compressing gives differs between builds of zlib, and git compresses the
 * file as a whole.
 */
function stored(content: Buffer): Buffer {
  const blocks = Math.max(1, Math.ceil(content.byteLength / mostInBlock));
  const out = Buffer.alloc(2 + blocks * 5 + content.byteLength + 4);
  out.writeUInt16BE(0x7801, 0);
  let at = 2;
  for (let block = 0; block < blocks; block++) {
    const part = content.subarray(block * mostInBlock, (block + 1) * mostInBlock);
    out[at] = block === blocks - 1 ? 1 : 0;
    out.writeUInt16LE(part.byteLength, at + 1);
    out.writeUInt16LE(part.byteLength ^ 0xffff, at + 3);
    at += 5 + part.copy(out, at + 5);
  }
  out.writeUInt32BE(adler32(content), at);
  return out;
}

/** The checksum at the end of zlib's form (RFC 1950). */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let at = 0; at < bytes.byteLength;) {
    // so many that the sums stay exact
    for (const end = Math.min(bytes.byteLength, at + 3800); at < end; at++) {
      a += bytes[at] ?? 0;
      b += a;
    }
    a %= 65_521;
    b %= 65_521;
  }
  return b * 65_536 + a;
}
