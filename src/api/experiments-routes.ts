import { limits } from "../core/tracking/limits.js";
import type { Experiment } from "../core/tracking/experiments.js";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { done, get, json, post, type Answer, type CallEndpoint } from "./call.js";
import type { Endpoints } from "./endpoints.js";
import { count, keyValues, needInt, needText, text, texts, type Fields } from "./codec.js";
import { stagesOf } from "./runs-routes.js";

const datasetExperiments = 20;

const document = (experiment: Experiment): object => ({
  experiment_id: experiment.id,
  name: experiment.name,
  artifact_location: experiment.artifacts,
  lifecycle_stage: experiment.stage,
  creation_time: experiment.created,
  last_update_time: experiment.updated,
  tags: experiment.tags,
});

/** Experiments, and the data sets that their runs used. */
export function experimentsRoutes(api: Endpoints): CallEndpoint[] {
  const { experiments } = api.tracking;
  /** A write, which must see what other processes wrote before. */
  const change = (path: string, work: (id: string, fields: Fields) => void): CallEndpoint =>
    post(`/experiments/${path}`, ({ fields }) => {
      const id = needText(fields, "experiment_id");
      experiments.look();
      work(id, fields);
      return done;
    });
  return [
    post("/experiments/create", ({ fields }) => {
      const artifacts = text(fields, "artifact_location");
      const name = needText(fields, "name");
      return json({
        experiment_id: experiments.create(name, { artifacts, tags: keyValues(fields, "tags") }),
      });
    }),
    get("/experiments/get", ({ fields }) => {
      experiments.look();
      return json({ experiment: document(experiments.get(needText(fields, "experiment_id"))) });
    }),
    get("/experiments/get-by-name", ({ fields }) => {
      const name = needText(fields, "experiment_name");
      experiments.look();
      const found = experiments.byName(name);
      if (!found)
        throw new Failure(
          "experiment.notFound",
          said`Could not find experiment with name '${name.slice(0, 500)}'`,
        );
      return json({ experiment: document(found) });
    }),
    post("/experiments/search", ({ fields }) => search(api, fields)),
    get("/experiments/search", ({ fields }) => search(api, fields)),
    change("update", (id, fields) => {
      experiments.rename(id, needText(fields, "new_name"));
    }),
    change("delete", (id) => {
      experiments.setStage(id, "deleted");
    }),
    change("restore", (id) => {
      experiments.setStage(id, "active");
    }),
    change("set-experiment-tag", (id, fields) => {
      experiments.setTag(id, { key: needText(fields, "key"), value: text(fields, "value") ?? "" });
    }),
    change("delete-experiment-tag", (id, fields) => {
      experiments.deleteTag(id, needText(fields, "key"));
    }),
    post("/experiments/search-datasets", ({ fields }) => searchDatasets(api, fields)),
  ];
}

async function search(api: Endpoints, fields: Fields): Promise<Answer> {
  needInt(fields, "max_results");
  const request = {
    filter: text(fields, "filter") ?? "",
    dialect: "mlflow" as const,
    orderBy: texts(fields, "order_by"),
    stages: stagesOf(fields, "view_type"),
    most: count(fields, "max_results", { least: 1, most: limits.page, otherwise: limits.page }),
    token: text(fields, "page_token"),
  };
  const { items, next } = await (await api.tracking.searches()).experiments(request);
  const token = next === undefined ? {} : { next_page_token: next };
  return items.length === 0 ? done : json({ experiments: items.map(document), ...token });
}

async function searchDatasets(api: Endpoints, fields: Fields): Promise<Answer> {
  const ids = texts(fields, "experiment_ids");
  if (ids.length === 0)
    throw new Failure("value.missing", said`Missing value for required parameter 'experiment_ids'.`);
  if (ids.length > datasetExperiments)
    throw new Failure(
      "value.invalid",
      said`A request can name at most ${datasetExperiments} experiments. Got ${ids.length}.`,
    );
  const found = await (await api.tracking.searches()).datasets(ids);
  return json({ dataset_summaries: found });
}
