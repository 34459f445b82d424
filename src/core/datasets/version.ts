import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { exclusively } from "../store/exclusively.js";
import type { OnProgress } from "./content-progress.js";
import type { AddedContent } from "./contents.js";
import { checkNoLinkAbove, dataRoot } from "./data-path.js";
import type { Datasets } from "./datasets.js";
import type { DatasetId, DatasetVersioned, DatasetVersionId } from "./model.js";
import { checkName } from "./names.js";
import type { DatasetDetail, StoredContent } from "./view.js";
import { versionOf, workingPath } from "./working-copy.js";

/** What a person, or a run, wants of a new version. */
export interface VersionWish {
  readonly message: string;
  /** The run for which it is made. */
  readonly run?: string;
}

export interface MadeVersion {
  readonly dataset: DatasetId;
  readonly version: DatasetVersionId;
  readonly number: number;
  /** False: the working copy is as in that version. */
  readonly made: boolean;
  readonly added: AddedContent;
}

/** What to track, and how. */
export interface TrackWish {
  /** Absolute, or below the folder that holds the store. */
  readonly path: string;
  /** Default: the path below the folder. */
  readonly name?: string | undefined;
  readonly include?: readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly auto?: boolean | undefined;
  readonly message?: string | undefined;
  /** The run for which it is made. */
  readonly run?: string | undefined;
}

/**
 * Tracks a file or folder and makes its first version. Where its path is tracked already under that name, its next
 * version is made. Throws `path.invalid` for a place outside the folder, `name.taken`, `name.invalid`.
 */
export async function trackData(
  datasets: Datasets,
  wish: TrackWish,
  signal: AbortSignal,
  progress?: OnProgress,
): Promise<MadeVersion> {
  const { store, contents } = datasets;
  const place = dataRoot(store, wish.path);
  const selection = { include: wish.include ?? [], ignore: wish.ignore ?? [] };
  const known = datasets.all().find((one) => one.stage === "active" && one.path === place);
  const name =
    wish.name ?? known?.name ?? (place === "" ? path.basename(path.dirname(store.layout.root)) : place);
  checkName(name);
  if (known && known.name !== name)
    throw new Failure("name.taken", said`${place} is tracked already, as ${known.name}.`, {
      next: said`Rename it: \`loam data rename ${known.name} ${name}\``,
    });
  if (!known) checkFree(datasets, name, place);
  // Everything is kept before anything says so.
  const added = await contents.add(
    workingPath(store, { path: place }),
    known && wish.include === undefined && wish.ignore === undefined ? known : selection,
    signal,
    progress,
  );
  const dataset = exclusively(store.claims, "dataset", name, () => {
    datasets.refresh();
    const other = datasets.all().find((one) => one.stage === "active" && one.path === place);
    if (!other) checkFree(datasets, name, place);
    const id = other?.id ?? datasets.freeId(name);
    if (!other) datasets.write({ kind: "dataset.created", dataset: id, name });
    const wanted = {
      path: place,
      form: added.form,
      include: wish.include ?? other?.include ?? [],
      ignore: wish.ignore ?? other?.ignore ?? [],
      auto: wish.auto ?? other?.auto ?? false,
    };
    if (!other || !isTrackedSo(other, wanted))
      datasets.write({ kind: "dataset.tracked", dataset: id, ...wanted });
    return id;
  });
  return claimVersion(datasets, dataset, added, {
    message: wish.message ?? "",
    ...(wish.run === undefined ? {} : { run: wish.run }),
  });
}

/** Whether a data set is tracked in just this way. */
export const isTrackedSo = (
  one: DatasetDetail,
  wanted: Pick<DatasetDetail, "path" | "form" | "include" | "ignore" | "auto">,
): boolean =>
  one.form === wanted.form &&
  one.auto === wanted.auto &&
  JSON.stringify([one.include, one.ignore]) === JSON.stringify([wanted.include, wanted.ignore]);

function checkFree(datasets: Datasets, name: string, place: string): void {
  const taken = datasets.all().find((one) => one.name === name);
  if (!taken) return;
  if (taken.stage === "deleted")
    throw new Failure("name.taken", said`The data set ${name} is deleted.`, {
      next: said`Bring it back with \`loam data undelete ${name}\`, or take another name.`,
    });
  const { store } = datasets;
  const isThere = store.ports.files.stat(workingPath(store, taken)) !== undefined;
  throw new Failure("name.taken", said`There is a data set ${name} already, of ${taken.path}.`, {
    next: isThere
      ? said`Give another name: \`loam data add PATH --name NAME\``
      : said`Where it was moved: \`loam data move ${name} ${place}\`. Else give another name: \`loam data add PATH --name NAME\``,
  });
}

/** Makes a version of the working copy, unless it is as in one. Throws `path.invalid` where it cannot be read. */
export async function makeVersion(
  datasets: Datasets,
  id: DatasetId,
  wish: VersionWish,
  signal: AbortSignal,
  progress?: OnProgress,
): Promise<MadeVersion> {
  const detail = datasets.active(id);
  const source = workingPath(datasets.store, detail);
  checkNoLinkAbove(datasets.store, detail.path);
  const added = await datasets.contents.add(source, detail, signal, progress);
  return claimVersion(datasets, id, added, wish);
}

function claimVersion(
  datasets: Datasets,
  dataset: DatasetId,
  added: AddedContent,
  wish: VersionWish,
): MadeVersion {
  return exclusively(datasets.store.claims, "dataset", dataset, () => {
    const detail = datasets.active(dataset);
    const base = datasets.baseOf(detail);
    const same = versionOf(detail, added, base);
    if (same) {
      datasets.setBase(dataset, same.id);
      return { dataset, version: same.id, number: same.number, made: false, added };
    }
    const number = datasets.nextNumber(dataset);
    const { form, manifest, content, files, size } = added satisfies StoredContent;
    const fact = datasets.write<DatasetVersioned>({
      kind: "dataset.versioned",
      dataset,
      number,
      form,
      manifest,
      content,
      files,
      size,
      message: wish.message,
      parent: base?.id ?? null,
      origin: wish.run === undefined ? "hand" : "run",
      ...(wish.run === undefined ? {} : { run: wish.run }),
    });
    datasets.setBase(dataset, fact.id);
    return { dataset, version: fact.id, number, made: true, added };
  });
}
