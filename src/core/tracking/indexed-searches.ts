import * as path from "node:path";
import { askIndex, mapped, marks, type Asked, type Page, type Scope } from "../query/ask.js";
import { parseOrderBy, parseQuery } from "../query/parser.js";
import type { SqlValue } from "../store/index-database.js";
import type { LiveIndex } from "../store/live-index.js";
import type { Experiment } from "./experiments.js";
import type { ModelDocument } from "./logged-models.js";
import type { DatasetSummary, ModelOrder, Searches, SearchRequest } from "./search.js";
import { RunColumns, type RunColumn } from "./run-columns.js";
import {
  DataVersionRows,
  filesRead,
  runsOfVersion,
  type ReadFile,
  type ReadingRun,
} from "./run-data-tables.js";
import { findRuns, runRows, runsByExperiment, type RunListQuery } from "./run-lists.js";
import { coursesOf, namesOfScript, runsOfScript, valuesOfParam } from "./script-runs.js";
import { documentColumns, documentOf } from "./stored-run.js";
import { dropOtherExperiments, projectExperiment } from "./experiment-tables.js";
import { experimentTarget, modelTarget, runTarget, traceTarget } from "./targets.js";
import { topRows } from "./top-rows.js";
import type { Tracking } from "./tracking.js";
import type { ParamValue, ShownState } from "./view.js";

/** From how many entities on the top of an order is looked at before all of them are. */
const manyEntities = 5000;

/** Answers questions about runs from the index of a store. */
export class IndexedSearches implements Searches {
  readonly #tracking: Tracking;
  readonly #index: LiveIndex;
  readonly #columns: RunColumns;
  readonly #dataVersions: DataVersionRows;

  constructor(tracking: Tracking, index: LiveIndex) {
    this.#tracking = tracking;
    this.#index = index;
    this.#columns = new RunColumns(index.db, index.closed);
    this.#dataVersions = new DataVersionRows(index.db, tracking.ties.datasets);
  }

  async #fresh(): Promise<void> {
    await this.#index.whenCaughtUp;
    this.refresh();
  }

  onChanged(listener: (keys: readonly string[]) => void): void {
    this.#index.onChanged(listener);
  }

  refresh(): void {
    this.#projectExperiments(); // before others are told of a run of a new one
    this.#dataVersions.refresh();
    this.#index.refresh();
  }

  #projected = false;

  #projectExperiments(): void {
    const { experiments } = this.#tracking;
    const changed = experiments.refresh();
    if (this.#projected && changed.size === 0) return;
    const all = this.#projected
      ? [...changed].flatMap((id) => experiments.find(id) ?? [])
      : experiments.all();
    if (!this.#projected) dropOtherExperiments(this.#index.db, all);
    for (const one of all) projectExperiment(this.#index.db, one);
    this.#projected = true;
  }

  #ask(asked: Omit<Asked, "now" | "shortcut">): Page<SqlValue[]> {
    const { db } = this.#index;
    const now = this.#tracking.store.ports.clock.now();
    const many = asked.target === runTarget && this.#index.size > manyEntities;
    return askIndex(db, { ...asked, now, shortcut: many ? (top) => topRows(db, top) : undefined });
  }

  #scoped(table: string, request: Pick<SearchRequest, "experiments" | "stages">): Scope {
    const stages = `${table}.stage in (${marks(request.stages.length)})`;
    if (request.experiments === "all") return { sql: stages, params: request.stages };
    return {
      sql: `${table}.experiment_id in (${marks(request.experiments.length)}) and ${stages}`,
      params: [...request.experiments, ...request.stages],
    };
  }

  async runs(request: SearchRequest): Promise<Page<string>> {
    const query = parseQuery(request.filter, request.dialect);
    const order = parseOrderBy(request.orderBy);
    if (request.atOnce === true) this.refresh();
    else await this.#fresh();
    const scope = this.#scoped("runs", request);
    const columns = documentColumns;
    const page = this.#ask({
      target: runTarget,
      columns,
      scope,
      query,
      order,
      most: request.most,
      token: request.token,
    });
    return mapped(page, (row) => JSON.stringify(documentOf(row)));
  }

  async experiments(request: Omit<SearchRequest, "experiments">): Promise<Page<Experiment>> {
    const query = parseQuery(request.filter, request.dialect);
    const order = parseOrderBy(request.orderBy);
    await this.#fresh();
    const scope = { sql: `experiments.stage in (${marks(request.stages.length)})`, params: request.stages };
    const columns = "experiments.experiment_id";
    const page = this.#ask({
      target: experimentTarget,
      columns,
      scope,
      query,
      order,
      most: request.most,
      token: request.token,
    });
    return mapped(page, ([id]) => this.#tracking.experiments.get(String(id)));
  }

  async models(request: Parameters<Searches["models"]>[0]): Promise<Page<ModelDocument>> {
    const query = parseQuery(request.filter, request.dialect);
    const order = request.orderBy.flatMap(({ field, ascending }) =>
      parseOrderBy([`${field} ${ascending ? "ASC" : "DESC"}`]),
    );
    await this.#fresh();
    const scope = this.#scoped("logged_models", request);
    const onDatasets = request.datasets.map(({ digest }) =>
      digest === undefined ? "(dataset = ?)" : "(dataset = ? and digest = ?)",
    );
    const measured =
      onDatasets.length === 0
        ? scope
        : {
            sql: `${scope.sql} and rid in (select rid from logged_metrics where ${onDatasets.join(" or ")})`,
            params: [
              ...scope.params,
              ...request.datasets.flatMap(({ name, digest }) =>
                digest === undefined ? [name] : [name, digest],
              ),
            ],
          };
    const page = this.#ask({
      target: modelTarget(orderedOn(request.orderBy)),
      columns: "logged_models.model_id",
      scope: measured,
      query,
      order,
      most: request.most,
      token: request.token,
    });
    const { models } = this.#tracking;
    return mapped(page, ([id]) => models.document(models.get(String(id), true)));
  }

  async traces(request: SearchRequest): Promise<Page<Readonly<Record<string, unknown>>>> {
    const query = parseQuery(request.filter, request.dialect);
    const order = parseOrderBy(request.orderBy);
    await this.#fresh();
    const scope = this.#scoped("traces", request);
    const page = this.#ask({
      target: traceTarget,
      columns: "info",
      scope,
      query,
      order,
      most: request.most,
      token: request.token,
    });
    return mapped(page, ([info]) => JSON.parse(String(info)) as Readonly<Record<string, unknown>>);
  }

  async datasets(experiments: readonly string[]): Promise<readonly DatasetSummary[]> {
    await this.#fresh();
    const rows = this.#index.db.rows(
      `select distinct runs.experiment_id, run_inputs.name, digest, coalesce(context, '') from run_inputs join runs using (rid)
       where runs.stage = 'active' and runs.experiment_id in (${marks(experiments.length)}) order by 1, 2, 3, 4 limit 1000`,
      experiments,
    );
    return rows.map(([experiment, name, digest, context]) => ({
      experiment_id: String(experiment),
      name: String(name),
      digest: String(digest),
      context: String(context),
    }));
  }

  get whenCaughtUp(): Promise<void> {
    return this.#index.whenCaughtUp;
  }

  get caughtUp(): boolean {
    return this.#index.caughtUp;
  }

  find(query: RunListQuery): ReturnType<typeof findRuns> {
    this.refresh();
    return findRuns(this.#index.db, query, this.#tracking.store.ports.clock.now());
  }

  rows(...[ids, wanted]: Parameters<Searches["rows"]>): ReturnType<typeof runRows> {
    this.refresh();
    return runRows(this.#index.db, ids, wanted);
  }

  columns(): Promise<readonly RunColumn[]> {
    return this.#columns.read();
  }

  ofScript(file: string, most: number): ReturnType<typeof runsOfScript> {
    this.refresh();
    return runsOfScript(this.#index.db, this.#namesOf(file), most);
  }

  coursesOf(ids: readonly string[], metrics: readonly string[]): readonly string[] {
    return coursesOf(this.#index.db, ids, metrics);
  }

  valuesOfParam(file: string, param: string, metric: string | null): readonly ParamValue[] {
    this.refresh();
    return valuesOfParam(this.#index.db, this.#namesOf(file), param, metric);
  }

  #namesOf(file: string): string[] {
    return namesOfScript(path.dirname(this.#tracking.store.layout.root), file);
  }

  runsByExperiment(): ReadonlyMap<string, number> {
    this.refresh();
    return runsByExperiment(this.#index.db);
  }

  async runsOfVersion(
    ...[dataset, version]: Parameters<Searches["runsOfVersion"]>
  ): Promise<readonly ReadingRun[]> {
    await this.#fresh();
    return runsOfVersion(this.#index.db, this.#tracking.ties, dataset, version);
  }

  filesRead(most: number): readonly ReadFile[] {
    this.refresh();
    return filesRead(this.#index.db, most);
  }

  async shownStates(ids: readonly string[]): Promise<ReadonlyMap<string, ShownState>> {
    await this.#fresh();
    const { db } = this.#index;
    const known = ids.flatMap((id) => db.rows("select run_id, shown_state from runs where run_id = ?", [id]));
    return new Map(known.map(([id, state]) => [String(id), String(state) as ShownState]));
  }

  async unfinishedLaunches(): Promise<readonly string[]> {
    await this.#fresh();
    const rows = this.#index.db.rows("select run_id from runs where launched = 1 and end_time is null");
    return rows.map(([id]) => String(id));
  }
}

/** The dataset that the metrics of an order are measured on, where one is named. */
function orderedOn(
  order: readonly ModelOrder[],
): { readonly name: string; readonly digest?: string | undefined } | undefined {
  const one = order.find((item) => item.dataset !== undefined && item.dataset !== "");
  return one?.dataset === undefined
    ? undefined
    : { name: one.dataset, digest: one.digest === "" ? undefined : one.digest };
}
