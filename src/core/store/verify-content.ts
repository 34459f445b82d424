import * as path from "node:path";
import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { sha256 } from "./canonical.js";
import { isCodeObject, isSealed } from "./code-files.js";
import { filesBelow, isPlainFolder } from "./entity-walk.js";
import { isTemporary } from "./left-overs.js";
import { isShard, objectOfFile, type ObjectHash } from "./object-names.js";
import { markFile } from "./objects-place.js";
import { Objects } from "./objects.js";
import type { Pace } from "./pace.js";
import { packName } from "./pack-format.js";
import type { Store } from "./store.js";
import type { Findings } from "./verify-report.js";

const fromCopy = "Join a copy that still has it: `loam join OTHER`.";

/**
 * Checks everything that is stored by its hash: objects, packs, manifests and the code store. The objects that are not
 * what was stored.
 */
export async function verifyContent(
  store: Store,
  findings: Findings,
  pace: Pace,
): Promise<ReadonlySet<ObjectHash>> {
  const { files } = store.ports;
  const damaged = new Set<ObjectHash>();
  const { root } = store.layout;
  if (files.stat(store.layout.objects)?.kind === "folder")
    await verifyObjects(store, findings, damaged, pace);
  if (isPlainFolder(files, root, "manifests")) await verifyManifests(store, findings, pace);
  if (isPlainFolder(files, root, "code.git", "objects")) await verifyCode(store, findings, pace);
  return damaged;
}

async function verifyObjects(
  store: Store,
  findings: Findings,
  damaged: Set<ObjectHash>,
  pace: Pace,
): Promise<void> {
  const objects = new Objects(store.ports, store.layout); // what is on the disk, not what this process remembers
  for (const stored of objects.list()) {
    const file = store.layout.relative(stored.where === "file" ? stored.file : stored.pack.file);
    findings.counts.objects++;
    try {
      for (const part of objects.slicesOf(stored)) if (part.byteLength > 0) await pace.turn();
    } catch (error) {
      const failure = toFailure(error, said`Cannot read ${file}`);
      if (failure.code === "cancelled") throw failure;
      if (failure.code === "feature.absent") findings.note(file, failure.message, failure.next ?? "");
      else {
        damaged.add(stored.hash);
        findings.damage(file, failure.message, fromCopy);
      }
    }
  }
  const root = store.layout.at("objects");
  for (const { parts } of filesBelow(store.ports.files, root, (name) =>
    findings.seeForeign(`objects/${name}`),
  )) {
    const [shard = "", name = ""] = parts;
    const inPacks = shard === "packs" && packName(name.replace(/\.idx$/, ".pack")) !== undefined;
    const own =
      (store.layout.isElsewhere && parts.join() === markFile) ||
      (parts.length === 2 && (inPacks || isTemporary(name) || (isShard(shard) && objectOfFile(shard, name))));
    if (!own) findings.seeForeign(`objects/${parts.join("/")}`);
  }
}

async function verifyManifests(store: Store, findings: Findings, pace: Pace): Promise<void> {
  const { files } = store.ports;
  const root = store.layout.at("manifests");
  for (const { parts, file } of filesBelow(files, root, (name) => findings.seeForeign(`manifests/${name}`))) {
    await pace.turn();
    const shown = `manifests/${parts.join("/")}`;
    if (isTemporary(parts.at(-1) ?? "")) continue;
    if (parts.length !== 2 || !/^[0-9a-f]{64}$/.test(parts.join(""))) findings.seeForeign(shown);
    else if (sha256(files.readAll(file) ?? "") !== parts.join(""))
      findings.damage(shown, "its content is not what its name says", fromCopy);
    else findings.counts.objects++;
  }
}

async function verifyCode(store: Store, findings: Findings, pace: Pace): Promise<void> {
  const { files } = store.ports;
  const root = store.layout.at("code.git", "objects");
  for (const { parts, file } of filesBelow(files, root, (name) =>
    findings.seeForeign(`code.git/objects/${name}`),
  )) {
    await pace.turn();
    const shown = store.layout.relative(path.join(root, ...parts));
    const name = parts.at(-1) ?? "";
    const loose = parts.length === 2 && /^[0-9a-f]{40}$/.test(parts.join(""));
    const packed = parts.length === 2 && /^pack-[0-9a-f]{40}\.(pack|idx)$/.test(name);
    if (isTemporary(name)) continue;
    if (!loose && !packed) findings.seeForeign(shown);
    else if (loose ? isCodeObject(files, file, parts.join("")) : isSealed(files, file))
      findings.counts.objects++;
    else findings.damage(shown, "its content is not what its name says", fromCopy);
  }
}
