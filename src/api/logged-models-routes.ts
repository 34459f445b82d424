import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { modelStatuses } from "../core/tracking/model.js";
import type { ModelState } from "../core/tracking/logged-models.js";
import type { MetricInput } from "../core/tracking/recorder.js";
import {
  done,
  get,
  json,
  post,
  root,
  v2,
  type Answer,
  type Call,
  type CallEndpoint,
  type Received,
} from "./call.js";
import type { Endpoints } from "./endpoints.js";
import {
  choice,
  count,
  flag,
  keyValues,
  needDouble,
  needInt,
  needText,
  rows,
  text,
  texts,
  type Fields,
} from "./codec.js";

const page = 50;
const mostPage = 50_000;

/** MLflow 3's logged models. */
export function loggedModelsRoutes(api: Endpoints): CallEndpoint[] {
  const { models } = api.tracking;
  const one = (state: ModelState): Answer => json({ model: models.document(state) });
  return [
    post("/logged-models", ({ fields }) => {
      api.tracking.experiments.look();
      const recorder = models.create({
        experiment: needText(fields, "experiment_id"),
        name: text(fields, "name"),
        modelType: text(fields, "model_type"),
        sourceRun: text(fields, "source_run_id"),
        params: keyValues(fields, "params"),
        tags: keyValues(fields, "tags"),
      });
      return one(recorder.state);
    }),
    post("/logged-models/search", ({ fields }) => search(api, fields)),
    get("/logged-models/:model_id", ({ fields }) =>
      one(models.get(needText(fields, "model_id"), flag(fields, "allow_deleted") ?? false)),
    ),
    {
      method: "PATCH",
      path: "/logged-models/:model_id",
      bases: v2,
      answer: (call) => {
        const status = choice(call.fields, "status", modelStatuses);
        if (!status) throw new Failure("value.missing", said`Missing value for required parameter 'status'.`);
        return onModel(api, call, (recorder) => {
          recorder.write({ kind: "model.status", status });
          return one(recorder.state);
        });
      },
    },
    {
      method: "DELETE",
      path: "/logged-models/:model_id",
      bases: v2,
      answer: (call) =>
        onModel(api, call, (recorder) => {
          recorder.write({ kind: "lifecycle.set", stage: "deleted" });
          return done;
        }),
    },
    {
      method: "PATCH",
      path: "/logged-models/:model_id/tags",
      bases: v2,
      answer: (call) => {
        const tags = keyValues(call.fields, "tags");
        return onModel(api, call, (recorder) => {
          recorder.setTags(tags);
          return done;
        });
      },
    },
    {
      method: "DELETE",
      path: "/logged-models/:model_id/tags/:tag_key",
      bases: v2,
      answer: (call) =>
        onModel(api, call, (recorder) => {
          recorder.deleteTag(needText(call.fields, "tag_key"));
          return done;
        }),
    },
    post("/logged-models/:model_id/params", (call) => {
      const params = keyValues(call.fields, "params");
      return onModel(api, call, (recorder) => {
        recorder.addParams(params);
        return done;
      });
    }),
    post("/loam/logged-models/:model_id/metrics", (call) => takeMetrics(api, call), root),
  ];
}

type Recorder = Parameters<Parameters<Endpoints["owners"]["model"]>[2]>[0];

function onModel(api: Endpoints, call: Call, work: (recorder: Recorder) => Answer): Answer | Promise<Answer> {
  const id = needText(call.fields, "model_id");
  api.tracking.models.get(id);
  return api.owners.model(id, call.received, work);
}

async function search(api: Endpoints, fields: Fields): Promise<Answer> {
  const searches = await api.tracking.searches();
  const { items, next } = await searches.models({
    experiments: texts(fields, "experiment_ids"),
    filter: text(fields, "filter") ?? "",
    dialect: "mlflow",
    stages: ["active"],
    datasets: rows(fields, "datasets").map((row, n) => ({
      name: needText(row, "dataset_name", `datasets[${n}].dataset_name`),
      digest: text(row, "dataset_digest"),
    })),
    orderBy: rows(fields, "order_by").map((row, n) => ({
      field: needText(row, "field_name", `order_by[${n}].field_name`),
      ascending: flag(row, "ascending") ?? true,
      dataset: text(row, "dataset_name"),
      digest: text(row, "dataset_digest"),
    })),
    most: count(fields, "max_results", { least: 1, most: mostPage, otherwise: page }),
    token: text(fields, "page_token"),
  });
  return json({ models: items, ...(next === undefined ? {} : { next_page_token: next }) });
}

/**
 * Keeps metrics of a run on the logged models that they are about. A model may belong to another process than the
 * run: that one gets them over a route of Loam's own.
 */
export async function logModelMetrics(
  api: Endpoints,
  run: string,
  metrics: readonly MetricInput[],
): Promise<Answer> {
  for (const model of new Set(metrics.map((metric) => metric.model ?? ""))) {
    const all = metrics.filter((metric) => metric.model === model);
    const body = {
      run_id: run,
      metrics: all.map(({ key, value, time, step, dataset, digest }) => ({
        key,
        value: Number.isFinite(value) ? value : String(value),
        timestamp: time,
        step: Number(step),
        dataset_name: dataset,
        dataset_digest: digest,
      })),
    };
    const received: Received = {
      method: "POST",
      url: `/loam/logged-models/${model}/metrics`,
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify(body)),
    };
    const answer = await api.owners.model(model, received, (recorder) => keep(recorder, run, all));
    if (answer.status !== 200) return answer;
  }
  return done;
}

function keep(recorder: Recorder, run: string, metrics: readonly MetricInput[]): Answer {
  for (const { key, value, time, step, dataset = null, digest = null } of metrics)
    recorder.logMetric(run, { name: key, dataset, digest, step: Number(step), time, value });
  return done;
}

function takeMetrics(api: Endpoints, { fields, received }: Call): Answer | Promise<Answer> {
  const run = needText(fields, "run_id");
  const metrics = rows(fields, "metrics").map((row) => ({
    key: needText(row, "key"),
    value: needDouble(row, "value"),
    time: Number(needInt(row, "timestamp")),
    step: needInt(row, "step"),
    dataset: text(row, "dataset_name"),
    digest: text(row, "dataset_digest"),
  }));
  return api.owners.model(needText(fields, "model_id"), received, (recorder) => keep(recorder, run, metrics));
}
