import * as path from "node:path";
import { toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Disposable } from "../base/lifetime.js";
import { compile } from "../query/compile.js";
import { closePage, openPage, rowsOf, searchDigest } from "../query/page.js";
import { parseOrderBy, parseQuery } from "../query/parser.js";
import type { Target } from "../query/target.js";
import type { OrderItem, Query } from "../query/tree.js";
import { EntityIndex } from "../store/entity-index.js";
import type { SqlValue } from "../store/index-database.js";
import type { Experiment } from "./experiments.js";
import type { ModelDocument } from "./logged-models.js";
import type { DatasetSummary, ModelOrder, Page, Searches, SearchRequest } from "./search.js";
import { RunColumns, type RunColumn } from "./run-columns.js";
import { findRuns, runRows, runsByExperiment, type RunListQuery } from "./run-lists.js";
import { coursesOf, namesOfScript, runsOfScript, valuesOfParam } from "./script-runs.js";
import { documentColumns, documentOf } from "./stored-run.js";
import { dropOtherExperiments, experimentSchema, projectExperiment } from "./experiment-tables.js";
import { modelProjection, runProjection, traceProjection } from "./tables.js";
import { experimentTarget, modelTarget, runTarget, traceTarget } from "./targets.js";
import { topRows, type TopQuestion } from "./top-rows.js";
import type { Tracking } from "./tracking.js";
import type { ParamValue, ShownState } from "./view.js";

/** How long nothing must have changed before the index's image is saved, in ms. */
const idleMs = 4000;
/**
 * How long it rests after that, in ms: the image of many runs is hundreds of megabytes, what it lacks is read again in
 * no time, and a training that logs every few seconds would have it written each time.
 */
const restMs = 300_000;
/** How often every entity is looked at, in ms. */
const sweepMs = 600_000;
/** From how many entities on the top of an order is looked at before all of them are. */
const manyEntities = 5000;
/** Entities that must have changed for a short-lived process to save the image before it ends. */
const worthSaving = 50;

interface Scope {
  /** Own conditions of the question, before those of its filter. */
  readonly where: string;
  readonly params: readonly SqlValue[];
}

interface Asked {
  readonly target: Target;
  readonly columns: string;
  readonly scope: Scope;
  readonly query: Query;
  readonly order: readonly OrderItem[];
  readonly most: number;
  readonly token: string | undefined;
}

const marks = (count: number): string => Array.from({ length: count }, () => "?").join(", ");

/** Answers questions from the index of a store, which it opens, keeps caught up, and saves when idle. */
export class IndexedSearches implements Searches, Disposable {
  readonly #tracking: Tracking;
  readonly #index: EntityIndex;
  readonly #columns: RunColumns;
  readonly #ready: Promise<void>;
  readonly #stop = new AbortController();
  readonly #again: NodeJS.Timeout;
  #saving: NodeJS.Timeout | undefined;
  #saved = Number.NEGATIVE_INFINITY;
  readonly #listeners: ((keys: readonly string[]) => void)[] = [];
  #caughtUp = false;
  #ledgerRead = 0;

  private constructor(tracking: Tracking, index: EntityIndex) {
    this.#tracking = tracking;
    this.#index = index;
    this.#columns = new RunColumns(index.db, this.#stop.signal);
    this.#ready = index.sweep(this.#stop.signal);
    this.#ready.then(
      () => {
        this.#caughtUp = true;
        this.#idle();
      },
      () => undefined, // told to whoever asks; nobody may be asking
    );
    this.#again = setInterval(() => void this.#sweep(), sweepMs);
    this.#again.unref();
  }

  /** Looks at every entity once more: for what came without a process of this machine saying so (a join, a copy, git). */
  async #sweep(): Promise<void> {
    try {
      await this.#ready;
      await this.#index.sweep(this.#stop.signal, (keys) => {
        this.#tell(keys);
      });
      this.#idle();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#tracking.store.ports.log.write(
        "warn",
        "index",
        toFailure(error, said`Cannot look at all runs`).message,
      );
    }
  }

  /** Opens the index; questions wait until it has caught up. */
  static async open(tracking: Tracking): Promise<IndexedSearches> {
    const index = await EntityIndex.open(tracking.store, {
      projections: [runProjection, modelProjection, traceProjection],
      schema: experimentSchema,
      hidden: (ref) => tracking.store.purged.isPurged(ref),
    });
    return new IndexedSearches(tracking, index);
  }

  async #fresh(): Promise<void> {
    await this.#ready;
    this.refresh();
  }

  onChanged(listener: (keys: readonly string[]) => void): void {
    this.#listeners.push(listener);
  }

  #tell(keys: readonly string[]): void {
    for (const listener of this.#listeners) listener(keys);
  }

  refresh(): void {
    const changed = this.#caughtUp ? this.#index.refresh() : []; // until then every entity is looked at anyway
    const experiments = this.#projectExperiments();
    if (changed.length > 0 || experiments) this.#idle();
    const fresh = this.#tracking.store.ledger.since(this.#ledgerRead);
    this.#ledgerRead += fresh.length;
    if (fresh.some((fact) => fact.kind === "purged")) void this.#sweep();
    if (changed.length > 0) this.#tell(changed);
  }

  #projected = false;

  #projectExperiments(): boolean {
    const { experiments } = this.#tracking;
    const changed = experiments.refresh();
    if (this.#projected && changed.size === 0) return false;
    const all = this.#projected
      ? [...changed].flatMap((id) => experiments.find(id) ?? [])
      : experiments.all();
    if (!this.#projected) dropOtherExperiments(this.#index.db, all);
    const projected = all.filter((one) => projectExperiment(this.#index.db, one));
    this.#projected = true;
    return projected.length > 0;
  }

  #idle(): void {
    clearTimeout(this.#saving);
    if (this.#index.unsaved === 0) return;
    const rest = this.#saved + restMs - performance.now();
    this.#saving = setTimeout(
      () => {
        this.#index.save();
        this.#saved = performance.now();
      },
      Math.max(idleMs, rest),
    );
    this.#saving.unref();
  }

  #ask({ target, columns, scope, query: asked, order, most, token }: Asked): Page<SqlValue[]> {
    const of = searchDigest(target.name.text, scope.where, scope.params, asked, order);
    const page = openPage(token, of, most, this.#tracking.store.ports.clock.now());
    const query = order.length > 0 ? { ...asked, order } : asked;
    const { limit, offset } = rowsOf(page, query.limit);
    const { db } = this.#index;
    const top = {
      target,
      scope: { sql: scope.where, params: scope.params },
      query,
      now: page.now,
      limit,
      offset,
    };
    const many = target === runTarget && this.#index.size > manyEntities;
    const ids = (many ? topRows(db, top) : undefined) ?? this.#allRows(top);
    const closed = closePage(page, ids);
    const one = `select ${columns} from ${target.table} where ${target.id} = ?`;
    const items = closed.rows.flatMap((id) => db.rows(one, id));
    return { items, ...(closed.next === undefined ? {} : { next: closed.next }) };
  }

  /** Ids of a page, found among all entities. They alone are sorted: documents would be carried through the sorter. */
  #allRows({ target, scope, query, now, limit, offset }: TopQuestion): SqlValue[][] {
    const { table, id } = target;
    const { where, orderBy, params } = compile(query, target, now);
    const sql = `select ${table}.${id} from ${table} where ${scope.sql} and ${where} order by ${orderBy} limit ? offset ?`;
    return this.#index.db.rows(sql, [...scope.params, ...params, limit, offset]);
  }

  #scoped(table: string, request: Pick<SearchRequest, "experiments" | "stages">): Scope {
    const stages = `${table}.stage in (${marks(request.stages.length)})`;
    if (request.experiments === "all") return { where: stages, params: request.stages };
    return {
      where: `${table}.experiment_id in (${marks(request.experiments.length)}) and ${stages}`,
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
    const scope = { where: `experiments.stage in (${marks(request.stages.length)})`, params: request.stages };
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
            where: `${scope.where} and rid in (select rid from logged_metrics where ${onDatasets.join(" or ")})`,
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
    return this.#ready;
  }

  get caughtUp(): boolean {
    return this.#caughtUp;
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

  dispose(): void {
    this.#stop.abort();
    clearInterval(this.#again);
    clearTimeout(this.#saving);
    if (this.#index.unsaved >= worthSaving) this.#index.save();
    this.#index.dispose();
  }
}

function mapped<T>(page: Page<SqlValue[]>, work: (row: SqlValue[]) => T): Page<T> {
  return { ...page, items: page.items.map(work) };
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
