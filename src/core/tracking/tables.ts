import type { Fact } from "../store/fact.js";
import type { IndexDatabase } from "../store/index-database.js";
import type { EntityRef } from "../store/layout.js";
import type { Projected, Projection } from "../store/projection.js";
import { ModelState } from "./logged-models.js";
import { removeRunData, RunDataRows, runDataSchema } from "./run-data-tables.js";
import { runDocument } from "./run-document.js";
import { RunState } from "./run-state.js";
import { finite, RunRows } from "./run-rows.js";
import { restoreSummaries, savedSummaries } from "./summary.js";
import { scriptOf } from "./script-runs.js";
import { stored } from "./stored-run.js";
import { TraceState } from "./traces.js";

export const keyed = (table: string): string => `
create table if not exists ${table} (key text not null, rid integer not null, value text not null, primary key (key, rid)) without rowid;
create index if not exists ${table}_value on ${table} (key, value)`;

export const byEntity = (table: string): string =>
  `create index if not exists ${table}_rid on ${table} (rid)`;

const runSchema = `
create table if not exists runs (
  rid integer primary key, run_id text not null unique, experiment_id text not null, name text not null, status text not null,
  shown_state text not null, user_id text not null, start_time integer not null, end_time integer, artifact_uri text not null,
  own_stage text not null, own_clock integer not null, stage text not null, launched integer not null,
  script text, launch_id text);
create table if not exists run_data (rid integer primary key, data text not null);
create index if not exists runs_start on runs (start_time desc, run_id);
create index if not exists runs_script on runs (script);
create index if not exists runs_launch on runs (launch_id) where launch_id is not null;
create table if not exists run_metrics (
  key text not null, rid integer not null, value real, step integer not null, time integer not null,
  count integer not null, first real, min real, max real, primary key (key, rid)) without rowid;
create index if not exists run_metrics_value on run_metrics (key, value);
${keyed("run_params")};
${keyed("run_tags")};
create table if not exists run_inputs (rid integer not null, name text not null, digest text not null, context text);
${byEntity("run_inputs")};
${runDataSchema}`;

/** What the index has of a run's document. Beside the runs, so that those are small and questions read few pages. */
function storedText(db: IndexDatabase, rid: number): string | undefined {
  const data = db.rows("select data from run_data where rid = ?", [rid])[0]?.[0];
  return typeof data === "string" ? data : undefined;
}

class ProjectedRun implements Projected {
  readonly #run: RunState;
  #rows: RunRows | undefined;
  readonly #data = new RunDataRows();

  constructor(ref: EntityRef, saved: string | undefined) {
    this.#run = new RunState(ref.id);
    if (saved !== undefined) restoreSummaries(this.#run.summaries, saved);
  }

  add(fact: Fact): void {
    this.#run.add(fact);
  }

  addRecords(records: Buffer): void {
    this.#run.summaries.add(records);
  }

  saved(): string {
    return savedSummaries(this.#run.summaries);
  }

  write(db: IndexDatabase, rid: number): void {
    const run = this.#run;
    if (!run.exists) return; // its first fact has not come yet
    this.#rows ??= new RunRows(storedText(db, rid));
    const document = runDocument(run, "active");
    const { stage, clock } = run.lifecycle;
    const launch = run.facts.get("run.created")?.launch;
    db.run(
      `insert or replace into runs values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
        coalesce((select stage from experiments where experiment_id = ?3 and stage_clock > ?12), ?11), ?13, ?14, ?15)`,
      [
        rid,
        run.id,
        run.experiment,
        run.name,
        run.status,
        run.shownState,
        run.user,
        run.start,
        run.end ?? null,
        document.info.artifact_uri,
        stage,
        clock,
        run.facts.get("launch.started") || launch !== undefined ? 1 : 0,
        scriptOf(run),
        launch ?? null,
      ],
    );
    db.run("insert or replace into run_data values (?, ?)", [rid, stored(document)]);
    this.#rows.write(db, rid, run.metrics, document);
    this.#data.write(db, rid, run);
    db.run("delete from run_inputs where rid = ?", [rid]);
    for (const input of run.facts.all("input.used")) {
      const context = input.tags.find((tag) => tag.key === "mlflow.data.context")?.value ?? null;
      db.run("insert into run_inputs values (?, ?, ?, ?)", [rid, input.name, input.digest, context]);
    }
  }
}

const remover =
  (entity: string, ...tables: readonly string[]) =>
  (db: IndexDatabase, rid: number): void => {
    for (const table of [entity, ...tables]) db.run(`delete from ${table} where rid = ?`, [rid]);
  };

export const runProjection: Projection = {
  room: "runs",
  schema: runSchema,
  open: (ref, saved) => new ProjectedRun(ref, saved),
  remove: (db, rid) => {
    new RunRows(storedText(db, rid)).remove(db, rid);
    removeRunData(db, rid);
    for (const table of ["runs", "run_data", "run_inputs"])
      db.run(`delete from ${table} where rid = ?`, [rid]);
  },
};

const modelSchema = `
create table if not exists logged_models (
  rid integer primary key, model_id text not null unique, experiment_id text not null, name text not null, model_type text not null,
  status text not null, source_run_id text not null, creation_timestamp integer not null, last_updated_timestamp integer not null,
  stage text not null);
create table if not exists logged_metrics (
  rid integer not null, key text not null, value real, time integer not null, run_id text not null,
  dataset text, digest text);
create index if not exists logged_metrics_key on logged_metrics (key, value);
create index if not exists logged_metrics_rid on logged_metrics (rid);
${keyed("logged_params")};
${byEntity("logged_params")};
${keyed("logged_tags")};
${byEntity("logged_tags")}`;

const modelTables = ["logged_metrics", "logged_params", "logged_tags"];

class ProjectedModel implements Projected {
  readonly #model: ModelState;

  constructor(ref: EntityRef) {
    this.#model = new ModelState(ref.id);
  }
  add(fact: Fact): void {
    this.#model.add(fact);
  }
  addRecords(): void {
    // a logged model has no points of its own
  }
  saved(): undefined {
    return undefined;
  }
  write(db: IndexDatabase, rid: number): void {
    const model = this.#model;
    if (!model.exists) return;
    const { experiment, name, modelType, sourceRun, at } = model.created;
    db.run("insert or replace into logged_models values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [
      rid,
      model.id,
      experiment,
      name,
      modelType,
      model.status,
      sourceRun,
      at,
      model.updated,
      model.stage,
    ]);
    for (const table of modelTables) db.run(`delete from ${table} where rid = ?`, [rid]);
    for (const metric of model.metrics) {
      db.run("insert into logged_metrics values (?, ?, ?, ?, ?, ?, ?)", [
        rid,
        metric.name,
        finite(Number(metric.value)),
        metric.time,
        metric.run,
        metric.dataset,
        metric.digest,
      ]);
    }
    for (const { key, value } of model.params)
      db.run("insert into logged_params values (?, ?, ?)", [key, rid, value]);
    for (const { key, value } of model.tags)
      db.run("insert into logged_tags values (?, ?, ?)", [key, rid, value]);
  }
}

export const modelProjection: Projection = {
  room: "logged",
  schema: modelSchema,
  open: (ref) => new ProjectedModel(ref),
  remove: remover("logged_models", ...modelTables),
};

const traceSchema = `
create table if not exists traces (
  rid integer primary key, trace_id text not null unique, experiment_id text not null, state text not null,
  request_time integer not null, name text not null, stage text not null, info text not null);
${keyed("trace_tags")};
${byEntity("trace_tags")}`;

class ProjectedTrace implements Projected {
  readonly #trace: TraceState;

  constructor(ref: EntityRef) {
    this.#trace = new TraceState(ref.id);
  }
  add(fact: Fact): void {
    this.#trace.add(fact);
  }
  addRecords(): void {
    // a trace has no points
  }
  saved(): undefined {
    return undefined;
  }
  write(db: IndexDatabase, rid: number): void {
    const trace = this.#trace;
    if (!trace.exists) return;
    const { info } = trace;
    const tags = Object.entries(info["tags"] as Record<string, unknown>).map(
      ([key, value]) => [key, String(value)] as const,
    );
    const at = Date.parse(String(info["request_time"]));
    db.run("insert or replace into traces values (?, ?, ?, ?, ?, ?, ?, ?)", [
      rid,
      trace.id,
      trace.experiment,
      typeof info["state"] === "string" ? info["state"] : "",
      Number.isNaN(at) ? 0 : at,
      tags.find(([key]) => key === "mlflow.traceName")?.[1] ?? "",
      trace.stage,
      JSON.stringify(info),
    ]);
    db.run("delete from trace_tags where rid = ?", [rid]);
    for (const [key, value] of tags) db.run("insert into trace_tags values (?, ?, ?)", [key, rid, value]);
  }
}

export const traceProjection: Projection = {
  room: "traces",
  schema: traceSchema,
  open: (ref) => new ProjectedTrace(ref),
  remove: remover("traces", "trace_tags"),
};
