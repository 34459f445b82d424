import { Readable } from "node:stream";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { invalidValue, limits } from "../core/tracking/limits.js";
import type { Batch, MetricInput, RunRecorder } from "../core/tracking/recorder.js";
import { jsonDouble } from "../core/tracking/run-document.js";
import { pageOf, type Series, type SeriesPage } from "../core/tracking/series.js";
import { sampled } from "../core/tracking/sampling.js";
import { done, get, jsonText, post, type Answer, type Call, type CallEndpoint } from "./call.js";
import type { Endpoints } from "./endpoints.js";
import {
  count,
  int,
  keyValues,
  needDouble,
  needInt,
  needText,
  rows,
  runId,
  text,
  texts,
  type Fields,
} from "./codec.js";
import { logModelMetrics } from "./logged-models-routes.js";

/** Points of one page of a chart, as MLflow's page asks for them. */
const bulkMost = 25_000;
/** Points of one part of a long answer: a few milliseconds of work. */
const pointsAtOnce = 5000;
const bulkRuns = 100;
const sampleMost = 2500;

/** Metrics: logging them, alone and in batches, and their histories. */
export function metricsRoutes(api: Endpoints): CallEndpoint[] {
  return [
    post("/runs/log-metric", (call) => log(api, call, { metrics: [metric(call.fields)] })),
    post("/runs/log-batch", (call) => log(api, call, batch(call.fields))),
    get("/metrics/get-history", (call) => history(api, call.fields)),
    get("/metrics/get-history-bulk", (call) => bulk(api, call.fields)),
    get("/metrics/get-history-bulk-interval", (call) => interval(api, call.fields)),
  ];
}

function log(api: Endpoints, call: Call, given: Batch): Answer | Promise<Answer> {
  const id = runId(call.fields);
  return api.owners.activeRun(id, call.received, (recorder) => logHere(api, recorder, given));
}

/** Logs a batch to a run that this process may write, and what of it is about logged models to these. */
function logHere(api: Endpoints, recorder: RunRecorder, given: Batch): Answer | Promise<Answer> {
  const ofModels = given.metrics?.filter((one) => one.model !== undefined) ?? [];
  for (const { model } of ofModels) if (model !== undefined) api.tracking.models.get(model, true);
  if (given.metrics && !given.params?.length && !given.tags?.length && ofModels.length === 0)
    return api.gathered.log(recorder, given.metrics);
  recorder.log(given);
  return ofModels.length === 0 ? done : logModelMetrics(api, recorder.id, ofModels);
}

/** A metric as a client sends it; `path` is how messages call it. */
function metric(fields: Fields, path = ""): MetricInput {
  const key = needText(fields, "key", `${path}key`);
  const time = Number(needInt(fields, "timestamp", `${path}timestamp`));
  if (time < 0) throw invalidValue(`${path}timestamp`, time, said`It must not be negative.`);
  return {
    key,
    value: needDouble(fields, "value", `${path}value`),
    time,
    step: int(fields, "step", `${path}step`) ?? 0,
    model: optional(fields, "model_id"),
    dataset: optional(fields, "dataset_name"),
    digest: optional(fields, "dataset_digest"),
  };
}

/** What is wrong is looked at once more, to be told with its place: making the words for each point is slow. */
function metricOfBatch(fields: Fields, place: number): MetricInput {
  try {
    return metric(fields);
  } catch {
    return metric(fields, `metrics[${place}].`);
  }
}

function optional(fields: Fields, name: string): string | undefined {
  const value = text(fields, name);
  return value === "" ? undefined : value;
}

function batch(fields: Fields): Batch {
  const metrics = rows(fields, "metrics");
  const params = rows(fields, "params");
  const tags = rows(fields, "tags");
  bound(metrics.length, limits.batchMetrics, "metrics");
  bound(params.length, limits.batchParams, "params");
  bound(tags.length, limits.batchTags, "tags");
  bound(metrics.length + params.length + tags.length, limits.batchAll, "metrics, params and tags");
  const keys = new Set<string>();
  const given = {
    metrics: metrics.map(metricOfBatch),
    params: keyValues(fields, "params"),
    tags: keyValues(fields, "tags"),
  };
  for (const { key } of given.params) {
    if (keys.has(key)) {
      throw new Failure("value.invalid", said`Duplicate parameter keys have been submitted: ['${key}'].`, {
        next: said`Send one value a param in a request.`,
      });
    }
    keys.add(key);
  }
  return given;
}

function bound(size: number, most: number, what: string): void {
  if (size <= most) return;
  throw new Failure(
    "value.invalid",
    said`A batch logging request can contain at most ${most} ${what}. Got ${size}.`,
    { next: said`Split them over several requests.` },
  );
}

async function history(api: Endpoints, fields: Fields): Promise<Answer> {
  const key = needText(fields, "metric_key");
  const run = runId(fields);
  const all = Number.MAX_SAFE_INTEGER;
  const most = count(fields, "max_results", { least: 1, most: all, otherwise: all });
  const series = await api.series.read(run, key);
  const page = pageOf(series, most, text(fields, "page_token"));
  if (page.to === page.from) return done;
  const content = Readable.from(pageText(key, series, page), { objectMode: false, highWaterMark: 1 });
  return { kind: "bytes", status: 200, headers: { "Content-Type": "application/json" }, content };
}

/** The JSON of a page, a part at a time as the client takes it: that of a million points would fill the memory. */
function* pageText(key: string, series: Series, { from, to, next }: SeriesPage): Generator<string> {
  for (let at = from; at < to; at += pointsAtOnce) {
    const length = Math.min(pointsAtOnce, to - at);
    const texts = Array.from({ length }, (_, n) => pointText(key, series, at + n));
    yield `${at === from ? '{"metrics":[' : ","}${texts.join(",")}`;
  }
  yield `]${tokenText(next)}}`;
}

async function bulk(api: Endpoints, fields: Fields): Promise<Answer> {
  const key = needText(fields, "metric_key");
  const runs = runsOf(fields, "run_id").sort();
  const most = count(fields, "max_results", { least: 1, most: Number.MAX_SAFE_INTEGER, otherwise: bulkMost });
  const found: string[] = [];
  for (const run of runs) {
    const series = await api.series.read(run, key);
    const left = Math.min(most, bulkMost) - found.length;
    for (let at = 0; at < Math.min(series.points.length, left); at++)
      found.push(pointText(key, series, at, run));
  }
  return points(found);
}

async function interval(api: Endpoints, fields: Fields): Promise<Answer> {
  const key = needText(fields, "metric_key");
  const runs = runsOf(fields, "run_ids");
  const most = count(fields, "max_results", { least: 1, most: sampleMost, otherwise: sampleMost });
  const [from, to] = [int(fields, "start_step"), int(fields, "end_step")];
  if ((from === undefined) !== (to === undefined))
    throw new Failure("value.invalid", said`If either start_step or end_step is specified, both must be.`);
  if (from !== undefined && to !== undefined && from > to)
    throw new Failure(
      "value.invalid",
      said`end_step (${String(to)}) must not be less than start_step (${String(from)}).`,
    );
  const range = from === undefined || to === undefined ? undefined : { from: Number(from), to: Number(to) };
  const samples = await sampled(api.series, runs, key, most, range);
  return points(
    samples.flatMap(({ run, series, places }) => places.map((at) => pointText(key, series, at, run))),
  );
}

function runsOf(fields: Fields, name: string): string[] {
  const runs = texts(fields, name);
  if (runs.length === 0)
    throw new Failure("value.missing", said`Missing value for required parameter '${name}'.`);
  if (runs.length > bulkRuns)
    throw new Failure(
      "value.invalid",
      said`A request can name at most ${bulkRuns} runs. Got ${runs.length}.`,
    );
  return runs;
}

function points(texts: readonly string[]): Answer {
  if (texts.length === 0) return done;
  return jsonText(`{"metrics":[${texts.join(",")}]}`);
}

const tokenText = (next: string | undefined): string =>
  next === undefined ? "" : `,"next_page_token":${JSON.stringify(next)}`;

/** A point as JSON text: a step beyond 2^53 and -0 are numbers there that `JSON.stringify` cannot write. */
function pointText(key: string, { points: all, origins }: Series, at: number, run?: string): string {
  const number = all.value(at);
  const value = Object.is(number, -0) ? "-0.0" : JSON.stringify(jsonDouble(number));
  const { model, dataset, digest } = origins[all.origin(at)] ?? { model: null, dataset: null, digest: null };
  const field = (name: string, of: string | null | undefined): string =>
    of === null || of === undefined ? "" : `,"${name}":${JSON.stringify(of)}`;
  return (
    `{"key":${JSON.stringify(key)},"value":${value},"timestamp":${all.time(at)},"step":${all.step(at)}` +
    `${field("model_id", model)}${field("dataset_name", dataset)}${field("dataset_digest", digest)}${field("run_id", run)}}`
  );
}
