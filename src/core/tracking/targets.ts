import { said } from "../base/said.js";
import { attribute, keyedSource, numberRules, textRules, type Rules, type Target } from "../query/target.js";

/** What can be asked of runs, experiments, logged models and traces: the tables of `tables.ts` in the grammar's terms. */

const presence = ["is null", "is not null"] as const;
const lists = ["in", "not in"] as const;

const loamNumber = (type: "number" | "time"): Rules => numberRules(type, false);
const loamText: Rules = textRules(false);

export const runTarget: Target = {
  name: said`runs`,
  table: "runs",
  id: "rid",
  prefixes: [
    {
      name: "metrics",
      aliases: ["metric"],
      bare: false,
      source: keyedSource("run_metrics", numberRules("number")),
    },
    {
      name: "params",
      aliases: ["param", "parameter", "parameters"],
      bare: false,
      source: keyedSource("run_params", textRules(presence)),
    },
    { name: "tags", aliases: ["tag"], bare: false, source: keyedSource("run_tags", textRules(presence)) },
    {
      name: "attributes",
      aliases: ["attribute", "attr", "run"],
      bare: true,
      source: {
        kind: "attributes",
        attributes: {
          run_id: attribute("runs.run_id", textRules(lists), { aliases: ["id"], unique: true }),
          run_name: attribute("runs.name", textRules(), {
            aliases: ["run name", "Run name", "Run Name", "name"],
          }),
          status: attribute("runs.status", textRules()),
          state: attribute("runs.shown_state", loamText),
          user_id: attribute("runs.user_id", textRules(), { aliases: ["user"] }),
          artifact_uri: attribute("runs.artifact_uri", textRules()),
          experiment_id: attribute("runs.experiment_id", loamText),
          experiment: attribute(
            "(select name from experiments where experiments.experiment_id = runs.experiment_id)",
            loamText,
          ),
          start_time: attribute("runs.start_time", numberRules("time"), { aliases: ["created", "Created"] }),
          end_time: attribute("runs.end_time", numberRules("time")),
          duration: attribute("(runs.end_time - runs.start_time) / 1000.0", loamNumber("number")),
        },
      },
    },
    {
      name: "datasets",
      aliases: ["dataset"],
      bare: false,
      source: {
        kind: "rows",
        table: "run_inputs",
        columns: {
          name: { column: "name", ...textRules(lists) },
          digest: { column: "digest", ...textRules(lists) },
          context: { column: "context", ...textRules(lists) },
        },
      },
    },
    {
      name: "data",
      aliases: [],
      bare: false,
      source: {
        kind: "rows",
        table: "run_versions",
        columns: {
          name: { column: "name", ...loamText },
          version: { column: "number", ...loamNumber("number") },
        },
      },
    },
  ],
  ties: [
    { attribute: "start_time", direction: "desc" },
    { attribute: "run_id", direction: "asc" },
  ],
};

export const experimentTarget: Target = {
  name: said`experiments`,
  table: "experiments",
  id: "rid",
  prefixes: [
    {
      name: "attributes",
      aliases: ["attribute", "attr"],
      bare: true,
      source: {
        kind: "attributes",
        attributes: {
          name: attribute("experiments.name", textRules()),
          experiment_id: attribute("experiments.experiment_id", textRules(["in"]), { unique: true }),
          creation_time: attribute("experiments.creation_time", numberRules("time")),
          last_update_time: attribute("experiments.last_update_time", numberRules("time")),
        },
      },
    },
    {
      name: "tags",
      aliases: ["tag"],
      bare: false,
      source: keyedSource("experiment_tags", textRules(presence)),
    },
  ],
  ties: [
    { attribute: "creation_time", direction: "desc" },
    { attribute: "experiment_id", direction: "desc" },
  ],
};

/** `dataset` limits the metrics that are ordered by to those measured on it. */
export function modelTarget(dataset?: {
  readonly name: string;
  readonly digest?: string | undefined;
}): Target {
  const digest =
    dataset?.digest === undefined
      ? undefined
      : { sql: "dataset = ? and digest = ?", params: [dataset.name, dataset.digest] };
  const only = digest ?? (dataset && { sql: "dataset = ?", params: [dataset.name] });
  return {
    name: said`logged models`,
    table: "logged_models",
    id: "rid",
    prefixes: [
      {
        name: "attributes",
        aliases: ["attribute", "attr"],
        bare: true,
        source: {
          kind: "attributes",
          attributes: {
            name: attribute("logged_models.name", textRules(lists)),
            model_id: attribute("logged_models.model_id", textRules(lists), { unique: true }),
            model_type: attribute("logged_models.model_type", textRules(lists)),
            status: attribute("substr(logged_models.status, 14)", textRules(lists)),
            source_run_id: attribute("logged_models.source_run_id", textRules(lists)),
            experiment_id: attribute("logged_models.experiment_id", loamText),
            creation_timestamp: attribute("logged_models.creation_timestamp", numberRules("time"), {
              aliases: ["creation_time", "creation_timestamp_ms"],
            }),
            last_updated_timestamp: attribute("logged_models.last_updated_timestamp", numberRules("time"), {
              aliases: ["last_updated_timestamp_ms"],
            }),
          },
        },
      },
      {
        name: "metrics",
        aliases: ["metric"],
        bare: false,
        source: {
          kind: "keyed",
          table: "logged_metrics",
          only,
          latest: "time desc",
          absent: {},
          ...numberRules("number"),
        },
      },
      {
        name: "params",
        aliases: ["param", "parameter", "parameters"],
        bare: false,
        source: keyedSource("logged_params", textRules()),
      },
      { name: "tags", aliases: ["tag"], bare: false, source: keyedSource("logged_tags", textRules()) },
    ],
    ties: [
      { attribute: "creation_timestamp", direction: "desc" },
      { attribute: "model_id", direction: "asc" },
    ],
  };
}

export const traceTarget: Target = {
  name: said`traces`,
  table: "traces",
  id: "rid",
  prefixes: [
    {
      name: "attributes",
      aliases: ["attribute", "attr", "trace"],
      bare: true,
      source: {
        kind: "attributes",
        attributes: {
          trace_id: attribute("traces.trace_id", textRules(["in"]), {
            aliases: ["request_id"],
            unique: true,
          }),
          status: attribute("traces.state", textRules(), { aliases: ["state"] }),
          name: attribute("traces.name", textRules()),
          timestamp_ms: attribute("traces.request_time", numberRules("time"), {
            aliases: ["timestamp", "request_time", "created"],
          }),
          experiment_id: attribute("traces.experiment_id", textRules()),
          // The run during which the trace was made, which clients send among its metadata.
          run_id: attribute(
            `json_extract(traces.info, '$.trace_metadata."mlflow.sourceRun"')`,
            textRules(["in"]),
          ),
        },
      },
    },
    { name: "tags", aliases: ["tag"], bare: false, source: keyedSource("trace_tags", textRules()) },
  ],
  ties: [
    { attribute: "timestamp_ms", direction: "desc" },
    { attribute: "trace_id", direction: "asc" },
  ],
};
