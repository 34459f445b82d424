import { byteString } from "./wildcard.js";
import { modes, type ObjectId } from "./model.js";
import type { Pace } from "../store/pace.js";
import { objectIdOf } from "./object-reader.js";

/** A file, link or submodule on its way into a tree. */
export interface TreeLeaf {
  readonly path: string;
  readonly mode: number;
  readonly id: ObjectId;
}

export interface BuiltTree {
  readonly folder: string;
  readonly id: ObjectId;
  readonly content: Buffer;
}

interface Row {
  readonly name: string;
  readonly mode: number;
  readonly id: ObjectId;
}

/** Git sorts by bytes, a folder as if a slash ended its name. */
const sortKey = (row: Row): string => byteString(row.mode === modes.folder ? `${row.name}/` : row.name);

export function encodeTree(rows: readonly Row[]): Buffer {
  const sorted = rows.map((row) => ({ row, key: sortKey(row) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  return Buffer.concat(
    sorted.flatMap(({ row }) => [
      Buffer.from(`${row.mode.toString(8)} ${row.name}\0`),
      Buffer.from(row.id, "hex"),
    ]),
  );
}

/** The trees of a set of files, each after those in it; the last one is the root's. */
export async function buildTrees(leaves: Iterable<TreeLeaf>, pace: Pace): Promise<BuiltTree[]> {
  const folders = new Map<string, Row[]>([["", []]]);
  const rowsOf = (folder: string): Row[] => {
    let rows = folders.get(folder);
    if (!rows) {
      folders.set(folder, (rows = []));
      rowsOf(parentOf(folder)); // so that every folder on the way is there
    }
    return rows;
  };
  for (const leaf of leaves)
    rowsOf(parentOf(leaf.path)).push({ name: nameOf(leaf.path), mode: leaf.mode, id: leaf.id });
  await pace.turn();
  const depth = (folder: string): number => (folder === "" ? 0 : folder.split("/").length);
  const deepestFirst = [...folders.keys()]
    .map((folder) => ({ folder, depth: depth(folder) }))
    .sort((a, b) => b.depth - a.depth);
  const trees: BuiltTree[] = [];
  for (const { folder } of deepestFirst) {
    const content = encodeTree(folders.get(folder) ?? []);
    const id = objectIdOf("tree", content);
    if (folder !== "") folders.get(parentOf(folder))?.push({ name: nameOf(folder), mode: modes.folder, id });
    trees.push({ folder, id, content });
    await pace.turn();
  }
  return trees;
}

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The rows of a tree; undefined where the bytes are no tree. Names are not checked. */
export function decodeTree(content: Buffer): Row[] | undefined {
  const rows: Row[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const zero = content.indexOf(0, at);
    if (space < 0 || zero < space || zero + 21 > content.length) return undefined;
    const mode = Number.parseInt(content.toString("latin1", at, space), 8);
    if (!Number.isInteger(mode)) return undefined;
    rows.push({
      name: content.toString("utf8", space + 1, zero),
      mode,
      id: content.toString("hex", zero + 1, zero + 21),
    });
    at = zero + 21;
  }
  return rows;
}
