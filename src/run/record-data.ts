import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { FactBody } from "../core/store/fact.js";
import type { DataUsed, RunFact } from "../core/tracking/model.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import type { Workbench } from "../core/workbench.js";
import { placeOf, type Checkout } from "./checkout-place.js";
import type { FileStood } from "./hook-lines.js";
import { hasOpen } from "./open-files.js";
import { readFolder } from "./read-folder.js";
import { filesOfTree } from "./read-tree.js";
import { RunTies } from "./run-ties.js";
import type { RunVersions } from "./run-versions.js";

/** Larger files get their size and time only: a run does not wait for gigabytes to be read again. */
const largestHashed = 512 * 1024 * 1024;
/** Files that one run is told to have read, so that a loop over a million images stays a run. */
const mostFiles = 2000;
const mostFolders = 200;
/** Of a folder that was read as a whole; of more the folder is told. */
const mostOfTree = 200;
/** Files that are looked at for changes under the run, those that were read last. */
const mostWatched = 64;
/** Where the system does not say who has a file open: how long after its opening it is taken to be read, in ms. */
const readingMs = 5000;

type DataRead = FactBody<Extract<RunFact, { kind: "data.read" }>>;

/** A file as it was when it was recorded. */
interface Watched {
  readonly pid: number;
  readonly stood: FileStood;
  readonly until: number;
  readonly read: DataRead;
  readonly used: readonly FactBody<DataUsed>[];
}

/** Writes into a run which data it read, and of which versions that is. */
export class DataRecorder {
  readonly #workbench: Workbench;
  readonly #run: RunRecorder;
  readonly #checkout: Checkout | undefined;
  readonly #ties: RunTies;
  readonly #read = new Set<string>();
  /** With the versions that they were when they were read first. */
  readonly #folders = new Map<string, readonly FactBody<DataUsed>[]>();
  readonly #watched = new Map<string, Watched>();

  /** `checkout`: the folder of old code that the run runs in, where it does. */
  constructor(workbench: Workbench, run: RunRecorder, checkout: Checkout | undefined, versions: RunVersions) {
    this.#workbench = workbench;
    this.#run = run;
    this.#checkout = checkout;
    this.#ties = new RunTies(workbench, run, versions);
  }

  /**
   * A file that the run opened, with its SHA-256. One that changes while it is read has none.
   * @param file absolute path
   * @param reader which process opened it, and how the file stood then, as far as that is known
   */
  async file(
    file: string,
    reader: { readonly pid: number; readonly stood: FileStood | null },
    signal: AbortSignal,
    by: DataUsed["by"] = "hook",
  ): Promise<void> {
    if (this.#read.has(file) || this.#read.size >= mostFiles) return;
    this.#read.add(file);
    const before = await stoodOf(file);
    if (!before) return;
    const name = this.#nameOf(file);
    const hash = this.#ties.knownHash(name) ?? (await hashOf(file, before.size, signal));
    const after = await stoodOf(file);
    const isStable = isSame(before, after) && (reader.stood === null || isSame(reader.stood, before));
    const read: DataRead = {
      kind: "data.read",
      path: name,
      size: before.size,
      modified: before.modified / 1000,
    };
    if (!isStable) {
      this.#run.write({ ...read, changed: true });
      return;
    }
    this.#run.write(hash === undefined ? read : { ...read, sha256: hash });
    const used = hash === undefined ? [] : await this.#ties.ofFile({ path: name, sha256: hash }, by, signal);
    if (used.length > 0) this.#run.write(...used);
    const until = this.#workbench.store.ports.clock.now() + readingMs;
    this.#watched.set(file, { pid: reader.pid, stood: before, until, read, used });
    for (const oldest of this.#watched.keys()) {
      if (this.#watched.size <= mostWatched) break;
      this.#watched.delete(oldest);
    }
  }

  /** Marks files that changed since they were recorded, and that their readers still read. */
  async lookForChanges(): Promise<void> {
    for (const [file, { pid, stood, until, read, used }] of this.#watched) {
      if (isSame(stood, await stoodOf(file))) continue;
      this.#watched.delete(file); // what follows is no concern of this run
      const real = await fs.promises.realpath(file).catch(() => file);
      if (!(hasOpen(pid, real) ?? this.#workbench.store.ports.clock.now() < until)) continue;
      this.#run.write({ ...read, changed: true }, ...used.map((fact) => ({ ...fact, changed: true })));
    }
  }

  /** A folder or a pattern that a reader of tables was given: its files, or the folder where they are many. */
  async tree(place: string, pid: number, signal: AbortSignal): Promise<void> {
    const { folder, files } = await filesOfTree(place, mostOfTree, signal);
    if (files === "many") await this.folder(folder, signal);
    else for (const file of files) await this.file(file, { pid, stood: null }, signal);
  }

  /** A folder of which files were read one by one. */
  async folder(folder: string, signal: AbortSignal): Promise<void> {
    if (this.#folders.has(folder) || this.#folders.size >= mostFolders) return;
    this.#folders.set(folder, []);
    const used = await this.#ties.ofFolder(this.#nameOf(folder), signal);
    this.#folders.set(folder, used);
    if (used.length > 0) this.#run.write(...used);
  }

  /** What is told once, behind the run's end: what came of folders, and files that were only logged as inputs. */
  async finish(signal: AbortSignal): Promise<void> {
    for (const [folder, used] of this.#folders) {
      const reading = await readFolder(folder, signal);
      if (reading) {
        const { size, modified } = reading;
        const name = this.#nameOf(folder) || ".";
        this.#run.write({ kind: "data.read", path: `${name}/`, size, modified });
      }
      const now = used.length === 0 ? [] : await this.#ties.ofFolder(this.#nameOf(folder), signal);
      const changed = used.filter(({ version }) => now.every((one) => one.version !== version));
      if (changed.length > 0) this.#run.write(...changed.map((fact) => ({ ...fact, changed: true })));
    }
    for (const file of this.#inputs()) await this.file(file, { pid: 0, stood: null }, signal, "mlflow");
  }

  /** Files of this machine that a run of this launch logged as inputs with MLflow. */
  #inputs(): readonly string[] {
    const { recorders } = this.#workbench.tracking.runs;
    return recorders.flatMap(({ state }) =>
      state.facts.all("input.used").flatMap(({ source }) => {
        const place = placeIn(source);
        return place === undefined ? [] : [path.resolve(this.#workbench.folder, place)];
      }),
    );
  }

  /** As facts name it: below the store's folder where it is, else absolute. */
  #nameOf(file: string): string {
    const place = placeOf(this.#checkout, file);
    const below = path.relative(this.#workbench.folder, place);
    return below.startsWith("..") || path.isAbsolute(below) ? place : below.replaceAll(path.sep, "/");
  }
}

/** The path in a source of MLflow, `{"uri": "data/train.csv"}`; undefined for what lies elsewhere. */
function placeIn(source: string): string | undefined {
  try {
    const { uri } = JSON.parse(source) as { readonly uri?: unknown };
    if (typeof uri !== "string" || uri === "") return undefined;
    if (uri.startsWith("file://")) return decodeURIComponent(new URL(uri).pathname);
    return /^[a-z][a-z0-9+.-]+:\/\//i.test(uri) ? undefined : uri;
  } catch {
    return undefined; // a source in words of its own
  }
}

async function stoodOf(file: string): Promise<FileStood | undefined> {
  const stat = await fs.promises.stat(file, { bigint: true }).catch(() => undefined);
  if (!stat?.isFile()) return undefined;
  return { size: Number(stat.size), modified: Number(stat.mtimeNs / 1000n) };
}

const isSame = (a: FileStood, b: FileStood | undefined): boolean =>
  a.size === b?.size && a.modified === b.modified;

/** Through one small buffer: a stream takes a megabyte for each of a thousand files, and the supervisor stays for days. */
async function hashOf(file: string, size: number, signal: AbortSignal): Promise<string | undefined> {
  if (size > largestHashed) return undefined;
  const hash = crypto.createHash("sha256");
  try {
    const handle = await fs.promises.open(file);
    try {
      for (;;) {
        signal.throwIfAborted();
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
        if (bytesRead === 0) return hash.digest("hex");
        hash.update(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

/** Files are hashed one after the other. */
const buffer = Buffer.allocUnsafeSlow(256 * 1024);
