import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import type { AttributeValue } from "./attributes.js";
import type { Kept } from "./collect.js";
import { readChunks, readInto, statOf, within } from "./disk.js";
import { isAsStaged, type IndexEntry } from "./git-index.js";
import type { HeadFile } from "./head-files.js";
import type { HeadNote } from "./left-out.js";
import { takesLineEnds, withLineFeeds } from "./line-ends.js";
import { limits, modes, type Changed, type ChangedFile, type ChangeState, type LfsPointer } from "./model.js";
import { objectIdOf } from "./object-reader.js";
import type { Pace } from "../store/pace.js";
import { parentOf } from "./trees.js";
import type { WorkTree } from "./work-tree.js";

/** Of a left-out file so much is read to compare it with HEAD, and so much of all together. */
const hashedBytes = { file: 20_000_000, total: 100_000_000 };

/** The git attributes of a path of the work tree. */
export type AttributesOf = (name: string) => (attribute: string) => AttributeValue;

export interface Comparison {
  readonly changed: Extract<Changed, { state: "known" }>;
  /** HEAD's files that stand in the work tree but not in the snapshot. */
  readonly notes: ReadonlyMap<string, HeadNote>;
}

/** Compares the work tree with HEAD as `git status` would, through what the index knows, without git's locks. */
export class HeadComparison {
  readonly #tree: WorkTree;
  readonly #head: ReadonlyMap<string, HeadFile>;
  readonly #pointers: ReadonlyMap<string, LfsPointer>;
  readonly #attributes: AttributesOf;
  #made: Buffer | undefined;
  readonly #found: ChangedFile[] = [];
  readonly #notes = new Map<string, HeadNote>();
  #left = hashedBytes.total;

  /** @param pointers the LFS pointers that HEAD has, by the id of their blob */
  constructor(
    tree: WorkTree,
    head: ReadonlyMap<string, HeadFile>,
    pointers: ReadonlyMap<string, LfsPointer>,
    attributes: AttributesOf,
  ) {
    this.#attributes = attributes;
    this.#tree = tree;
    this.#head = head;
    this.#pointers = pointers;
  }

  async compare(kept: ReadonlyMap<string, Kept>, pace: Pace): Promise<Comparison> {
    for (const [name, file] of this.#head) {
      const one = kept.get(name);
      const state = one
        ? this.#compareKept(file, one)
        : isBelowLeaf(name, kept)
          ? "deleted"
          : await this.#compareOther(name, file, pace);
      if (state !== undefined) this.#found.push({ path: name, state });
      await pace.turn();
    }
    for (const name of kept.keys())
      if (!this.#head.has(name))
        this.#found.push({ path: name, state: this.#tree.index?.entries.has(name) ? "added" : "untracked" });
    const files = this.#found.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, limits.listed);
    return { changed: { state: "known", count: this.#found.length, files }, notes: this.#notes };
  }

  get #buffer(): Buffer {
    return (this.#made ??= Buffer.allocUnsafe(limits.fileBytes + 1));
  }

  #staged(name: string, stat: Stats): IndexEntry | undefined {
    const { index } = this.#tree;
    const entry = index?.entries.get(name);
    return entry && index && isAsStaged(entry, stat, index) ? entry : undefined;
  }

  #compareKept(file: HeadFile, one: Kept): ChangeState | undefined {
    if (one.mode !== file.mode) return "modified";
    if (one.id === file.id) return undefined;
    if (one.candidate.kind === "submodule") return "modified";
    const staged = this.#staged(one.candidate.path, one.candidate.stat);
    if (staged) return staged.id === file.id ? undefined : "modified";
    return this.#sameText(file, one) ? undefined : "modified";
  }

  /** For a file whose own id is not HEAD's: it may still be, under SHA-256 or with other line ends. */
  #sameText(file: HeadFile, one: Kept): boolean {
    const { algorithm, config, root } = this.#tree;
    const converts = one.crlf && takesLineEnds(one.candidate.attribute, config);
    if (one.candidate.kind !== "file" || (algorithm === "sha1" && !converts)) return false;
    const content = readInto(within(root, one.candidate.path), this.#buffer);
    if (!content) return false;
    return (
      objectIdOf("blob", content, algorithm) === file.id ||
      (converts && objectIdOf("blob", withLineFeeds(content), algorithm) === file.id)
    );
  }

  /** A file of HEAD that the snapshot does not hold: gone, not checked out, or left out. */
  async #compareOther(name: string, file: HeadFile, pace: Pace): Promise<ChangeState | undefined> {
    const { index, root } = this.#tree;
    const stat = statOf(within(root, name));
    if (!stat || (stat.isDirectory() && file.mode !== modes.commit)) {
      const sparse =
        index?.entries.get(name)?.skipWorktree === true ||
        index?.sparseFolders.some((folder) => name.startsWith(folder)) === true;
      return sparse ? undefined : "deleted";
    }
    const pointer = this.#pointers.get(file.id) ?? null;
    const same = stat.isFile() ? await this.#sameContent(name, file, stat, pointer, pace) : null;
    this.#notes.set(name, { head: file.id, sameAsHead: same, pointer });
    return same === false ? "modified" : undefined;
  }

  async #sameContent(
    name: string,
    file: HeadFile,
    stat: Stats,
    pointer: LfsPointer | null,
    pace: Pace,
  ): Promise<boolean | null> {
    const staged = this.#staged(name, stat);
    if (staged) return staged.id === file.id;
    if (pointer && pointer.bytes !== stat.size) return false;
    if (stat.size > Math.min(hashedBytes.file, this.#left)) return null;
    this.#left -= stat.size;
    const hash = createHash(pointer ? "sha256" : this.#tree.algorithm);
    if (!pointer) hash.update(`blob ${stat.size}\0`);
    let read = 0;
    for (const chunk of readChunks(within(this.#tree.root, name), this.#buffer)) {
      hash.update(chunk);
      read += chunk.length;
      await pace.turn();
    }
    if (read !== stat.size) return null;
    const id = hash.digest("hex");
    if (id === (pointer ? pointer.sha256 : file.id)) return true;
    return pointer || !this.#mayBeFiltered(name) ? false : null;
  }

  /** Whether git makes its content of this file's by a filter or by line ends; that is not done for large files. */
  #mayBeFiltered(name: string): boolean {
    const attribute = this.#attributes(name);
    return typeof attribute("filter") === "string" || takesLineEnds(attribute, this.#tree.config);
  }
}
/** True where a file or link now stands in the place of a folder above `name`. */
function isBelowLeaf(name: string, kept: ReadonlyMap<string, Kept>): boolean {
  for (let folder = parentOf(name); folder !== ""; folder = parentOf(folder))
    if (kept.has(folder)) return true;
  return false;
}
