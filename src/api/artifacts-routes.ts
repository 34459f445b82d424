import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { isEntityId, type EntityRef } from "../core/store/layout.js";
import type { ArtifactEntry } from "../core/tracking/artifacts.js";
import { runInfo } from "../core/tracking/run-document.js";
import { checked, placeOf, type Place } from "./artifact-place.js";
import {
  done,
  get,
  json,
  post,
  proxy,
  root,
  v2,
  type Answer,
  type Call,
  type Endpoint,
  type UploadEndpoint,
} from "./call.js";
import type { Endpoints } from "./endpoints.js";
import { needText, runId, text, type Fields } from "./codec.js";
import { download } from "./download.js";
import { versionOf } from "./named-version.js";
import { fetchVersion, frozen, isOfVersion, listVersion, placeIn, placeOfVersion } from "./version-files.js";

/** The page's own upload is read whole; it is meant for small files. */
const largestPageUpload = 10 * 1024 * 1024;

/** The artifact proxy, and artifacts by their run or logged model. */
export function artifactsRoutes(api: Endpoints): Endpoint[] {
  const { artifacts, models, runs } = api.tracking;
  return [
    upload("PUT", "/artifacts/*", proxy, async ({ fields }, content) => {
      const { ref, inside } = ownPlaceOf(needText(fields, "*"));
      checkExists(api, ref);
      await artifacts.put(ref, inside, content);
      return done;
    }),
    get("/artifacts/*", (call) => fetchedByPath(api, call, needText(call.fields, "*")), proxy),
    get("/artifacts", ({ fields }) => listed(api, text(fields, "path") ?? ""), proxy),
    {
      method: "DELETE",
      path: "/artifacts/*",
      bases: proxy,
      answer: ({ fields }) => {
        const { ref, inside } = ownPlaceOf(needText(fields, "*"));
        artifacts.remove(ref, inside);
        return done;
      },
    },
    ...["create", "complete", "abort"].map((step) => post(`/mpu/${step}/*`, absent("upload"), proxy)),
    get("/presigned/*", absent("download"), proxy),
    get("/artifacts/list", ({ fields }) => {
      const run = runs.get(runId(fields));
      const uri = runInfo(run, "active").artifact_uri;
      return listBelow(api, { room: "runs", id: run.id }, uri, text(fields, "path") ?? "");
    }),
    get("/get-artifact", (call) => fetched(api, call, placeInRun(call.fields)), root),
    get("/model-versions/get-artifact", (call) => fetchedOfVersion(api, call), root),
    upload("POST", "/upload-artifact", v2, async ({ fields, size }, content) => {
      const { ref, inside } = placeInRun(fields);
      checkExists(api, ref);
      const bytes = await small(content, size);
      await artifacts.put(ref, inside, [bytes]);
      return done;
    }),
    get("/logged-models/:model_id/artifacts/directories", ({ fields }) => {
      const model = models.get(needText(fields, "model_id"));
      const uri = models.document(model).info.artifact_uri;
      return listBelow(
        api,
        { room: "logged", id: model.id },
        uri,
        text(fields, "artifact_directory_path") ?? "",
      );
    }),
    get("/logged-models/:model_id/artifacts/files", (call) => {
      const id = models.get(needText(call.fields, "model_id")).id;
      const inside = checked(needText(call.fields, "artifact_file_path"));
      return fetched(api, call, { ref: { room: "logged", id }, inside });
    }),
  ];
}

const upload = (
  method: UploadEndpoint["method"],
  path: string,
  bases: readonly string[],
  work: UploadEndpoint["upload"],
): UploadEndpoint => ({ method, path, bases, upload: work });

/** The same for a write: what versions have is frozen. */
function ownPlaceOf(path: string): Place {
  if (isOfVersion(path)) throw frozen(path);
  return placeOf(path);
}

const placeInRun = (fields: Fields): Place => ({
  ref: { room: "runs", id: runId(fields) },
  inside: checked(needText(fields, "path")),
});

/** Throws where what a file is stored for is not there. */
function checkExists(api: Endpoints, { room, id }: EntityRef): void {
  if (room === "runs") api.tracking.runs.get(id);
  else if (room === "logged") api.tracking.models.get(id, true);
  else api.tracking.traces.get(id);
}

function fetched(api: Endpoints, call: Call, { ref, inside }: Place): Answer {
  if (!isEntityId(ref.room, ref.id)) checkExists(api, ref);
  const { file } = api.tracking.artifacts.find(ref, inside);
  return download(api.tracking.store.ports.files, file, inside, call.received.headers.range);
}

function fetchedByPath(api: Endpoints, call: Call, path: string): Answer {
  if (!isOfVersion(checked(path))) return fetched(api, call, placeOf(path));
  const { registry, datasets } = api.bench;
  return fetchVersion(datasets.contents, placeOfVersion(registry, path), call.received.headers.range);
}

/** By name, number and path of the file, as MLflow's page asks. */
function fetchedOfVersion(api: Endpoints, { fields, received }: Call): Answer {
  const inside = checked(needText(fields, "path"));
  const place = placeIn(versionOf(api.bench.registry, fields), inside);
  return fetchVersion(api.bench.datasets.contents, place, received.headers.range);
}

/** The entries of a folder as the proxy lists them: by base name, `{}` where there are none. */
function listed(api: Endpoints, path: string): Answer {
  if (isOfVersion(checked(path))) {
    const { registry, datasets } = api.bench;
    return listing(listVersion(datasets.contents, placeOfVersion(registry, path)), "");
  }
  const known = /(^|\/)artifacts(\/|$)/.test(checked(path));
  if (!known) return done; // above the runs there is nothing to list
  const { ref, inside } = placeOf(path);
  return listing(api.tracking.artifacts.list(ref, inside), "");
}

function listBelow(api: Endpoints, ref: EntityRef, uri: string, path: string): Answer {
  const folder = checked(path)
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
  const entries = api.tracking.artifacts.list(ref, folder);
  return listing(entries, folder === "" ? "" : `${folder}/`, { root_uri: uri });
}

function listing(entries: readonly ArtifactEntry[], before: string, more: object = {}): Answer {
  const files = entries.map(({ name, folder, size }) => ({
    path: before + name,
    is_dir: folder,
    ...(folder ? {} : { file_size: size }),
  }));
  return json({ ...more, ...(files.length === 0 ? {} : { files }) });
}

/** In these words clients learn to send a file with one PUT, and to fetch it with one GET. */
const absent = (way: string) => (): Answer => {
  throw new Failure(
    "feature.absent",
    said`Multipart ${way} is not supported for the current artifact repository.`,
  );
};

async function small(content: AsyncIterable<Uint8Array>, size: number | undefined): Promise<Uint8Array> {
  const refuse = (): Failure =>
    new Failure(
      "request.tooLarge",
      said`An upload of this kind can hold at most ${largestPageUpload} bytes.`,
      {
        next: said`Log the file with a client, which sends it as an artifact of any size.`,
      },
    );
  if (size !== undefined && size > largestPageUpload) throw refuse();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content) {
    length += chunk.byteLength;
    if (length > largestPageUpload) throw refuse();
    chunks.push(chunk);
  }
  if (length === 0) throw new Failure("value.missing", said`The upload is empty.`);
  return Buffer.concat(chunks);
}
