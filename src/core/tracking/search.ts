import type { DatasetDetail, DatasetVersionSummary } from "../datasets/view.js";
import type { Page } from "../query/ask.js";
import type { ModelDocument } from "./logged-models.js";
import type { Experiment } from "./experiments.js";
import type { LifecycleStage } from "./model.js";
import type { RunColumn } from "./run-columns.js";
import type { ReadFile, ReadingRun } from "./run-data-tables.js";
import type { RunListQuery, RunRow } from "./run-lists.js";
import type { WantedKeys } from "./stored-run.js";
import type { ParamValue, ShownState } from "./view.js";

export interface SearchRequest {
  /** Ids; an empty list finds nothing. `all`: also those of which only runs are here. */
  readonly experiments: readonly string[] | "all";
  /** In the grammar of `dialect`; "" is all. */
  readonly filter: string;
  readonly dialect: "mlflow" | "loam";
  /** MLflow's `identifier [ASC|DESC]`; the loam dialect has `order by` in its text instead. */
  readonly orderBy: readonly string[];
  /** Which lifecycle stages are wanted. */
  readonly stages: readonly LifecycleStage[];
  readonly most: number;
  /** The `next` of the page before. */
  readonly token?: string | undefined;
  /**
   * True: from what the index has by now, without waiting until it has caught up. For a view that shows something at
   * once and asks again; what came to the folder while no process watched it may be missing.
   */
  readonly atOnce?: boolean | undefined;
}

export interface ModelOrder {
  readonly field: string;
  readonly ascending: boolean;
  readonly dataset?: string | undefined;
  readonly digest?: string | undefined;
}

export interface DatasetSummary {
  readonly experiment_id: string;
  readonly name: string;
  readonly digest: string;
  readonly context: string;
}

/**
 * Questions over many entities, answered from the index. Each answer takes in what any process on this machine had
 * acknowledged before the question was asked.
 */
export interface Searches {
  /** JSON texts of `RunDocument`, complete. Throws `filter.syntax`, `page.token`. */
  runs(request: SearchRequest): Promise<Page<string>>;
  experiments(request: Omit<SearchRequest, "experiments">): Promise<Page<Experiment>>;
  models(
    request: Omit<SearchRequest, "orderBy"> & {
      readonly orderBy: readonly ModelOrder[];
      /** Only models with a metric on one of these. */
      readonly datasets: readonly { readonly name: string; readonly digest?: string | undefined }[];
    },
  ): Promise<Page<ModelDocument>>;
  /** MLflow TraceInfo objects, newest first. */
  traces(request: SearchRequest): Promise<Page<Readonly<Record<string, unknown>>>>;
  datasets(experiments: readonly string[]): Promise<readonly DatasetSummary[]>;
  /** What a person is told of each of these runs; those that are not here are left out. */
  shownStates(ids: readonly string[]): Promise<ReadonlyMap<string, ShownState>>;
  /** Ends when every entity was looked at once since the index was opened; what is asked below answers before too. */
  readonly whenCaughtUp: Promise<void>;
  readonly caughtUp: boolean;
  /** Takes in what others acknowledged until now. */
  refresh(): void;
  /**
   * Calls `listener` with the keys of entities that changed, whichever question or look found that out, from when the
   * index has caught up on.
   */
  onChanged(listener: (keys: readonly string[]) => void): void;
  /** Runs for a list, from what the index has by now. Throws `filter.syntax`. */
  find(query: RunListQuery): { readonly ids: readonly string[]; readonly total: number };
  /** What the index has of these runs, or the wanted part of it; runs that it does not know are left out. */
  rows(ids: readonly string[], wanted?: WantedKeys): readonly RunRow[];
  /** Names of all metrics, params and tags, with how many runs have each. */
  columns(): Promise<readonly RunColumn[]>;
  /** The active runs of a script, newest first. `file`: absolute. */
  ofScript(file: string, most: number): { readonly ids: readonly string[]; readonly total: number };
  /** Of some metrics, those of which any of these runs has more than one point. */
  coursesOf(ids: readonly string[], metrics: readonly string[]): readonly string[];
  /** The values of a param in the runs of a script, with what became of a metric. `file`: absolute. */
  valuesOfParam(file: string, param: string, metric: string | null): readonly ParamValue[];
  /** The active runs that read a version of a data set, newest first. */
  runsOfVersion(dataset: DatasetDetail, version: DatasetVersionSummary): Promise<readonly ReadingRun[]>;
  /** What active runs read, that which was read last first; at most `most`. Folders with a slash at the end. */
  filesRead(most: number): readonly ReadFile[];
  /** How many runs of each experiment are neither archived nor deleted, by its id. */
  runsByExperiment(): ReadonlyMap<string, number>;
  /** Ids of the runs that a process of some machine should be running, as far as they say. */
  unfinishedLaunches(): Promise<readonly string[]>;
}
