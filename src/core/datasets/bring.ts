import * as path from "node:path";
import { Failure } from "../base/failure.js";
import type { FilePort, FileStat } from "../base/ports.js";
import { said } from "../base/said.js";
import { Pace } from "../store/pace.js";
import type { Store } from "../store/store.js";
import { removeQuietly } from "../store/whole-file.js";
import type { OnProgress } from "./content-progress.js";
import { fileChanges } from "./file-changes.js";
import { temporaryIn, toPlace } from "./place.js";
import { placeAll } from "./placing.js";
import type { FileToPlace } from "./placing-jobs.js";
import type { ManifestFile } from "./view.js";
import type { WorkingFiles } from "./working-copy.js";

export interface Counts {
  readonly written: number;
  readonly removed: number;
  readonly same: number;
}

type ThereFile = WorkingFiles["files"][number];

/** A file that is to come: written beside its place, then renamed. */
interface Coming {
  readonly name: string;
  readonly target: string;
  /** What is in its place as far as is known. */
  readonly before: FileStat | undefined;
}

/** Changes files of a working copy, each by a rename. One use. */
export class Bringing {
  readonly #store: Store;
  readonly #files: FilePort;
  readonly #root: string;
  readonly #putAway: string | null;
  readonly #changed: () => Failure;
  readonly #plain = new Set<string>();
  readonly #coming = new Map<string, Coming>();

  /** `putAway`: the folder to which goes what is in no version; `changed` says that somebody writes to the working copy. */
  constructor(store: Store, root: string, putAway: string | null, changed: () => Failure) {
    this.#store = store;
    this.#files = store.ports.files;
    this.#root = root;
    this.#putAway = putAway;
    this.#changed = changed;
  }

  /**
   * Makes what is there what is wanted. What goes makes room first: a file may stand in the place of a folder. It is in a
   * version or put away.
   */
  async run(
    there: readonly ThereFile[],
    wanted: readonly ManifestFile[],
    signal: AbortSignal,
    progress: OnProgress,
  ): Promise<Counts> {
    const stats = new Map(there.map((file) => [file.path, file.stat]));
    const byPath = new Map(wanted.map((file) => [file.path, file]));
    const changes = [...fileChanges(there, wanted)];
    const coming = changes.flatMap(({ path: name, after }) => (after && byPath.get(name)) ?? []);
    const gone = changes.flatMap(({ path: name, after }) => (after && byPath.has(name) ? [] : name));
    const total = {
      totalFiles: changes.length,
      totalBytes: coming.reduce((sum, { size }) => sum + size, 0),
    };
    let [count, bytes] = [0, 0];
    const done = (files: number, more: number): void => {
      progress({ files: (count += files), bytes: (bytes += more), ...total });
    };
    const pace = new Pace(signal, said`restoring ${this.#root}`);
    for (const name of gone) {
      this.#takeGone(name, stats.get(name));
      done(1, 0);
      await pace.turn();
    }
    if (gone.length > 0) removeEmpty(this.#files, this.#root, true);
    await this.#write(coming, stats, pace, signal, done);
    return { written: coming.length, removed: gone.length, same: wanted.length - coming.length };
  }

  #takeGone(name: string, before: FileStat | undefined): void {
    const target = path.join(this.#root, name);
    this.#checkPlain(path.dirname(target));
    this.#checkPlace(target, before);
    takeAway(this.#files, target, this.#putAway, name);
  }

  async #write(
    coming: readonly ManifestFile[],
    stats: ReadonlyMap<string, FileStat>,
    pace: Pace,
    signal: AbortSignal,
    done: (files: number, bytes: number) => void,
  ): Promise<void> {
    const wanted: FileToPlace[] = [];
    for (const file of coming) {
      wanted.push(this.#prepare(file, stats.get(file.path)));
      await pace.turn();
    }
    try {
      await placeAll(this.#store, wanted, this.#root, signal, (placed, bytes) => {
        for (const { place } of placed) this.#rename(place);
        done(placed.length, bytes);
      });
    } catch (error) {
      for (const temp of this.#coming.keys()) removeQuietly(this.#files, temp);
      throw error;
    }
  }

  #prepare(file: ManifestFile, before: FileStat | undefined): FileToPlace {
    const target = path.join(this.#root, file.path);
    const folder = path.dirname(target);
    this.#checkPlain(folder);
    this.#checkPlace(target, before);
    this.#files.makeFolder(folder);
    const temp = temporaryIn(this.#store, folder);
    this.#coming.set(temp, { name: file.path, target, before });
    return toPlace(file, temp);
  }

  #rename(temp: string): void {
    const coming = this.#coming.get(temp);
    if (!coming) return;
    const { name, target, before } = coming;
    this.#checkPlace(target, before);
    if (before && this.#putAway !== null) keepBeside(this.#files, target, this.#putAway, name);
    this.#files.rename(temp, target);
    this.#coming.delete(temp);
  }

  /** Between the look and now: somebody may write to it this moment. */
  #checkPlace(target: string, before: FileStat | undefined): void {
    const found = this.#files.stat(target);
    if (before && (found?.mtimeMs !== before.mtimeMs || found.size !== before.size)) throw this.#changed();
    if (!before && found)
      throw new Failure("content.changed", said`${target} is in the way: it belongs to no version.`, {
        next: said`Move it elsewhere, then try again.`,
      });
  }

  /** A link on the way would have something outside overwritten. */
  #checkPlain(folder: string): void {
    for (let at = folder; at.length >= this.#root.length && !this.#plain.has(at); at = path.dirname(at)) {
      const stat = this.#files.stat(at);
      if (stat && stat.kind !== "folder")
        throw new Failure("path.invalid", said`${at} is no folder.`, {
          next: said`Move it elsewhere, then try again.`,
        });
      this.#plain.add(at);
    }
  }
}

/** Takes a file away, to where it stays for a while or for ever. */
export function takeAway(files: FilePort, target: string, putAway: string | null, name: string): void {
  if (putAway === null) {
    files.remove(target);
    return;
  }
  files.rename(target, placeAway(files, target, putAway, name));
}

/** Gives a file that is to be replaced its place away from there too: at no moment there is none where it was. */
function keepBeside(files: FilePort, target: string, putAway: string, name: string): void {
  const place = placeAway(files, target, putAway, name);
  try {
    files.link(target, place);
  } catch {
    files.rename(target, place); // a file system without hard links
  }
}

function placeAway(files: FilePort, target: string, putAway: string, name: string): string {
  const place = path.join(putAway, name === "" ? path.basename(target) : name);
  files.makeFolder(path.dirname(place));
  return place;
}

/** Removes the empty folders below one, and itself unless `keep`. */
export function removeEmpty(files: FilePort, folder: string, keep = false): boolean {
  let empty = true;
  for (const { name, kind } of files.list(folder))
    if (kind !== "folder" || !removeEmpty(files, path.join(folder, name))) empty = false;
  if (empty && !keep) files.removeFolder(folder);
  return empty;
}
