import type { IndexDatabase } from "../store/index-database.js";
import type { Experiment } from "./experiments.js";
import { byEntity, keyed } from "./tables.js";

/** Experiments come from the ledger and are few: their rows follow `Experiments`, not files. */
export const experimentSchema = `
create table if not exists experiments (
  rid integer primary key, experiment_id text not null unique, name text not null, creation_time integer not null,
  last_update_time integer not null, stage text not null, stage_clock integer not null, tags text not null);
${keyed("experiment_tags")};
${byEntity("experiment_tags")}`;

/** Forgets experiments that an index had and `all` does not. */
export function dropOtherExperiments(db: IndexDatabase, all: readonly Experiment[]): void {
  const ids = new Set(all.map(({ id }) => id));
  for (const [rid, id] of db.rows("select rid, experiment_id from experiments")) {
    if (ids.has(String(id))) continue;
    for (const table of ["experiments", "experiment_tags"])
      db.run(`delete from ${table} where rid = ?`, [rid ?? null]);
  }
}

/** Brings an experiment's rows up to date, and the stage of its runs where its own changed; true where anything did. */
export function projectExperiment(db: IndexDatabase, one: Experiment): boolean {
  const tags = JSON.stringify(one.tags);
  const values = [one.name, one.created, one.updated, one.stage, one.stageClock, tags];
  const columns = "name, creation_time, last_update_time, stage, stage_clock, tags";
  const before = db.rows(`select ${columns} from experiments where experiment_id = ?`, [one.id])[0];
  if (before?.every((value, n) => value === values[n]) === true) return false;
  db.run(
    `insert into experiments (experiment_id, ${columns}) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (experiment_id) do update set name = excluded.name, creation_time = excluded.creation_time,
       last_update_time = excluded.last_update_time, stage = excluded.stage, stage_clock = excluded.stage_clock,
       tags = excluded.tags`,
    [one.id, ...values],
  );
  const rid = Number(db.rows("select rid from experiments where experiment_id = ?", [one.id])[0]?.[0]);
  db.run("delete from experiment_tags where rid = ?", [rid]);
  for (const { key, value } of one.tags)
    db.run("insert into experiment_tags values (?, ?, ?)", [key, rid, value]);
  const [, , , , clockBefore = 0] = before ?? [];
  // Runs are not searched by experiment: this looks at all of them, so only where there is something to say.
  if (one.stageClock !== clockBefore) {
    db.run("update runs set stage = iif(own_clock > ?2, own_stage, ?3) where experiment_id = ?1", [
      one.id,
      one.stageClock,
      one.stage,
    ]);
  }
  return true;
}
