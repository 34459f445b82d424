import type { KeyValue } from "../core/tracking/run-document.js";
import { choice, int, keyValues, type Fields } from "./codec.js";

/** MLflow's TraceInfo, version 3: the form that is kept. */
export type TraceInfo = Readonly<Record<string, unknown>>;

const states = ["OK", "ERROR", "IN_PROGRESS"] as const;

/** The form of version 2, which 2.x clients speak. */
interface ShortInfo {
  readonly request_id: string;
  readonly experiment_id: string;
  readonly timestamp_ms: number;
  readonly execution_time_ms: number;
  readonly status: string;
  readonly request_metadata: readonly KeyValue[];
  readonly tags: readonly KeyValue[];
}

const mapped = (value: unknown): TraceInfo =>
  typeof value === "object" && value !== null ? (value as TraceInfo) : {};

const mapOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(mapped(value)).map(([key, one]) => [key, String(one)]));

const pairs = (value: unknown): KeyValue[] =>
  Object.entries(mapOf(value)).map(([key, one]) => ({ key, value: one }));

const unpaired = (all: readonly KeyValue[]): Readonly<Record<string, string>> =>
  Object.fromEntries(all.map(({ key, value }) => [key, value]));

/** When a trace began, in milliseconds since the epoch. */
export function timeOf(info: TraceInfo): number {
  const time = Date.parse(String(info["request_time"]));
  return Number.isNaN(time) ? 0 : time;
}

/** An info with tags added. */
export const asInfo = (given: TraceInfo, tags: Readonly<Record<string, string>>): TraceInfo => ({
  ...given,
  tags: { ...mapOf(given["tags"]), ...tags },
});

export function shortInfo(info: TraceInfo): ShortInfo {
  const experiment = mapOf(mapped(info["trace_location"])["mlflow_experiment"])["experiment_id"];
  const seconds = Number.parseFloat(String(info["execution_duration"]));
  const state = String(info["state"]);
  return {
    request_id: String(info["trace_id"]),
    experiment_id: experiment ?? "0",
    timestamp_ms: timeOf(info),
    execution_time_ms: Number.isNaN(seconds) ? 0 : Math.round(seconds * 1000),
    status: states.find((one) => one === state) ?? "TRACE_STATUS_UNSPECIFIED",
    request_metadata: pairs(info["trace_metadata"]),
    tags: pairs(info["tags"]),
  };
}

const stamp = (ms: number): string => new Date(Math.max(0, Math.min(ms, 8.64e15))).toISOString();

/** What a 2.x client says of a trace that begins. */
export const startedInfo = (id: string, experiment: string, fields: Fields): TraceInfo => ({
  trace_id: id,
  trace_location: { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: experiment } },
  request_time: stamp(Number(int(fields, "timestamp_ms") ?? 0)),
  state: "IN_PROGRESS",
  trace_metadata: unpaired(keyValues(fields, "request_metadata")),
  tags: unpaired(keyValues(fields, "tags")),
});

/** The same when it has ended. */
export function endedInfo(info: TraceInfo, fields: Fields): TraceInfo {
  const took = Number(int(fields, "timestamp_ms") ?? 0) - timeOf(info);
  return {
    ...info,
    execution_duration: `${Math.max(0, took) / 1000}s`,
    state: choice(fields, "status", states) ?? "STATE_UNSPECIFIED",
    trace_metadata: { ...mapOf(info["trace_metadata"]), ...unpaired(keyValues(fields, "request_metadata")) },
    tags: { ...mapOf(info["tags"]), ...unpaired(keyValues(fields, "tags")) },
  };
}
