import * as path from "node:path";
import { isPlainFolder } from "./entity-walk.js";
import { isMonth, ledgerName, readLedgerFile, type LedgerFile } from "./ledger-file.js";
import { isTemporary } from "./left-overs.js";
import type { Pace } from "./pace.js";
import type { Store } from "./store.js";

/** A fact as it stands on disk. `file` is below the store's root. */
export interface LedgerFact {
  readonly file: string;
  readonly read: LedgerFile;
}

/** The files of a ledger by `<ulid>-<16 hex>`: those that are what was written, and why the others are not. */
export interface LedgerOnDisk {
  readonly good: ReadonlyMap<string, LedgerFact>;
  readonly bad: ReadonlyMap<string, { readonly file: string; readonly why: string }>;
}

interface Reading {
  /** Told of files that are none of a ledger. */
  readonly foreign?: (file: string) => void;
  /** Which facts are read, by `<ulid>-<16 hex>`; default: all. */
  readonly wanted?: (name: string) => boolean;
}

/** Reads `ledger/`, or what `local/ledger` remembers of it, anew from the disk: nothing that was read before counts. */
export async function ledgerOnDisk(
  store: Store,
  which: "ledger" | "local/ledger",
  pace: Pace,
  { foreign = () => undefined, wanted = () => true }: Reading = {},
): Promise<LedgerOnDisk> {
  const { files } = store.ports;
  const good = new Map<string, LedgerFact>();
  const bad = new Map<string, { readonly file: string; readonly why: string }>();
  const below = which.split("/");
  if (!isPlainFolder(files, store.layout.root, ...below)) return { good, bad };
  const root = store.layout.at(...below);
  for (const { name: month, kind } of files.list(root)) {
    const folder = path.join(root, month);
    if (kind !== "folder" || !isMonth(month)) {
      if (month !== "code" && !isTemporary(month)) foreign(store.layout.relative(folder));
      continue;
    }
    for (const entry of files.list(folder)) {
      await pace.turn();
      const name = ledgerName(entry.name);
      const file = store.layout.relative(path.join(folder, entry.name));
      if (name === undefined) {
        if (!isTemporary(entry.name)) foreign(file);
        continue;
      }
      if (!wanted(name)) continue;
      const read = readLedgerFile(files, path.join(folder, entry.name), name);
      if (typeof read === "string") bad.set(name, { file, why: read });
      else if (read) good.set(name, { file, read });
    }
  }
  return { good, bad };
}
