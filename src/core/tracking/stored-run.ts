import type { SqlValue } from "../store/index-database.js";
import type { LifecycleStage } from "./model.js";
import { artifactUriOfRun, type KeyValue, type MetricDocument, type RunDocument } from "./run-document.js";
import type { JsonDouble } from "./view.js";

type Inputs = RunDocument["inputs"];
type Outputs = RunDocument["outputs"];
type Pair = readonly [key: string, value: string];
type Metric = readonly [
  key: string,
  value: JsonDouble,
  timestamp: number,
  step: number | string,
  model?: string | null,
  dataset?: string | null,
  digest?: string | null,
];

/**
 * What the index keeps of a run's document beside the columns by which runs are found: a third of the document's
 * size, which decides how large an index of many runs is. null stands for what most runs have.
 */
type Stored = readonly [
  name: string,
  user: string,
  artifacts: string | null,
  metrics: readonly Metric[],
  params: readonly Pair[],
  tags: readonly Pair[],
  inputs: Inputs | null,
  outputs: Outputs | null,
];

const pairOf = ({ key, value }: KeyValue): Pair => [key, value];
const keyValueOf = ([key, value]: Pair): KeyValue => ({ key, value });

function metricOf(metric: MetricDocument): Metric {
  const { key, value, timestamp, step, model_id, dataset_name, dataset_digest } = metric;
  if (model_id === undefined && dataset_name === undefined && dataset_digest === undefined)
    return [key, value, timestamp, step];
  return [key, value, timestamp, step, model_id ?? null, dataset_name ?? null, dataset_digest ?? null];
}

function metricDocument([key, value, timestamp, step, model, dataset, digest]: Metric): MetricDocument {
  return {
    key,
    value,
    timestamp,
    step,
    ...(typeof model === "string" ? { model_id: model } : {}),
    ...(typeof dataset === "string" ? { dataset_name: dataset } : {}),
    ...(typeof digest === "string" ? { dataset_digest: digest } : {}),
  };
}

/** The text to keep of a document; `documentOf` is its inverse. */
export function stored({ info, data, inputs, outputs }: RunDocument): string {
  const standard = artifactUriOfRun(info.experiment_id, info.run_id);
  const kept: Stored = [
    info.run_name,
    info.user_id,
    info.artifact_uri === standard ? null : info.artifact_uri,
    data.metrics.map(metricOf),
    data.params.map(pairOf),
    data.tags.map(pairOf),
    inputs.dataset_inputs.length + inputs.model_inputs.length === 0 ? null : inputs,
    outputs.model_outputs.length === 0 ? null : outputs,
  ];
  return JSON.stringify(kept);
}

/** What a run had of metrics, params and tags when `text` was kept. */
export function storedKeys(text: string): {
  readonly metrics: readonly string[];
  readonly params: readonly KeyValue[];
  readonly tags: readonly KeyValue[];
} {
  const [, , , metrics, params, tags] = JSON.parse(text) as Stored;
  return {
    metrics: metrics.map(([key]) => key),
    params: params.map(keyValueOf),
    tags: tags.map(keyValueOf),
  };
}

/** Columns that `documentOf` reads. */
export const documentColumns =
  "runs.run_id, runs.experiment_id, runs.status, runs.start_time, runs.end_time, runs.stage, " +
  "(select data from run_data where run_data.rid = runs.rid)";

/** Names of metrics, params and tags. */
export interface WantedKeys {
  readonly metrics: ReadonlySet<string>;
  readonly params: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
}

/** Those of the stored entries that are wanted; all where nothing is said. */
const only = <T extends readonly [string, ...unknown[]]>(
  entries: readonly T[],
  wanted: ReadonlySet<string> | undefined,
): readonly T[] => (wanted ? entries.filter(([key]) => wanted.has(key)) : entries);

/** A run's document from its row of `documentColumns`; of its metrics, params and tags those that are wanted. */
export function documentOf(
  [id, experiment, status, start, end, stage, text]: readonly SqlValue[],
  wanted?: WantedKeys,
): RunDocument {
  const [name, user, artifacts, metrics, params, tags, inputs, outputs] = JSON.parse(String(text)) as Stored;
  const run = String(id);
  return {
    info: {
      lifecycle_stage: String(stage) as LifecycleStage,
      run_id: run,
      run_uuid: run,
      experiment_id: String(experiment),
      run_name: name,
      user_id: user,
      status: String(status),
      start_time: Number(start),
      ...(typeof end === "number" ? { end_time: end } : {}),
      artifact_uri: artifacts ?? artifactUriOfRun(String(experiment), run),
    },
    data: {
      metrics: only(metrics, wanted?.metrics).map(metricDocument),
      params: only(params, wanted?.params).map(keyValueOf),
      tags: only(tags, wanted?.tags).map(keyValueOf),
    },
    inputs: inputs ?? { dataset_inputs: [], model_inputs: [] },
    outputs: outputs ?? { model_outputs: [] },
  };
}
