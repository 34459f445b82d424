import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { sha256 } from "../store/canonical.js";
import { exclusively } from "../store/exclusively.js";
import type { Fact, FactBody } from "../store/fact.js";
import { Folded } from "../store/fold.js";
import type { Store } from "../store/store.js";
import { checkLength, limits } from "./limits.js";
import { defaultExperiment, experimentFolds, type ExperimentFact, type LifecycleStage } from "./model.js";
import type { KeyValue } from "./run-document.js";
import { experimentShapes } from "./shapes.js";

export interface Experiment {
  readonly id: string;
  readonly name: string;
  readonly artifacts: string;
  readonly stage: LifecycleStage;
  /** Clock of the last deletion or restoration; 0 where there was none. Of this and a run's own, the later counts. */
  readonly stageClock: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly updated: number;
  readonly tags: readonly KeyValue[];
}

/** The experiments of a store, folded from the ledger. */
export class Experiments {
  readonly #store: Store;
  readonly #folded = new Map<string, Folded<ExperimentFact>>();
  readonly #changed = new Set<string>();
  /** What `find` found: each write to a run asks for its experiment. */
  readonly #found = new Map<string, Experiment>();
  #seen = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Reads what is new in the ledger; ids of the experiments that changed since the last call. */
  refresh(): ReadonlySet<string> {
    this.look();
    const changed = new Set(this.#changed);
    this.#changed.clear();
    return changed;
  }

  /** Reads what other processes wrote to the ledger. What changed stays to be told by `refresh`. */
  look(): void {
    this.#store.ledger.refresh();
    const fresh = this.#store.ledger.since(this.#seen);
    this.#seen += fresh.length;
    for (const entry of fresh) if (entry.kind.startsWith("experiment.")) this.#add(entry.fact);
  }

  #add(fact: Fact): void {
    const id = fact["experiment"];
    if (!fact.kind.startsWith("experiment.") || typeof id !== "string" || !/^\d{1,18}$/.test(id)) return;
    let folded = this.#folded.get(id);
    if (!folded) this.#folded.set(id, (folded = new Folded(experimentFolds, experimentShapes)));
    if (!folded.add(fact)) return;
    this.#changed.add(id);
    this.#found.delete(id);
  }

  #write(body: FactBody<ExperimentFact>): void {
    this.#store.ledger.append<ExperimentFact>(body);
    this.look();
  }

  all(): Experiment[] {
    return [...new Set([defaultExperiment.id, ...this.#folded.keys()])].flatMap((id) => this.find(id) ?? []);
  }

  find(id: string): Experiment | undefined {
    const known = this.#found.get(id);
    if (known) return known;
    const found = this.#fold(id);
    if (found) this.#found.set(id, found);
    return found;
  }

  #fold(id: string): Experiment | undefined {
    const folded = this.#folded.get(id);
    const created = folded?.get("experiment.created");
    if (!created && id !== defaultExperiment.id) return undefined;
    const renamed = folded?.get("experiment.renamed");
    const lifecycle = folded?.get("experiment.lifecycle");
    const name = renamed?.name ?? created?.name ?? defaultExperiment.name;
    const tags = folded?.all("experiment.tag") ?? [];
    const times = [created, renamed, lifecycle].map((fact) => fact?.at ?? 0);
    return {
      id,
      name,
      artifacts: created?.artifacts ?? `mlflow-artifacts:/${id}`,
      stage: lifecycle?.stage ?? "active",
      stageClock: lifecycle?.clock ?? 0,
      created: created?.at ?? 0,
      updated: Math.max(...times),
      tags: tags.flatMap(({ key, value }) => (value === null ? [] : [{ key, value }])),
    };
  }

  /** The experiment; throws `experiment.notFound`. Deleted ones are found too. */
  get(id: string): Experiment {
    const found = this.find(id) ?? this.#findAnew(() => this.find(id));
    if (!found) throw new Failure("experiment.notFound", said`No Experiment with id=${id} exists`);
    return found;
  }

  #findAnew<T>(find: () => T): T {
    this.look();
    return find();
  }

  /** The active experiment, for writing to it; throws where it is deleted or missing. */
  active(id: string): Experiment {
    const experiment = this.get(id);
    if (experiment.stage === "active") return experiment;
    throw new Failure(
      "experiment.deleted",
      said`The experiment ${id} must be in the 'active' state. Current state is deleted.`,
      {
        next: said`Restore the experiment first.`,
      },
    );
  }

  /** By name, deleted ones too. */
  byName(name: string): Experiment | undefined {
    const find = (): Experiment | undefined => this.all().find((one) => one.name === name);
    return find() ?? this.#findAnew(find);
  }

  /** Creates an experiment; throws `name.taken` where one has the name, active or deleted. Returns its id. */
  create(
    name: string,
    how: { readonly artifacts?: string | undefined; readonly tags?: readonly KeyValue[] | undefined } = {},
  ): string {
    if (name.trim() === "")
      throw new Failure("value.missing", said`Missing value for required parameter 'name'.`);
    checkLength(name, limits.experimentName, "Experiment name");
    for (const tag of how.tags ?? []) this.#checkTag(tag);
    return this.#exclusively(name, () => {
      this.#checkFree(name);
      const id = this.#freeId(name);
      const artifacts =
        how.artifacts === undefined || how.artifacts === "" ? {} : { artifacts: how.artifacts };
      this.#write({ kind: "experiment.created", experiment: id, name, ...artifacts });
      for (const { key, value } of how.tags ?? [])
        this.#write({ kind: "experiment.tag", experiment: id, key, value });
      return id;
    });
  }

  /** The experiment of a name, created where there is none; throws where it is deleted. */
  ensure(name: string): Experiment {
    const found = this.byName(name);
    if (found) return this.active(found.id);
    try {
      return this.get(this.create(name));
    } catch (error) {
      const other = error instanceof Failure && error.code === "name.taken" ? this.byName(name) : undefined;
      if (!other) throw error;
      return this.active(other.id);
    }
  }

  rename(id: string, name: string): void {
    if (name.trim() === "")
      throw new Failure("value.missing", said`Missing value for required parameter 'new_name'.`);
    checkLength(name, limits.experimentName, "Experiment name");
    const experiment = this.get(id);
    if (experiment.stage === "deleted")
      throw new Failure("state.wrong", said`Cannot rename a non-active experiment.`);
    this.#exclusively(name, () => {
      this.#checkFree(name);
      this.#write({ kind: "experiment.renamed", experiment: id, name });
    });
  }

  /** Deletes or restores an experiment and with it all its runs. */
  setStage(id: string, stage: LifecycleStage): void {
    if (id === defaultExperiment.id && stage === "deleted") {
      throw new Failure("value.invalid", said`The Default experiment cannot be deleted.`);
    }
    const experiment = this.find(id);
    if (!experiment || experiment.stage === stage) {
      const state = stage === "deleted" ? "active" : "deleted";
      throw new Failure("experiment.notFound", said`No Experiment with id=${id} in state '${state}' exists`);
    }
    this.#write({ kind: "experiment.lifecycle", experiment: id, stage });
  }

  setTag(id: string, tag: KeyValue): void {
    this.#checkTag(tag);
    this.active(id);
    this.#write({ kind: "experiment.tag", experiment: id, key: tag.key, value: tag.value });
  }

  deleteTag(id: string, key: string): void {
    const experiment = this.active(id);
    if (!experiment.tags.some((tag) => tag.key === key)) {
      throw new Failure("tag.notFound", said`No tag with name: ${key} in experiment with ID ${id}`);
    }
    this.#write({ kind: "experiment.tag", experiment: id, key, value: null });
  }

  #checkTag({ key, value }: KeyValue): void {
    if (key === "") throw new Failure("value.missing", said`Missing value for required parameter 'key'.`);
    checkLength(key, limits.experimentTagKey, "Experiment tag key");
    checkLength(value, limits.experimentTagValue, "Experiment tag value");
  }

  #checkFree(name: string): void {
    const taken = this.byName(name);
    if (!taken) return;
    throw new Failure(
      "name.taken",
      taken.stage === "deleted"
        ? said`Experiment '${name}' already exists in deleted state. You can restore the experiment, or permanently delete the experiment to create a new one.`
        : said`Experiment '${name}' already exists.`,
    );
  }

  /** The first 18 decimal digits of the SHA-256 of the name, so that two clones give one name one id. */
  #freeId(name: string): string {
    for (let n = 0; ; n++) {
      const digest = sha256(n === 0 ? name : `${name}\u0000${n}`);
      const id = BigInt(`0x${digest}`).toString().slice(0, 18);
      if (!this.find(id)) return id; // taken only where another name began as this one and was renamed
    }
  }

  /** Holds the name's claim while `work` looks and writes. */
  #exclusively<T>(name: string, work: () => T): T {
    return exclusively(this.#store.claims, "experiment", name, () => {
      this.look();
      return work();
    });
  }
}
