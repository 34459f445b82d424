import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { sha256 } from "../store/canonical.js";
import type { FactBody } from "../store/fact.js";
import type { Folded } from "../store/fold.js";
import { groupedBy, tagsOf } from "../store/grouped.js";
import { LedgerFold } from "../store/ledger-fold.js";
import type { Store } from "../store/store.js";
import { settleNumbers } from "../store/version-numbers.js";
import { readJson, replaceFile } from "../store/whole-file.js";
import { Contents } from "./contents.js";
import {
  datasetFolds,
  isDatasetId,
  type DatasetFact,
  type DatasetId,
  type DatasetVersionId,
} from "./model.js";
import { datasetShapes } from "./shapes.js";
import type { DatasetDetail, DatasetSummary, DatasetVersionSummary } from "./view.js";

/** The data sets of a store and their versions, folded from the ledger. */
export class Datasets {
  readonly store: Store;
  /** What the versions hold. */
  readonly contents: Contents;
  readonly #fold: LedgerFold<DatasetFact>;
  /** What was made of the facts of a data set, while they stay. */
  readonly #details = new Map<DatasetId, DatasetDetail>();
  /** What changed and was not told of by `refresh`. What the first look finds is no change: nobody was told anything before. */
  readonly #untold = new Set<DatasetId>();
  #looked = false;
  #moves = -1;
  #givenUp = -1;

  constructor(store: Store) {
    this.store = store;
    this.contents = new Contents(store);
    this.#fold = new LedgerFold<DatasetFact>(store, {
      folds: datasetFolds,
      shapes: datasetShapes,
      subject: "dataset",
      isEntity: isDatasetId,
    });
  }

  /** Takes in what any process wrote. Ids of the data sets that changed since the last call. */
  refresh(): ReadonlySet<DatasetId> {
    this.#look();
    const changed = new Set(this.#untold);
    this.#untold.clear();
    return changed;
  }

  #look(): void {
    this.#fold.look();
    for (const id of this.#fold.take()) {
      this.#details.delete(id);
      if (this.#looked) this.#untold.add(id);
    }
    this.#looked = true;
    const { moves } = this.store.ledger;
    if (moves !== this.#moves) this.#details.clear(); // another branch: what is published is another
    this.#moves = moves;
    const { contentsGivenUp } = this.store.purged;
    if (contentsGivenUp !== this.#givenUp) {
      this.#details.clear();
      if (this.#givenUp >= 0) for (const id of this.#fold.ids) this.#untold.add(id);
    }
    this.#givenUp = contentsGivenUp;
  }

  /** Writes a fact of a data set; it is durable when this returns. */
  write<F extends DatasetFact>(body: FactBody<F>): F {
    if (!this.#looked) this.#look();
    const fact = this.#fold.write<F>(body);
    this.#details.delete(fact["dataset"]);
    return fact;
  }

  /** All data sets by name, the deleted ones too. */
  all(): readonly DatasetDetail[] {
    this.#look();
    return (
      [...this.#fold.ids]
        .flatMap((id) => this.find(id) ?? [])
        // one that was deleted and given up for ever is no more than a part of the record
        .filter((one) => one.stage === "active" || one.history.length > 0)
        .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1))
    );
  }

  find(id: DatasetId): DatasetDetail | undefined {
    const known = this.#details.get(id);
    if (known) return known;
    const folded = this.#fold.get(id);
    const detail = folded && detailOf(id, folded, this.store);
    if (detail) this.#details.set(id, detail);
    return detail;
  }

  /** The data set of an id; throws `dataset.notFound`. */
  get(id: DatasetId): DatasetDetail {
    this.#look();
    const found = this.find(id);
    if (!found) throw new Failure("dataset.notFound", said`There is no data set ${id}.`);
    return found;
  }

  /** The active data set of an id; throws `dataset.notFound`, `state.wrong` where it is deleted. */
  active(id: DatasetId): DatasetDetail {
    const found = this.get(id);
    if (found.stage === "active") return found;
    throw new Failure("state.wrong", said`The data set ${found.name} is deleted.`, {
      next: said`Bring it back with \`loam data undelete ${found.name}\`.`,
    });
  }

  /** The number that a data set's next version is to ask for: above all that were ever given. */
  nextNumber(id: DatasetId): number {
    const claims = this.#fold.get(id)?.all("dataset.versioned") ?? [];
    return 1 + [...settleNumbers(claims).values()].reduce((most, one) => Math.max(most, one.number), 0);
  }

  /** Ids of the facts of versions that are deleted, by themselves or with their data sets. */
  deletedVersions(): readonly DatasetVersionId[] {
    return this.all().flatMap(({ stage, history }) =>
      history.filter((one) => stage === "deleted" || one.stage === "deleted").map((one) => one.id),
    );
  }

  #baseFile(id: DatasetId): string {
    return this.store.layout.at("local", "datasets", `${id}.json`);
  }

  /** The version from which the working copy on this machine came; where nobody knows, the newest. */
  baseOf({ id, history }: DatasetDetail): DatasetVersionSummary | undefined {
    const value = readJson(this.store.ports.files, this.#baseFile(id)) as { version?: unknown } | undefined;
    const active = history.filter((one) => one.stage === "active");
    return active.find((one) => one.id === value?.version) ?? active[0];
  }

  /** Remembers from which version the working copy comes now. */
  setBase(id: DatasetId, version: DatasetVersionId): void {
    const { ports } = this.store;
    const file = this.#baseFile(id);
    try {
      ports.files.makeFolder(path.dirname(file), 0o700);
      replaceFile(ports, file, Buffer.from(JSON.stringify({ version })), { durable: false });
    } catch (error) {
      ports.log.write("info", "store", toFailure(error, said`Cannot write ${file}`).message); // a guess follows
    }
  }

  /** The id of a data set of a name that nobody has: the same in every clone. */
  freeId(name: string): DatasetId {
    for (let n = 0; ; n++) {
      const id = sha256(n === 0 ? name : `${name}\u0000${n}`).slice(0, 16);
      if (!this.#fold.get(id)) return id; // taken only where another name began as this one and was renamed
    }
  }
}

function detailOf(id: DatasetId, folded: Folded<DatasetFact>, store: Store): DatasetDetail | undefined {
  const created = folded.get("dataset.created");
  const tracked = folded.get("dataset.tracked");
  if (!created || !tracked) return undefined;
  const history = versionsOf(folded, store);
  const numbers = new Map(history.map((version) => [version.id, version.number]));
  const active = history.filter((version) => version.stage === "active");
  const aliases = folded.all("dataset.alias").flatMap(({ alias, version }) => {
    const number = version === null ? undefined : numbers.get(version);
    return number === undefined ? [] : [[alias, number] as const];
  });
  const summary: DatasetSummary = {
    id,
    name: folded.get("dataset.renamed")?.name ?? created.name,
    path: tracked.path,
    form: tracked.form,
    include: tracked.include,
    ignore: tracked.ignore,
    auto: tracked.auto,
    description: folded.get("dataset.described")?.text ?? "",
    tags: tagsOf(folded.all("dataset.tag")),
    aliases: Object.fromEntries(aliases),
    stage: folded.get("dataset.stage")?.stage ?? "active",
    versions: active.length,
    latest: active[0] ?? null,
  };
  return { ...summary, history };
}

/** Versions by number, the greatest first. */
function versionsOf(folded: Folded<DatasetFact>, store: Store): DatasetVersionSummary[] {
  const claims = folded.all("dataset.versioned");
  const numbers = settleNumbers(claims);
  const facts = claims.filter((fact) => !store.purged.isPurgedContent(fact.id));
  const tags = groupedBy(folded.all("dataset.version.tag"), ({ version }) => version);
  const aliases = groupedBy(folded.all("dataset.alias"), ({ version }) => version);
  const published = store.ledger.publishedIds;
  return facts
    .map((fact): DatasetVersionSummary => {
      const settled = numbers.get(fact.id) ?? { number: fact.number, claimed: fact.number };
      return {
        id: fact.id,
        number: settled.number,
        claimed: settled.claimed,
        message: folded.get("dataset.version.message", fact.id)?.text ?? fact.message,
        author: fact.author ?? "",
        at: fact.at,
        form: fact.form,
        content: fact.content,
        manifest: fact.manifest,
        files: fact.files,
        size: fact.size,
        parent: fact.parent,
        origin: fact.origin,
        run: fact.run ?? null,
        tags: tagsOf(tags.get(fact.id) ?? []),
        aliases: (aliases.get(fact.id) ?? []).map(({ alias }) => alias),
        stage: folded.get("dataset.version.stage", fact.id)?.stage ?? "active",
        checks: folded.get("dataset.checked", fact.id)?.results ?? null,
        published: published.has(fact.id),
      };
    })
    .sort((a, b) => b.number - a.number);
}
