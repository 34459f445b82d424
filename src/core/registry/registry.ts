import * as path from "node:path";
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { sha256 } from "../store/canonical.js";
import type { FactBody } from "../store/fact.js";
import type { Folded } from "../store/fold.js";
import { groupedBy, tagsOf } from "../store/grouped.js";
import { LedgerFold } from "../store/ledger-fold.js";
import type { Store } from "../store/store.js";
import { settleNumbers } from "../store/version-numbers.js";
import { metricsThatMatter } from "../tracking/metrics-that-matter.js";
import { approvalThreads, approvalState } from "./approvals.js";
import { isRegisteredId, registryFolds, type RegisteredId, type RegistryFact } from "./model.js";
import { registryShapes } from "./shapes.js";
import { Webhooks } from "./webhooks.js";
import type { ModelDetail, ModelSummary, ModelVersionDetail, ModelVersionSummary } from "./view.js";

/** A model as it was made of its facts. */
interface Kept {
  readonly detail: ModelDetail;
  readonly versions: ReadonlyMap<string, ModelVersionDetail>;
  /** The versions that are not deleted. */
  readonly numbered: ReadonlyMap<number, ModelVersionDetail>;
}

/** The registered models of a store and their versions, folded from the ledger. */
export class Registry {
  readonly store: Store;
  /** Who is told of what happens to models. */
  readonly webhooks: Webhooks;
  readonly #identity: () => string | undefined;
  readonly #fold: LedgerFold<RegistryFact>;
  /** What was made of the facts of a model, while these stay. */
  readonly #kept = new Map<RegisteredId, Kept>();
  /** What changed and was not told of by `refresh`. What the first look finds is no change: nobody was told anything before. */
  readonly #untold = new Set<RegisteredId>();
  #looked = false;
  /** Ids of the models that are not deleted, by name: two where a clone gave one the name of another. */
  readonly #ids = new Map<string, Set<RegisteredId>>();
  readonly #names = new Map<RegisteredId, string>();
  #moves = -1;

  /** `identity`: who works here, as git says; undefined where it does not know. */
  constructor(store: Store, identity: () => string | undefined) {
    this.store = store;
    this.#identity = identity;
    this.webhooks = new Webhooks(store);
    this.#fold = new LedgerFold<RegistryFact>(store, {
      folds: registryFolds,
      shapes: registryShapes,
      subject: "model",
      isEntity: isRegisteredId,
    });
  }

  /** The folder that has the store and, beside it, `loam.yaml`. */
  get folder(): string {
    return path.dirname(this.store.layout.root);
  }

  /** Who works here, as the facts will say; "" where git does not know. */
  get identity(): string {
    return this.#identity() ?? "";
  }

  /** Takes in what any process wrote. Ids of the models that changed since the last call. */
  refresh(): ReadonlySet<RegisteredId> {
    this.look();
    const changed = new Set(this.#untold);
    this.#untold.clear();
    return changed;
  }

  /** Takes in what any process wrote; what changed stays to be told by `refresh`. */
  look(): void {
    this.#fold.look();
    for (const id of this.#fold.take()) {
      this.#kept.delete(id);
      if (this.#looked) this.#untold.add(id);
      this.#learnName(id);
    }
    this.#looked = true;
    const { moves } = this.store.ledger;
    if (moves !== this.#moves) this.#kept.clear(); // another branch: what is published is another
    this.#moves = moves;
  }

  #learnName(id: RegisteredId): void {
    this.#ids.get(this.#names.get(id) ?? "")?.delete(id);
    const folded = this.#fold.get(id);
    const name = folded && nameOf(folded);
    if (name === undefined || folded?.get("registry.deleted")) return;
    this.#names.set(id, name);
    this.#ids.set(name, (this.#ids.get(name) ?? new Set<RegisteredId>()).add(id));
  }

  /** A set to which ids of models are added when they change; whoever asked for it takes them out. */
  watch(): Set<RegisteredId> {
    return this.#fold.watch();
  }

  /** Another text whenever the model's facts are others. */
  mark(id: RegisteredId): string {
    return this.#fold.mark(id);
  }

  /** False for a model that is deleted, or never was. */
  stands(id: RegisteredId): boolean {
    const folded = this.#fold.get(id);
    return folded?.get("registry.created") !== undefined && !folded.get("registry.deleted");
  }

  /** About how many facts there are of models. */
  get facts(): number {
    return this.#fold.facts;
  }

  /** Ids of all models, of the deleted ones too. */
  get ids(): Iterable<RegisteredId> {
    return this.#fold.ids;
  }

  /** Writes a fact of a model; it is durable when this returns. */
  write<F extends RegistryFact>(body: FactBody<F>): F {
    if (!this.#looked) this.look();
    const fact = this.#fold.write<F>(body, (written) => {
      this.webhooks.queue(written);
    });
    this.#kept.delete(fact["model"]);
    return fact;
  }

  /** All models by name, the deleted ones too. */
  all(): readonly ModelDetail[] {
    this.look();
    return [...this.#fold.ids]
      .flatMap((id) => this.find(id) ?? [])
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1));
  }

  /** The model of a name that is not deleted. */
  byName(name: string): ModelDetail | undefined {
    this.look();
    const [id] = [...(this.#ids.get(name) ?? [])].sort();
    return id === undefined ? undefined : this.find(id);
  }

  /** As `byName`; throws `model.notFound`. */
  named(name: string): ModelDetail {
    const found = this.byName(name);
    if (!found) throw new Failure("model.notFound", said`Registered Model with name=${name} not found`);
    return found;
  }

  /** The model of an id as it stands now, deleted or not; throws `model.notFound`. */
  known(id: RegisteredId): ModelDetail {
    this.look();
    const found = this.find(id);
    if (!found) throw new Failure("model.notFound", said`Registered Model with id=${id} not found`);
    return found;
  }

  /** As `known`; throws `model.notFound` also where it is deleted. */
  existing(id: RegisteredId): ModelDetail {
    const found = this.known(id);
    if (found.deleted) throw new Failure("model.notFound", said`Registered Model with id=${id} not found`);
    return found;
  }

  /** The version of an id as it stands now; throws `model.notFound`, `version.notFound`, also where it is deleted. */
  existingVersion(model: RegisteredId, version: string): ModelVersionDetail {
    const { name } = this.existing(model);
    const found = this.versionOf(model, version);
    if (!found || found.deleted) throw versionNotFound(name, found?.number ?? version);
    return found;
  }

  #keep(id: RegisteredId): Kept | undefined {
    const known = this.#kept.get(id);
    if (known) return known;
    const folded = this.#fold.get(id);
    const made = folded && keptOf(id, folded, this.store);
    if (made) this.#kept.set(id, made);
    return made;
  }

  find(id: RegisteredId): ModelDetail | undefined {
    return this.#keep(id)?.detail;
  }

  /** A version by its number; throws `version.notFound`, also where it is deleted. */
  version(model: Pick<ModelSummary, "id" | "name">, number: number): ModelVersionDetail {
    const found = this.#keep(model.id)?.numbered.get(number);
    if (found) return found;
    throw versionNotFound(model.name, number);
  }

  versionOf(model: RegisteredId, version: string): ModelVersionDetail | undefined {
    return this.#keep(model)?.versions.get(version);
  }

  /** The id of a model of a name that nobody has: the same in every clone that has the same facts. */
  freeId(name: string): RegisteredId {
    for (let n = 0; ; n++) {
      const id = sha256(n === 0 ? name : `${name}\u0000${n}`).slice(0, 16);
      if (!this.#fold.get(id)) return id; // taken where one of that name was deleted, or renamed
    }
  }
}

const versionNotFound = (name: string, version: number | string): Failure =>
  new Failure("version.notFound", said`Model Version (name=${name}, version=${version}) not found`);

const nameOf = (folded: Folded<RegistryFact>): string | undefined =>
  (folded.get("registry.renamed") ?? folded.get("registry.created"))?.name;

function keptOf(id: RegisteredId, folded: Folded<RegistryFact>, store: Store): Kept | undefined {
  const created = folded.get("registry.created");
  if (!created) return undefined;
  const renamed = folded.get("registry.renamed");
  const name = renamed?.name ?? created.name;
  const deleted = folded.get("registry.deleted") !== undefined;
  const { history, versions } = versionsOf(id, name, folded, store);
  const active = history.filter((version) => !version.deleted);
  const facts = [
    created,
    renamed,
    folded.get("registry.described"),
    ...folded.all("registry.tag"),
    ...folded.all("alias.moved"),
  ];
  const detail: ModelDetail = {
    id,
    name,
    description: folded.get("registry.described")?.text ?? "",
    created: created.at,
    updated: Math.max(...facts.map((fact) => fact?.at ?? 0), ...history.map(({ updated }) => updated)),
    tags: tagsOf(folded.all("registry.tag")),
    aliases: Object.fromEntries(
      active.flatMap(({ aliases, number }) => aliases.map((alias) => [alias, number] as const)),
    ),
    versions: active.length,
    latest: active[0] ?? null,
    deleted,
    card: folded.get("card.written", "")?.text ?? "",
    history,
  };
  const numbered = [...versions.values()].flatMap((version) =>
    version.deleted ? [] : [[version.number, version] as const],
  );
  return { detail, versions, numbered: new Map(numbered) };
}

function versionsOf(
  model: RegisteredId,
  name: string,
  folded: Folded<RegistryFact>,
  store: Store,
): {
  readonly history: readonly ModelVersionSummary[];
  readonly versions: ReadonlyMap<string, ModelVersionDetail>;
} {
  const facts = folded.all("version.registered");
  const numbers = settleNumbers(facts);
  const tags = groupedBy(folded.all("version.tag"), ({ version }) => version);
  const aliases = groupedBy(folded.all("alias.moved"), ({ version }) => version);
  const asked = groupedBy(folded.all("approval.asked"), ({ version }) => version);
  const given = groupedBy(folded.all("approval.given"), ({ asked: request }) => request);
  const published = store.ledger.publishedIds;
  const summaries: ModelVersionSummary[] = [];
  const versions = new Map<string, ModelVersionDetail>();
  for (const fact of facts) {
    const { id } = fact;
    const settled = numbers.get(id) ?? { number: fact.number, claimed: fact.number };
    const described = folded.get("version.described", id);
    const stage = folded.get("version.stage", id);
    const removed = folded.get("version.deleted", id);
    const converted = folded.get("version.converted", id);
    const ownTags = tags.get(id) ?? [];
    const approvals = approvalThreads(asked.get(id) ?? [], given);
    const times = [fact, described, stage, removed, converted, ...ownTags].map((one) => one?.at ?? 0);
    const summary: ModelVersionSummary = {
      id,
      model,
      name,
      number: settled.number,
      claimed: settled.claimed,
      author: fact.author ?? "",
      at: fact.at,
      updated: Math.max(...times),
      source: fact.source,
      flavor: fact.flavor,
      onnx: fact.flavor === "onnx" ? "own" : converted ? "converted" : "none",
      size: fact.artifact?.size ?? null,
      run: fact.run,
      runName: fact.runName,
      logged: fact.logged,
      stage: stage?.stage ?? "None",
      description: described?.text ?? "",
      tags: tagsOf(ownTags),
      aliases: removed ? [] : (aliases.get(id) ?? []).map(({ alias }) => alias).sort(),
      approval: approvalState(approvals),
      metrics: fact.metrics,
      headline: metricsThatMatter([fact], [], 1)[0] ?? null,
      published: published.has(id),
      deleted: removed !== undefined,
    };
    summaries.push(summary);
    versions.set(id, {
      ...summary,
      artifact: fact.artifact,
      file: fact.artifact?.form === "file" ? (fact.file ?? null) : null,
      signature: fact.signature,
      example: fact.example,
      experiment: fact.experiment,
      code: fact.code,
      data: fact.data,
      params: fact.params,
      environment: fact.environment,
      link: fact.link ?? null,
      card: folded.get("card.written", id)?.text ?? "",
      approvals,
      converted: converted
        ? {
            artifact: converted.artifact,
            signature: converted.signature,
            converter: converted.converter,
            at: converted.at,
            compared: converted.compared,
          }
        : null,
    });
  }
  return { history: summaries.sort((a, b) => b.number - a.number), versions };
}
