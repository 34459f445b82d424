import { runDocument, type RunDocument } from "./run-document.js";
import type { RunState } from "./run-state.js";
import type { Tracking } from "./tracking.js";
import type { RunSummary, ShownState } from "./view.js";

export function summaryOf(tracking: Tracking, document: RunDocument, state: ShownState): RunSummary {
  const { info, data } = document;
  const start = info.start_time > 0 ? info.start_time : null;
  const end = info.end_time ?? null;
  const record = (
    pairs: readonly { readonly key: string; readonly value: string }[],
  ): Record<string, string> => Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
  return {
    id: info.run_id,
    name: info.run_name,
    experiment: { id: info.experiment_id, name: tracking.experiments.find(info.experiment_id)?.name ?? null },
    state,
    status: info.status,
    stage: info.lifecycle_stage,
    user: info.user_id,
    start,
    end,
    seconds: start === null || end === null ? null : (end - start) / 1000,
    metrics: Object.fromEntries(data.metrics.map(({ key, value }) => [key, value])),
    params: record(data.params),
    tags: record(data.tags),
  };
}

/** The summary of a run that was read from its own files. */
export const summaryOfState = (tracking: Tracking, run: RunState): RunSummary =>
  summaryOf(tracking, runDocument(run, tracking.runs.stageOf(run)), run.shownState);

/** What MLflow's clients note in tags for themselves. */
export const isOwnTag = (key: string): boolean => key.startsWith("mlflow.");
/** Metrics of the machine rather than of the model. */
export const isSystemMetric = (name: string): boolean => name.startsWith("system/");
