import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { newUlid } from "../store/ids.js";
import { putAwayFolder } from "../store/left-overs.js";
import type { Store } from "../store/store.js";
import { Bringing, removeEmpty, takeAway, type Counts } from "./bring.js";
import type { OnProgress } from "./content-progress.js";
import type { Datasets } from "./datasets.js";
import type { Manifest } from "./manifest.js";
import type { DatasetId, DatasetVersionId } from "./model.js";
import { checkNames, placeContent, placeFile } from "./place.js";
import { makeVersion } from "./version.js";
import type { DatasetDetail, DatasetVersionSummary, ManifestFile, RestoreReport } from "./view.js";
import { readWorking, versionOf, workingPath, type WorkingFiles } from "./working-copy.js";

/** What is to be brought back, and where to. */
export interface RestoreWish {
  readonly dataset: DatasetId;
  readonly version: DatasetVersionId;
  /** One file of it, below the data set. */
  readonly file?: string | undefined;
  /** Absolute, where nothing is; default: the working copy. */
  readonly to?: string | undefined;
  /** What is there and in no version becomes one first, or goes (it is put away for 30 days). */
  readonly overwrite?: "version" | "discard" | undefined;
}

/**
 * Brings a version, or one file of it, to the working folder or elsewhere. Throws `content.changed` where what would be
 * overwritten is in no version and `overwrite` does not say what to do with it; nothing is touched then.
 */
export async function restoreData(
  datasets: Datasets,
  wish: RestoreWish,
  signal: AbortSignal,
  progress: OnProgress = () => undefined,
): Promise<RestoreReport> {
  const detail = datasets.get(wish.dataset);
  const version = detail.history.find((one) => one.id === wish.version);
  if (!version) throw new Failure("version.notFound", said`${detail.name} has no version ${wish.version}.`);
  const target = wish.to ?? workingPath(datasets.store, detail);
  try {
    if (wish.to !== undefined)
      return await elsewhere(datasets, version, wish.file, wish.to, signal, progress);
    return await new Restoring(datasets, detail, version, wish, progress).run(signal);
  } catch (error) {
    throw damagedFile(datasets, detail, version, toFailure(error, said`Cannot restore ${target}`));
  }
}

/** Names the file that a damaged object belongs to: a person knows its hash from nowhere. */
function damagedFile(
  { contents, store }: Datasets,
  { name }: DatasetDetail,
  version: DatasetVersionSummary,
  failure: Failure,
): Failure {
  const { object } = failure.data;
  if (failure.code !== "store.damaged" || typeof object !== "string") return failure;
  const holds = (hash: string): boolean =>
    hash === object || (store.objects.chunksOf(hash)?.some((chunk) => chunk.hash === object) ?? false);
  const file = [...contents.manifest(version)].find(({ hash }) => holds(hash));
  if (!file) return failure;
  const shown = `${name}@${version.number}${file.path === "" ? "" : `: ${file.path}`}`;
  const { message, next } = failure.said;
  return new Failure(failure.code, said`${shown} cannot be restored. ${message}`, {
    cause: failure,
    data: failure.data,
    ...(next ? { next } : {}),
  });
}

async function elsewhere(
  { contents, store }: Datasets,
  version: DatasetVersionSummary,
  file: string | undefined,
  to: string,
  signal: AbortSignal,
  progress: OnProgress,
): Promise<RestoreReport> {
  if (file === undefined || version.form === "file") {
    await contents.place(version, to, signal, progress);
    return { path: to, written: version.files, removed: 0, same: 0, kept: null, putAway: null };
  }
  const one = contents.manifest(version).get(file);
  if (store.ports.files.stat(to))
    throw new Failure("name.taken", said`There is something at ${to} already.`, {
      next: said`Name a place where nothing is.`,
    });
  await placeFile(store, one, to, signal);
  return { path: to, written: 1, removed: 0, same: 0, kept: null, putAway: null };
}

class Restoring {
  readonly #datasets: Datasets;
  readonly #store: Store;
  readonly #detail: DatasetDetail;
  readonly #version: DatasetVersionSummary;
  readonly #wish: RestoreWish;
  readonly #progress: OnProgress;
  readonly #root: string;
  #putAway: string | null = null;

  constructor(
    datasets: Datasets,
    detail: DatasetDetail,
    version: DatasetVersionSummary,
    wish: RestoreWish,
    progress: OnProgress,
  ) {
    this.#datasets = datasets;
    this.#store = datasets.store;
    this.#detail = detail;
    this.#version = version;
    this.#wish = wish;
    this.#progress = progress;
    this.#root = workingPath(this.#store, detail);
  }

  async run(signal: AbortSignal): Promise<RestoreReport> {
    const manifest = this.#datasets.contents.manifest(this.#version);
    const wanted = this.#wanted(manifest);
    this.#checkObjects(wanted);
    let working = await readWorking(this.#store, this.#detail, signal);
    let kept: number | null = null;
    if (working && !this.#isKept(working)) {
      if (this.#wish.overwrite === undefined) throw this.#changed();
      if (this.#wish.overwrite === "version") {
        const message = `As it was before version ${this.#version.number} came back`;
        ({ number: kept } = await makeVersion(this.#datasets, this.#detail.id, { message }, signal));
        working = await readWorking(this.#store, this.#detail, signal);
      } else this.#putAway = path.join(putAwayFolder(this.#store), `data-${newUlid(this.#store.ports)}`);
    }
    if (working && this.#wish.file === undefined && working.content.form !== this.#version.form)
      this.#clear(working);
    const now = working?.content.form === this.#version.form ? working : undefined;
    const report = await this.#write(manifest, wanted, now, signal);
    if (this.#wish.file === undefined) this.#datasets.setBase(this.#detail.id, this.#version.id);
    return { path: this.#root, ...report, kept, putAway: this.#putAway };
  }

  #wanted(manifest: Manifest): ManifestFile[] {
    const { file } = this.#wish;
    return file === undefined || this.#version.form === "file" ? [...manifest] : [manifest.get(file)];
  }

  /** Nothing is taken away before all that is to come is known to be here. */
  #checkObjects(wanted: readonly ManifestFile[]): void {
    const missing = wanted.filter((file) => !this.#store.objects.has(file.hash));
    const [first] = missing;
    if (!first) return;
    throw new Failure(
      "artifact.notFound",
      said`${missing.length} of ${wanted.length} files of version ${this.#version.number} are not in this store, such as ${first.path || this.#detail.name}.`,
      { next: said`Join the store in which the version was made: \`loam join OTHER\`.` },
    );
  }

  #folderAbove(): string {
    const { files } = this.#store.ports;
    let at = this.#root;
    while (files.stat(at)?.kind !== "folder" && path.dirname(at) !== at) at = path.dirname(at);
    return at;
  }

  /**
   * Whether all that may be overwritten is in some version, and its content in this store: what a version of another
   * clone has may be here in the working copy alone.
   */
  #isKept(working: WorkingFiles): boolean {
    const { file } = this.#wish;
    const { objects } = this.#store;
    const own = working.files.filter(({ path: name }) => file === undefined || name === file);
    if (!objects.nearby(() => own.every(({ hash }) => objects.has(hash)))) return false;
    return versionOf(this.#detail, working.content, undefined) !== undefined || this.#isEachOfAVersion(own);
  }

  /** Files of several versions stand side by side after a restore that was cut off, or where some were removed. */
  #isEachOfAVersion(files: WorkingFiles["files"]): boolean {
    let left = files;
    for (const version of this.#detail.history) {
      if (left.length === 0) break;
      if (version.stage !== "active") continue;
      const hashes = this.#hashesOf(version);
      left = left.filter(({ path: name, hash }) => hashes.get(name) !== hash);
    }
    return left.length === 0;
  }

  /** By path; none where the manifest is not here: such a version keeps nothing. */
  #hashesOf(version: DatasetVersionSummary): ReadonlyMap<string, string> {
    try {
      const files = [...this.#datasets.contents.manifest(version)];
      return new Map(files.map(({ path: name, hash }) => [name, hash]));
    } catch (error) {
      if (error instanceof Failure) return new Map();
      throw error;
    }
  }

  #changed(): Failure {
    const { name } = this.#detail;
    return new Failure(
      "content.changed",
      said`${this.#wish.file ?? name} has changes that are in no version.`,
      {
        next: said`Version them first (--keep), or let them go (--discard).`,
      },
    );
  }

  /** What is there is a file and is to be a folder, or the other way round. */
  #clear(working: WorkingFiles): void {
    for (const file of working.files) this.#take(path.join(this.#root, file.path), file.path);
    if (working.content.form === "folder") removeEmpty(this.#store.ports.files, this.#root);
  }

  async #write(
    manifest: Manifest,
    wanted: readonly ManifestFile[],
    now: WorkingFiles | undefined,
    signal: AbortSignal,
  ): Promise<Counts> {
    if (this.#wish.file === undefined && !this.#store.ports.files.stat(this.#root)) {
      await placeContent(this.#store, this.#version, manifest, this.#root, signal, this.#progress);
      return { written: this.#version.files, removed: 0, same: 0 };
    }
    checkNames(this.#store, wanted, this.#folderAbove());
    const { file: only } = this.#wish;
    const there = (now?.files ?? []).filter((file) => only === undefined || file.path === only);
    if (this.#version.form === "folder") this.#store.ports.files.makeFolder(this.#root);
    const bringing = new Bringing(this.#store, this.#root, this.#putAway, () => this.#changed());
    return bringing.run(there, wanted, signal, this.#progress);
  }

  #take(target: string, name: string): void {
    takeAway(this.#store.ports.files, target, this.#putAway, name);
  }
}
