import type { Datasets } from "../datasets/datasets.js";
import { jsonDouble } from "../tracking/run-document.js";
import { launchedRun } from "../tracking/run-facts.js";
import type { RunState } from "../tracking/run-state.js";
import { isSystemMetric } from "../tracking/run-summary.js";
import type { Tracking } from "../tracking/tracking.js";
import type { NewVersion } from "./versions.js";
import type { FrozenData } from "./view.js";

/** What of a run is kept with a version that came from it. */
export type FrozenRun = Pick<
  NewVersion,
  "run" | "runName" | "experiment" | "code" | "data" | "params" | "metrics" | "environment"
>;

export const noRun: FrozenRun = {
  ...{ run: null, runName: null, experiment: null, code: null, data: [], params: {}, metrics: {} },
  environment: null,
};

/**
 * The facts of a run as they stand now: code and environment of the launch that it belongs to, the versions of data that
 * it read, params, and the last value of each metric.
 */
export function frozenRun(tracking: Tracking, datasets: Datasets, run: RunState): FrozenRun {
  const launched = launchedRun(tracking.store, run) ?? run;
  const code = launched.facts.get("code.recorded");
  const environment = launched.facts.get("environment.recorded");
  const { name, experiment } = run;
  return {
    run: run.id,
    runName: name === "" ? null : name,
    experiment: tracking.experiments.find(experiment)?.name ?? null,
    code: code ? { commit: code.commit, head: code.head ?? null, changed: code.changed } : null,
    data: dataOf(datasets, launched === run ? [run] : [launched, run]),
    params: Object.fromEntries(run.params.map(({ key, value }) => [key, value])),
    metrics: Object.fromEntries(
      run.metrics.flatMap((metric) =>
        isSystemMetric(metric.name) ? [] : [[metric.name, jsonDouble(metric.summary.lastValue)] as const],
      ),
    ),
    environment: environment
      ? {
          python: environment.python ?? null,
          platform: environment.platform,
          packages: environment.packages ?? null,
        }
      : null,
  };
}

/** The versions that runs say they read, and those of which they read the very bytes. */
function dataOf(datasets: Datasets, runs: readonly RunState[]): FrozenData[] {
  const used = new Set(runs.flatMap(({ facts }) => facts.all("data.used").map(({ version }) => version)));
  const read = new Set(
    runs.flatMap(({ facts }) => facts.all("data.read").flatMap(({ sha256 }) => sha256 ?? [])),
  );
  return datasets.all().flatMap(({ id, name, history }) => {
    const named = history.filter((version) => used.has(version.id));
    const same = history.find((version) => version.form === "file" && read.has(version.content));
    return (named.length > 0 || !same ? named : [same]).map(({ id: version, number, content }) => ({
      dataset: id,
      version,
      name,
      number,
      content,
    }));
  });
}
