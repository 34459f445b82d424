import type { Datasets } from "../datasets/datasets.js";
import { DataTies } from "../datasets/ties.js";
import type { Store } from "../store/store.js";
import { Artifacts } from "./artifacts.js";
import { Experiments } from "./experiments.js";
import { LoggedModels } from "./logged-models.js";
import { Runs } from "./runs.js";
import type { Searches } from "./search.js";
import { Traces } from "./traces.js";

/** The tracking pillar over one store. */
export class Tracking {
  readonly store: Store;
  readonly experiments: Experiments;
  readonly runs: Runs;
  readonly models: LoggedModels;
  readonly traces: Traces;
  readonly artifacts: Artifacts;
  /** The data sets that runs read. */
  readonly ties: DataTies;
  /** The index, opened when first asked for. */
  readonly searches: () => Promise<Searches>;

  constructor(store: Store, datasets: Datasets, searches: (tracking: Tracking) => Promise<Searches>) {
    this.store = store;
    this.ties = new DataTies(datasets);
    this.experiments = new Experiments(store);
    this.runs = new Runs(store, this.experiments);
    this.models = new LoggedModels(store, this.experiments);
    this.traces = new Traces(store);
    this.artifacts = new Artifacts(store);
    let opened: Promise<Searches> | undefined;
    this.searches = () => {
      opened ??= searches(this).catch((error: unknown) => {
        opened = undefined; // a failure is told once, not remembered
        throw error;
      });
      return opened;
    };
  }
}
