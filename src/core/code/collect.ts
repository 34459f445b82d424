import { linkTarget, readInto, within } from "./disk.js";
import { contentReason } from "./exclusions.js";
import type { LeftOutList } from "./left-out.js";
import { limits, modes, type ObjectId } from "./model.js";
import { objectIdOf } from "./object-reader.js";
import type { ObjectWriter } from "./object-writer.js";
import type { Pace } from "../store/pace.js";
import type { StatCache, Verdict } from "./stat-cache.js";
import { nameOf } from "./trees.js";
import type { Candidate } from "./walk.js";
import type { WorkTree } from "./work-tree.js";

/** A candidate that is in the snapshot. */
export interface Kept {
  readonly candidate: Candidate;
  readonly mode: number;
  readonly id: ObjectId;
  readonly bytes: number;
  readonly crlf: boolean;
  /** Its object is known to be in the store; else only the cache says that it once was. */
  readonly stored: boolean;
}

/** Turns candidates into objects of the code store, reading only what changed. */
export class Collector {
  readonly #tree: WorkTree;
  readonly #cache: StatCache;
  readonly #objects: ObjectWriter;
  readonly #leftOut: LeftOutList;
  #buffer: Buffer | undefined;
  #bytes = 0;

  constructor(tree: WorkTree, cache: StatCache, objects: ObjectWriter, leftOut: LeftOutList) {
    this.#tree = tree;
    this.#cache = cache;
    this.#objects = objects;
    this.#leftOut = leftOut;
  }

  /** Bytes of content taken so far. */
  get bytes(): number {
    return this.#bytes;
  }

  async collect(candidates: readonly Candidate[], pace: Pace): Promise<Map<string, Kept>> {
    const kept = new Map<string, Kept>();
    const all = candidates.reduce((sum, one) => sum + one.stat.size, 0);
    const ordered = all <= limits.totalBytes ? candidates : inOrder(candidates, this.#tree.folder);
    for (const candidate of ordered) {
      const one = await this.#take(candidate);
      if (one) kept.set(candidate.path, one);
      await pace.turn();
    }
    return kept;
  }

  /** Reads a file again whose object the cache knew but the store has lost; undefined where it is left out now. */
  async again({ candidate }: Kept): Promise<Kept | undefined> {
    return this.#read(candidate);
  }

  async #take(candidate: Candidate): Promise<Kept | undefined> {
    if (candidate.kind === "submodule")
      return this.#kept(candidate, { id: candidate.commit ?? "", bytes: 0, stored: true });
    if (candidate.kind === "link") return this.#takeLink(candidate);
    if (this.#bytes + candidate.stat.size > limits.totalBytes) {
      this.#leftOut.add(candidate.path, "total", candidate.stat.size);
      return undefined;
    }
    const verdict = this.#cache.find(candidate.path, candidate.stat);
    const one = verdict
      ? this.#judge(candidate, verdict, candidate.stat.size, false)
      : await this.#read(candidate);
    this.#bytes += one?.bytes ?? 0;
    return one;
  }

  async #takeLink(candidate: Candidate): Promise<Kept | undefined> {
    const target = linkTarget(within(this.#tree.root, candidate.path));
    if (!target) {
      this.#leftOut.add(candidate.path, "unreadable");
      return undefined;
    }
    const id = objectIdOf("blob", target);
    await this.#objects.put(id, "blob", target);
    this.#bytes += target.length;
    return this.#kept(candidate, { id, bytes: target.length, stored: true });
  }

  async #read(candidate: Candidate): Promise<Kept | undefined> {
    this.#cache.beforeReading();
    const content = readInto(
      within(this.#tree.root, candidate.path),
      (this.#buffer ??= Buffer.allocUnsafe(limits.fileBytes + 1)),
    );
    if (!content || content.length > limits.fileBytes) {
      this.#leftOut.add(candidate.path, content ? "large" : "unreadable", candidate.stat.size);
      return undefined;
    }
    const reason = contentReason(nameOf(candidate.path), content);
    let verdict: Verdict;
    if (reason === undefined) {
      const id = objectIdOf("blob", content);
      await this.#objects.put(id, "blob", content);
      verdict = { kept: true, id, crlf: content.includes("\r\n") };
    } else verdict = { kept: false, reason };
    this.#cache.add(candidate.path, candidate.stat, verdict);
    return this.#judge(candidate, verdict, content.length, true);
  }

  #judge(candidate: Candidate, verdict: Verdict, bytes: number, stored: boolean): Kept | undefined {
    if (verdict.kept) return this.#kept(candidate, { id: verdict.id, bytes, stored, crlf: verdict.crlf });
    this.#leftOut.add(candidate.path, verdict.reason, bytes);
    return undefined;
  }

  #kept(
    candidate: Candidate,
    found: {
      readonly id: ObjectId;
      readonly bytes: number;
      readonly stored: boolean;
      readonly crlf?: boolean;
    },
  ): Kept {
    return { candidate, mode: this.#modeOf(candidate), crlf: false, ...found };
  }

  #modeOf(candidate: Candidate): number {
    if (candidate.kind === "submodule") return modes.commit;
    if (candidate.kind === "link") return modes.link;
    const tracked = this.#tree.tracked.get(candidate.path)?.mode;
    if (!this.#tree.hasLinks && tracked === modes.link) return modes.link; // git checks links out as files there
    const executable = this.#tree.trustsModes
      ? (candidate.stat.mode & 0o100) !== 0
      : tracked === modes.executable;
    return executable ? modes.executable : modes.file;
  }
}

/** The order in which the snapshot fills up: the folder asked for first, then the upper folders first. */
function inOrder(candidates: readonly Candidate[], folder: string): Candidate[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  return candidates
    .map((candidate) => ({
      candidate,
      outside: candidate.path.startsWith(prefix) ? 0 : 1,
      depth: candidate.path.split("/").length,
    }))
    .sort(
      (a, b) => a.outside - b.outside || a.depth - b.depth || (a.candidate.path < b.candidate.path ? -1 : 1),
    )
    .map(({ candidate }) => candidate);
}
