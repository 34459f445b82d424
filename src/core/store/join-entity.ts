import * as path from "node:path";
import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { FilePort } from "../base/ports.js";
import { sha256 } from "./canonical.js";
import { commonPrefix, readRange, writeAll } from "./file-bytes.js";
import { ArtifactJoin } from "./join-artifacts.js";
import { growFile, lineStart, newUpload, type Grown, type Source } from "./join-files.js";
import type { Joining } from "./join-report.js";
import { entityFileOf, entityKey, type EntityRef } from "./layout.js";
import { maskLines, type Masks } from "./mask.js";
import { pointSize } from "./points.js";
import { isConsoleFile } from "./purging.js";
import { removeQuietly } from "./whole-file.js";

/** Joins one run, model or trace: each file that only grows, then the artifacts. */
export async function joinEntity(joining: Joining, ref: EntityRef): Promise<void> {
  const { store, other, files, report } = joining;
  if (store.purged.isPurged(ref)) {
    report.purged++;
    return;
  }
  const [ours, theirs] = [store.layout.entity(ref), other.entity(ref)];
  const existed = files.stat(ours) !== undefined;
  const withArtifacts = [ours, theirs].some((folder) => files.stat(path.join(folder, "artifacts")));
  const entity = new EntityJoin(joining, ref, ours);
  try {
    const artifacts = withArtifacts ? new ArtifactJoin(joining, ref) : undefined;
    await artifacts?.takeMissing();
    const sources = lookAt(joining, theirs);
    for (const kind of ["facts", "points", "console"] as const) {
      const some = sources.filter((source) => kindOf(source) === kind);
      const isHere = (source: Source): boolean => files.stat(path.join(ours, source.name)) !== undefined;
      for (const source of some.filter(isHere)) await entity.join(source);
      for (const source of some.filter((one) => !isHere(one))) await entity.join(source);
    }
    await artifacts?.settle();
    if (!entity.changed && artifacts?.changed !== true) report.entities.same++;
    else if (existed) report.entities.extended++;
    else report.entities.added++;
    if (entity.changed) store.touched.touch(ref);
  } catch (error) {
    throw toFailure(error, said`Cannot join ${entityKey(ref)}`);
  }
}

function kindOf(source: Source): "facts" | "points" | "console" {
  const { kind } = entityFileOf(source.name);
  return kind === "other" ? "console" : kind;
}

/**
 * The growing files of the other's entity as they stand now. Points are measured before facts are: a process that goes
 * on there declares a series before its first point, so no point comes over without its declaration.
 */
function lookAt(joining: Joining, folder: string): Source[] {
  const { files, other } = joining;
  const names: string[] = [];
  for (const { name, kind } of files.list(folder)) {
    const shown = other.relative(path.join(folder, name));
    if (name === "artifacts" && kind === "folder") continue;
    if (kind !== "file") joining.leave(shown, kind === "link" ? "a link" : "neither file nor folder");
    else if (entityFileOf(name).kind !== "other" || isConsoleFile(name)) names.push(name);
    else joining.leave(shown, "not a file of Loam's");
  }
  const points = names.filter((name) => entityFileOf(name).kind === "points");
  const rest = names.filter((name) => entityFileOf(name).kind !== "points");
  return [...points, ...rest].flatMap((name) => {
    const file = path.join(folder, name);
    const shown = other.relative(file);
    try {
      files.close(files.openRead(file));
    } catch (error) {
      joining.leave(shown, toFailure(error, said`not readable`).message);
      return [];
    }
    return [{ name, shown, file, from: 0, to: files.stat(file)?.size ?? 0 }];
  });
}

class EntityJoin {
  changed = false;
  readonly #joining: Joining;
  readonly #ref: EntityRef;
  readonly #folder: string;
  /** Names under which another store would keep what ours has behind a difference. */
  readonly #ownBranches = new Map<string, { readonly file: string; readonly from: number }>();

  constructor(joining: Joining, ref: EntityRef, folder: string) {
    this.#joining = joining;
    this.#ref = ref;
    this.#folder = folder;
  }

  async join(source: Source): Promise<void> {
    const { store, files, report } = this.#joining;
    const name = source.name;
    const target = path.join(this.#folder, name);
    const file = entityFileOf(name);
    if (file.kind === "other" && store.purged.isPurgedConsole(this.#ref)) {
      report.purged++;
      return;
    }
    const stat = files.stat(target);
    if (stat && file.kind !== "other" && this.#isWriting(file.writer)) {
      if (source.to > stat.size) this.#joining.leave(source.shown, "a process here is writing that file");
      return;
    }
    if (!stat && (await this.#isOwnBranch(name, source))) return;
    if (stat && stat.kind !== "file") {
      this.#joining.leave(source.shown, "what has its name here is no plain file");
      return;
    }
    const masks = file.kind === "facts" ? store.purged.masks(this.#ref) : undefined;
    if (masks) await this.#joinMasked(source, target, masks);
    else await this.#joinPlain(source, target);
  }

  async #joinPlain(source: Source, target: string): Promise<void> {
    const { grown, prefix } = await growFile(this.#joining, source, target);
    this.#note(grown);
    if (grown === "differs") await this.#keepBoth(source, target, prefix);
  }

  #note(grown: Grown): void {
    if (grown === "new" || grown === "longer") this.changed = true;
  }

  #isWriting(writer: string): boolean {
    const { store } = this.#joining;
    return writer === store.self.writer || store.live.get(writer) !== undefined;
  }

  /** As `#joinPlain`, for facts of which some are purged: what comes is masked, and masked lines do not differ. */
  async #joinMasked(source: Source, target: string, masks: Masks): Promise<void> {
    const { files, unsynced } = this.#joining;
    const temp = newUpload(this.#joining);
    try {
      const theirs = maskLines(readRange(files, source.file, source.from, source.to), masks);
      const fd = files.openNew(temp);
      try {
        writeAll(files, fd, theirs);
      } finally {
        files.close(fd);
      }
      const masked = { ...source, file: temp, from: 0, to: theirs.byteLength };
      const ours = maskLines(files.readAll(target) ?? Buffer.alloc(0), masks);
      const both = Math.min(ours.byteLength, theirs.byteLength);
      const prefix = equalBytes(ours, theirs, both);
      if (ours.byteLength === 0) await this.#joinPlain(masked, target);
      else if (prefix < both) await this.#keepBoth(masked, target, prefix);
      else if (theirs.byteLength > ours.byteLength) {
        appendTo(files, target, theirs.subarray(ours.byteLength));
        unsynced.add(target);
        this.#note("longer");
      }
    } finally {
      removeQuietly(files, temp);
    }
  }

  /**
   * Keeps what the other has from the first difference on (of a console all) under a name of its own. The name follows
   * from what it holds, so that a repeated join finds it, and so does a join the other way round.
   */
  async #keepBoth(source: Source, target: string, prefix: number): Promise<void> {
    const name = source.name;
    const kind = kindOf(source);
    const from = this.#branchPoint(kind, target, prefix);
    const theirs = this.#firstOf(kind, source.file, from, source.to);
    const ours = this.#firstOf(kind, target, from, Number.POSITIVE_INFINITY);
    if (theirs === undefined) return; // no more than the torn end of a write that nobody was told of
    if (ours) this.#ownBranches.set(branchName(name, from, ours, 0), { file: target, from });
    for (let attempt = 0; ; attempt++) {
      const as = path.join(this.#folder, branchName(name, from, theirs, attempt));
      const { grown } = await growFile(this.#joining, { ...source, from }, as);
      if (grown === "differs") continue;
      this.#note(grown);
      if (grown === "new")
        this.#joining.keep(target, as, "the other store's copy goes on differently: both are kept");
      return;
    }
  }

  #branchPoint(kind: ReturnType<typeof kindOf>, file: string, prefix: number): number {
    if (kind === "console") return 0;
    return kind === "points" ? prefix - (prefix % pointSize) : lineStart(this.#joining, file, prefix);
  }

  /** The first line or record of a branch; undefined where it is not whole. */
  #firstOf(kind: ReturnType<typeof kindOf>, file: string, from: number, to: number): Buffer | undefined {
    const most = kind === "points" ? pointSize : 65_536;
    const bytes = readRange(this.#joining.files, file, from, Math.min(to, from + most));
    if (kind === "points") return bytes.byteLength === pointSize ? bytes : undefined;
    const end = bytes.indexOf(10);
    if (kind === "console" || bytes.byteLength === most) return bytes.byteLength === 0 ? undefined : bytes;
    return end < 0 ? undefined : bytes.subarray(0, end);
  }

  /** Whether a file that only the other has is its copy of what ours has under another name. */
  async #isOwnBranch(name: string, source: Source): Promise<boolean> {
    const own = this.#ownBranches.get(name);
    if (!own) return false;
    const { files, pace } = this.#joining;
    const length = source.to - source.from;
    if ((files.stat(own.file)?.size ?? 0) - own.from < length) return false;
    return (await commonPrefix(files, own, source, length, pace)) === length;
  }
}

function equalBytes(a: Buffer, b: Buffer, most: number): number {
  let at = 0;
  while (at < most && a[at] === b[at]) at++;
  return at;
}

function appendTo(files: FilePort, target: string, bytes: Uint8Array): void {
  const fd = files.openAppend(target);
  try {
    writeAll(files, fd, bytes);
  } finally {
    files.close(fd);
  }
}

/** The name for what one copy of a file has from byte `from` on; the same in whichever store it is found. */
function branchName(name: string, from: number, first: Uint8Array, attempt: number): string {
  const id = sha256(Buffer.concat([Buffer.from(JSON.stringify([name, from, attempt])), first])).slice(0, 8);
  return name.replace(/^(facts-|points-|console)[^.]*/, (_, stem: string) =>
    stem === "console" ? `console-${id}` : `${stem}${id}`,
  );
}
