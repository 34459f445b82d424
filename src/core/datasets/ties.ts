import type { Datasets } from "./datasets.js";
import type { DatasetDetail, DatasetVersionSummary } from "./view.js";

/** A file as a run read it. */
export interface FileRead {
  /** Below the store's folder with forward slashes, else absolute. */
  readonly path: string;
  readonly sha256: string;
}

/** A version of a data set that has a file of that content. */
export interface Tie {
  readonly dataset: DatasetDetail;
  readonly version: DatasetVersionSummary;
}

/** Of the manifests that were read last; an entry takes about 200 bytes. */
const mostEntries = 200_000;

/** Finds the versions of data sets by what was read of them, also those that were made later. */
export class DataTies {
  readonly datasets: Datasets;
  /** Files of manifests by these' hashes, the ones that were asked for last behind the others. */
  readonly #manifests = new Map<string, ReadonlyMap<string, string>>();
  #entries = 0;

  constructor(datasets: Datasets) {
    this.datasets = datasets;
  }

  /**
   * The version of each data set that a file belongs to, as it was at a time: of those with this content the newest that
   * there was, else the first that came. The data set at the file's own path where that has the content; a copy elsewhere
   * is tied to the data set that it is a copy of.
   * @param datasets all that there are
   */
  of({ path, sha256 }: FileRead, at: number, datasets: readonly DatasetDetail[]): readonly Tie[] {
    const all = datasets.filter(({ stage }) => stage === "active");
    const here = all.filter((dataset) => belowDataset(dataset, path) !== undefined);
    const tied = here.flatMap((dataset) => this.#tie(dataset, path, sha256, at) ?? []);
    if (tied.length > 0 || sha256 === emptyContent) return tied;
    return all
      .filter((dataset) => dataset.form === "file" && dataset.path !== path)
      .flatMap((dataset) => this.#tie(dataset, dataset.path, sha256, at) ?? []);
  }

  #tie(dataset: DatasetDetail, path: string, sha256: string, at: number): Tie | undefined {
    const file = belowDataset(dataset, path) ?? "";
    const having = dataset.history.filter(
      (version) => version.stage === "active" && this.#hashOf(version, file) === sha256,
    );
    const version = having.find((one) => one.at <= at) ?? having.at(-1);
    return version && { dataset, version };
  }

  /** Whether a version of a data set has a file as it was read. */
  hasFile(version: DatasetVersionSummary, dataset: DatasetDetail, { path, sha256 }: FileRead): boolean {
    return this.#hashOf(version, belowDataset(dataset, path) ?? "") === sha256;
  }

  #hashOf(version: DatasetVersionSummary, file: string): string | undefined {
    if (version.form === "file") return file === "" ? version.content : undefined;
    return this.filesOf(version).get(file);
  }

  /** Hashes of a version's files by their paths below it; none where its manifest is not here. */
  filesOf({ manifest }: DatasetVersionSummary): ReadonlyMap<string, string> {
    const known = this.#manifests.get(manifest);
    if (known) this.#manifests.delete(manifest);
    const files = known ?? this.#read(manifest);
    this.#manifests.set(manifest, files);
    return files;
  }

  #read(manifest: string): ReadonlyMap<string, string> {
    const files = new Map<string, string>();
    try {
      for (const { path, hash } of this.datasets.contents.manifest({ manifest })) files.set(path, hash);
    } catch {
      return files; // it did not come with this clone: nothing can be said
    }
    this.#entries += files.size;
    for (const [oldest, { size }] of this.#manifests) {
      if (this.#entries <= mostEntries) break;
      this.#manifests.delete(oldest);
      this.#entries -= size;
    }
    return files;
  }
}

/** Of a file without content: all such are equal, and none tells where it is from. */
const emptyContent = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Where a file stands below a data set: "" for the data set itself; undefined for one of another place. */
export function belowDataset({ path, form }: DatasetDetail, file: string): string | undefined {
  if (file === path) return "";
  if (form === "file") return undefined;
  if (path === "" || path === ".") return file;
  return file.startsWith(`${path}/`) ? file.slice(path.length + 1) : undefined;
}
