import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Ports } from "../base/ports.js";
import { HeadComparison, type AttributesOf } from "./changes.js";
import { Collector, type Kept } from "./collect.js";
import { readHead } from "./head.js";
import { readHeadFiles, type HeadFiles } from "./head-files.js";
import { LeftOutList, type HeadNote } from "./left-out.js";
import { readPointers } from "./lfs.js";
import type { Changed, Head, ObjectId, Snapshot } from "./model.js";
import { codeFolder, objectIdOf } from "./object-reader.js";
import { ObjectWriter } from "./object-writer.js";
import { Pace } from "../store/pace.js";
import { StatCache } from "./stat-cache.js";
import { buildTrees, parentOf } from "./trees.js";
import { Walk, type Candidate } from "./walk.js";
import { openWorkTree, withTracked, type WorkTree } from "./work-tree.js";

export interface SnapshotRequest {
  /** Where the code is; the snapshot holds the whole git work tree around it, where there is one. */
  readonly folder: string;
  readonly storeFolder: string;
  readonly ports: Ports;
  /** A moment, Unix milliseconds: files that came after it are not the code but what the code wrote. */
  readonly until?: number;
  /** The commit's message; default "Code snapshot". */
  readonly message?: string;
}

/**
 * Keeps the code as it is now, uncommitted and untracked text files included, as a commit of the store's `code.git`.
 * Nothing of the user's repository is written, locked or refreshed. Works in slices of a few milliseconds; durable
 * when it returns.
 * @throws Failure `path.invalid` (no such folder), `cancelled`, `store.full`, `store.readOnly`, `store.io`
 */
export async function takeSnapshot(request: SnapshotRequest, signal: AbortSignal): Promise<Snapshot> {
  const pace = new Pace(signal, said`the snapshot of the code`);
  try {
    return await new SnapshotTaker(request, pace, signal).take();
  } catch (error) {
    pace.check();
    throw toFailure(error, said`taking a snapshot of the code`);
  }
}

class SnapshotTaker {
  readonly #request: SnapshotRequest;
  readonly #pace: Pace;
  readonly #signal: AbortSignal;
  readonly #leftOut = new LeftOutList();
  readonly #objects: ObjectWriter;

  constructor(request: SnapshotRequest, pace: Pace, signal: AbortSignal) {
    this.#request = request;
    this.#pace = pace;
    this.#signal = signal;
    this.#objects = new ObjectWriter(request.ports, codeFolder(request.storeFolder));
  }

  async take(): Promise<Snapshot> {
    const { folder, storeFolder, ports, until } = this.#request;
    const started = ports.clock.now();
    const opened = openWorkTree(folder);
    await this.#pace.turn();
    const head = await readHead(opened.repository, opened.config, this.#signal);
    const headFiles = await readHeadFiles(
      { repository: opened.repository, head, ports, storeFolder },
      this.#pace,
      this.#signal,
    );
    const tree = knowingTracked(opened, headFiles);
    await this.#pace.turn();
    const walk = new Walk(tree, storeFolder, this.#leftOut, until);
    const candidates = await walk.run(this.#pace);
    await this.#pace.turn();
    const cache = StatCache.open(ports, storeFolder, tree.root);
    await this.#pace.turn();
    const collector = new Collector(tree, cache, this.#objects, this.#leftOut);
    const kept = await collector.collect(candidates, this.#pace);
    const root = await this.#writeTrees(kept, collector);
    await this.#pace.turn();
    const { changed, notes } = await this.#compare(tree, headFiles, kept, candidates, walk);
    const commit = await this.#writeCommit(root, head);
    await this.#objects.flush();
    await this.#pace.turn();
    cache.save();
    return {
      commit,
      tree: root,
      root: tree.root,
      folder: tree.folder,
      head,
      changed,
      leftOut: this.#leftOut.result(notes),
      files: kept.size,
      bytes: [...kept.values()].reduce((sum, one) => sum + one.bytes, 0),
      tookMs: ports.clock.now() - started,
    };
  }

  /** Writes the trees that the store lacks, after making sure that it has what they name. */
  async #writeTrees(kept: Map<string, Kept>, collector: Collector): Promise<ObjectId> {
    const build = () =>
      buildTrees(
        [...kept].map(([name, one]) => ({ path: name, mode: one.mode, id: one.id })),
        this.#pace,
      );
    let trees = await build();
    const root = trees.at(-1)?.id ?? "";
    if (this.#objects.has(root)) return root; // and so all below it
    const missing = new Set(trees.filter((one) => !this.#objects.has(one.id)).map((one) => one.folder));
    await this.#pace.turn();
    let changed = false;
    for (const [name, one] of kept) {
      if (one.stored || !missing.has(parentOf(name)) || this.#objects.has(one.id)) continue;
      const again = await collector.again(one);
      if (again?.id !== one.id) changed = true;
      if (again) kept.set(name, again);
      else kept.delete(name);
      await this.#pace.turn();
    }
    if (changed) trees = await build();
    for (const one of trees) {
      await this.#objects.put(one.id, "tree", one.content);
      await this.#pace.turn();
    }
    return trees.at(-1)?.id ?? root;
  }

  async #compare(
    tree: WorkTree,
    head: HeadFiles,
    kept: ReadonlyMap<string, Kept>,
    candidates: readonly Candidate[],
    walk: Walk,
  ): Promise<{ readonly changed: Changed; readonly notes: ReadonlyMap<string, HeadNote> }> {
    if (head.state !== "known") return { changed: head, notes: new Map() };
    const { files } = head;
    const large = this.#leftOut.listed("lfs").flatMap((name) => files.get(name)?.id ?? []);
    const { repository } = tree;
    const pointers =
      repository.state === "found"
        ? await readPointers(repository, [...new Set(large)], this.#signal)
        : new Map<string, never>();
    this.#pace.check();
    const byPath = new Map(candidates.map((one) => [one.path, one.attribute]));
    const attributes: AttributesOf = (name) =>
      byPath.get(name) ?? walk.attributesOfOthers.get(name) ?? (() => undefined);
    return new HeadComparison(tree, files, pointers, attributes).compare(kept, this.#pace);
  }

  async #writeCommit(tree: ObjectId, head: Head): Promise<ObjectId> {
    const content = commitOf(tree, head, this.#request.message ?? "Code snapshot");
    const id = objectIdOf("commit", content);
    await this.#objects.put(id, "commit", content);
    return id;
  }
}

/** With an index that cannot be read, what HEAD has counts as tracked. */
function knowingTracked(tree: WorkTree, head: HeadFiles): WorkTree {
  if (tree.index || head.state !== "known") return tree;
  return withTracked(tree, head.files);
}

/**
 * A commit without time and parents, so that equal code under an equal HEAD is one commit however many runs use it.
 * When it was taken stands in the facts of those runs.
 */
function commitOf(tree: ObjectId, head: Head, message: string): Buffer {
  const notes = [
    ...("commit" in head ? [`Head: ${head.commit}`] : []),
    ...("branch" in head ? [`Branch: ${head.branch}`] : []),
  ];
  const author = "Loam <loam@localhost> 0 +0000";
  const lines = [`tree ${tree}`, `author ${author}`, `committer ${author}`, "", message.trim()];
  const text = [...lines, ...(notes.length > 0 ? ["", ...notes] : []), ""].join("\n");
  return Buffer.from(text.replaceAll("\0", ""));
}
