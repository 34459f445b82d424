import * as crypto from "node:crypto";
import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { sha256 } from "./canonical.js";
import { filesBelow, isPlainFolder } from "./entity-walk.js";
import { dropObjects } from "./freeing.js";
import { copyNew, growFile } from "./join-files.js";
import type { GivenUp } from "./join-given-up.js";
import type { Joining } from "./join-report.js";
import { largestManifest } from "./manifests.js";
import { nameFromDisk, nameOnDisk } from "./names.js";
import { objectDamaged } from "./object-failures.js";
import { isShard } from "./object-names.js";
import { Objects } from "./objects.js";
import type { StoredObject } from "./stored-objects.js";
import { createFile, replaceFile } from "./whole-file.js";

/** Objects that ours lacks and that were not given up, each checked against its hash. */
export async function joinObjects(joining: Joining, givenUp: GivenUp): Promise<void> {
  const { store, other, files, pace, report } = joining;
  if (files.stat(other.objects)?.kind !== "folder") return;
  const theirs = new Objects(store.ports, other);
  const all = [...theirs.list()];
  const isList = (stored: StoredObject): boolean => theirs.isList(stored);
  // a list of chunks is good only behind its chunks
  for (const stored of [...all.filter((one) => !isList(one)), ...all.filter(isList)]) {
    await pace.turn();
    const isDamaged = joining.damaged.objects.has(stored.hash);
    if (!isDamaged && (store.objects.has(stored.hash) || givenUp.leaves(stored.hash))) continue;
    try {
      if (isDamaged && !(await makeRoom(joining, theirs, stored))) continue;
      if (isList(stored)) await checkList(joining, theirs, stored);
      await store.objects.putFrom(theirs, stored, pace);
      report.objects.added++;
      report.bytes += stored.bytes;
      if (joining.damaged.objects.delete(stored.hash)) report.mended++;
    } catch (error) {
      const failure = toFailure(error, said`Cannot read the object ${stored.hash}`);
      if (!["store.damaged", "feature.absent", "artifact.notFound"].includes(failure.code)) throw failure;
      joining.leave(`objects: ${stored.hash}`, failure.message);
    }
  }
  store.objects.flush();
}

/** Removes what is damaged here, where the other's is whole; false where ours is whole after all, as once its chunks are. */
async function makeRoom(joining: Joining, theirs: Objects, stored: StoredObject): Promise<boolean> {
  const { objects } = joining.store;
  try {
    for (const part of objects.slices(stored.hash)) if (part.byteLength > 0) await joining.pace.turn();
    if (joining.damaged.objects.delete(stored.hash)) joining.report.mended++;
    return false;
  } catch (error) {
    if (!(error instanceof Failure) || error.code === "cancelled") throw error;
  }
  for (const part of theirs.slicesOf(stored)) if (part.byteLength > 0) await joining.pace.turn();
  const ours = [...objects.list()].filter(({ hash }) => hash === stored.hash);
  await dropObjects(joining.store, ours, joining.pace);
  return true;
}

/** Throws `store.damaged` where chunks are not those of the content that their list is to be of. */
async function checkList({ store, pace }: Joining, theirs: Objects, list: StoredObject): Promise<void> {
  const digest = crypto.createHash("sha256");
  for (const { hash } of theirs.chunksIn(list) ?? [])
    for (const part of store.objects.slices(hash)) {
      digest.update(part);
      await pace.turn();
    }
  if (digest.digest("hex") !== list.hash)
    throw objectDamaged(list.hash, said`its chunks are of another content`);
}

/** Manifests that ours lacks and that were not given up. */
export async function joinManifests(joining: Joining, givenUp: GivenUp): Promise<void> {
  const { store, other, files, pace, report } = joining;
  if (!isPlainFolder(files, other.root, "manifests")) return;
  const root = other.at("manifests");
  for (const { parts, file } of filesBelow(files, root, (name, why) =>
    joining.leave(`manifests/${name}`, why),
  )) {
    await pace.turn();
    const [shard = "", name = ""] = parts;
    const shown = `manifests/${parts.join("/")}`;
    if (parts.length !== 2 || !isShard(shard) || !/^[0-9a-f]{62}$/.test(name)) {
      joining.leave(shown, "not a manifest's file");
      continue;
    }
    const target = store.layout.at("manifests", shard, name);
    const isDamaged = joining.damaged.files.has(store.layout.relative(target));
    if (!isDamaged && (files.stat(target) || givenUp.leaves(`${shard}${name}`))) continue;
    const tooLarge = (files.stat(file)?.size ?? 0) > largestManifest;
    const bytes = tooLarge ? undefined : files.readAll(file);
    if (!bytes || sha256(bytes) !== `${shard}${name}`) {
      joining.leave(shown, "its content is not what its name says");
      continue;
    }
    files.makeFolder(path.dirname(target));
    if (isDamaged) replaceFile(store.ports, target, bytes, { durable: false });
    else if (!createFile(store.ports, target, bytes, { durable: false })) continue;
    joining.mends(target);
    joining.unsynced.add(target);
    report.objects.added++;
    report.bytes += bytes.byteLength;
  }
}

/** Rooms of pillars whose files only grow, or never change. */
const growingRooms = ["monitors", "predictions", "ledger/code"];

/** Files of other rooms: the longer of two copies where one begins as the other, else both. */
export async function joinGrowing(joining: Joining): Promise<void> {
  const { store, other, files, pace } = joining;
  for (const room of growingRooms) {
    if (!isPlainFolder(files, other.root, ...room.split("/"))) continue;
    const root = other.at(...room.split("/"));
    for (const { parts, file } of filesBelow(files, root, (name, why) =>
      joining.leave(`${room}/${name}`, why),
    )) {
      await pace.turn();
      const shown = `${room}/${parts.join("/")}`;
      const name = parts.at(-1) ?? "";
      if (!parts.every(isOurName) || name.endsWith(".tmp")) {
        joining.leave(shown, "not a file of Loam's");
        continue;
      }
      const target = store.layout.at(...room.split("/"), ...parts);
      const source = { name, shown, file, from: 0, to: files.stat(file)?.size ?? 0 };
      if ((await growFile(joining, source, target)).grown !== "differs") continue;
      const id = sha256(files.readAll(file) ?? "").slice(0, 8);
      const { name: stem, ext } = path.parse(target);
      const as = path.join(path.dirname(target), `${stem}.joined-${id}${ext}`);
      if (await copyNew(joining, source, as))
        joining.keep(target, as, "the other store's copy differs: both are kept");
    }
  }
}

function isOurName(name: string): boolean {
  try {
    return nameOnDisk(nameFromDisk(name)) === name;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
