import { compile } from "../query/compile.js";
import { parseQuery } from "../query/parser.js";
import type { IndexDatabase, SqlValue } from "../store/index-database.js";
import { documentColumns, documentOf, type WantedKeys } from "./stored-run.js";
import type { RunDocument } from "./run-document.js";
import { runTarget } from "./targets.js";
import type { ShownState } from "./view.js";

/** The tag of a run that a person put aside without deleting it. */
export const archivedTag = "loam.archived";

/** Which runs a list shows; what is archived or deleted stands in no other list. */
export type RunStage = "active" | "archived" | "deleted";

export interface RunListQuery {
  /** In Loam's grammar, `order by` and `limit` included; "" is all, newest first. */
  readonly filter: string;
  readonly stage: RunStage;
  /** Id of the experiment; absent: all. */
  readonly experiment?: string;
  readonly most: number;
}

/** One look at the few that are, rather than one for each run. */
const isArchived = "runs.rid in (select rid from run_tags where key = ?)";

/** Ids of the runs of a list in its order, at most `most`, and how many there are. Throws `filter.syntax`. */
export function findRuns(
  db: IndexDatabase,
  query: RunListQuery,
  now: number,
): { readonly ids: readonly string[]; readonly total: number } {
  const parsed = parseQuery(query.filter, "loam");
  const own: [string, ...SqlValue[]][] = [
    ["runs.stage = ?", query.stage === "deleted" ? "deleted" : "active"],
    ...(query.stage === "deleted"
      ? []
      : [[query.stage === "archived" ? isArchived : `not ${isArchived}`, archivedTag] as [string, SqlValue]]),
    ...(query.experiment === undefined
      ? []
      : [["runs.experiment_id = ?", query.experiment] as [string, SqlValue]]),
  ];
  const scope = own.map(([sql]) => sql).join(" and ");
  const scopeParams = own.flatMap(([, ...params]) => params);
  const { where, orderBy, params } = compile(parsed, runTarget, now);
  const most = Math.min(query.most, parsed.limit ?? query.most);
  const rows = db.rows(
    `select runs.run_id from runs where ${scope} and ${where} order by ${orderBy} limit ?`,
    [...scopeParams, ...params, most],
  );
  const ids = rows.map(([id]) => String(id));
  if (ids.length < most) return { ids, total: ids.length };
  const unordered = compile({ ...parsed, order: [] }, runTarget, now);
  const counted = db.rows(`select count(*) from runs where ${scope} and ${unordered.where}`, [
    ...scopeParams,
    ...unordered.params,
  ])[0]?.[0];
  return { ids, total: Math.min(Number(counted), parsed.limit ?? Number.POSITIVE_INFINITY) };
}

export interface RunRow {
  readonly document: RunDocument;
  readonly state: ShownState;
  /** True where `loam run` started it, or the command that made it. */
  readonly launched: boolean;
}

/** Documents and states of runs, in the order of `ids`; unknown ones are left out. `wanted`: no other keys. */
export function runRows(db: IndexDatabase, ids: readonly string[], wanted?: WantedKeys): RunRow[] {
  const sql = `select runs.shown_state, runs.launched, ${documentColumns} from runs where runs.run_id = ?`;
  return ids.flatMap((id) =>
    db.rows(sql, [id]).map(([state, launched, ...row]) => ({
      document: documentOf(row, wanted),
      state: String(state) as ShownState,
      launched: launched === 1,
    })),
  );
}

/** How many runs of each experiment are neither archived nor deleted, by its id. */
export function runsByExperiment(db: IndexDatabase): ReadonlyMap<string, number> {
  const sql = `select experiment_id, count(*) from runs where stage = 'active' and not ${isArchived} group by experiment_id`;
  return new Map(db.rows(sql, [archivedTag]).map(([id, runs]) => [String(id), Number(runs)]));
}
