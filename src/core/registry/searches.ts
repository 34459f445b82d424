import { askIndex, everything, findInIndex, type Found, type Page, type Scope } from "../query/ask.js";
import { parseOrderBy, parseQuery } from "../query/parser.js";
import type { Target } from "../query/target.js";
import type { SqlValue } from "../store/index-database.js";
import type { LiveIndex } from "../store/live-index.js";
import type { Registry } from "./registry.js";
import { RegistryTables } from "./tables.js";
import { modelVersionTarget, promptTag, registeredModelTarget } from "./targets.js";
import type { ModelDetail, ModelSummary, ModelVersionDetail } from "./view.js";

export interface RegistrySearch {
  /** In the grammar of `dialect`; "" is all. */
  readonly filter: string;
  readonly dialect: "mlflow" | "loam";
  /** MLflow's `identifier [ASC|DESC]`; the loam dialect has `order by` in its text instead. */
  readonly orderBy: readonly string[];
  readonly most: number;
  /** The `next` of the page before. */
  readonly token?: string | undefined;
}

const versionColumns =
  "(select model_id from registered_models where registered_models.rid = model_versions.model_rid), version_id";

/** As MLflow's server answers: prompts are no models, unless they are asked for. */
const withoutPrompts: Scope = {
  sql: `not exists (select 1 from registered_tags where key = ? and value = 'true' and registered_tags.rid = registered_models.rid)`,
  params: [promptTag],
};
const withoutPromptVersions: Scope = {
  sql: `model_rid not in (select rid from registered_tags where key = ? and value = 'true')`,
  params: [promptTag],
};

const asksForPrompts = ({ filter, dialect }: Pick<RegistrySearch, "filter" | "dialect">): boolean =>
  dialect === "loam" || filter.includes(promptTag);

/**
 * Questions over registered models and their versions, answered from the index; the deleted ones are not found. Each
 * answer takes in what any process on this machine had acknowledged before the question was asked.
 */
export class RegistrySearches {
  readonly #registry: Registry;
  readonly #index: LiveIndex;
  readonly #tables: RegistryTables;

  constructor(registry: Registry, index: LiveIndex) {
    this.#registry = registry;
    this.#index = index;
    this.#tables = new RegistryTables(index.db, registry);
  }

  /** Takes in what others acknowledged until now. */
  refresh(): void {
    const rows = this.#tables.follow();
    if (rows > 0) this.#index.wrote(rows);
  }

  /** Models, by name unless something else is asked for. Throws `filter.syntax`, `page.token`. */
  models(request: RegistrySearch): Page<ModelDetail> {
    const scope = asksForPrompts(request) ? everything : withoutPrompts;
    const page = this.#page(registeredModelTarget, "model_id", scope, request);
    return { ...page, items: page.items.flatMap((row) => this.#model(row)) };
  }

  /** Versions, those changed last first unless something else is asked for. Throws `filter.syntax`, `page.token`. */
  versions(request: RegistrySearch): Page<ModelVersionDetail> {
    const scope = asksForPrompts(request) ? everything : withoutPromptVersions;
    const page = this.#page(modelVersionTarget, versionColumns, scope, request);
    return { ...page, items: page.items.flatMap((row) => this.#version(row)) };
  }

  /** In Loam's grammar, `order by` and `limit` included. Throws `filter.syntax`. */
  findModels(filter: string, from: number, most: number): Found<ModelSummary> {
    const { rows, total } = this.#find(registeredModelTarget, "summary", filter, from, most);
    return { rows: rows.map(([summary]) => this.#summary(String(summary))), total };
  }

  /** As `findModels`. */
  findVersions(filter: string, from: number, most: number): Found<ModelVersionDetail> {
    const { rows, total } = this.#find(modelVersionTarget, versionColumns, filter, from, most);
    return { rows: rows.flatMap((row) => this.#version(row)), total };
  }

  #page(target: Target, columns: string, scope: Scope, request: RegistrySearch): Page<SqlValue[]> {
    const query = parseQuery(request.filter, request.dialect);
    const order = parseOrderBy(request.orderBy);
    this.refresh();
    const { most, token } = request;
    return askIndex(this.#index.db, { target, columns, scope, query, order, most, token, now: this.#now });
  }

  #find(target: Target, columns: string, filter: string, from: number, most: number): Found<SqlValue[]> {
    const query = parseQuery(filter, "loam");
    this.refresh();
    const question = { target, scope: everything, query, now: this.#now, limit: most, offset: from };
    return findInIndex(this.#index.db, columns, question);
  }

  get #now(): number {
    return this.#registry.store.ports.clock.now();
  }

  /** As it was written, but for whether its newest version is in the ledger of this branch, which is no fact of it. */
  #summary(text: string): ModelSummary {
    const summary = JSON.parse(text) as ModelSummary;
    const { latest } = summary;
    if (!latest) return summary;
    return {
      ...summary,
      latest: { ...latest, published: this.#registry.store.ledger.publishedIds.has(latest.id) },
    };
  }

  #model([id]: SqlValue[]): ModelDetail[] {
    const found = this.#registry.find(String(id));
    return found ? [found] : [];
  }

  #version([model, id]: SqlValue[]): ModelVersionDetail[] {
    const found = this.#registry.versionOf(String(model), String(id));
    return found ? [found] : [];
  }
}
