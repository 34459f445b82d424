import * as path from "node:path";
import { toFailure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { KnownFiles } from "../core/datasets/known-files.js";
import { belowDataset, type FileRead, type Tie } from "../core/datasets/ties.js";
import type { DatasetDetail, DatasetVersionSummary } from "../core/datasets/view.js";
import { workingPath, workingState } from "../core/datasets/working-copy.js";
import type { FactBody } from "../core/store/fact.js";
import type { DataUsed } from "../core/tracking/model.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import type { Workbench } from "../core/workbench.js";
import type { RunVersions } from "./run-versions.js";

/** A data set whose files go on changing under the run is versioned for it no more often. */
const mostVersions = 3;

/** Ties what a run reads to versions of data sets, and makes versions for it where a data set asks for that. */
export class RunTies {
  readonly #workbench: Workbench;
  readonly #run: RunRecorder;
  readonly #versions: RunVersions;
  readonly #known = new Map<string, KnownFiles>();
  readonly #made = new Map<string, number>();

  constructor(workbench: Workbench, run: RunRecorder, versions: RunVersions) {
    this.#workbench = workbench;
    this.#run = run;
    this.#versions = versions;
  }

  /** The hash of a data set's file that was read before and is as it was. `place`: as facts name it. */
  knownHash(place: string): string | undefined {
    const { datasets, store } = this.#workbench;
    for (const dataset of datasets.all()) {
      const below = dataset.stage === "active" ? belowDataset(dataset, place) : undefined;
      if (below === undefined) continue;
      const source = workingPath(store, dataset);
      const stat = store.ports.files.stat(path.join(source, below));
      if (stat?.kind !== "file") continue;
      let known = this.#known.get(source);
      if (!known) this.#known.set(source, (known = new KnownFiles(store, source)));
      const hash = known.find({ path: below, stat });
      if (hash !== undefined) return hash;
    }
    return undefined;
  }

  /** The versions that a file is of; where it is of none, and its data set asks for it, one is made. */
  async ofFile(
    file: FileRead,
    by: DataUsed["by"],
    signal: AbortSignal,
  ): Promise<readonly FactBody<DataUsed>[]> {
    const { datasets } = this.#workbench;
    let ties = this.#find(file);
    const home = ties.some(({ dataset }) => belowDataset(dataset, file.path) !== undefined);
    const asking = home
      ? undefined
      : datasets.all().find((dataset) => dataset.auto && isOf(dataset, file.path));
    if (asking && (await this.#makeVersion(asking, signal))) ties = this.#find(file);
    return ties.map(({ dataset, version }) => ({
      kind: "data.used",
      dataset: dataset.id,
      version: version.id,
      path: file.path,
      content: file.sha256,
      by,
    }));
  }

  #find(file: FileRead): readonly Tie[] {
    const { datasets, tracking, store } = this.#workbench;
    return tracking.ties.of(file, store.ports.clock.now(), datasets.all()).map((tie) => {
      const base = datasets.baseOf(tie.dataset);
      const isBase = base !== undefined && tracking.ties.hasFile(base, tie.dataset, file);
      return isBase ? { ...tie, version: base } : tie;
    });
  }

  /** The versions of the data sets that a folder is, or that stand in it. */
  async ofFolder(place: string, signal: AbortSignal): Promise<readonly FactBody<DataUsed>[]> {
    const facts: FactBody<DataUsed>[] = [];
    for (const dataset of this.#workbench.datasets.all()) {
      const isInside = place === "" || dataset.path.startsWith(`${place}/`);
      if (dataset.stage !== "active" || !(isInside || isOf(dataset, place))) continue;
      const version = await this.#current(dataset, dataset.auto, signal);
      if (version) facts.push(used(dataset, version, isInside ? dataset.path : place, "hook"));
    }
    return facts;
  }

  /** The version of a data set that a run is told to use: of its working copy as it is now. */
  async declared(dataset: DatasetDetail, signal: AbortSignal): Promise<FactBody<DataUsed> | undefined> {
    const version = await this.#current(dataset, true, signal);
    return version && used(dataset, version, dataset.path, "declared");
  }

  /** The version that the working copy is as. */
  async #current(
    dataset: DatasetDetail,
    mayMake: boolean,
    signal: AbortSignal,
  ): Promise<DatasetVersionSummary | undefined> {
    const { datasets } = this.#workbench;
    const working = await workingState(datasets, dataset, signal);
    if (working.state === "clean") return dataset.history.find(({ number }) => number === working.number);
    if (working.state !== "changed" || !mayMake) return undefined;
    const id = await this.#makeVersion(dataset, signal);
    return id === undefined ? undefined : datasets.get(dataset.id).history.find((one) => one.id === id);
  }

  /** Id of the version that the working copy is now; undefined where it could not be made one. */
  async #makeVersion(dataset: DatasetDetail, signal: AbortSignal): Promise<string | undefined> {
    const made = this.#made.get(dataset.id) ?? 0;
    if (made >= mostVersions) return undefined;
    this.#made.set(dataset.id, made + 1);
    try {
      return await this.#versions.make(dataset, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      const { message } = toFailure(error, said`Cannot make a version of ${dataset.name}`);
      this.#run.write({ kind: "recorder.note", text: message });
      return undefined;
    }
  }
}

const isOf = (dataset: DatasetDetail, place: string): boolean =>
  dataset.stage === "active" && belowDataset(dataset, place) !== undefined;

const used = (
  dataset: DatasetDetail,
  version: DatasetVersionSummary,
  place: string,
  by: DataUsed["by"],
): FactBody<DataUsed> => ({
  kind: "data.used",
  dataset: dataset.id,
  version: version.id,
  path: place,
  content: version.content,
  by,
});
