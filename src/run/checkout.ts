import * as fs from "node:fs";
import * as path from "node:path";
import { restoreSnapshot } from "../core/code/restore.js";
import type { Workbench } from "../core/workbench.js";

/**
 * Puts the code of a snapshot into a folder of its own, with links to what the snapshot does not hold (data, virtual
 * environments): so that old code runs on today's data. Returns the folder in which the run's command is to run.
 * @param from root of the work tree from which the snapshot was taken, absolute
 * @param folder the run's folder below that root
 */
export async function checkOut(
  workbench: Workbench,
  code: { readonly commit: string; readonly from: string; readonly folder: string },
  signal: AbortSignal,
): Promise<string> {
  const { layout, ports } = workbench.store;
  const into = layout.at(
    "local",
    "checkouts",
    `${code.commit.slice(0, 12)}-${ports.random(4).toString("hex")}`,
  );
  await fs.promises.mkdir(path.dirname(into), { recursive: true });
  await restoreSnapshot(layout.root, code.commit, into, signal);
  await linkMissing(code.from, into, layout.root, 0);
  const folder = path.join(into, code.folder);
  await fs.promises.mkdir(folder, { recursive: true });
  return folder;
}

/** Folders deeper than this are linked as a whole. */
const deepest = 8;

/** Links what stands in `from` but not in `into`: a missing folder as a whole, the rest of a folder entry by entry. */
async function linkMissing(from: string, into: string, store: string, depth: number): Promise<void> {
  const entries = await fs.promises.readdir(from, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const source = path.join(from, entry.name);
    const target = path.join(into, entry.name);
    if (source === store || entry.name === ".git") continue;
    const there = await fs.promises.lstat(target).catch(() => undefined);
    if (there === undefined) {
      if (isCode(entry.name)) continue; // it was not there when the snapshot was taken
      await fs.promises.symlink(source, target, entry.isDirectory() ? "junction" : "file");
    } else if (entry.isDirectory() && there.isDirectory() && depth < deepest) {
      await linkMissing(source, target, store, depth + 1);
    }
  }
}

const isCode = (name: string): boolean => /\.(py|pyi|ipynb|ts|js|r|jl|sh|toml|cfg|ini|ya?ml)$/i.test(name);
