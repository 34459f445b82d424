import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Claim, Holder } from "../store/claims.js";
import type { Fact, FactBody } from "../store/fact.js";
import { Folded } from "../store/fold.js";
import { newModelId } from "../store/ids.js";
import type { Store } from "../store/store.js";
import type { Experiments } from "./experiments.js";
import { checkKey, cut, limits } from "./limits.js";
import {
  modelFolds,
  type LifecycleStage,
  type ModelFact,
  type ModelMetric,
  type ModelStatus,
} from "./model.js";
import { OwnedEntities } from "./owned.js";
import { jsonDouble, type KeyValue } from "./run-document.js";
import type { JsonDouble } from "./view.js";
import { generatedName } from "./run-name.js";
import { modelShapes } from "./shapes.js";

export interface NewModel {
  readonly experiment: string;
  readonly name?: string | undefined;
  readonly modelType?: string | undefined;
  readonly sourceRun?: string | undefined;
  readonly params?: readonly KeyValue[] | undefined;
  readonly tags?: readonly KeyValue[] | undefined;
}

/** An MLflow 3 logged model folded from its facts. */
export class ModelState {
  readonly id: string;
  readonly facts = new Folded<ModelFact>(modelFolds, modelShapes);
  /** Greatest wall time of a fact, in ms. */
  #updated = 0;

  constructor(id: string) {
    this.id = id;
  }

  add(fact: Fact): boolean {
    const changed = this.facts.add(fact);
    if (changed) this.#updated = Math.max(this.#updated, fact.at);
    return changed;
  }

  get exists(): boolean {
    return this.facts.get("model.created") !== undefined;
  }
  get created(): Extract<ModelFact, { kind: "model.created" }> {
    const fact = this.facts.get("model.created");
    if (!fact) throw modelNotFound(this.id);
    return fact;
  }
  get status(): ModelStatus {
    return this.facts.get("model.status")?.status ?? "LOGGED_MODEL_PENDING";
  }
  get stage(): LifecycleStage {
    return this.facts.get("lifecycle.set")?.stage ?? "active";
  }
  get updated(): number {
    return this.#updated;
  }
  get params(): KeyValue[] {
    return this.facts.all("param.logged").map(({ key, value }) => ({ key, value }));
  }
  get tags(): KeyValue[] {
    return this.facts.all("tag.set").flatMap(({ key, value }) => (value === null ? [] : [{ key, value }]));
  }
  get metrics(): ModelMetric[] {
    return this.facts.all("model.metric");
  }
}

/** A logged model in the shape of MLflow's REST protocol. */
export interface ModelDocument {
  readonly info: {
    readonly model_id: string;
    readonly experiment_id: string;
    readonly name: string;
    readonly creation_timestamp_ms: number;
    readonly last_updated_timestamp_ms: number;
    readonly artifact_uri: string;
    readonly status: ModelStatus;
    readonly model_type: string;
    readonly source_run_id: string;
    readonly tags: readonly KeyValue[];
  };
  readonly data: {
    readonly params: readonly KeyValue[];
    readonly metrics: readonly {
      readonly key: string;
      readonly value: JsonDouble;
      readonly timestamp: number;
      readonly step: number;
      readonly model_id: string;
      readonly run_id: string;
      readonly dataset_name?: string;
      readonly dataset_digest?: string;
    }[];
  };
}

function modelDocument(model: ModelState, artifactLocation: string): ModelDocument {
  const { experiment, name, at, modelType, sourceRun } = model.created;
  return {
    info: {
      model_id: model.id,
      experiment_id: experiment,
      name,
      creation_timestamp_ms: at,
      last_updated_timestamp_ms: model.updated,
      artifact_uri: `${artifactLocation}/models/${model.id}/artifacts`,
      status: model.status,
      model_type: modelType,
      source_run_id: sourceRun,
      tags: model.tags,
    },
    data: {
      params: model.params,
      metrics: model.metrics.map((metric) => ({
        key: metric.name,
        value: metric.value,
        timestamp: metric.time,
        step: metric.step,
        model_id: model.id,
        run_id: metric.run,
        ...(metric.dataset === null ? {} : { dataset_name: metric.dataset }),
        ...(metric.digest === null ? {} : { dataset_digest: metric.digest }),
      })),
    },
  };
}

/** Writes one logged model. */
export class ModelRecorder {
  readonly state: ModelState;
  readonly #store: Store;
  readonly #claim: Claim;

  constructor(store: Store, state: ModelState, claim: Claim) {
    this.#store = store;
    this.state = state;
    this.#claim = claim;
  }

  write(...bodies: readonly FactBody<ModelFact>[]): void {
    const facts = bodies.map((body) => this.#store.source.make<ModelFact>(body));
    if (facts.length === 0) return;
    this.#store.writer({ room: "logged", id: this.state.id }).facts(facts, (kept) => {
      for (const fact of kept) this.state.add(fact);
    });
  }

  /** Adds params; throws `value.invalid` where one is there already. */
  addParams(params: readonly KeyValue[]): void {
    for (const { key } of params) {
      checkKey(key, "key");
      if (this.state.params.some((param) => param.key === key)) {
        throw new Failure(
          "value.invalid",
          said`The logged model ${this.state.id} has a param '${key}' already.`,
        );
      }
    }
    this.write(
      ...params.map(({ key, value }) => ({
        kind: "param.logged" as const,
        key,
        value: cut(value, limits.paramValue),
      })),
    );
  }

  setTags(tags: readonly KeyValue[]): void {
    for (const { key } of tags) checkKey(key, "key");
    this.write(
      ...tags.map(({ key, value }) => ({
        kind: "tag.set" as const,
        key,
        value: cut(value, limits.tagValue),
      })),
    );
  }

  /** Removes a tag; throws `tag.notFound`. */
  deleteTag(key: string): void {
    if (!this.state.tags.some((tag) => tag.key === key)) {
      throw new Failure("tag.notFound", said`No tag with key ${key} for model with ID ${this.state.id}.`);
    }
    this.write({ kind: "tag.set", key, value: null });
  }

  /** Keeps a metric that a run logged for this model. `step` beyond 2^53 is kept as the nearest double. */
  logMetric(
    run: string,
    metric: {
      name: string;
      dataset: string | null;
      digest: string | null;
      step: number;
      time: number;
      value: number;
    },
  ): void {
    this.write({ kind: "model.metric", run, ...metric, value: jsonDouble(metric.value) });
  }

  release(): void {
    this.#claim.release();
  }
}

export const isModelHolder = (owner: ModelRecorder | Holder): owner is Holder =>
  !(owner instanceof ModelRecorder);

export class LoggedModels {
  readonly #store: Store;
  readonly #experiments: Experiments;
  readonly #entities: OwnedEntities<ModelState, ModelRecorder>;

  constructor(store: Store, experiments: Experiments) {
    this.#store = store;
    this.#experiments = experiments;
    this.#entities = new OwnedEntities(
      store,
      "logged",
      "logged",
      (id) => new ModelState(id),
      (state, claim) => new ModelRecorder(store, state, claim),
    );
  }

  create(input: NewModel): ModelRecorder {
    const experiment = this.#experiments.active(input.experiment);
    const name =
      input.name === undefined || input.name === "" ? generatedName(this.#store.ports.random(4)) : input.name;
    if (/[/:.%"']/.test(name)) {
      throw new Failure(
        "value.invalid",
        said`Invalid model name ('${name}') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '"', "'")`,
      );
    }
    for (const { key } of [...(input.params ?? []), ...(input.tags ?? [])]) checkKey(key, "key");
    const recorder = this.#entities.add(newModelId(this.#store.ports));
    recorder.write({
      kind: "model.created",
      experiment: experiment.id,
      name,
      modelType: input.modelType ?? "",
      sourceRun: input.sourceRun ?? "",
    });
    if (input.params) recorder.addParams(input.params);
    if (input.tags) recorder.setTags(input.tags);
    return recorder;
  }

  /** The model; throws `model.notFound`, also for a deleted one unless `deletedToo`. */
  get(id: string, deletedToo = false): ModelState {
    const model = this.#entities.read(id);
    if (!model || (!deletedToo && model.stage === "deleted")) throw modelNotFound(id);
    return model;
  }

  own(id: string): ModelRecorder | Holder {
    const owner = this.#entities.own(id);
    if (!owner) throw modelNotFound(id);
    return owner;
  }

  document(model: ModelState): ModelDocument {
    const { experiment } = model.created;
    return modelDocument(
      model,
      this.#experiments.find(experiment)?.artifacts ?? `mlflow-artifacts:/${experiment}`,
    );
  }

  releaseAll(): void {
    this.#entities.releaseAll();
  }
}

const modelNotFound = (id: string): Failure =>
  new Failure("model.notFound", said`Logged model with ID '${id.slice(0, 100)}' not found.`);
