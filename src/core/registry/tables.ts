import type { IndexDatabase } from "../store/index-database.js";
import type { IndexSection } from "../store/projection.js";
import { byEntity, keyed } from "../tracking/tables.js";
import type { Registry } from "./registry.js";
import { summaryOfModel } from "./summaries.js";
import type { ModelDetail, ModelVersionDetail } from "./view.js";

const schema = `
create table if not exists registered_models (
  rid integer primary key, model_id text not null unique, name text not null, description text not null,
  created integer not null, updated integer not null, versions integer not null, summary text not null,
  mark text not null);
create index if not exists registered_models_name on registered_models (name, model_id);
${keyed("registered_tags")};
${byEntity("registered_tags")};
create table if not exists registered_aliases (rid integer not null, alias text not null);
${byEntity("registered_aliases")};
create table if not exists model_versions (
  rid integer primary key, model_rid integer not null, version_id text not null unique, name text not null,
  number integer not null, run_id text, run_name text, source text not null, created integer not null,
  updated integer not null, stage text not null, approval text not null, flavor text not null, author text not null,
  description text not null, size integer, mark text not null);
create index if not exists model_versions_model on model_versions (model_rid);
create index if not exists model_versions_updated on model_versions (updated desc, name, number desc, version_id);
create index if not exists model_versions_name on model_versions (name, number);
create index if not exists model_versions_run on model_versions (run_id);
${keyed("version_tags")};
${byEntity("version_tags")};
create table if not exists version_aliases (rid integer not null, alias text not null);
${byEntity("version_aliases")};
create index if not exists version_aliases_alias on version_aliases (alias);
create table if not exists version_metrics (
  key text not null, rid integer not null, value real, primary key (key, rid)) without rowid;
create index if not exists version_metrics_value on version_metrics (key, value);
${byEntity("version_metrics")};
${keyed("version_params")};
${byEntity("version_params")}`;

/** What registered models have in the index. Their facts stand in the ledger: rows follow `Registry`, not files. */
export const registrySection: IndexSection = { projections: [], schema };

const besideModel = ["registered_tags", "registered_aliases"];
const besideVersion = ["version_tags", "version_aliases", "version_metrics", "version_params"];

interface KnownVersion {
  readonly rid: number;
  readonly mark: string;
}

interface KnownModel {
  readonly rid: number;
  /** The registry's, of the facts that its rows were made of. */
  readonly mark: string;
}

/** Keeps the rows of models as the registry has them: those that changed are written again, and of these what changed. */
export class RegistryTables {
  readonly #db: IndexDatabase;
  readonly #registry: Registry;
  readonly #changed: Set<string>;
  readonly #models = new Map<string, KnownModel>();
  #lastModel: number;
  #lastVersion: number;
  #followed = false;

  constructor(db: IndexDatabase, registry: Registry) {
    this.#db = db;
    this.#registry = registry;
    this.#changed = registry.watch();
    for (const [id, rid, mark] of db.rows("select model_id, rid, mark from registered_models"))
      this.#models.set(String(id), { rid: Number(rid), mark: String(mark) });
    const last = (table: string): number => Number(db.rows(`select max(rid) from ${table}`)[0]?.[0] ?? 0);
    this.#lastModel = last("registered_models");
    this.#lastVersion = last("model_versions");
  }

  /** Takes in what any process wrote; returns how many rows of models and versions were written. */
  follow(): number {
    this.#registry.look();
    const ids = this.#followed ? [...this.#changed] : [...this.#registry.ids, ...this.#models.keys()];
    this.#changed.clear();
    this.#followed = true;
    return ids.reduce((rows, id) => rows + this.#project(id), 0);
  }

  #project(id: string): number {
    const mark = this.#registry.mark(id);
    const known = this.#models.get(id);
    if (known?.mark === mark && mark !== "") return 0;
    const detail = this.#registry.stands(id) ? this.#registry.find(id) : undefined;
    if (!detail) {
      if (!known) return 0;
      this.#remove(known.rid);
      this.#models.delete(id);
      return 1;
    }
    const rid = known?.rid ?? ++this.#lastModel;
    const rows = this.#writeModel(rid, detail, mark, known !== undefined) + this.#writeVersions(rid, detail);
    this.#models.set(id, { rid, mark });
    return rows;
  }

  #clear(tables: readonly string[], rid: number): void {
    for (const table of tables) this.#db.run(`delete from ${table} where rid = ?`, [rid]);
  }

  #writeModel(rid: number, model: ModelDetail, mark: string, before: boolean): number {
    const { id, name, description, created, updated, versions } = model;
    this.#db.run("insert or replace into registered_models values (?, ?, ?, ?, ?, ?, ?, ?, ?)", [
      rid,
      id,
      name,
      description,
      created,
      updated,
      versions,
      JSON.stringify(summaryOfModel(model)),
      mark,
    ]);
    if (before) this.#clear(besideModel, rid);
    for (const [key, value] of Object.entries(model.tags))
      this.#db.run("insert into registered_tags values (?, ?, ?)", [key, rid, value]);
    for (const alias of Object.keys(model.aliases))
      this.#db.run("insert into registered_aliases values (?, ?)", [rid, alias]);
    return 1;
  }

  #writeVersions(model: number, { id, history }: ModelDetail): number {
    const known = new Map<string, KnownVersion>();
    const sql = "select version_id, rid, mark from model_versions where model_rid = ?";
    for (const [version, rid, mark] of this.#db.rows(sql, [model]))
      known.set(String(version), { rid: Number(rid), mark: String(mark) });
    let rows = 0;
    for (const summary of history) {
      if (summary.deleted) continue;
      const { name, number, updated, stage, approval, description, tags, aliases } = summary;
      const mark = JSON.stringify([name, number, updated, stage, approval, description, tags, aliases]);
      const before = known.get(summary.id);
      known.delete(summary.id);
      const version = before?.mark === mark ? undefined : this.#registry.versionOf(id, summary.id);
      if (!version) continue;
      this.#writeVersion(before?.rid ?? ++this.#lastVersion, model, version, mark, before !== undefined);
      rows++;
    }
    for (const { rid } of known.values()) this.#clear(["model_versions", ...besideVersion], rid);
    return rows + known.size;
  }

  #writeVersion(
    rid: number,
    model: number,
    version: ModelVersionDetail,
    mark: string,
    before: boolean,
  ): void {
    const db = this.#db;
    db.run(
      "insert or replace into model_versions values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      [
        rid,
        model,
        version.id,
        version.name,
        version.number,
        version.run,
        version.runName,
        version.source,
        version.at,
        version.updated,
        version.stage,
        version.approval,
        version.flavor,
        version.author,
        version.description,
        version.size,
        mark,
      ],
    );
    if (before) this.#clear(besideVersion, rid);
    for (const [key, value] of Object.entries(version.tags))
      db.run("insert into version_tags values (?, ?, ?)", [key, rid, value]);
    for (const alias of version.aliases) db.run("insert into version_aliases values (?, ?)", [rid, alias]);
    for (const [key, value] of Object.entries(version.metrics))
      db.run("insert into version_metrics values (?, ?, ?)", [
        key,
        rid,
        value === "NaN" ? null : Number(value),
      ]);
    for (const [key, value] of Object.entries(version.params))
      db.run("insert into version_params values (?, ?, ?)", [key, rid, value]);
  }

  #remove(model: number): void {
    for (const [rid] of this.#db.rows("select rid from model_versions where model_rid = ?", [model]))
      this.#clear(["model_versions", ...besideVersion], Number(rid));
    this.#clear(["registered_models", ...besideModel], model);
  }
}
