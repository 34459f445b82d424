import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Workbench } from "../core/workbench.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import { placeOf, type Checkout } from "./checkout-place.js";
import type { FileStood } from "./hook-lines.js";
import { readFolder } from "./read-folder.js";
import { filesOfTree } from "./read-tree.js";

/** Larger files get their size and time only: a run does not wait for gigabytes to be read again. */
const largestHashed = 512 * 1024 * 1024;
/** Files that one run is told to have read, so that a loop over a million images stays a run. */
const mostFiles = 2000;
const mostFolders = 200;
/** Of a folder that was read as a whole; of more the folder is told. */
const mostOfTree = 200;

/** Writes into a run which data it read. */
export class DataRecorder {
  readonly #workbench: Workbench;
  readonly #run: RunRecorder;
  readonly #checkout: Checkout | undefined;
  readonly #read = new Set<string>();
  /** Looked at once, when the run has ended. */
  readonly #folders = new Set<string>();

  /** `checkout`: the folder of old code that the run runs in, where it does. */
  constructor(workbench: Workbench, run: RunRecorder, checkout: Checkout | undefined) {
    this.#workbench = workbench;
    this.#run = run;
    this.#checkout = checkout;
  }

  /**
   * A file that the run opened, with its SHA-256. One that changes while it is read has none.
   * @param file absolute path
   * @param stood how it stood when it was opened, as far as that is known
   */
  async file(file: string, stood: FileStood | null, signal: AbortSignal): Promise<void> {
    if (this.#read.has(file) || this.#read.size >= mostFiles) return;
    this.#read.add(file);
    const before = await stoodOf(file);
    if (!before) return;
    const sha256 =
      before.size > largestHashed ? undefined : await hashOf(file, signal).catch(() => undefined);
    const after = await stoodOf(file);
    const isStable = isSame(before, after) && (stood === null || isSame(stood, before));
    this.#run.write({
      kind: "data.read",
      path: this.#nameOf(file),
      size: before.size,
      modified: before.modified / 1000,
      ...(isStable ? {} : { changed: true }),
      ...(isStable && sha256 !== undefined ? { sha256 } : {}),
    });
  }

  /** A folder or a pattern that a reader of tables was given: its files, or the folder where they are many. */
  async tree(place: string, signal: AbortSignal): Promise<void> {
    const { folder, files } = await filesOfTree(place, mostOfTree, signal);
    if (files === "many") this.folder(folder);
    else for (const file of files) await this.file(file, null, signal);
  }

  /** A folder of which files were read one by one. */
  folder(folder: string): void {
    if (this.#folders.size < mostFolders) this.#folders.add(folder);
  }

  /** What is told once, behind the run's end. */
  async finish(signal: AbortSignal): Promise<void> {
    for (const folder of this.#folders) {
      const reading = await readFolder(folder, signal);
      if (!reading) continue;
      const { size, modified } = reading;
      this.#run.write({ kind: "data.read", path: `${this.#nameOf(folder) || "."}/`, size, modified });
    }
  }

  /** As facts name it: below the store's folder where it is, else absolute. */
  #nameOf(file: string): string {
    const place = placeOf(this.#checkout, file);
    const below = path.relative(this.#workbench.folder, place);
    return below.startsWith("..") || path.isAbsolute(below) ? place : below.replaceAll(path.sep, "/");
  }
}

async function stoodOf(file: string): Promise<FileStood | undefined> {
  const stat = await fs.promises.stat(file, { bigint: true }).catch(() => undefined);
  if (!stat?.isFile()) return undefined;
  return { size: Number(stat.size), modified: Number(stat.mtimeNs / 1000n) };
}

const isSame = (a: FileStood, b: FileStood | undefined): boolean =>
  a.size === b?.size && a.modified === b.modified;

async function hashOf(file: string, signal: AbortSignal): Promise<string> {
  const hash = crypto.createHash("sha256");
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1024 * 1024, signal })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}
