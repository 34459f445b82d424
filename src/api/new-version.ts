import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { isRunId } from "../core/store/ids.js";
import { checkTag, checkText } from "../core/registry/names.js";
import { promptTag } from "../core/registry/targets.js";
import { frozenRun, noRun } from "../core/registry/frozen-run.js";
import { registerVersion } from "../core/registry/register.js";
import { addVersion, describeVersion, tagVersion } from "../core/registry/versions.js";
import type { ModelSummary, ModelVersionDetail, RegisterSource } from "../core/registry/view.js";
import { done, type Received } from "./call.js";
import type { Endpoints } from "./endpoints.js";
import { keyValues, needText, text, type Fields } from "./codec.js";
import { modelOf } from "./named-version.js";
import { versionSource, type VersionSource } from "./version-source.js";

/** MLflow's tag of a logged model that lists the versions that were made of it. */
const modelVersionsTag = "mlflow.modelVersions";

/** Makes a version as a client asks: of what its `source` leads to, frozen where that is in this store. */
export async function createVersion(api: Endpoints, fields: Fields): Promise<ModelVersionDetail> {
  const { registry } = api.bench;
  const model = modelOf(registry, fields);
  const source = needText(fields, "source");
  const given = { run: text(fields, "run_id") ?? "", logged: text(fields, "model_id") ?? "" };
  const tags = keyValues(fields, "tags");
  const description = text(fields, "description") ?? "";
  const link = text(fields, "run_link") ?? "";
  for (const { key, value } of tags) checkTag(key, value);
  checkText(description, "description");
  const isPrompt = tags.some(({ key, value }) => key === promptTag && value === "true");
  const from: VersionSource = isPrompt ? { kind: "elsewhere" } : versionSource(registry, source);
  const version = await madeVersion(api, model, from, { source, link, ...given });
  if (description !== "") describeVersion(registry, version, description);
  for (const { key, value } of tags) tagVersion(registry, version, key, value);
  if (version.logged !== null) await noteOnLogged(api, version, version.logged);
  return registry.existingVersion(version.model, version.id);
}

interface SaidOfVersion {
  readonly source: string;
  readonly link: string;
  /** "" where they are not said. */
  readonly run: string;
  readonly logged: string;
}

async function madeVersion(
  api: Endpoints,
  model: ModelSummary,
  from: VersionSource,
  said: SaidOfVersion,
): Promise<ModelVersionDetail> {
  checkSaid(api, from, said);
  if (from.kind !== "elsewhere") {
    try {
      return await frozenVersion(api, model, from, said);
    } catch (error) {
      // as in MLflow a version may come before its files: then there is nothing that could be frozen
      if (!(error instanceof Failure && error.code === "artifact.notFound")) throw error;
    }
  }
  const { registry, tracking, datasets } = api.bench;
  const run = from.kind === "artifact" ? from.run : said.run;
  const known = run === "" ? undefined : tracking.runs.find(run);
  const frozen = known ? frozenRun(tracking, datasets, known) : noRun;
  const logged = from.kind === "logged" ? from.model : said.logged;
  return addVersion(registry, model, {
    ...frozen,
    source: said.source,
    run: run === "" ? null : run,
    logged: logged === "" ? null : logged,
    ...{ artifact: null, flavor: "other", signature: null, example: null },
    ...(said.link === "" ? {} : { link: said.link }),
  });
}

/** Of what is in this store the content is kept, so that the version stays what it is whatever becomes of the run. */
async function frozenVersion(
  api: Endpoints,
  model: ModelSummary,
  from: Exclude<VersionSource, { kind: "elsewhere" }>,
  { source, link }: SaidOfVersion,
): Promise<ModelVersionDetail> {
  const what: RegisterSource =
    from.kind === "version" ? { kind: "version", model: from.version.model, version: from.version.id } : from;
  const { version } = await registerVersion(
    api.bench,
    { name: model.name, source: what, said: source, link: link === "" ? undefined : link },
    new AbortController().signal,
  );
  return version;
}

/** Throws where a request says that its source belongs to another run or logged model than it does. */
function checkSaid(api: Endpoints, from: VersionSource, { source, run, logged }: SaidOfVersion): void {
  const owners =
    from.kind === "artifact"
      ? { run: from.run, logged: "" }
      : from.kind === "version"
        ? { run: from.version.run ?? "", logged: from.version.logged ?? "" }
        : { run, logged: from.kind === "logged" ? from.model : logged };
  if (run !== "" && (run !== owners.run || !isRunId(run))) throw mismatch(source, "run_id");
  if (logged !== "" && logged !== owners.logged) throw mismatch(source, "model_id");
  if (owners.logged !== "") api.tracking.models.get(owners.logged);
}

const mismatch = (source: string, field: string): Failure =>
  new Failure(
    "value.invalid",
    said`Invalid model version source: '${source.slice(0, 300)}'. The ${field} request parameter must identify the resource that contains the source.`,
  );

/**
 * Adds the version to the JSON list in MLflow's tag of the logged model that it came from. The model may belong to
 * another process, which then gets what a client would send.
 */
async function noteOnLogged(api: Endpoints, version: ModelVersionDetail, id: string): Promise<void> {
  const model = api.tracking.models.get(id);
  const before = listIn(model.tags.find(({ key }) => key === modelVersionsTag)?.value);
  const value = JSON.stringify([...before, { name: version.name, version: version.number }]);
  const tags = [{ key: modelVersionsTag, value }];
  const received: Received = {
    method: "PATCH",
    url: `/api/2.0/mlflow/logged-models/${id}/tags`,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify({ model_id: id, tags })),
  };
  await api.owners.model(id, received, (recorder) => {
    recorder.setTags(tags);
    return done;
  });
}

/** The members of a JSON list; none where somebody set the tag to something else. */
function listIn(value: string | undefined): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(value ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
