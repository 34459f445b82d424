import type { Datasets } from "../datasets/datasets.js";
import { belowDataset, type DataTies, type FileRead } from "../datasets/ties.js";
import type { DatasetDetail, DatasetVersionSummary } from "../datasets/view.js";
import type { IndexDatabase, SqlValue } from "../store/index-database.js";
import type { RunState } from "./run-state.js";

/** What runs read, and the versions that they said to have used. */
export const runDataSchema = `
create table if not exists run_reads (
  rid integer not null, path text not null, sha256 text, size integer not null, primary key (rid, path)) without rowid;
create index if not exists run_reads_path on run_reads (path, sha256);
create index if not exists run_reads_content on run_reads (sha256) where sha256 is not null;
create table if not exists run_used (
  rid integer not null, version text not null, path text not null, changed integer not null,
  primary key (rid, version, path)) without rowid;
create index if not exists run_used_version on run_used (version)`;

/**
 * The versions of data sets as the grammar of filters knows them, and for each run those that it used: as it said, or
 * by the content of what it read.
 */
export const dataVersionsSchema = `
create table if not exists data_versions (
  version text primary key, dataset text not null, name text not null, number integer not null, content text not null) without rowid;
create index if not exists data_versions_content on data_versions (content);
create view if not exists run_versions as
  select rid, data_versions.name, number from run_used join data_versions using (version)
  union all select rid, data_versions.name, number from run_reads join data_versions on content = sha256
  union all select runs.rid, data_versions.name, number from runs join runs as launch on launch.run_id = runs.launch_id
    join run_used on run_used.rid = launch.rid join data_versions using (version)
  union all select runs.rid, data_versions.name, number from runs join runs as launch on launch.run_id = runs.launch_id
    join run_reads on run_reads.rid = launch.rid join data_versions on content = sha256`;

/** One run's rows of what it read. Only what is new is written: a run that reads a thousand files also logs for hours. */
export class RunDataRows {
  #written: Map<string, string> | undefined;

  write(db: IndexDatabase, rid: number, { facts }: RunState): void {
    if (!this.#written) removeRunData(db, rid);
    const written = (this.#written ??= new Map());
    for (const { path, sha256, size } of facts.all("data.read")) {
      const mark = `${sha256 ?? ""} ${size}`;
      if (written.get(path) === mark) continue;
      db.run("insert or replace into run_reads values (?, ?, ?, ?)", [rid, path, sha256 ?? null, size]);
      written.set(path, mark);
    }
    for (const { version, path, changed } of facts.all("data.used")) {
      const key = JSON.stringify([version, path]);
      const mark = String(changed === true);
      if (written.get(key) === mark) continue;
      db.run("insert or replace into run_used values (?, ?, ?, ?)", [
        rid,
        version,
        path,
        changed === true ? 1 : 0,
      ]);
      written.set(key, mark);
    }
  }
}

export function removeRunData(db: IndexDatabase, rid: number): void {
  for (const table of ["run_reads", "run_used"]) db.run(`delete from ${table} where rid = ?`, [rid]);
}

/** Keeps the versions of data sets in the index as the ledger has them. */
export class DataVersionRows {
  readonly #db: IndexDatabase;
  readonly #datasets: Datasets;
  readonly #written = new Map<string, DatasetDetail>();
  #begun = false;

  constructor(db: IndexDatabase, datasets: Datasets) {
    this.#db = db;
    this.#datasets = datasets;
  }

  /** Writes what changed since the last call. */
  refresh(): void {
    const db = this.#db;
    if (!this.#begun) db.run("delete from data_versions", []);
    this.#begun = true;
    for (const dataset of this.#datasets.all()) {
      if (this.#written.get(dataset.id) === dataset) continue;
      db.run("delete from data_versions where dataset = ?", [dataset.id]);
      const shown = dataset.stage === "active" ? dataset.history : [];
      for (const { id, number, content } of shown)
        db.run("insert or replace into data_versions values (?, ?, ?, ?, ?)", [
          id,
          dataset.id,
          dataset.name,
          number,
          content,
        ]);
      this.#written.set(dataset.id, dataset);
    }
  }
}

/** A run that read data. */
export interface ReadingRun {
  readonly run: string;
  readonly name: string;
  readonly state: string;
  /** In ms since the epoch. */
  readonly start: number;
  /** True where the data was changed while it read it. */
  readonly changed: boolean;
}

/** A file that runs read. */
export interface ReadFile {
  readonly path: string;
  readonly runs: number;
  readonly size: number;
  /** Id of the newest run that read it. */
  readonly run: string;
}

const runColumns = "runs.run_id, runs.name, runs.shown_state, runs.start_time";

/**
 * The runs that read a version, newest first, those that share a launch with such a one among them: as they recorded it,
 * else by content, where the version is the one that they will have seen.
 */
export function runsOfVersion(
  db: IndexDatabase,
  ties: DataTies,
  dataset: DatasetDetail,
  version: DatasetVersionSummary,
): readonly ReadingRun[] {
  const found = new Map<string, ReadingRun>();
  const add = ([run, name, state, start]: readonly SqlValue[], changed: boolean): void => {
    const id = String(run);
    found.set(id, { run: id, name: String(name), state: String(state), start: Number(start), changed });
  };
  const using = "(select max(changed) from run_used where run_used.rid = runs.rid and version = ?1)";
  const said = `select ${runColumns}, ${using} from runs where stage = 'active' and rid in (select rid from run_used where version = ?1)`;
  for (const row of db.rows(said, [version.id])) add(row, row[4] === 1);
  const datasets = ties.datasets.all();
  // of a file of which a run said what it is, nothing is concluded
  const reading = `select ${runColumns} from run_reads join runs using (rid) where path = ? and sha256 = ? and stage = 'active'
    and not exists (select 1 from run_used where run_used.rid = runs.rid and run_used.path = run_reads.path)`;
  for (const read of readsLike(db, ties, dataset, version))
    for (const row of db.rows(reading, [read.path, read.sha256])) {
      if (found.has(String(row[0]))) continue;
      const tied = ties.of(read, Number(row[3]), datasets);
      if (tied.some((tie) => tie.version.id === version.id)) add(row, false);
    }
  const launched = `select ${runColumns}, launch_id from runs where launch_id is not null and stage = 'active'`;
  for (const row of found.size === 0 ? [] : db.rows(launched, [])) {
    const launch = found.get(String(row[4]));
    if (launch) add(row, launch.changed);
  }
  return [...found.values()].sort((a, b) => b.start - a.start || (a.run < b.run ? 1 : -1));
}

/** What runs read that has the content of a version. */
function readsLike(
  db: IndexDatabase,
  ties: DataTies,
  dataset: DatasetDetail,
  version: DatasetVersionSummary,
): readonly FileRead[] {
  if (version.form === "file") {
    const sql = "select distinct path from run_reads where sha256 = ?";
    return db.rows(sql, [version.content]).map(([path]) => ({ path: String(path), sha256: version.content }));
  }
  const files = ties.filesOf(version);
  const whole = dataset.path === "" || dataset.path === ".";
  const below = whole ? "1" : "path >= ? and path < ?"; // "0" comes right behind "/"
  const sql = `select distinct path, sha256 from run_reads where ${below} and sha256 is not null`;
  return db
    .rows(sql, whole ? [] : [`${dataset.path}/`, `${dataset.path}0`])
    .map(([path, sha256]) => ({ path: String(path), sha256: String(sha256) }))
    .filter(({ path, sha256 }) => files.get(belowDataset(dataset, path) ?? "") === sha256);
}

/** What active runs read, that which was read last first; at most `most`. Folders with a slash at the end. */
export function filesRead(db: IndexDatabase, most: number): readonly ReadFile[] {
  const rows = db.rows(
    `select path, count(*), run_reads.size, runs.run_id, max(runs.start_time) from run_reads join runs using (rid)
     where stage = 'active' group by path order by 5 desc, path limit ?`,
    [most],
  );
  return rows.map(([path, runs, size, run]) => ({
    path: String(path),
    runs: Number(runs),
    size: Number(size),
    run: String(run),
  }));
}
