import * as path from "node:path";
import { codePackCommit, faultOfCodePack } from "./code-pack.js";
import { addingCommits } from "./git-authors.js";
import { isPlainFolder } from "./entity-walk.js";
import { ledgerOnDisk, type LedgerFact } from "./ledger-on-disk.js";
import type { Pace } from "./pace.js";
import type { Store } from "./store.js";
import { isTemporary } from "./left-overs.js";
import type { Findings } from "./verify-report.js";
import { tooFarAhead, type Now } from "./verify-clock.js";

/** Walks the graph of the ledger: altered facts, and facts that survivors name but that are nowhere. */
export async function verifyLedger(
  store: Store,
  findings: Findings,
  now: Now,
  pace: Pace,
  signal: AbortSignal,
): Promise<void> {
  const foreign = (file: string): void => {
    findings.seeForeign(file);
  };
  const shared = await ledgerOnDisk(store, "ledger", pace, { foreign });
  const local = await ledgerOnDisk(store, "local/ledger", pace, { foreign });
  const all = new Map([...local.good, ...shared.good]);
  for (const [name, { file, why }] of [...shared.bad, ...local.bad]) {
    const other = all.get(name);
    if (other) findings.note(file, `${why}; ${other.file} still has it`, `Replace it by ${other.file}.`);
    else findings.damage(file, why, "Take it from git, or join a copy that has it: `loam join OTHER`.");
  }
  for (const [name, { file, read }] of all) {
    findings.counts.ledger++;
    findings.seeKind("ledger", read.fact.kind);
    tooFarAhead(read.fact, file, now, findings);
    if (!shared.good.has(name)) findings.counts.notOnBranch++;
    for (const head of read.heads) {
      if (all.has(head) || shared.bad.has(head) || local.bad.has(head)) continue;
      findings.damage(
        file,
        `it follows the fact ${head.slice(0, 50)}, which is nowhere: removed, or never committed by its author`,
        "Take it from git, or join a copy that has it: `loam join OTHER`.",
      );
    }
  }
  await verifyPacks(store, findings, pace);
  await nameAuthors(store, all, findings, signal);
}

/** The code of registered versions, which travels with their facts. */
async function verifyPacks(store: Store, findings: Findings, pace: Pace): Promise<void> {
  const { files } = store.ports;
  if (!isPlainFolder(files, store.layout.root, "ledger", "code")) return;
  const folder = path.join(store.layout.ledger, "code");
  for (const { name } of files.list(folder)) {
    await pace.turn();
    const file = `ledger/code/${name}`;
    const commit = codePackCommit(name);
    if (commit === undefined) {
      if (!isTemporary(name)) findings.seeForeign(file);
      continue;
    }
    const fault = faultOfCodePack(files, path.join(folder, name), commit);
    if (fault === undefined) findings.counts.objects++;
    else
      findings.damage(file, fault.text, "Take it from git, or join a copy that has it: `loam join OTHER`.");
  }
}

async function nameAuthors(
  store: Store,
  all: ReadonlyMap<string, LedgerFact>,
  findings: Findings,
  signal: AbortSignal,
): Promise<void> {
  const commits = await addingCommits(store.ports.files, store.layout, signal);
  for (const [name, { file, read }] of all) {
    const { kind, at, author } = read.fact;
    const inLedger = file.replace(/^local\//, "");
    const commit = commits ? (commits.get(inLedger) ?? "uncommitted") : "unknown";
    findings.authors.push({ fact: name, kind, at, author, commit });
  }
}
