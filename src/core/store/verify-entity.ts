import * as path from "node:path";
import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { ArtifactRecord, type ArtifactFact } from "./artifact-record.js";
import { canonicalJson } from "./canonical.js";
import type { Fact } from "./fact.js";
import { hashFile, readSlices } from "./file-bytes.js";
import { readFacts } from "./journal.js";
import { entityFileOf, entityKey, type EntityRef } from "./layout.js";
import { isTemporary } from "./left-overs.js";
import { keptPlaces } from "./kept-names.js";
import { pathOnDisk } from "./names.js";
import type { Pace } from "./pace.js";
import { isKeyText, pointSize } from "./points.js";
import { isConsoleFile } from "./purging.js";
import type { Store } from "./store.js";
import { tooFarAhead, type Now } from "./verify-clock.js";
import type { Findings } from "./verify-report.js";

const fromCopy = "Join a copy that still has it: `loam join OTHER`.";

/** Checks the files of one run, model or trace. */
export async function verifyEntity(
  store: Store,
  ref: EntityRef,
  findings: Findings,
  now: Now,
  pace: Pace,
): Promise<void> {
  const entity = new EntityCheck(store, ref, findings, now, pace);
  if (store.purged.isPurged(ref)) {
    findings.note(entity.shown(), "it is purged, but its files are still here", "`loam trash` frees them.");
    return;
  }
  findings.counts.entities++;
  await entity.check();
}

class EntityCheck {
  readonly #store: Store;
  readonly #ref: EntityRef;
  readonly #folder: string;
  readonly #findings: Findings;
  readonly #now: Now;
  readonly #pace: Pace;
  readonly #facts = new Map<string, Fact>();

  constructor(store: Store, ref: EntityRef, findings: Findings, now: Now, pace: Pace) {
    this.#store = store;
    this.#ref = ref;
    this.#folder = store.layout.entity(ref);
    this.#findings = findings;
    this.#now = now;
    this.#pace = pace;
  }

  shown(name = ""): string {
    return this.#store.layout.relative(path.join(this.#folder, name));
  }

  async check(): Promise<void> {
    const { files } = this.#store.ports;
    const points = new Map<string, number>();
    const facts: string[] = [];
    for (const { name, kind } of files.list(this.#folder)) {
      const file = entityFileOf(name);
      if (kind === "file" && file.kind === "points")
        points.set(name, files.stat(path.join(this.#folder, name))?.size ?? 0);
      else if (kind === "file" && file.kind === "facts") facts.push(name);
      else if (!(kind === "folder" && name === "artifacts") && !(kind === "file" && isOwn(name)))
        this.#findings.seeForeign(this.shown(name));
    }
    // Points were measured before: what is declared while this runs may have points that are not looked at, never the reverse.
    for (const name of facts) {
      this.#checkFacts(name);
      await this.#pace.turn();
    }
    const declared = new Set([...this.#facts.values()].flatMap((fact) => declaredKey(fact) ?? []));
    for (const [name, size] of points) await this.#checkPoints(name, size, declared);
    await this.#checkArtifacts();
  }

  #checkFacts(name: string): void {
    const { files } = this.#store.ports;
    const file = path.join(this.#folder, name);
    const read = readFacts(files, file);
    for (const { at, why } of read.damaged)
      this.#findings.damage(this.shown(name), `at byte ${at}: ${why}`, fromCopy);
    if ((files.stat(file)?.size ?? 0) > read.next)
      this.#findings.note(
        this.shown(name),
        "its last line is not complete: a write was cut off, or is under way",
        "Nothing: it was not acknowledged.",
      );
    let ahead = false;
    for (const fact of read.facts) {
      this.#findings.counts.facts++;
      this.#findings.seeKind(this.#ref.room, fact.kind);
      ahead ||= tooFarAhead(fact, this.shown(name), this.#now, this.#findings);
      this.#checkId(fact, name);
    }
  }

  /** Two copies of a fact must be equal, unless one of them was masked. */
  #checkId(fact: Fact, name: string): void {
    const [seen] = this.#store.purged.shown(this.#ref, [fact]);
    if (!seen) return;
    const known = this.#facts.get(fact.id);
    this.#facts.set(fact.id, seen);
    if (known && canonicalJson(known) !== canonicalJson(seen))
      this.#findings.damage(
        this.shown(name),
        `the fact ${fact.id} stands here twice with different content`,
        fromCopy,
      );
  }

  async #checkPoints(name: string, size: number, declared: ReadonlySet<string>): Promise<void> {
    const { files } = this.#store.ports;
    const whole = size - (size % pointSize);
    if (whole !== size)
      this.#findings.note(
        this.shown(name),
        "its last point is not complete: a write was cut off, or is under way",
        "Nothing: it was not acknowledged.",
      );
    const unknown = new Set<string>();
    let rest = Buffer.alloc(0);
    for (const slice of readSlices(files, path.join(this.#folder, name), 0, whole)) {
      const bytes = rest.byteLength === 0 ? slice : Buffer.concat([rest, slice]);
      const end = bytes.byteLength - (bytes.byteLength % pointSize);
      for (let at = 0; at < end; at += pointSize) {
        const key = bytes.readBigUInt64LE(at);
        if (key === 0n) continue;
        this.#findings.counts.points++;
        const text = key.toString(16).padStart(16, "0");
        if (!declared.has(text)) unknown.add(text);
      }
      rest = Buffer.from(bytes.subarray(end));
      await this.#pace.turn();
    }
    for (const key of unknown)
      this.#findings.damage(
        this.shown(name),
        `it has points of the series ${key}, which no fact declares`,
        fromCopy,
      );
  }

  async #checkArtifacts(): Promise<void> {
    const record = new ArtifactRecord(
      [...this.#facts.values()].flatMap((fact) => ArtifactRecord.asFact(fact) ?? []),
    );
    for (const name of record.paths) {
      const last = record.last(name);
      if (!last || this.#store.purged.artifact(this.#ref, name)) continue;
      this.#findings.counts.artifacts++;
      try {
        await this.#checkArtifact(name, last, record);
      } catch (error) {
        const failure = toFailure(error, said`Cannot read the artifact '${name.slice(0, 200)}'`);
        if (failure.code === "cancelled") throw failure;
        this.#findings.damage(this.shown("artifacts"), failure.message, fromCopy);
      }
    }
  }

  async #checkArtifact(name: string, last: ArtifactFact, record: ArtifactRecord): Promise<void> {
    const { files } = this.#store.ports;
    const file = pathOnDisk(this.#store.layout.artifacts(this.#ref), name);
    const shown = this.#store.layout.relative(file);
    const stat = files.stat(file);
    const unsure = record.isUnsure(name);
    if (last.size === null) {
      if (stat?.kind === "file" && !unsure)
        this.#findings.note(
          shown,
          "it was removed, and stands here all the same",
          "Remove it, if nobody wrote it anew.",
        );
      return;
    }
    if (stat?.kind !== "file") {
      const { sha256 = "" } = last;
      const kept = keptPlaces(this.#store.layout.artifacts(this.#ref), file, sha256).find((at) =>
        files.stat(at),
      );
      if (kept !== undefined)
        this.#findings.note(
          shown,
          `a join keeps it as ${path.basename(kept)}`,
          "Nothing: its name is a folder in one of the two stores.",
        );
      else if (unsure) this.#findings.note(shown, "its removal was cut off", "Nothing.");
      else this.#findings.damage(shown, "it is gone, though nothing says that it was removed", fromCopy);
      return;
    }
    const { sha256, size } = await hashFile(files, file, this.#pace);
    if (last.sha256 === undefined ? size === last.size : sha256 === last.sha256) return;
    if (record.hashes(name).has(sha256))
      this.#findings.note(
        shown,
        "its content is that of another write to the same path, one that was cut off or came at the same time",
        "Write it again, if the last one was meant.",
      );
    else
      this.#findings.damage(shown, `its content is not what was written (${entityKey(this.#ref)})`, fromCopy);
  }
}

const isOwn = (name: string): boolean => isConsoleFile(name) || isTemporary(name);

/** The series that a fact declares. */
function declaredKey(fact: Fact): string | undefined {
  const { key } = fact;
  return fact.kind.endsWith(".declared") && typeof key === "string" && isKeyText(key) ? key : undefined;
}
