import type { LifecycleStage } from "./model.js";
import type { RunState } from "./run-state.js";
import type { JsonDouble } from "./view.js";

export function jsonDouble(value: number): JsonDouble {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/** An int64 as JSON can say it: a number where it is exact, else decimal text, which clients read too. */
export const jsonInt = (value: number | bigint): number | string =>
  typeof value === "bigint" ? value.toString() : value;

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export interface MetricDocument {
  readonly key: string;
  readonly value: JsonDouble;
  readonly timestamp: number;
  readonly step: number | string;
  readonly model_id?: string;
  readonly dataset_name?: string;
  readonly dataset_digest?: string;
  readonly run_id?: string;
}

/** A run in the shape of MLflow's REST protocol. */
export interface RunDocument {
  readonly info: {
    readonly lifecycle_stage: LifecycleStage;
    readonly run_id: string;
    readonly run_uuid: string;
    readonly experiment_id: string;
    readonly run_name: string;
    readonly user_id: string;
    readonly status: string;
    readonly start_time: number;
    readonly end_time?: number;
    readonly artifact_uri: string;
  };
  readonly data: {
    readonly metrics: readonly MetricDocument[];
    readonly params: readonly KeyValue[];
    readonly tags: readonly KeyValue[];
  };
  readonly inputs: {
    readonly dataset_inputs: readonly {
      readonly tags: readonly KeyValue[];
      readonly dataset: DatasetDocument;
    }[];
    readonly model_inputs: readonly { readonly model_id: string }[];
  };
  readonly outputs: {
    readonly model_outputs: readonly { readonly model_id: string; readonly step: number }[];
  };
}

export interface DatasetDocument {
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
  readonly schema?: string;
  readonly profile?: string;
}

export const artifactUriOfRun = (experiment: string, run: string, location?: string): string =>
  `${location ?? `mlflow-artifacts:/${experiment}`}/${run}/artifacts`;

/** The info part of a run. `stage` comes from outside, since deleting its experiment deletes a run. */
export function runInfo(run: RunState, stage: LifecycleStage): RunDocument["info"] {
  const end = run.end;
  return {
    lifecycle_stage: stage,
    run_id: run.id,
    run_uuid: run.id,
    experiment_id: run.experiment,
    run_name: run.name,
    user_id: run.user,
    status: run.status,
    start_time: run.start,
    ...(end === undefined ? {} : { end_time: end }),
    artifact_uri: run.facts.get("run.created")?.artifacts ?? artifactUriOfRun(run.experiment, run.id),
  };
}

/** A run as MLflow's clients see it. */
export function runDocument(run: RunState, stage: LifecycleStage): RunDocument {
  return {
    info: runInfo(run, stage),
    data: {
      metrics: run.metrics.map((metric) => ({
        key: metric.name,
        value: jsonDouble(metric.summary.lastValue),
        timestamp: metric.summary.lastTime,
        step: jsonInt(metric.summary.lastStep),
        ...(metric.model === null ? {} : { model_id: metric.model }),
        ...(metric.dataset === null ? {} : { dataset_name: metric.dataset }),
        ...(metric.digest === null ? {} : { dataset_digest: metric.digest }),
      })),
      params: run.params,
      tags: run.tags,
    },
    inputs: {
      dataset_inputs: run.facts.all("input.used").map((input) => ({
        tags: input.tags,
        dataset: {
          name: input.name,
          digest: input.digest,
          source_type: input.sourceType,
          source: input.source,
          ...(input.schema === undefined ? {} : { schema: input.schema }),
          ...(input.profile === undefined ? {} : { profile: input.profile }),
        },
      })),
      model_inputs: run.facts.all("model.input").map(({ model }) => ({ model_id: model })),
    },
    outputs: {
      model_outputs: run.facts.all("model.output").map(({ model, step }) => ({ model_id: model, step })),
    },
  };
}
