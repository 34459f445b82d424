import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { limits } from "../core/tracking/limits.js";
import type { Page } from "../core/query/ask.js";
import { done, get, json, post, v2, v3, type Answer, type CallEndpoint } from "./call.js";
import type { Endpoints } from "./endpoints.js";
import { count, int, needText, object, plain, rows, text, texts, type Fields } from "./codec.js";
import { asInfo, endedInfo, shortInfo, startedInfo, timeOf, type TraceInfo } from "./trace-info.js";

const page = 100;

/** Traces: their infos are kept here; their spans come as the artifact `traces.json`. */
export function tracesRoutes(api: Endpoints): CallEndpoint[] {
  const { traces } = api.tracking;
  const info = (fields: Fields): TraceInfo => traces.get(needText(fields, "trace_id")).info;
  return [
    post("/traces", ({ fields }) => save(api, object(object(fields, "trace"), "trace_info")), v3),
    post(
      "/traces/search",
      async ({ fields }) => found(await search(api, fields, locations(fields)), (one) => one),
      v3,
    ),
    get("/traces/get", ({ fields }) => json({ trace: { trace_info: info(fields) } }), v3),
    get(
      "/traces/batchGet",
      ({ fields }) => json({ traces: several(api, fields).map((one) => ({ trace_info: one })) }),
      v3,
    ),
    get("/traces/batchGetInfos", ({ fields }) => json({ trace_infos: several(api, fields) }), v3),
    get("/traces/:trace_id", ({ fields }) => json({ trace: { trace_info: info(fields) } }), v3),

    post("/traces", ({ fields }) => {
      const id = `tr-${api.tracking.store.ports.random(16).toString("hex")}`;
      return saveShort(api, id, startedInfo(id, needText(fields, "experiment_id"), fields));
    }),
    {
      method: "PATCH",
      path: "/traces/:trace_id",
      bases: v2,
      answer: ({ fields }) => saveShort(api, needText(fields, "trace_id"), endedInfo(info(fields), fields)),
    },
    get("/traces/:trace_id/info", ({ fields }) => json({ trace_info: shortInfo(info(fields)) })),
    get("/traces", async ({ fields }) =>
      found(await search(api, fields, texts(fields, "experiment_ids")), shortInfo),
    ),
    post("/traces/delete-traces", ({ fields }) => remove(api, fields)),
    {
      method: "PATCH",
      path: "/traces/:trace_id/tags",
      bases: v2,
      answer: ({ fields }) => {
        traces.setTag(needText(fields, "trace_id"), needText(fields, "key"), text(fields, "value") ?? "");
        return done;
      },
    },
    {
      method: "DELETE",
      path: "/traces/:trace_id/tags",
      bases: v2,
      answer: ({ fields }) => {
        const [id, key] = [needText(fields, "trace_id"), needText(fields, "key")];
        const tags = traces.get(id).info["tags"];
        if (typeof tags !== "object" || tags === null || !Object.hasOwn(tags, key))
          throw new Failure("tag.notFound", said`No tag with name: ${key} in trace with ID ${id}`);
        traces.setTag(id, key, null);
        return done;
      },
    },
  ];
}

function save(api: Endpoints, given: Fields): Answer {
  const id = needText(given, "trace_id", "trace.trace_info.trace_id");
  const experiment = needText(
    object(object(given, "trace_location"), "mlflow_experiment"),
    "experiment_id",
    "trace.trace_info.trace_location.mlflow_experiment.experiment_id",
  );
  return json({ trace: { trace_info: keep(api, id, experiment, given) } });
}

function saveShort(api: Endpoints, id: string, info: TraceInfo): Answer {
  const { experiment_id } = shortInfo(info);
  return json({ trace_info: shortInfo(keep(api, id, experiment_id, info)) });
}

/** Keeps an info, with the place where the client uploads the spans among its tags. */
function keep(api: Endpoints, id: string, experimentId: string, given: TraceInfo): TraceInfo {
  api.tracking.experiments.look();
  const experiment = api.tracking.experiments.active(experimentId);
  const location = `${experiment.artifacts}/traces/${id}/artifacts`;
  const info = asInfo(plain(given) as TraceInfo, { "mlflow.artifactLocation": location });
  api.tracking.traces.save(id, experiment.id, info);
  return api.tracking.traces.get(id).info;
}

/** The infos of those of the asked traces that are there. */
function several(api: Endpoints, fields: Fields): TraceInfo[] {
  return texts(fields, "trace_ids").flatMap((id) => {
    try {
      return [api.tracking.traces.get(id).info];
    } catch (error) {
      if (error instanceof Failure && error.code === "trace.notFound") return [];
      throw error;
    }
  });
}

const locations = (fields: Fields): string[] =>
  rows(fields, "locations").flatMap((row) => text(object(row, "mlflow_experiment"), "experiment_id") ?? []);

async function search(
  api: Endpoints,
  fields: Fields,
  experiments: readonly string[],
): Promise<Page<TraceInfo>> {
  const searches = await api.tracking.searches();
  return searches.traces({
    experiments,
    filter: text(fields, "filter") ?? "",
    dialect: "mlflow",
    orderBy: texts(fields, "order_by"),
    stages: ["active"],
    most: count(fields, "max_results", { least: 1, most: limits.page, otherwise: page }),
    token: text(fields, "page_token"),
  });
}

function found({ items, next }: Page<TraceInfo>, shown: (info: TraceInfo) => object): Answer {
  if (items.length === 0) return done;
  return json({ traces: items.map(shown), ...(next === undefined ? {} : { next_page_token: next }) });
}

async function remove(api: Endpoints, fields: Fields): Promise<Answer> {
  const experiment = needText(fields, "experiment_id");
  const named = [...texts(fields, "request_ids"), ...texts(fields, "trace_ids")];
  const until = int(fields, "max_timestamp_millis");
  if (named.length === 0 && until === undefined) {
    throw new Failure(
      "value.missing",
      said`Missing value for required parameter 'max_timestamp_millis' or 'request_ids'.`,
    );
  }
  const infos =
    named.length > 0
      ? several(api, { trace_ids: named })
      : await older(api, experiment, Number(until), fields);
  const own = infos.filter((info) => shortInfo(info).experiment_id === experiment);
  for (const info of own) api.tracking.traces.delete(shortInfo(info).request_id);
  return json({ traces_deleted: own.length });
}

/** The oldest traces of an experiment that began at or before a time, at most as many as asked for. */
async function older(
  api: Endpoints,
  experiment: string,
  until: number,
  fields: Fields,
): Promise<TraceInfo[]> {
  const most = count(fields, "max_traces", {
    least: 1,
    most: Number.MAX_SAFE_INTEGER,
    otherwise: Number.MAX_SAFE_INTEGER,
  });
  const all: TraceInfo[] = [];
  for (let token: string | undefined; ;) {
    const { items, next } = await search(api, { max_results: limits.page, page_token: token }, [experiment]);
    all.push(...items.filter((info) => timeOf(info) <= until));
    if (next === undefined) break;
    token = next;
  }
  return all.sort((a, b) => timeOf(a) - timeOf(b)).slice(0, most);
}
