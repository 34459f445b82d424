import { compareFacts, type Fact } from "../store/fact.js";
import { first, last, rank, set, type Fold, type Folds } from "../store/fold.js";

/** MLflow's states of a run. */
export const runStatuses = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"] as const;
export type RunStatus = (typeof runStatuses)[number];

export const lifecycleStages = ["active", "deleted"] as const;
export type LifecycleStage = (typeof lifecycleStages)[number];

/** Where the code of a run stands: a commit in the store's `code.git`, and what it was made from. */
interface CodeRecorded extends Fact {
  readonly kind: "code.recorded";
  /** Commit id in `code.git`. */
  readonly commit: string;
  /** The run's working folder below the root of the snapshot; "" where they are one. */
  readonly folder: string;
  /** The snapshot's root, relative to the store's folder. */
  readonly root: string;
  /** HEAD of the user's repository; absent without one. */
  readonly head?: string;
  readonly branch?: string;
  readonly remote?: string;
  /** Files that differ from HEAD, at most 200 of them by name; null where that could not be found out. */
  readonly changed: number | null;
  readonly changedFiles: readonly { readonly path: string; readonly state: string }[];
  /** What the snapshot does not hold, counted by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly files: number;
  readonly bytes: number;
  readonly tookMs: number;
}

interface RunCreated extends Fact {
  readonly kind: "run.created";
  readonly experiment: string;
  readonly name: string;
  readonly user: string;
  /** Milliseconds since the epoch, as the client sent it. */
  readonly start: number;
  /** Artifact URI, where it is not the store's own folder. */
  readonly artifacts?: string;
  /** The run of the launch that this run came from, where it is another one. */
  readonly launch?: string;
}

interface LaunchStarted extends Fact {
  readonly kind: "launch.started";
  readonly command: readonly string[];
  /** Folder in which the command ran, relative to the store's folder. */
  readonly folder: string;
  /** The script or module, as given. */
  readonly entry?: string;
  /** Machine, start of the machine, pid and start of the supervisor: whether it still lives. */
  readonly machine: string;
  readonly boot: string;
  readonly pid: number;
  readonly start: string;
  readonly host: string;
  /** The run that this one repeats. */
  readonly rerunOf?: string;
}

/** The command's own process, once it was started. */
interface ChildStarted extends Fact {
  readonly kind: "child.started";
  readonly pid: number;
  readonly start: string;
}

interface ExperimentSet extends Fact {
  readonly kind: "experiment.set";
  readonly experiment: string;
}
interface NameSet extends Fact {
  readonly kind: "name.set";
  readonly name: string;
}
interface UserSet extends Fact {
  readonly kind: "user.set";
  readonly user: string;
  readonly start: number;
}
interface ParamLogged extends Fact {
  readonly kind: "param.logged";
  readonly key: string;
  readonly value: string;
}
/** A value on the command line or in a config file named there. What the program itself logs under that key wins. */
interface ArgumentGiven extends Fact {
  readonly kind: "argument.given";
  readonly key: string;
  readonly value: string;
}
interface TagSet extends Fact {
  readonly kind: "tag.set";
  readonly key: string;
  /** null removes the tag. */
  readonly value: string | null;
}
interface MetricDeclared extends Fact {
  readonly kind: "metric.declared";
  /** Key of the series' points: 16 hex digits. */
  readonly key: string;
  readonly name: string;
  readonly model: string | null;
  readonly dataset: string | null;
  readonly digest: string | null;
  /** True for one that was read off the console. */
  readonly guessed?: boolean;
}
interface StatusSet extends Fact {
  readonly kind: "status.set";
  readonly status: RunStatus;
  /** Milliseconds since the epoch; null where the status is no end. */
  readonly end: number | null;
}
/** Somebody asked the supervisor to stop the command: what the command says afterwards of failing comes from that. */
interface StopAsked extends Fact {
  readonly kind: "stop.asked";
}
/** How the process of a launch ended. */
interface RunEnded extends Fact {
  readonly kind: "run.ended";
  readonly by: "supervisor" | "client" | "lost";
  readonly status: RunStatus;
  readonly end: number;
  readonly exitCode?: number | null;
  readonly signal?: string | null;
  /** Where it failed: the last error line of the console, and the line of code that it names. */
  readonly error?: string;
  readonly where?: { readonly file: string; readonly line: number };
}
interface LifecycleSet extends Fact {
  readonly kind: "lifecycle.set";
  readonly stage: LifecycleStage;
}
interface InputUsed extends Fact {
  readonly kind: "input.used";
  readonly name: string;
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  readonly schema?: string;
  readonly profile?: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}
interface ModelInput extends Fact {
  readonly kind: "model.input";
  readonly model: string;
}
interface ModelOutput extends Fact {
  readonly kind: "model.output";
  readonly model: string;
  readonly step: number;
}
interface ArtifactWritten extends Fact {
  readonly kind: "artifact.written";
  /** As the client named it, relative to the run's artifacts. */
  readonly path: string;
  /** null: it was deleted. */
  readonly size: number | null;
  readonly sha256?: string;
}
interface FileOffered extends Fact {
  readonly kind: "file.offered";
  readonly path: string;
  readonly size: number;
}
interface DataRead extends Fact {
  readonly kind: "data.read";
  /** Relative to the store's folder where it is below it, else absolute. */
  readonly path: string;
  readonly size: number;
  readonly modified: number;
  readonly sha256?: string;
  /** True where it was changed while the run read it: what was read may be a mixture, and is in no version. */
  readonly changed?: boolean;
}
/** A version of a data set that the run read. */
export interface DataUsed extends Fact {
  readonly kind: "data.used";
  readonly dataset: string;
  /** Id of the fact that made the version. */
  readonly version: string;
  /** What of it was read: relative to the store's folder where it is below it, else absolute. */
  readonly path: string;
  /** SHA-256 of the file, or of the version's manifest. */
  readonly content: string;
  /** How that is known: the hook saw it opened, `loam run --data` named it, or the script logged it with MLflow. */
  readonly by: "hook" | "declared" | "mlflow";
  /** True where it was changed while the run read it: what was read may be a mixture. */
  readonly changed?: boolean;
}
interface EnvironmentRecorded extends Fact {
  readonly kind: "environment.recorded";
  readonly python?: string;
  readonly executable?: string;
  readonly platform: string;
  readonly cpus: number;
  readonly memory: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Hash of the object that lists the packages, a line `name==version` each. */
  readonly packages?: string;
  readonly packageCount?: number;
}
interface NoteAdded extends Fact {
  readonly kind: "recorder.note";
  /** What could not be recorded, in a sentence for the person. */
  readonly text: string;
}

export type RunFact =
  | ArgumentGiven
  | ArtifactWritten
  | ChildStarted
  | CodeRecorded
  | DataRead
  | DataUsed
  | EnvironmentRecorded
  | ExperimentSet
  | FileOffered
  | InputUsed
  | LaunchStarted
  | LifecycleSet
  | MetricDeclared
  | ModelInput
  | ModelOutput
  | NameSet
  | NoteAdded
  | ParamLogged
  | RunCreated
  | RunEnded
  | StatusSet
  | StopAsked
  | TagSet
  | UserSet;

export const runFolds: Folds<RunFact> = {
  "run.created": first(),
  "launch.started": first(),
  "child.started": first(),
  "experiment.set": last(),
  "name.set": last(),
  "user.set": last(),
  "param.logged": first((fact) => fact.key),
  "argument.given": first((fact) => fact.key),
  "tag.set": last((fact) => fact.key),
  "metric.declared": set((fact) => fact.key),
  "status.set": last(),
  "stop.asked": first(),
  "run.ended": rank((fact) => ({ supervisor: 2, client: 1, lost: 0 })[fact.by]),
  "lifecycle.set": last(),
  "input.used": set((fact) => JSON.stringify([fact.name, fact.digest])),
  "model.input": set((fact) => fact.model),
  "model.output": set((fact) => fact.model),
  "artifact.written": last((fact) => fact.path),
  "file.offered": last((fact) => fact.path),
  "data.read": last((fact) => fact.path),
  "data.used": last((fact) => JSON.stringify([fact.version, fact.path])),
  "code.recorded": last(),
  "environment.recorded": last(),
  "recorder.note": set((fact) => fact.text),
};

export const modelStatuses = [
  "LOGGED_MODEL_PENDING",
  "LOGGED_MODEL_READY",
  "LOGGED_MODEL_UPLOAD_FAILED",
] as const;
export type ModelStatus = (typeof modelStatuses)[number];

interface ModelCreated extends Fact {
  readonly kind: "model.created";
  readonly experiment: string;
  readonly name: string;
  readonly modelType: string;
  readonly sourceRun: string;
}
interface ModelStatusSet extends Fact {
  readonly kind: "model.status";
  readonly status: ModelStatus;
}
/** A model's metric as a run logged it: the greatest (step, time, value) of each series stays. */
export interface ModelMetric extends Fact {
  readonly kind: "model.metric";
  readonly run: string;
  readonly name: string;
  readonly dataset: string | null;
  readonly digest: string | null;
  readonly step: number;
  readonly time: number;
  /** NaN and infinities as text, since JSON has no numbers for them. */
  readonly value: number | "NaN" | "Infinity" | "-Infinity";
}

export type ModelFact =
  ArtifactWritten | LifecycleSet | ModelCreated | ModelMetric | ModelStatusSet | ParamLogged | TagSet;

const greatestPoint: Fold<ModelMetric> = {
  slot: (fact) => JSON.stringify([fact.run, fact.name, fact.dataset, fact.digest]),
  keep: (a, b) => {
    const order = a.step - b.step || a.time - b.time || comparable(a.value) - comparable(b.value);
    return (order || compareFacts(a, b)) > 0 ? a : b;
  },
};

const comparable = (value: ModelMetric["value"]): number => {
  const number = Number(value);
  return Number.isNaN(number) ? 0 : Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, number));
};

export const modelFolds: Folds<ModelFact> = {
  "model.created": first(),
  "model.status": last(),
  "model.metric": greatestPoint,
  "param.logged": first((fact) => fact.key),
  "tag.set": last((fact) => fact.key),
  "lifecycle.set": last(),
  "artifact.written": last((fact) => fact.path),
};

interface TraceSaved extends Fact {
  readonly kind: "trace.saved";
  readonly experiment: string;
  /** MLflow's TraceInfo (v3), as JSON. */
  readonly info: Readonly<Record<string, unknown>>;
}

export type TraceFact = ArtifactWritten | LifecycleSet | TagSet | TraceSaved;

export const traceFolds: Folds<TraceFact> = {
  "trace.saved": last(),
  "tag.set": last((fact) => fact.key),
  "lifecycle.set": last(),
  "artifact.written": last((fact) => fact.path),
};

/** Facts about experiments stand in the ledger: a team shares them. */
interface ExperimentCreated extends Fact {
  readonly kind: "experiment.created";
  readonly experiment: string;
  readonly name: string;
  readonly artifacts?: string;
}
interface ExperimentRenamed extends Fact {
  readonly kind: "experiment.renamed";
  readonly experiment: string;
  readonly name: string;
}
interface ExperimentTagSet extends Fact {
  readonly kind: "experiment.tag";
  readonly experiment: string;
  readonly key: string;
  readonly value: string | null;
}
interface ExperimentLifecycle extends Fact {
  readonly kind: "experiment.lifecycle";
  readonly experiment: string;
  readonly stage: LifecycleStage;
}

export type ExperimentFact = ExperimentCreated | ExperimentLifecycle | ExperimentRenamed | ExperimentTagSet;

export const experimentFolds: Folds<ExperimentFact> = {
  "experiment.created": first(),
  "experiment.renamed": last(),
  "experiment.tag": last((fact) => fact.key),
  "experiment.lifecycle": last(),
};

/** The experiment that always exists. */
export const defaultExperiment = { id: "0", name: "Default" } as const;
