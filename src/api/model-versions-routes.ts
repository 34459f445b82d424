import { stageNamed } from "../core/registry/names.js";
import type { ModelVersionDetail } from "../core/registry/view.js";
import { deleteVersion, describeVersion, setStage, tagVersion } from "../core/registry/versions.js";
import { done, get, json, post, v2, type Answer, type CallEndpoint } from "./call.js";
import type { Endpoints } from "./endpoints.js";
import { count, flag, needText, text, texts, type Fields } from "./codec.js";
import { createVersion } from "./new-version.js";
import { versionOf } from "./named-version.js";
import { versionDocument } from "./registry-documents.js";
import { downloadUri } from "./version-files.js";

const page = 10_000;
const mostPage = 200_000;

const answer = (version: ModelVersionDetail): Answer => json({ model_version: versionDocument(version) });

/** Versions of registered models. */
export function modelVersionsRoutes(api: Endpoints): CallEndpoint[] {
  const { registry } = api.bench;
  /** The version as it stands now: after a change. */
  const again = ({ model, id }: ModelVersionDetail): Answer => answer(registry.existingVersion(model, id));
  const of = (fields: Fields): ModelVersionDetail => versionOf(registry, fields);
  return [
    post("/model-versions/create", async ({ fields }) => answer(await createVersion(api, fields))),
    get("/model-versions/get", ({ fields }) => answer(of(fields))),
    {
      method: "PATCH",
      path: "/model-versions/update",
      bases: v2,
      answer: ({ fields }) => {
        const version = of(fields);
        describeVersion(registry, version, text(fields, "description") ?? "");
        return again(version);
      },
    },
    post("/model-versions/transition-stage", ({ fields }) => {
      const stage = stageNamed(needText(fields, "stage"));
      const version = of(fields);
      setStage(registry, version, stage, flag(fields, "archive_existing_versions") ?? false);
      return again(version);
    }),
    {
      method: "DELETE",
      path: "/model-versions/delete",
      bases: v2,
      answer: ({ fields }) => {
        deleteVersion(registry, of(fields));
        return done;
      },
    },
    get("/model-versions/search", ({ fields }) => search(api, fields)),
    get("/model-versions/get-download-uri", ({ fields }) =>
      json({ artifact_uri: downloadUri(registry, of(fields)) }),
    ),
    post("/model-versions/set-tag", ({ fields }) => {
      tagVersion(registry, of(fields), needText(fields, "key"), text(fields, "value") ?? "");
      return done;
    }),
    {
      method: "DELETE",
      path: "/model-versions/delete-tag",
      bases: v2,
      answer: ({ fields }) => {
        tagVersion(registry, of(fields), needText(fields, "key"), null);
        return done;
      },
    },
  ];
}

async function search(api: Endpoints, fields: Fields): Promise<Answer> {
  const request = {
    filter: text(fields, "filter") ?? "",
    dialect: "mlflow" as const,
    orderBy: texts(fields, "order_by"),
    most: count(fields, "max_results", { least: 1, most: mostPage, otherwise: page }),
    token: text(fields, "page_token"),
  };
  const { items, next } = (await api.bench.registrySearches()).versions(request);
  const token = next === undefined ? {} : { next_page_token: next };
  return items.length === 0 ? done : json({ model_versions: items.map(versionDocument), ...token });
}
