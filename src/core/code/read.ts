import { Failure } from "../base/failure.js";
import { said, type Said } from "../base/said.js";
import { nodeFiles } from "../base/ports.js";
import { isObjectId, modes, type ObjectId, type SnapshotChange, type SnapshotEntry } from "./model.js";
import { codeFolder, ObjectReader } from "./object-reader.js";
import { PackedCode } from "./packed-code.js";
import type { PackedObject } from "../store/code-pack.js";
import { Pace } from "../store/pace.js";
import { decodeTree } from "./trees.js";
import { badName } from "./tree-names.js";

/** A hostile tree can name the same sub-tree ten times on ten levels. */
const mostEntries = 300_000;
const mostFolders = 500;

interface Row {
  readonly name: string;
  readonly mode: number;
  readonly id: ObjectId;
}

const kinds: ReadonlyMap<number, SnapshotEntry["kind"]> = new Map([
  [modes.file, "file"],
  [modes.executable, "executable"],
  [modes.link, "link"],
  [modes.commit, "submodule"],
]);

/**
 * The snapshots of one store, for reading: from its code store, else from the packs of registered versions in the ledger.
 * Nothing in it is trusted: objects are checked, names are refused.
 */
export class SnapshotReader {
  readonly #objects: ObjectReader;
  readonly #packed: PackedCode;

  constructor(storeFolder: string) {
    this.#objects = new ObjectReader(nodeFiles, codeFolder(storeFolder));
    this.#packed = new PackedCode(nodeFiles, storeFolder);
  }

  async #read(id: ObjectId): Promise<PackedObject | undefined> {
    return (await this.#objects.read(id)) ?? this.#packed.read(id);
  }

  /** An object as it is. @throws Failure `code.notFound`, `store.damaged` */
  async object(id: ObjectId): Promise<PackedObject> {
    const object = await this.#read(id);
    if (!object) throw missing(said`object ${id}`);
    return object;
  }

  /** The tree of a snapshot's commit. @throws Failure `value.invalid`, `code.notFound`, `store.damaged` */
  async treeOf(commit: string): Promise<ObjectId> {
    if (!isObjectId(commit))
      throw new Failure("value.invalid", said`'${commit.slice(0, 100)}' is no snapshot's id.`, {
        next: said`A snapshot's id has 40 hexadecimal digits.`,
      });
    this.#packed.expect(commit);
    const object = await this.#read(commit);
    if (object?.type !== "commit") throw missing(said`snapshot ${commit}`);
    const tree = /^tree ([0-9a-f]{40})\n/.exec(object.content.toString("latin1", 0, 46))?.[1];
    if (tree === undefined) throw new Failure("store.damaged", said`The snapshot ${commit} names no tree.`);
    return tree;
  }

  async blob(id: ObjectId): Promise<Buffer> {
    const object = await this.#read(id);
    if (object?.type !== "blob") throw missing(said`object ${id}`);
    return object.content;
  }

  async rows(tree: ObjectId): Promise<readonly Row[]> {
    const object = await this.#read(tree);
    const rows = object?.type === "tree" ? decodeTree(object.content) : undefined;
    if (!rows) throw missing(said`folder ${tree}`);
    for (const row of rows) {
      const bad = badName(row.name);
      if (bad !== undefined)
        throw new Failure("path.invalid", said`The code store is not to be trusted: '${row.name}': ${bad}.`);
    }
    if (new Set(rows.map((row) => row.name)).size !== rows.length)
      throw new Failure("store.damaged", said`Folder ${tree} of the code store has a name twice.`);
    return rows;
  }

  async *entries(tree: ObjectId, pace: Pace): AsyncGenerator<SnapshotEntry, void> {
    const folders: Row[] = [{ name: "", mode: modes.folder, id: tree }];
    let seen = 0;
    for (let next = folders.pop(); next; next = folders.pop()) {
      for (const row of await this.rows(next.id)) {
        if (++seen > mostEntries)
          throw new Failure("value.tooLarge", said`The snapshot has more than 300,000 files and folders.`);
        const at = next.name === "" ? row.name : `${next.name}/${row.name}`;
        const kind = kinds.get(row.mode);
        if (kind) yield { path: at, kind, id: row.id };
        else if (row.mode === modes.folder && at.split("/").length <= mostFolders)
          folders.push({ ...row, name: at });
        else
          throw new Failure(
            "store.damaged",
            said`The snapshot's entry '${at.slice(0, 200)}' is of no known kind.`,
          );
      }
      await pace.turn();
    }
  }
}

const missing = (what: Said): Failure =>
  new Failure("code.notFound", said`The store's code has no ${what}.`, {
    next: said`Snapshots stay on the machine that took them; \`loam join\` brings those of another copy of the store.`,
  });

/**
 * The content of one file of a snapshot; of a link, its target.
 * @param name its path below the snapshot's root, with forward slashes
 * @throws Failure `code.notFound`, `value.invalid`, `store.damaged`
 */
export async function readSnapshotFile(storeFolder: string, commit: string, name: string): Promise<Buffer> {
  const reader = new SnapshotReader(storeFolder);
  const notThere = (): Failure =>
    new Failure("code.notFound", said`The snapshot ${commit} has no file '${name.slice(0, 200)}'.`);
  let at: Row = { name: "", mode: modes.folder, id: await reader.treeOf(commit) };
  for (const part of name.split("/")) {
    const row =
      at.mode === modes.folder ? (await reader.rows(at.id)).find((one) => one.name === part) : undefined;
    if (!row) throw notThere();
    at = row;
  }
  if (at.mode === modes.folder || at.mode === modes.commit) throw notThere();
  return reader.blob(at.id);
}

/** The files, links and submodules of a snapshot, in order of their paths. Failures as `readSnapshotFile`. */
export async function listSnapshot(
  storeFolder: string,
  commit: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<SnapshotEntry[]> {
  const reader = new SnapshotReader(storeFolder);
  const entries: SnapshotEntry[] = [];
  const pace = new Pace(signal, said`listing a snapshot`);
  for await (const entry of reader.entries(await reader.treeOf(commit), pace)) entries.push(entry);
  return entries.sort(byPath);
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;

/**
 * What differs from snapshot `before` to snapshot `after`, in order of paths. Folders that are the same in both are
 * not read. Failures as `readSnapshotFile`.
 */
export async function compareSnapshots(
  storeFolder: string,
  before: string,
  after: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<SnapshotChange[]> {
  const reader = new SnapshotReader(storeFolder);
  const pace = new Pace(signal, said`comparing snapshots`);
  const comparison = new TreeComparison(reader, pace);
  await comparison.folders("", await reader.treeOf(before), await reader.treeOf(after));
  return comparison.changes.sort(byPath);
}

class TreeComparison {
  readonly changes: SnapshotChange[] = [];
  readonly #reader: SnapshotReader;
  readonly #pace: Pace;

  constructor(reader: SnapshotReader, pace: Pace) {
    this.#reader = reader;
    this.#pace = pace;
  }

  async folders(prefix: string, before: ObjectId, after: ObjectId): Promise<void> {
    if (before === after) return;
    if (prefix.split("/").length > mostFolders)
      throw new Failure("store.damaged", said`The snapshot's folders are nested too deeply.`);
    await this.#pace.turn();
    const old = new Map((await this.#reader.rows(before)).map((row) => [row.name, row]));
    for (const row of await this.#reader.rows(after)) {
      await this.#pair(prefix + row.name, old.get(row.name), row);
      old.delete(row.name);
    }
    for (const row of old.values()) await this.#pair(prefix + row.name, row, undefined);
  }

  async #pair(at: string, before: Row | undefined, after: Row | undefined): Promise<void> {
    if (before && after && before.id === after.id && before.mode === after.mode) return;
    if (before?.mode === modes.folder && after?.mode === modes.folder)
      return this.folders(`${at}/`, before.id, after.id);
    const [was, is] = [entryOf(at, before), entryOf(at, after)];
    if (was && is) this.changes.push({ path: at, state: "modified", before: was, after: is });
    else if (is) this.changes.push({ path: at, state: "added", after: is });
    else if (was) this.changes.push({ path: at, state: "deleted", before: was });
    if (before?.mode === modes.folder)
      for await (const entry of this.#reader.entries(before.id, this.#pace))
        this.changes.push({ path: `${at}/${entry.path}`, state: "deleted", before: below(at, entry) });
    if (after?.mode === modes.folder)
      for await (const entry of this.#reader.entries(after.id, this.#pace))
        this.changes.push({ path: `${at}/${entry.path}`, state: "added", after: below(at, entry) });
  }
}

const below = (folder: string, entry: SnapshotEntry): SnapshotEntry => ({
  ...entry,
  path: `${folder}/${entry.path}`,
});

function entryOf(at: string, row: Row | undefined): SnapshotEntry | undefined {
  const kind = row && kinds.get(row.mode);
  return row && kind ? { path: at, kind, id: row.id } : undefined;
}
