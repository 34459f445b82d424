import * as path from "node:path";
import type { IndexDatabase } from "../store/index-database.js";
import { archivedTag } from "./run-lists.js";
import type { RunState } from "./run-state.js";
import type { ParamValue } from "./view.js";

/**
 * The script of a run, as a path with `/` relative to the store's folder or absolute: what its command started, or what
 * its client says. A module (`python -m a.b`) stands there by its dotted name. null for a run of another one's launch.
 */
export function scriptOf(run: RunState): string | null {
  const { facts } = run;
  if (facts.get("run.created")?.launch !== undefined) return null;
  const launch = facts.get("launch.started");
  const named = launch?.entry ?? run.tag("mlflow.source.name");
  if (named === undefined || named === "") return null;
  const script = named.replaceAll("\\", "/");
  return isAbsolute(script) ? script : path.posix.join(launch?.folder ?? "", script);
}

const isAbsolute = (file: string): boolean => file.startsWith("/") || /^[A-Za-z]:\//.test(file);

/** All that `scriptOf` may call a file. `file`: absolute; `folder`: the store's. */
export function namesOfScript(folder: string, file: string): string[] {
  const absolute = file.replaceAll("\\", "/");
  const below = path.relative(folder, file).replaceAll("\\", "/");
  if (below.startsWith("../") || isAbsolute(below)) return [absolute];
  const parts = below.replace(/(\/__main__)?\.py$/, "").split("/");
  const modules = parts.map((_, at) => [...parts.slice(0, at), parts.slice(at).join(".")].join("/"));
  return [...new Set([absolute, below, ...modules])];
}

const marks = (values: readonly unknown[]): string => values.map(() => "?").join(", ");

/** The active runs of a script, its names given: those that it is the script of, and those of their launches. */
const ofScript = (names: readonly string[]): string => `
  runs.stage = 'active' and not exists (select 1 from run_tags where key = ? and run_tags.rid = runs.rid)
  and (script in (${marks(names)}) or launch_id in (select run_id from runs where script in (${marks(names)})))`;

const asked = (names: readonly string[]): readonly string[] => [archivedTag, ...names, ...names];

/** Ids of the runs of a script, newest first, at most `most`, and how many there are. */
export function runsOfScript(
  db: IndexDatabase,
  names: readonly string[],
  most: number,
): { readonly ids: readonly string[]; readonly total: number } {
  const where = ofScript(names);
  const ids = db
    .rows(`select run_id from runs where ${where} order by start_time desc, run_id desc limit ?`, [
      ...asked(names),
      most,
    ])
    .map(([id]) => String(id));
  if (ids.length < most) return { ids, total: ids.length };
  return { ids, total: Number(db.rows(`select count(*) from runs where ${where}`, asked(names))[0]?.[0]) };
}

/** Of some metrics, those of which any of these runs has more than one point. */
export function coursesOf(
  db: IndexDatabase,
  ids: readonly string[],
  metrics: readonly string[],
): readonly string[] {
  const rows = db.rows(
    `select wanted.value from json_each(?) as wanted where exists (
       select 1 from runs join run_metrics on run_metrics.key = wanted.value and run_metrics.rid = runs.rid
       where runs.run_id in (${marks(ids)}) and run_metrics.count > 1)`,
    [JSON.stringify(metrics), ...ids],
  );
  return rows.map(([name]) => String(name));
}

/** The values that a param had in the runs of a script, with what became of a metric in those that logged it. */
export function valuesOfParam(
  db: IndexDatabase,
  names: readonly string[],
  param: string,
  metric: string | null,
): ParamValue[] {
  const rows = db.rows(
    `select run_params.value, count(*), avg(run_metrics.value), min(run_metrics.value), max(run_metrics.value)
     from runs join run_params on run_params.key = ? and run_params.rid = runs.rid
     left join run_metrics on run_metrics.key = ? and run_metrics.rid = runs.rid
     where ${ofScript(names)} group by run_params.value`,
    [param, metric ?? "", ...asked(names)],
  );
  const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
  return rows.map(([value, runs, mean, least, most]) => ({
    value: String(value),
    runs: Number(runs),
    mean: number(mean),
    least: number(least),
    most: number(most),
  }));
}
