import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Holder } from "../store/claims.js";
import { newRunId } from "../store/ids.js";
import type { Store } from "../store/store.js";
import type { Experiments } from "./experiments.js";
import type { LifecycleStage } from "./model.js";
import { OwnedEntities } from "./owned.js";
import { RunRecorder } from "./recorder.js";
import { artifactUriOfRun, type KeyValue } from "./run-document.js";
import { generatedName } from "./run-name.js";
import { RunState } from "./run-state.js";

export interface NewRun {
  readonly experiment: string;
  readonly name?: string | undefined;
  readonly user?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly start?: number | undefined;
  readonly tags?: readonly KeyValue[] | undefined;
  /** The run of the launch in whose process this run was made. */
  readonly launch?: string | undefined;
}

export const isHolder = (owner: RunRecorder | Holder): owner is Holder => !(owner instanceof RunRecorder);

/** The runs of a store: made, read, and written by the one process that owns each. */
export class Runs {
  readonly #store: Store;
  readonly #experiments: Experiments;
  readonly #entities: OwnedEntities<RunState, RunRecorder>;

  constructor(store: Store, experiments: Experiments) {
    this.#store = store;
    this.#experiments = experiments;
    this.#entities = new OwnedEntities(
      store,
      "runs",
      "run",
      (id) => new RunState(id),
      (state, claim) => new RunRecorder(store, state, claim),
    );
  }

  /** Makes a run, owned by this process. Throws where its experiment is missing or deleted. */
  create(input: NewRun): RunRecorder {
    const experiment = this.#experiments.active(input.experiment);
    const name = nameOf(input) ?? generatedName(this.#store.ports.random(4));
    const recorder = this.#entities.add(newRunId(this.#store.ports));
    const standard = `mlflow-artifacts:/${experiment.id}`;
    const artifacts =
      experiment.artifacts === standard
        ? {}
        : { artifacts: artifactUriOfRun(experiment.id, recorder.id, experiment.artifacts) };
    recorder.write(
      {
        kind: "run.created",
        experiment: experiment.id,
        name,
        user: input.user ?? "",
        start: input.start ?? 0,
        ...artifacts,
        ...(input.launch === undefined ? {} : { launch: input.launch }),
      },
      ...otherTags(input.tags).map(({ key, value }) => ({ kind: "tag.set" as const, key, value })),
    );
    return recorder;
  }

  /**
   * Gives a launch's own run to the first MLflow run of its process: moves it into the experiment, name and tags
   * that were asked for.
   */
  adopt(recorder: RunRecorder, input: NewRun): void {
    const experiment = this.#experiments.active(input.experiment);
    const name = nameOf(input);
    recorder.write(
      { kind: "experiment.set", experiment: experiment.id },
      ...(name === undefined ? [] : [{ kind: "name.set" as const, name }]),
      { kind: "user.set", user: input.user ?? "", start: input.start ?? recorder.state.start },
      ...otherTags(input.tags).map(({ key, value }) => ({ kind: "tag.set" as const, key, value })),
    );
  }

  /** As `get`; undefined where there is none. */
  find(id: string): RunState | undefined {
    return this.#entities.read(id);
  }

  /** The run; throws `run.notFound`. */
  get(id: string): RunState {
    const state = this.find(id);
    if (!state) throw runNotFound(id);
    return state;
  }

  /** Who may write a run: this process (a recorder, taking the claim where nobody has it), else its live owner. */
  own(id: string): RunRecorder | Holder {
    const owner = this.#entities.own(id);
    if (!owner) throw runNotFound(id);
    return owner;
  }

  /** The recorder of a run that this process owns already. */
  owned(id: string): RunRecorder | undefined {
    return this.#entities.owned(id);
  }

  get recorders(): RunRecorder[] {
    return this.#entities.recorders;
  }

  /** Active, or deleted by itself or with its experiment: the later of the two decides. */
  stageOf(run: RunState): LifecycleStage {
    const experiment = this.#experiments.find(run.experiment);
    const own = run.lifecycle;
    return experiment && experiment.stageClock > own.clock ? experiment.stage : own.stage;
  }

  /** Throws where a run may not be written because it is deleted. */
  checkActive(run: RunState): void {
    if (this.stageOf(run) === "active") return;
    throw new Failure(
      "run.deleted",
      said`The run ${run.id} must be in the 'active' state. Current state is deleted.`,
      {
        next: said`Restore the run first.`,
      },
    );
  }

  release(id: string): void {
    this.#entities.release(id);
  }

  releaseAll(): void {
    this.#entities.releaseAll();
  }
}

const otherTags = (tags: readonly KeyValue[] = []): readonly KeyValue[] =>
  tags.filter((tag) => tag.key !== "mlflow.runName");

/** The name of a new run: its field, else its tag `mlflow.runName`; throws where they differ. */
function nameOf(input: NewRun): string | undefined {
  const tag = input.tags?.find((one) => one.key === "mlflow.runName")?.value;
  const name = input.name === "" ? undefined : input.name;
  if (name !== undefined && tag !== undefined && tag !== "" && name !== tag) {
    throw new Failure(
      "value.invalid",
      said`Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${name}', mlflow.runName='${tag}').`,
    );
  }
  return name ?? (tag === "" ? undefined : tag);
}

const runNotFound = (id: string): Failure =>
  new Failure("run.notFound", said`Run with id=${id.slice(0, 100)} not found`);
