import * as path from "node:path";
import * as zlib from "node:zlib";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Ports } from "../base/ports.js";
import { codePackCommit, readCodePack } from "../store/code-pack.js";
import { removeQuietly, replaceFile } from "../store/whole-file.js";
import { modes, type ObjectId } from "./model.js";
import { codeFolder, ObjectReader } from "./object-reader.js";
import { Pace } from "../store/pace.js";
import { packedCodeFolder } from "./packed-code.js";
import { deflateOptions, PackBuilder, PackIndex } from "./packs.js";
import { SnapshotReader } from "./read.js";

/**
 * Everything that some snapshots need: folders and files. What cannot be read of them is passed over.
 * @throws Failure `cancelled`
 */
export async function objectsNeededBy(
  storeFolder: string,
  commits: Iterable<ObjectId>,
  signal: AbortSignal,
): Promise<ReadonlySet<ObjectId>> {
  const reader = new SnapshotReader(storeFolder);
  const pace = new Pace(signal, said`looking for what snapshots need`);
  const needed = new Set<ObjectId>();
  for (const commit of new Set(commits)) {
    try {
      await addTree(reader, await reader.treeOf(commit), needed, pace);
      needed.add(commit);
    } catch (error) {
      if (!(error instanceof Failure) || error.code === "cancelled") throw error;
    }
  }
  return needed;
}

/**
 * The objects of snapshot `commit` that none of the snapshots `others` needs: the commit itself, folders and files.
 * @throws Failure `code.notFound`, `store.damaged`, `cancelled`
 */
export async function objectsOnlyIn(
  storeFolder: string,
  commit: ObjectId,
  others: readonly ObjectId[],
  signal: AbortSignal,
): Promise<ObjectId[]> {
  const rest = others.filter((other) => other !== commit);
  const needed = await objectsNeededBy(storeFolder, rest, signal);
  const reader = new SnapshotReader(storeFolder);
  const own = new Set<ObjectId>();
  await addTree(reader, await reader.treeOf(commit), own, new Pace(signal, said`looking into a snapshot`));
  return [commit, ...[...own].filter((id) => !needed.has(id))];
}

/** Adds the ids of a folder and of all below it; one that is there already has been walked. */
async function addTree(
  reader: SnapshotReader,
  tree: ObjectId,
  into: Set<ObjectId>,
  pace: Pace,
): Promise<void> {
  const open = [tree];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (into.has(next)) continue;
    into.add(next);
    for (const { mode, id } of await reader.rows(next)) {
      if (mode === modes.folder) open.push(id);
      else if (mode !== modes.commit) into.add(id);
    }
    await pace.turn();
  }
}

/**
 * Removes objects from the code store for ever; packs that hold others too are written anew without them. Nobody may
 * take a snapshot meanwhile. Cut off, it has removed some of them, and may be repeated. Returns how many were there.
 * @throws Failure `store.damaged`, `store.full`, `store.readOnly`, `store.io`, `cancelled`
 */
export async function forgetObjects(
  storeFolder: string,
  ids: readonly ObjectId[],
  ports: Pick<Ports, "files" | "random">,
  signal: AbortSignal,
): Promise<number> {
  const pace = new Pace(signal, said`removing a snapshot`);
  const reader = new ObjectReader(ports.files, codeFolder(storeFolder));
  const doomed = new Set(ids.filter((id) => reader.has(id)));
  try {
    await rewritePacks(storeFolder, doomed, reader, ports, pace);
    for (const id of doomed) {
      const file = reader.loosePath(id);
      if (ports.files.stat(file)) ports.files.remove(file);
      await pace.turn();
    }
    await dropPackedCode(storeFolder, new Set(ids), ports, pace);
    return doomed.size;
  } catch (error) {
    throw toFailure(error, said`Removing a snapshot`);
  }
}

/** Removes the packs of registered versions that have one of these objects: a pack that lacks some is no proof of code. */
async function dropPackedCode(
  storeFolder: string,
  doomed: ReadonlySet<ObjectId>,
  { files }: Pick<Ports, "files">,
  pace: Pace,
): Promise<void> {
  const folder = packedCodeFolder(storeFolder);
  for (const { name } of doomed.size === 0 ? [] : files.list(folder)) {
    await pace.turn();
    const objects =
      codePackCommit(name) === undefined ? undefined : readCodePack(files, path.join(folder, name));
    if (objects === undefined || "template" in objects) continue;
    if ([...objects.keys()].some((id) => doomed.has(id))) files.remove(path.join(folder, name));
  }
}

async function rewritePacks(
  storeFolder: string,
  doomed: ReadonlySet<ObjectId>,
  reader: ObjectReader,
  ports: Pick<Ports, "files" | "random">,
  pace: Pace,
): Promise<void> {
  const folder = path.join(codeFolder(storeFolder), "objects", "pack");
  for (const { name, kind } of ports.files.list(folder)) {
    if (kind !== "file" || !name.endsWith(".idx")) continue;
    const index = PackIndex.parse(ports.files.readAll(path.join(folder, name)) ?? Buffer.alloc(0));
    const all = index?.ids ?? [];
    if (!all.some((id) => doomed.has(id))) continue;
    const kept = all.filter((id) => !doomed.has(id));
    if (kept.length > 0) await writePack(folder, kept, reader, ports, pace);
    // A pack without an index is not looked into, so what is left of a cut is only bytes.
    removeQuietly(ports.files, path.join(folder, name));
    ports.files.remove(path.join(folder, name.replace(/\.idx$/, ".pack")));
  }
}

async function writePack(
  folder: string,
  ids: readonly ObjectId[],
  reader: ObjectReader,
  ports: Pick<Ports, "files" | "random">,
  pace: Pace,
): Promise<void> {
  const builder = new PackBuilder();
  for (const id of ids) {
    const object = await reader.read(id);
    if (!object) throw new Failure("store.damaged", said`Object ${id} of the code store is missing.`);
    const { type, content } = object;
    builder.add(id, type, content.length, zlib.deflateSync(content, deflateOptions(content.length)));
    await pace.turn();
  }
  const { name, pack, index } = builder.finish();
  // Readers look for the index, so the pack has to be there first.
  replaceFile(ports, path.join(folder, `${name}.pack`), Buffer.concat(pack));
  replaceFile(ports, path.join(folder, `${name}.idx`), index);
}
