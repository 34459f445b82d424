import * as path from "node:path";
import { Failure, systemCode } from "../base/failure.js";
import { said, type Said } from "../base/said.js";
import type { FilePort, FileStat, FolderEntry } from "../base/ports.js";
import { isTemporary } from "../store/left-overs.js";
import type { Pace } from "../store/pace.js";
import { comparePaths } from "./manifest.js";
import { ignoreFile, Selector, type Selection } from "./selection.js";
import type { ContentForm } from "./view.js";

/** A file of a data set in the working folder. `path` is below the data set with forward slashes; "" is it itself. */
export interface DataFile {
  readonly path: string;
  readonly stat: FileStat;
}

/** What stands in a folder of data and is not stored. Links are not followed. */
export interface LeftOut {
  readonly path: string;
  readonly why: "link" | "special";
}

export interface DataFiles {
  readonly form: ContentForm;
  /** By path, in the order of its bytes. */
  readonly files: readonly DataFile[];
  readonly leftOut: readonly LeftOut[];
}

/** Some systems compose names of their own accord: what a manifest says is the same everywhere. */
const composed =
  process.platform === "darwin" ? (name: string): string => name.normalize("NFC") : (name: string) => name;

const largestRules = 1024 * 1024;

const unreadable = (
  file: string,
  why: Said | string,
  next = said`Make it readable, or leave it out by a pattern; nothing was versioned.`,
): Failure => new Failure("path.invalid", said`Cannot read ${file}: ${why}`, { next });

/** What a data set of this place and selection is made of. Throws `path.invalid` where something cannot be read. */
export async function listData(
  files: FilePort,
  source: string,
  selection: Selection,
  pace: Pace,
): Promise<DataFiles> {
  const stat = statOf(files, source);
  if (!stat)
    throw new Failure("path.invalid", said`There is nothing at ${source}.`, {
      next: said`Check the name and the folder.`,
    });
  if (stat.kind === "file") return { form: "file", files: [{ path: "", stat }], leftOut: [] };
  if (stat.kind !== "folder")
    throw new Failure("path.invalid", said`${source} is neither a file nor a folder.`, {
      next: said`Links are not followed: name what it points to.`,
    });
  return { form: "folder", ...(await new Listing(files, source, selection).run(pace)) };
}

class Listing {
  readonly #files: FilePort;
  readonly #source: string;
  readonly #selector: Selector;
  readonly #found: DataFile[] = [];
  readonly #leftOut: LeftOut[] = [];

  constructor(files: FilePort, source: string, selection: Selection) {
    this.#files = files;
    this.#source = source;
    this.#selector = new Selector(selection, ownRules(files, source));
  }

  async run(pace: Pace): Promise<Omit<DataFiles, "form">> {
    const folders = [{ prefix: "", included: false }];
    for (let folder = folders.pop(); folder; folder = folders.pop()) {
      for (const entry of entriesOf(this.#files, path.join(this.#source, folder.prefix))) {
        const lower = entry.name.toLowerCase();
        if (lower === ".git" || lower === ".loam" || isTemporary(entry.name)) continue;
        const at = folder.prefix + composed(entry.name);
        const isFolder = entry.kind === "folder";
        const verdict = this.#selector.look(at, composed(entry.name), isFolder, folder.included);
        if (verdict === "out") continue;
        if (isFolder) folders.push({ prefix: `${at}/`, included: verdict === "in" });
        else this.#add(at, entry);
        if (pace.due()) await pace.rest();
      }
    }
    this.#found.sort((a, b) => comparePaths(a.path, b.path));
    return { files: this.#found, leftOut: this.#leftOut };
  }

  #add(at: string, entry: FolderEntry): void {
    if (entry.kind !== "file") {
      this.#leftOut.push({ path: at, why: entry.kind === "link" ? "link" : "special" });
      return;
    }
    const stat = statOf(this.#files, `${this.#source}/${at}`);
    if (stat?.kind === "file") this.#found.push({ path: at, stat });
    else if (!stat && at.includes("\ufffd"))
      throw unreadable(
        at,
        said`its name is not UTF-8.`,
        said`Rename it, or leave it out by a pattern; nothing was versioned.`,
      );
  }
}

function statOf(files: FilePort, file: string): FileStat | undefined {
  try {
    return files.stat(file);
  } catch (error) {
    throw asUnreadable(file, error);
  }
}

function entriesOf(files: FilePort, folder: string): readonly FolderEntry[] {
  try {
    return files.list(folder);
  } catch (error) {
    throw asUnreadable(folder, error);
  }
}

function ownRules(files: FilePort, folder: string): string | undefined {
  const file = path.join(folder, ignoreFile);
  try {
    const stat = files.stat(file);
    if (stat?.kind !== "file" || stat.size > largestRules) return undefined;
    return files.readAll(file)?.toString("utf8");
  } catch (error) {
    entriesOf(files, folder); // where that fails the folder is what cannot be read
    throw asUnreadable(file, error);
  }
}

/** An error of the disk while reading the user's data; anything else as it is. */
export function asUnreadable(file: string, error: unknown): unknown {
  if (error instanceof Failure || systemCode(error) === undefined) return error;
  return unreadable(file, error instanceof Error ? error.message : String(error));
}
