import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { checkLength, limits } from "../core/tracking/limits.js";
import { lifecycleStages, runStatuses, type LifecycleStage } from "../core/tracking/model.js";
import { isTerminal, type RunState } from "../core/tracking/run-state.js";
import { runDocument, runInfo } from "../core/tracking/run-document.js";
import type { RunRecorder } from "../core/tracking/recorder.js";
import type { NewRun } from "../core/tracking/runs.js";
import { done, get, json, jsonText, post, type Answer, type Call, type CallEndpoint } from "./call.js";
import type { Endpoints } from "./endpoints.js";
import {
  choice,
  count,
  int,
  keyValues,
  needText,
  object,
  rows,
  runId,
  text,
  texts,
  type Fields,
} from "./codec.js";

const viewTypes = ["ACTIVE_ONLY", "DELETED_ONLY", "ALL"] as const;

/** Which lifecycle stages a view type asks for. */
export function stagesOf(fields: Fields, name: string): readonly LifecycleStage[] {
  const view = choice(fields, name, viewTypes) ?? "ACTIVE_ONLY";
  return view === "ALL" ? lifecycleStages : [view === "ACTIVE_ONLY" ? "active" : "deleted"];
}

/** Runs: making and reading them, and all that is logged to one but metrics. */
export function runsRoutes(api: Endpoints): CallEndpoint[] {
  const { runs } = api.tracking;
  return [
    post("/runs/create", (call) => create(api, call.fields)),
    get("/runs/get", ({ fields }) => {
      api.tracking.experiments.look(); // another process may have deleted the run's experiment
      return runAnswer(api, runs.get(runId(fields)));
    }),
    post("/runs/search", ({ fields }) => search(api, fields)),
    post("/runs/update", (call) => onActive(api, call, (recorder) => update(api, recorder, call.fields))),
    post("/runs/delete", (call) => onRun(api, call, (recorder) => setStage(api, recorder, "deleted"))),
    post("/runs/restore", (call) => onRun(api, call, (recorder) => setStage(api, recorder, "active"))),
    post("/runs/log-parameter", (call) => {
      const param = { key: needText(call.fields, "key"), value: text(call.fields, "value") ?? "" };
      return onActive(api, call, (recorder) => write(recorder.log({ params: [param] })));
    }),
    post("/runs/set-tag", (call) => {
      const tag = { key: needText(call.fields, "key"), value: text(call.fields, "value") ?? "" };
      return onActive(api, call, (recorder) => write(recorder.log({ tags: [tag] })));
    }),
    post("/runs/delete-tag", (call) => {
      const key = needText(call.fields, "key");
      return onActive(api, call, (recorder) => write(recorder.deleteTag(key)));
    }),
    post("/runs/log-inputs", (call) => {
      const inputs = [...datasetInputs(call.fields), ...modelInputs(call.fields)];
      return onActive(api, call, (recorder) => write(recorder.write(...inputs)));
    }),
    post("/runs/outputs", (call) => {
      const outputs = modelOutputs(call.fields);
      return onActive(api, call, (recorder) => write(recorder.write(...outputs)));
    }),
    post("/runs/log-model", (call) => {
      const model = modelJson(needText(call.fields, "model_json"));
      return onActive(api, call, (recorder) => logModel(recorder, model));
    }),
  ];
}

/** The answer to a write that returned. */
const write = (_written: void): Answer => done;

/** A run as JSON text. Steps beyond 2^53 stand there as texts, which are numbers in what clients are told. */
function runAnswer(api: Endpoints, state: RunState): Answer {
  const run = JSON.stringify(runDocument(state, api.tracking.runs.stageOf(state)));
  return jsonText(`{"run":${numericSteps(run)}}`);
}

/** No value of a run can hold `"step":"` without its quotes being escaped. */
const numericSteps = (run: string): string =>
  run.includes('"step":"') ? run.replaceAll(/"step":"(-?\d+)"/g, '"step":$1') : run;

function onRun(
  api: Endpoints,
  call: Call,
  work: (recorder: RunRecorder) => Answer,
): Answer | Promise<Answer> {
  return api.owners.run(runId(call.fields), call.received, work);
}

function onActive(
  api: Endpoints,
  call: Call,
  work: (recorder: RunRecorder) => Answer,
): Answer | Promise<Answer> {
  return api.owners.activeRun(runId(call.fields), call.received, work);
}

function create(api: Endpoints, fields: Fields): Answer {
  const start = int(fields, "start_time");
  const input: NewRun = {
    experiment: text(fields, "experiment_id") ?? "0",
    name: text(fields, "run_name"),
    user: text(fields, "user_id"),
    start: start === undefined ? undefined : Number(start),
    tags: keyValues(fields, "tags"),
  };
  api.tracking.experiments.look();
  const recorder = api.adopt?.(input) ?? api.tracking.runs.create(input);
  return runAnswer(api, recorder.state);
}

function update(api: Endpoints, recorder: RunRecorder, fields: Fields): Answer {
  const { state } = recorder;
  const name = text(fields, "run_name");
  const status = choice(fields, "status", runStatuses);
  const end = int(fields, "end_time");
  if (name !== undefined && name !== "") {
    checkLength(name, limits.tagValue, "run_name");
    recorder.write({ kind: "name.set", name });
  }
  if (status !== undefined || end !== undefined) {
    const now = status ?? state.status;
    const ended = end === undefined ? undefined : Number(end);
    recorder.setStatus(now, isTerminal(now) ? (ended ?? null) : null);
  }
  return json({ run_info: runInfo(state, api.tracking.runs.stageOf(state)) });
}

function setStage(api: Endpoints, recorder: RunRecorder, stage: LifecycleStage): Answer {
  if (api.tracking.runs.stageOf(recorder.state) !== stage) recorder.write({ kind: "lifecycle.set", stage });
  return done;
}

async function search(api: Endpoints, fields: Fields): Promise<Answer> {
  const request = {
    experiments: texts(fields, "experiment_ids"),
    filter: text(fields, "filter") ?? "",
    dialect: "mlflow" as const,
    orderBy: texts(fields, "order_by"),
    stages: stagesOf(fields, "run_view_type"),
    most: count(fields, "max_results", { least: 1, most: limits.page, otherwise: 1000 }),
    token: text(fields, "page_token"),
  };
  const { items, next } = await (await api.tracking.searches()).runs(request);
  const token = next === undefined ? "" : `,"next_page_token":${JSON.stringify(next)}`;
  return items.length === 0 ? done : jsonText(`{"runs":[${items.map(numericSteps).join(",")}]${token}}`);
}

function datasetInputs(fields: Fields) {
  return rows(fields, "datasets").map((row, n) => {
    const dataset = object(row, "dataset");
    const at = `datasets[${n}].dataset`;
    const bounded = (name: string, most: number): string => {
      const value = text(dataset, name, `${at}.${name}`) ?? "";
      checkLength(value, most, `${at}.${name}`);
      return value;
    };
    const tags = keyValues(row, "tags");
    for (const { key, value } of tags) {
      checkLength(key, limits.inputTagKey, `datasets[${n}].tags key`);
      checkLength(value, limits.inputTagValue, `datasets[${n}].tags value`);
    }
    for (const name of ["name", "digest", "source_type", "source"]) needText(dataset, name, `${at}.${name}`);
    const schema = bounded("schema", limits.datasetSchema);
    const profile = bounded("profile", limits.datasetProfile);
    return {
      kind: "input.used" as const,
      name: bounded("name", limits.datasetName),
      digest: bounded("digest", limits.datasetDigest),
      sourceType: bounded("source_type", limits.datasetSource),
      source: bounded("source", limits.datasetSource),
      ...(schema === "" ? {} : { schema }),
      ...(profile === "" ? {} : { profile }),
      tags,
    };
  });
}

const modelInputs = (fields: Fields) =>
  rows(fields, "models").map((row, n) => ({
    kind: "model.input" as const,
    model: needText(row, "model_id", `models[${n}].model_id`),
  }));

function modelOutputs(fields: Fields) {
  const models = rows(fields, "models");
  if (models.length === 0)
    throw new Failure("value.missing", said`Missing value for required parameter 'models'.`);
  return models.map((row, n) => ({
    kind: "model.output" as const,
    model: needText(row, "model_id", `models[${n}].model_id`),
    step: Number(int(row, "step", `models[${n}].step`) ?? 0),
  }));
}

const modelFields = ["run_id", "artifact_path", "utc_time_created", "flavors"];

/** The MLmodel that a 2.x client logs, checked; its text stays as it was sent. */
function modelJson(given: string): string {
  let model: unknown;
  try {
    model = JSON.parse(given);
  } catch {
    throw new Failure("value.invalid", said`Malformed model info: 'model_json' is not JSON.`);
  }
  const present = typeof model === "object" && model !== null ? model : {};
  const missing = modelFields.filter((field) => !(field in present));
  if (missing.length === 0) return given.trim();
  throw new Failure("value.invalid", said`Model json is missing mandatory fields: ${missing.join(", ")}`);
}

const modelHistory = "mlflow.log-model.history";

function logModel(recorder: RunRecorder, model: string): Answer {
  const before = recorder.state.tag(modelHistory)?.trim() ?? "";
  const value = isFilledList(before) ? `${before.slice(0, -1)}, ${model}]` : `[${model}]`;
  recorder.write({ kind: "tag.set", key: modelHistory, value });
  return done;
}

/** False also where somebody set the tag to something else: what is logged now must be kept all the same. */
function isFilledList(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.length > 0;
  } catch {
    return false;
  }
}
