import { moveAlias, removeAlias } from "../core/registry/aliases.js";
import { createModel, deleteModel, describeModel, renameModel, tagModel } from "../core/registry/models.js";
import { stageNamed } from "../core/registry/names.js";
import type { Registry } from "../core/registry/registry.js";
import type { ModelDetail, ModelVersionDetail } from "../core/registry/view.js";
import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { done, get, json, post, v2, type Answer, type CallEndpoint, type Method } from "./call.js";
import type { Endpoints } from "./endpoints.js";
import { count, keyValues, needText, text, texts, type Fields } from "./codec.js";
import { modelOf, versionOf } from "./named-version.js";
import { latestVersions, modelDocument, versionDocument } from "./registry-documents.js";

const page = 100;
const mostPage = 1000;

const answer = (model: ModelDetail): Answer => json({ registered_model: modelDocument(model) });

/** Registered models: making and changing them, and their aliases. */
export function registeredModelsRoutes(api: Endpoints): CallEndpoint[] {
  const { registry } = api.bench;
  const route = (method: Method, path: string, work: (fields: Fields) => Answer): CallEndpoint => ({
    method,
    path: `/registered-models/${path}`,
    bases: v2,
    answer: ({ fields }) => work(fields),
  });
  const latest = (fields: Fields): Answer => {
    const stages = new Set(texts(fields, "stages").map(stageNamed));
    const versions = latestVersions(modelOf(registry, fields));
    const wanted = versions.filter(({ stage }) => stages.size === 0 || stages.has(stage));
    return wanted.length === 0 ? done : json({ model_versions: wanted.map(versionDocument) });
  };
  return [
    route("POST", "create", (fields) => {
      const name = needText(fields, "name");
      const [description, tags] = [text(fields, "description"), keyValues(fields, "tags")];
      return answer(createModel(registry, name, { description, tags }));
    }),
    route("GET", "get", (fields) => answer(modelOf(registry, fields))),
    route("PATCH", "update", (fields) =>
      answer(describeModel(registry, modelOf(registry, fields), text(fields, "description") ?? "")),
    ),
    route("POST", "rename", (fields) =>
      answer(renameModel(registry, modelOf(registry, fields), needText(fields, "new_name"))),
    ),
    route("DELETE", "delete", (fields) => {
      deleteModel(registry, modelOf(registry, fields));
      return done;
    }),
    get("/registered-models/search", ({ fields }) => search(api, fields)),
    post("/registered-models/get-latest-versions", ({ fields }) => latest(fields)),
    get("/registered-models/get-latest-versions", ({ fields }) => latest(fields)),
    route("POST", "set-tag", (fields) => {
      tagModel(registry, modelOf(registry, fields), needText(fields, "key"), text(fields, "value") ?? "");
      return done;
    }),
    route("DELETE", "delete-tag", (fields) => {
      tagModel(registry, modelOf(registry, fields), needText(fields, "key"), null);
      return done;
    }),
    route("POST", "alias", (fields) => {
      const alias = needText(fields, "alias");
      moveAlias(registry, versionOf(registry, fields), alias);
      return done;
    }),
    route("DELETE", "alias", (fields) => {
      removeAlias(registry, modelOf(registry, fields), needText(fields, "alias"));
      return done;
    }),
    route("GET", "alias", (fields) => json({ model_version: versionDocument(aliased(registry, fields)) })),
  ];
}

function aliased(registry: Registry, fields: Fields): ModelVersionDetail {
  const model = modelOf(registry, fields);
  const alias = needText(fields, "alias");
  if (alias.toLowerCase() === "latest") {
    if (model.latest) return registry.version(model, model.latest.number);
    throw new Failure("version.notFound", said`Latest version not found for model ${model.name}.`);
  }
  const number = Object.hasOwn(model.aliases, alias) ? model.aliases[alias] : undefined;
  // MLflow's own code for it: its clients tell a wrong alias from a wrong model by that
  if (number === undefined)
    throw new Failure("value.invalid", said`Registered model alias ${alias.slice(0, 255)} not found.`);
  return registry.version(model, number);
}

async function search(api: Endpoints, fields: Fields): Promise<Answer> {
  const request = {
    filter: text(fields, "filter") ?? "",
    dialect: "mlflow" as const,
    orderBy: texts(fields, "order_by"),
    most: count(fields, "max_results", { least: 1, most: mostPage, otherwise: page }),
    token: text(fields, "page_token"),
  };
  const { items, next } = (await api.bench.registrySearches()).models(request);
  const token = next === undefined ? {} : { next_page_token: next };
  return items.length === 0 ? done : json({ registered_models: items.map(modelDocument), ...token });
}
