import * as path from "node:path";
import { codePackCommit, faultOfCodePack, readCodePack } from "./code-pack.js";
import { isPlainFolder } from "./entity-walk.js";
import { copyNew } from "./join-files.js";
import type { Joining } from "./join-report.js";
import { isTemporary } from "./left-overs.js";
import { isMonth, ledgerName, readLedgerFile } from "./ledger-file.js";
import { createFile, replaceFile } from "./whole-file.js";

/** A fact of the other's ledger that ours lacks. */
export interface NewFact {
  readonly file: string;
  /** `<ulid>-<16 hex>`, and the month in which it stands. */
  readonly name: string;
  readonly month: string;
  /** Names of facts that its writer knew. */
  readonly heads: readonly string[];
  /** Only its `local/ledger` has it: it is of another branch, and only remembered here too. */
  readonly remembered: boolean;
}

/** Reads what is new in the other's ledger, and heeds at once what that says was purged. Nothing is written yet. */
export async function lookAtLedger(joining: Joining): Promise<readonly NewFact[]> {
  const { store, other, files } = joining;
  store.ledger.refresh();
  const { ledger, localLedger } = store.layout;
  const found = new Map<string, NewFact>();
  if (isPlainFolder(files, other.root, "ledger")) await lookAt(joining, other.ledger, [ledger], found);
  if (isPlainFolder(files, other.root, "local", "ledger"))
    await lookAt(joining, other.localLedger, [localLedger, ledger], found);
  return [...found.values()];
}

async function lookAt(
  joining: Joining,
  from: string,
  ours: readonly string[],
  found: Map<string, NewFact>,
): Promise<void> {
  const { files, other, store, pace } = joining;
  for (const { name: month, kind } of files.list(from)) {
    const folder = path.join(from, month);
    if (kind !== "folder" || !isMonth(month)) {
      if (month !== "code") joining.leave(other.relative(folder), "not a month of the ledger");
      continue;
    }
    for (const entry of files.list(folder)) {
      await pace.turn();
      const file = path.join(folder, entry.name);
      const name = ledgerName(entry.name);
      if (name === undefined) joining.leave(other.relative(file), "not a fact's file");
      if (name === undefined || found.has(name)) continue;
      const copies = ours
        .map((place) => path.join(place, month, entry.name))
        .filter((one) => files.stat(one));
      if (copies.some((one) => !joining.damaged.files.has(store.layout.relative(one)))) continue;
      const read = readLedgerFile(files, file, name);
      if (typeof read === "string") joining.leave(other.relative(file), read);
      if (read === undefined || typeof read === "string") continue;
      store.purged.foresee(read.fact);
      found.set(name, { file, name, month, heads: read.heads, remembered: from === other.localLedger });
    }
  }
}

/**
 * Takes over facts, when the contents that they name are here. What stands in the other's `ledger/` comes into ours; what
 * only its `local/ledger` remembers is only remembered here too. No fact comes before those that its writer knew.
 */
export async function joinLedger(joining: Joining, facts: readonly NewFact[]): Promise<void> {
  const { store, report, pace } = joining;
  if (isPlainFolder(joining.files, joining.other.root, "ledger", "code")) await joinPacks(joining);
  for (const fact of afterTheirHeads(facts)) {
    await pace.turn();
    if (!takeOver(joining, fact)) continue;
    if (fact.remembered) report.ledger.remembered++;
    else report.ledger.added++;
  }
  store.ledger.refresh();
}

function* afterTheirHeads(facts: readonly NewFact[]): Generator<NewFact> {
  const left = new Map(facts.map((fact) => [fact.name, fact]));
  for (const first of facts) {
    const stack = left.delete(first.name) ? [first] : [];
    for (let fact = stack.at(-1); fact; fact = stack.at(-1)) {
      const head = fact.heads.flatMap((name) => left.get(name) ?? [])[0];
      if (head) {
        left.delete(head.name);
        stack.push(head);
      } else {
        stack.pop();
        yield fact;
      }
    }
  }
}

function takeOver(joining: Joining, fact: NewFact): boolean {
  const { files, store, unsynced, report } = joining;
  const read = readLedgerFile(files, fact.file, fact.name);
  if (read === undefined || typeof read === "string") return false; // it went meanwhile
  const { ledger, localLedger } = store.layout;
  const folder = path.join(fact.remembered ? localLedger : ledger, fact.month);
  const target = path.join(folder, `${fact.name}.json`);
  files.makeFolder(folder);
  if (joining.damaged.files.has(store.layout.relative(target)))
    replaceFile(store.ports, target, read.bytes, { durable: false });
  else if (!createFile(store.ports, target, read.bytes, { durable: false })) return false;
  joining.mends(target);
  unsynced.add(target);
  report.bytes += read.bytes.byteLength;
  return true;
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
    const isPurged = !("template" in objects) && [...store.purged.codeObjects].some((id) => objects.has(id));
    const fault = isPurged ? undefined : faultOfCodePack(files, file, commit);
    if (isPurged) report.purged++;
    else if (fault !== undefined) joining.leave(`ledger/code/${name}`, fault.text);
    else {
      const source = { name, shown: `ledger/code/${name}`, file, from: 0, to: files.stat(file)?.size ?? 0 };
      if (await copyNew(joining, source, target)) report.objects.added++;
    }
  }
}
