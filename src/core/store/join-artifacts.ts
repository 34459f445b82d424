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
import { nameFromDisk } from "./names.js";
import { besides, namesOnDisk } from "./kept-names.js";
import { removeQuietly } from "./whole-file.js";

/** The facts about artifacts in an entity's folder. */
function artifactFacts(files: FilePort, folder: string): ArtifactFact[] {
  return files.list(folder).flatMap(({ name, kind }) => {
    if (kind !== "file" || entityFileOf(name).kind !== "facts") return [];
    return readFacts(files, path.join(folder, name)).facts.flatMap(
      (fact) => ArtifactRecord.asFact(fact) ?? [],
    );
  });
}

/**
 * Joins the artifacts of an entity. Of two contents of one path the last fact decides; the other one is kept under a
 * name that says so, unless its own store had replaced it knowingly.
 *
 * What is missing here is taken over before the facts are, and what is here is replaced or put away after: so a join
 * that is cut off leaves no fact about a content that is not here, and no content that no fact knows.
 */
export class ArtifactJoin {
  changed = false;
  readonly #joining: Joining;
  readonly #ref: EntityRef;
  readonly #root: string;
  readonly #theirs: string;
  /** What our facts said before the join. */
  readonly #ours: readonly ArtifactFact[];
  readonly #ourRecord: ArtifactRecord;
  #theirRecord: ArtifactRecord;
  /** What the facts of both say. */
  #all: ArtifactRecord;
  readonly #taken = new Set<string>();

  constructor(joining: Joining, ref: EntityRef) {
    const { store, other, files } = joining;
    this.#joining = joining;
    this.#ref = ref;
    this.#root = store.layout.artifacts(ref);
    this.#theirs = other.artifacts(ref);
    this.#ours = artifactFacts(files, store.layout.entity(ref));
    this.#ourRecord = new ArtifactRecord(this.#ours);
    this.#theirRecord = this.#ourRecord;
    this.#all = this.#ourRecord;
    this.#readTheirs();
  }

  #readTheirs(): void {
    const theirs = artifactFacts(this.#joining.files, this.#joining.other.entity(this.#ref));
    this.#theirRecord = new ArtifactRecord(theirs);
    this.#all = new ArtifactRecord([...this.#ours, ...theirs]);
  }

  /** Before the facts are joined. */
  async takeMissing(): Promise<void> {
    for await (const one of this.#offered(false)) {
      await this.#clearWay(one.target);
      if (this.#freePlace(one.target) === "free") await this.#take(one);
    }
  }

  /** After the facts were joined. */
  async settle(): Promise<void> {
    this.#readTheirs();
    for await (const one of this.#offered(true)) {
      if (this.#taken.has(one.target)) continue;
      const place = this.#freePlace(one.target);
      if (place === "free") await this.#take(one);
      else if (place === "blocked") await this.#keepBeside(one, "a folder here has that name");
      else if (!(await this.#isSame(one))) await this.#decide(one);
    }
    await this.#putAwayRemoved();
  }

  /** The files of the other that may come over; the report is told of the rest in one of the two rounds. */
  async *#offered(told: boolean): AsyncGenerator<Offer> {
    const { files, other, store, pace } = this.#joining;
    if (files.stat(this.#theirs)?.kind !== "folder") return;
    const root = other.relative(this.#theirs);
    const foreign = (file: string, why: string): void => {
      if (told) this.#joining.leave(`${root}/${file}`, why);
    };
    for (const { parts, file } of filesBelow(files, this.#theirs, foreign)) {
      await pace.turn();
      const shown = `${root}/${parts.join("/")}`;
      const original = parts.map(nameFromDisk);
      const disk = namesOnDisk(original);
      const name = original.join("/");
      if (!disk) foreign(parts.join("/"), "its name cannot stand on every disk");
      else if (
        store.purged.artifact(this.#ref, name)?.has((await hashFile(files, file, pace)).sha256) === true
      )
        this.#joining.report.purged += told ? 1 : 0;
      else {
        const source = { name: parts.at(-1) ?? "", shown, file, from: 0, to: files.stat(file)?.size ?? 0 };
        yield { name, target: path.join(this.#root, ...disk), source };
      }
    }
  }

  async #take({ name, target, source }: Offer): Promise<void> {
    if (this.#all.last(name)?.size === null) return; // removed since
    if (!(await copyNew(this.#joining, source, target))) return;
    this.#taken.add(target);
    this.changed = true;
    this.#joining.report.artifacts.added++;
  }

  /** A file whose name is a folder in the other store goes beside it: so it comes out the same in both. */
  async #clearWay(target: string): Promise<void> {
    const { files, pace } = this.#joining;
    for (let at = path.dirname(target); at.length > this.#root.length; at = path.dirname(at)) {
      if (files.stat(at)?.kind !== "file") continue;
      const as = besides(at, (await hashFile(files, at, pace)).sha256);
      files.rename(at, as);
      this.changed = true;
      this.#joining.keep(at, as, "it is a folder in the other store: the file here is kept beside it");
    }
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
  async #isSame({ name, target, source }: Offer): Promise<boolean> {
    const { files, pace } = this.#joining;
    const size = files.stat(target)?.size;
    if (size !== source.to) return false;
    const hashes = this.#all.hashes(name);
    if (hashes.size === 1 && this.#all.last(name)?.size === size) return true;
    return (await commonPrefix(files, { file: target, from: 0 }, source, size, pace)) === size;
  }

  async #decide(offer: Offer): Promise<void> {
    const { files, pace } = this.#joining;
    const { name, target, source } = offer;
    const ours = (await hashFile(files, target, pace)).sha256;
    const theirs = (await hashFile(files, source.file, pace)).sha256;
    if (ours === theirs) return;
    const last = this.#all.last(name)?.sha256;
    // Without a fact that names either, both stores must still come to the same one.
    const theirsWins = last === theirs || (last !== ours && theirs > ours);
    if (!theirsWins) {
      if (this.#ourRecord.hashes(name).has(theirs)) return; // ours had it once and replaced it
      await this.#keepBeside(offer, "its content differs from ours");
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

  async #keepBeside({ target, source }: Offer, why: string): Promise<void> {
    const { files, pace } = this.#joining;
    const { sha256 } = await hashFile(files, source.file, pace);
    let as = besides(target, sha256);
    // Below what is neither file nor folder here, nothing can stand: then beside the uppermost such name.
    for (let at = path.dirname(target); at.length > this.#root.length; at = path.dirname(at))
      if (files.stat(at) && files.stat(at)?.kind !== "folder") as = besides(at, sha256);
    if (!(await copyNew(this.#joining, source, as))) return;
    this.changed = true;
    this.#joining.keep(target, as, why);
  }

  /** What the other store's facts remove goes out of the artifacts, and is kept for a while in `local/trash`. */
  async #putAwayRemoved(): Promise<void> {
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

/** A file of the other store, and where it would stand here. */
interface Offer {
  readonly name: string;
  readonly target: string;
  readonly source: Source;
}
