import * as fs from "node:fs";
import * as path from "node:path";
import { restoreSnapshot } from "../core/code/restore.js";
import type { Workbench } from "../core/workbench.js";
import type { Checkout, Standing } from "./checkout-place.js";

/**
 * Puts the code of a snapshot into a folder of its own, with links to what the snapshot does not hold (data, virtual
 * environments): so that old code runs on today's data. Returns where the run's command is to run.
 * @param code what the run recorded of it
 * @param from root of the work tree from which the snapshot was taken, absolute
 */
export async function checkOut(
  workbench: Workbench,
  code: Checkout["code"],
  from: string,
  signal: AbortSignal,
): Promise<Standing> {
  const { layout, ports } = workbench.store;
  const into = layout.at(
    "local",
    "checkouts",
    `${code.commit.slice(0, 12)}-${ports.random(4).toString("hex")}`,
  );
  await fs.promises.mkdir(path.dirname(into), { recursive: true });
  await restoreSnapshot(layout.root, code.commit, into, signal);
  await linkMissing(from, into, layout.root, 0);
  const folder = path.join(into, code.folder);
  await fs.promises.mkdir(folder, { recursive: true });
  return { folder, checkout: { root: into, from, code } };
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
