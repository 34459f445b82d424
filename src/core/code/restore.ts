import * as fs from "node:fs";
import * as path from "node:path";
import { Failure, systemCode, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Restored, SnapshotEntry } from "./model.js";
import { Pace } from "../store/pace.js";
import { SnapshotReader } from "./read.js";
import { badTarget, notOnWindows } from "./tree-names.js";

/**
 * Writes the files of a snapshot into a new folder (or one that is there and empty). Nothing that exists is ever
 * written over, and nothing outside the folder is written: links come last, and only those that stay inside.
 * @throws Failure `name.taken` (the folder is not empty), `code.notFound`, `store.damaged`, `cancelled`, `store.*`
 */
export async function restoreSnapshot(
  storeFolder: string,
  commit: string,
  intoFolder: string,
  signal: AbortSignal,
): Promise<Restored> {
  const pace = new Pace(signal, said`restoring a snapshot`);
  try {
    pace.check();
    const reader = new SnapshotReader(storeFolder);
    const entries: SnapshotEntry[] = [];
    for await (const entry of reader.entries(await reader.treeOf(commit), pace)) entries.push(entry);
    makeEmptyFolder(intoFolder);
    return await new Restoration(reader, path.resolve(intoFolder), pace).run(entries);
  } catch (error) {
    throw toFailure(error, said`restoring a snapshot into ${intoFolder}`);
  }
}

function makeEmptyFolder(folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
  if (fs.readdirSync(folder).length > 0)
    throw new Failure("name.taken", said`The folder ${folder} is not empty.`, {
      next: said`Name a folder that does not exist yet.`,
    });
}

class Restoration {
  readonly #reader: SnapshotReader;
  readonly #root: string;
  readonly #pace: Pace;
  readonly #folders = new Set<string>();
  readonly #skipped: { readonly path: string; readonly why: string }[] = [];
  #files = 0;
  #bytes = 0;

  constructor(reader: SnapshotReader, root: string, pace: Pace) {
    this.#reader = reader;
    this.#root = root;
    this.#pace = pace;
  }

  async run(entries: readonly SnapshotEntry[]): Promise<Restored> {
    const links = entries.filter((entry) => entry.kind === "link");
    for (const entry of [...entries.filter((one) => one.kind !== "link"), ...links]) {
      const why = await this.#put(entry);
      if (why !== undefined) this.#skipped.push({ path: entry.path, why });
      await this.#pace.turn();
    }
    return { files: this.#files, bytes: this.#bytes, skipped: this.#skipped };
  }

  /** Why an entry was not put there; undefined where it was. */
  async #put(entry: SnapshotEntry): Promise<string | undefined> {
    const names = entry.path.split("/");
    const unfit = process.platform === "win32" ? names.map(notOnWindows).find(Boolean) : undefined;
    if (unfit !== undefined) return unfit.text;
    if (entry.kind === "submodule") return `it is a submodule; check out its commit ${entry.id} there`;
    const content = await this.#reader.blob(entry.id);
    const target = content.toString("utf8");
    const bad = entry.kind === "link" ? badTarget(entry.path, target) : undefined;
    if (bad !== undefined) return bad.text;
    try {
      this.#makeFolders(names.slice(0, -1));
      const file = path.join(this.#root, ...names);
      if (entry.kind === "link") fs.symlinkSync(target, file);
      else fs.writeFileSync(file, content, { flag: "wx", mode: entry.kind === "executable" ? 0o777 : 0o666 });
    } catch (error) {
      const code = systemCode(error);
      if (code === "EEXIST" || code === "ENOTDIR")
        return "another name of the snapshot is the same name on this file system";
      if (code === "ENAMETOOLONG" || code === "EILSEQ" || code === "EINVAL")
        return "this file system cannot hold its name";
      if (entry.kind === "link" && code === "EPERM") return "this system does not let links be made";
      throw error;
    }
    this.#files++;
    this.#bytes += content.length;
    return undefined;
  }

  /** Makes each folder itself, so that none is ever a link or a folder that was there before. */
  #makeFolders(names: readonly string[]): void {
    let at = this.#root;
    for (const name of names) {
      at = path.join(at, name);
      if (this.#folders.has(at)) continue;
      fs.mkdirSync(at);
      this.#folders.add(at);
    }
  }
}
