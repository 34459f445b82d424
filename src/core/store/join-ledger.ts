import * as path from "node:path";
import { codePackCommit, faultOfCodePack, readCodePack } from "./code-pack.js";
import { isPlainFolder } from "./entity-walk.js";
import { copyNew } from "./join-files.js";
import type { Joining } from "./join-report.js";
import { isTemporary } from "./left-overs.js";
import { isMonth, ledgerName, readLedgerFile } from "./ledger-file.js";
import { createFile } from "./whole-file.js";

/**
 * Takes over the facts of the other's ledger. What stands in its `ledger/` comes into ours; what only its `local/ledger`
 * remembers (facts of other branches) is only remembered here too.
 */
export async function joinLedger(joining: Joining): Promise<void> {
  const { store, other, report } = joining;
  store.ledger.refresh();
  const { layout } = store;
  if (isPlainFolder(joining.files, other.root, "ledger"))
    report.ledger.added += await takeOver(joining, other.ledger, layout.ledger, []);
  if (isPlainFolder(joining.files, other.root, "ledger", "code")) await joinPacks(joining);
  if (isPlainFolder(joining.files, other.root, "local", "ledger"))
    report.ledger.remembered += await takeOver(joining, other.localLedger, layout.localLedger, [
      layout.ledger,
    ]);
  store.ledger.refresh();
}

async function takeOver(
  joining: Joining,
  from: string,
  to: string,
  elsewhere: readonly string[],
): Promise<number> {
  const { files, other, store, pace } = joining;
  let added = 0;
  for (const { name: month, kind } of files.list(from)) {
    const folder = path.join(from, month);
    if (kind !== "folder" || !isMonth(month)) {
      if (month !== "code") joining.leave(other.relative(folder), "not a month of the ledger");
      continue;
    }
    for (const entry of files.list(folder)) {
      await pace.turn();
      const shown = other.relative(path.join(folder, entry.name));
      const name = ledgerName(entry.name);
      if (name === undefined) {
        joining.leave(shown, "not a fact's file");
        continue;
      }
      if ([to, ...elsewhere].some((ours) => files.stat(path.join(ours, month, entry.name)))) continue;
      const read = readLedgerFile(files, path.join(folder, entry.name), name);
      if (typeof read === "string") joining.leave(shown, read);
      if (read === undefined || typeof read === "string") continue;
      files.makeFolder(path.join(to, month));
      const target = path.join(to, month, entry.name);
      if (!createFile(store.ports, target, read.bytes, { durable: false })) continue;
      joining.unsynced.add(target);
      joining.report.bytes += read.bytes.byteLength;
      added++;
    }
  }
  return added;
}

/** Takes over the code of registered versions, but for what was purged here. */
async function joinPacks(joining: Joining): Promise<void> {
  const { files, other, store, pace, report } = joining;
  store.ledger.refresh();
  for (const { name } of files.list(path.join(other.ledger, "code"))) {
    await pace.turn();
    const file = path.join(other.ledger, "code", name);
    const target = path.join(store.layout.ledger, "code", name);
    const commit = codePackCommit(name);
    if (commit === undefined || files.stat(target)) {
      if (commit === undefined && !isTemporary(name))
        joining.leave(`ledger/code/${name}`, "not a pack of code");
      continue;
    }
    const objects = readCodePack(files, file);
    const isPurged =
      typeof objects !== "string" && [...store.purged.codeObjects].some((id) => objects.has(id));
    const fault = isPurged ? undefined : faultOfCodePack(files, file, commit);
    if (isPurged) report.purged++;
    else if (fault !== undefined) joining.leave(`ledger/code/${name}`, fault);
    else {
      const source = { name, shown: `ledger/code/${name}`, file, from: 0, to: files.stat(file)?.size ?? 0 };
      if (await copyNew(joining, source, target)) report.objects.added++;
    }
  }
}
