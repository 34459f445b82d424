import * as path from "node:path";
import type { FilePort } from "../base/ports.js";
import { ArtifactRecord, type ArtifactFact } from "./artifact-record.js";
import { filesBelow } from "./entity-walk.js";
import { commonPrefix, hashFile } from "./file-bytes.js";
import { copyAside, copyNew, publish, type Source } from "./join-files.js";
import type { Joining } from "./join-report.js";
import { readFacts } from "./journal.js";
import { entityFileOf, entityKey, type EntityRef } from "./layout.js";
import { putAwayFolder } from "./left-overs.js";
import { nameFromDisk, nameOnDisk } from "./names.js";
import { keptName } from "./purging.js";
import { removeQuietly } from "./whole-file.js";

/** The facts about artifacts in an entity's folder. */
export function artifactFacts(files: FilePort, folder: string): ArtifactFact[] {
  return files.list(folder).flatMap(({ name, kind }) => {
    if (kind !== "file" || entityFileOf(name).kind !== "facts") return [];
    return readFacts(files, path.join(folder, name)).facts.flatMap(
      (fact) => ArtifactRecord.asFact(fact) ?? [],
    );
  });
}

/**
 * Joins the artifacts of an entity whose facts are joined already. Of two contents of one path the last fact decides;
 * the other one is kept under a name that says so, unless its own store had replaced it knowingly. `before` is what our
 * facts said before the join. True where anything changed.
 */
export async function joinArtifacts(
  joining: Joining,
  ref: EntityRef,
  before: readonly ArtifactFact[],
): Promise<boolean> {
  const join = new ArtifactJoin(joining, ref, before);
  await join.takeOver();
  await join.putAwayRemoved();
  return join.changed;
}

class ArtifactJoin {
  changed = false;
  readonly #joining: Joining;
  readonly #ref: EntityRef;
  readonly #root: string;
  readonly #theirs: string;
  /** What the facts of both say, of ours before the join, of the other's. */
  readonly #all: ArtifactRecord;
  readonly #ourRecord: ArtifactRecord;
  readonly #theirRecord: ArtifactRecord;

  constructor(joining: Joining, ref: EntityRef, before: readonly ArtifactFact[]) {
    const { store, other, files } = joining;
    this.#joining = joining;
    this.#ref = ref;
    this.#root = store.layout.artifacts(ref);
    this.#theirs = other.artifacts(ref);
    this.#all = new ArtifactRecord(artifactFacts(files, store.layout.entity(ref)));
    this.#ourRecord = new ArtifactRecord(before);
    this.#theirRecord = new ArtifactRecord(artifactFacts(files, other.entity(ref)));
  }

  async takeOver(): Promise<void> {
    const { files, other } = this.#joining;
    if (files.stat(this.#theirs)?.kind !== "folder") return;
    const shownRoot = other.relative(this.#theirs);
    const foreign = (file: string, why: string): void => {
      this.#joining.leave(`${shownRoot}/${file}`, why);
    };
    for (const { parts, file } of filesBelow(files, this.#theirs, foreign)) {
      await this.#joining.pace.turn();
      const shown = `${shownRoot}/${parts.join("/")}`;
      const original = parts.map(nameFromDisk);
      const disk = namesOnDisk(original);
      if (!disk) {
        this.#joining.leave(shown, "its name cannot stand on every disk");
        continue;
      }
      const source = { name: parts.at(-1) ?? "", shown, file, from: 0, to: files.stat(file)?.size ?? 0 };
      await this.#takeOne(original.join("/"), path.join(this.#root, ...disk), source);
    }
  }

  async #takeOne(name: string, target: string, source: Source): Promise<void> {
    const { files, store, report, pace } = this.#joining;
    const purged = store.purged.artifact(this.#ref, name);
    if (purged?.has((await hashFile(files, source.file, pace)).sha256) === true) {
      report.purged++;
      return;
    }
    const place = this.#freePlace(target);
    if (place === "blocked")
      return this.#keepBeside(target, source, "a folder here has that name, or a file that of its folder");
    if (place === "free") {
      if (this.#all.last(name)?.size === null) return; // deleted since
      this.#note(await copyNew(this.#joining, source, target));
      return;
    }
    if (await this.#isSame(name, target, source)) return;
    await this.#decide(name, target, source);
  }

  #note(copied: boolean): void {
    if (!copied) return;
    this.changed = true;
    this.#joining.report.artifacts.added++;
  }

  /** Whether a file can be put at a path: nothing stands there, a file does, or something is in the way. */
  #freePlace(target: string): "free" | "file" | "blocked" {
    const { files } = this.#joining;
    for (let at = path.dirname(target); at.length > this.#root.length; at = path.dirname(at)) {
      const kind = files.stat(at)?.kind;
      if (kind !== undefined && kind !== "folder") return "blocked";
    }
    const kind = files.stat(target)?.kind;
    return kind === undefined ? "free" : kind === "file" ? "file" : "blocked";
  }

  /** Equal by what both stores recorded, where nobody recorded anything else; else byte by byte. */
  async #isSame(name: string, target: string, source: Source): Promise<boolean> {
    const { files, pace } = this.#joining;
    const size = files.stat(target)?.size;
    if (size !== source.to) return false;
    const hashes = this.#all.hashes(name);
    if (hashes.size === 1 && this.#all.last(name)?.size === size) return true;
    return (await commonPrefix(files, { file: target, from: 0 }, source, size, pace)) === size;
  }

  async #decide(name: string, target: string, source: Source): Promise<void> {
    const { files, pace } = this.#joining;
    const ours = (await hashFile(files, target, pace)).sha256;
    const theirs = (await hashFile(files, source.file, pace)).sha256;
    if (ours === theirs) return;
    const last = this.#all.last(name)?.sha256;
    // Without a fact that names either, both stores must still come to the same one.
    const theirsWins = last === theirs || (last !== ours && theirs > ours);
    if (!theirsWins) {
      if (this.#ourRecord.hashes(name).has(theirs)) return; // ours had it once and replaced it
      await this.#keepBeside(target, source, "its content differs from ours");
      return;
    }
    const replacedKnowingly = this.#theirRecord.hashes(name).has(ours);
    await this.#replace(target, source, replacedKnowingly ? undefined : ours);
  }

  async #replace(target: string, source: Source, ours: string | undefined): Promise<void> {
    const { files, report, unsynced } = this.#joining;
    const temp = await copyAside(this.#joining, source);
    try {
      const as = ours === undefined ? undefined : besides(target, ours);
      if (as !== undefined && publish(this.#joining, target, as))
        this.#joining.keep(target, as, "the other store's content is the later one: ours is kept beside it");
      files.rename(temp, target);
    } finally {
      removeQuietly(files, temp);
    }
    unsynced.add(target);
    report.artifacts.replaced++;
    this.changed = true;
  }

  async #keepBeside(target: string, source: Source, why: string): Promise<void> {
    const { files, pace } = this.#joining;
    const { sha256 } = await hashFile(files, source.file, pace);
    let as = besides(target, sha256);
    // Below a name that is a file here, nothing can stand: then beside the uppermost such name.
    for (let at = path.dirname(target); at.length > this.#root.length; at = path.dirname(at))
      if (files.stat(at) && files.stat(at)?.kind !== "folder") as = besides(at, sha256);
    if (!(await copyNew(this.#joining, source, as))) return;
    this.changed = true;
    this.#joining.keep(target, as, why);
  }

  /** What the other store's facts remove goes out of the artifacts, and is kept for a while in `local/trash`. */
  async putAwayRemoved(): Promise<void> {
    if (!this.#all.removalsBeyond(this.#ourRecord)) return;
    const { files, store, report } = this.#joining;
    for (const { parts, file } of [...filesBelow(files, this.#root)]) {
      const last = this.#all.last(parts.map(nameFromDisk).join("/"));
      if (last?.size !== null || this.#ourRecord.has(last)) continue;
      const folder = path.join(putAwayFolder(store), `${entityKey(this.#ref).replace("/", "-")}-${last.id}`);
      const place = path.join(folder, ...parts);
      files.makeFolder(path.dirname(place), 0o700);
      files.rename(file, place);
      this.#removeEmpty(path.dirname(file));
      report.artifacts.putAway++;
      this.changed = true;
      await this.#joining.pace.turn();
    }
  }

  #removeEmpty(folder: string): void {
    const { files } = this.#joining;
    for (let at = folder; at.length > this.#root.length; at = path.dirname(at)) {
      if (files.list(at).length > 0) return;
      files.removeFolder(at);
    }
  }
}

/** Where the other content of a path is kept. */
function besides(target: string, hash: string): string {
  const kept = namesOnDisk([keptName(nameFromDisk(path.basename(target)), hash)]);
  return path.join(path.dirname(target), kept?.[0] ?? `joined-${hash.slice(0, 32)}`);
}

function namesOnDisk(names: readonly string[]): string[] | undefined {
  try {
    return names.map(nameOnDisk);
  } catch {
    return undefined;
  }
}
