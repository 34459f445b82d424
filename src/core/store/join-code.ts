import * as path from "node:path";
import { isCodeObject, isSealed } from "./code-files.js";
import { filesBelow, isPlainFolder } from "./entity-walk.js";
import { copyNew } from "./join-files.js";
import type { Joining } from "./join-report.js";

const largestIndex = 256 * 1024 * 1024;

/** Objects and packs of the code store that ours lacks. Purged ones, and packs that hold one, are left. */
export async function joinCode(joining: Joining): Promise<void> {
  const { store, other, files, pace, report } = joining;
  if (!isPlainFolder(files, other.root, "code.git", "objects")) return;
  const root = other.at("code.git", "objects");
  const found = [...filesBelow(files, root, (name, why) => joining.leave(`code.git/objects/${name}`, why))];
  // A pack is found by its index, which so has to come after it.
  const packsFirst = found.toSorted((a, b) => Number(isIndex(a.parts)) - Number(isIndex(b.parts)));
  const leftPacks = new Set<string>();
  for (const { parts, file } of packsFirst) {
    await pace.turn();
    const shown = `code.git/objects/${parts.join("/")}`;
    const target = store.layout.at("code.git", "objects", ...parts);
    if (files.stat(target)) continue;
    const verdict = judge(joining, parts, file, leftPacks);
    if (verdict !== "good") {
      if (verdict === "purged") report.purged++;
      else joining.leave(shown, verdict);
      continue;
    }
    const source = { name: parts.at(-1) ?? "", shown, file, from: 0, to: files.stat(file)?.size ?? 0 };
    if (await copyNew(joining, source, target)) report.objects.added++;
  }
}

const packFile = /^(pack-[0-9a-f]{40})\.(pack|idx)$/;
const isIndex = (parts: readonly string[]): boolean => parts.at(-1)?.endsWith(".idx") === true;

/** "good", "purged", or why the file is left. */
function judge(joining: Joining, parts: readonly string[], file: string, leftPacks: Set<string>): string {
  const { files, store } = joining;
  const [shard = "", name = ""] = parts;
  if (parts.length !== 2) return "not a file of a code store";
  if (/^[0-9a-f]{2}$/.test(shard) && /^[0-9a-f]{38}$/.test(name)) {
    if (store.purged.codeObjects.has(`${shard}${name}`)) return "purged";
    return isCodeObject(files, file, `${shard}${name}`) ? "good" : "its content is not what its name says";
  }
  const [, pack, ending] = shard === "pack" ? (packFile.exec(name) ?? []) : [];
  if (pack === undefined) return "not a file of a code store";
  const index = path.join(path.dirname(file), `${pack}.idx`);
  if (ending === "idx") return leftPacks.has(pack) || !isSealed(files, file) ? "not a whole index" : "good";
  const purged = [...store.purged.codeObjects].some((id) => hasObject(files.readAll(index), id));
  const sealed = (files.stat(index)?.size ?? 0) < largestIndex && isSealed(files, file);
  if (purged || !sealed) leftPacks.add(pack);
  return purged ? "it holds what was purged here" : sealed ? "good" : "not a whole pack";
}

/** Whether an index of version 2 names an object. */
function hasObject(index: Buffer | undefined, id: string): boolean {
  if (!index || index.byteLength < 1072) return false;
  const wanted = Buffer.from(id, "hex");
  const count = index.readUInt32BE(8 + 255 * 4);
  const names = index.subarray(1032, 1032 + count * 20);
  for (let at = names.indexOf(wanted); at >= 0; at = names.indexOf(wanted, at + 1))
    if (at % 20 === 0) return true;
  return false;
}
