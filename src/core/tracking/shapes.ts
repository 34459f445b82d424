import { isRunId } from "../store/ids.js";
import { isKeyText } from "../store/points.js";
import {
  hash,
  having,
  inside,
  like,
  listOf,
  mapOf,
  nullable,
  number,
  oneOf,
  optional,
  shapesOf,
  text,
  truth,
  type Check,
  type Fields,
} from "../store/shape.js";
import {
  lifecycleStages,
  modelStatuses,
  runStatuses,
  type ExperimentFact,
  type ModelFact,
  type RunFact,
  type TraceFact,
} from "./model.js";

const experiment = like(/^\d{1,18}$/);
const run: Check = (value) => typeof value === "string" && isRunId(value);
const key: Check = (value) => typeof value === "string" && isKeyText(value);
const commit = like(/^[0-9a-f]{40}$/);
/** One that may also lead straight up. */
const insideOrAbove: Check = (value) => inside(value) || like(/^\.\.(\/\.\.)*$/)(value);
const keyValues = listOf(having({ key: text, value: text }));
const double: Check = (value) => number(value) || oneOf(["NaN", "Infinity", "-Infinity"])(value);

const common = {
  "param.logged": { key: text, value: text },
  "tag.set": { key: text, value: nullable(text) },
  "lifecycle.set": { stage: oneOf(lifecycleStages) },
  "artifact.written": { path: text, size: nullable(number), sha256: optional(hash) },
} as const;

const runFields: Fields<RunFact> = {
  ...common,
  "run.created": {
    experiment,
    name: text,
    user: text,
    start: number,
    artifacts: optional(text),
    launch: optional(run),
  },
  "launch.started": {
    command: listOf(text),
    folder: inside,
    entry: optional(text),
    machine: text,
    boot: text,
    pid: number,
    start: text,
    host: text,
    rerunOf: optional(run),
  },
  "child.started": { pid: number, start: text },
  "experiment.set": { experiment },
  "name.set": { name: text },
  "user.set": { user: text, start: number },
  "argument.given": { key: text, value: text },
  "metric.declared": {
    key,
    name: text,
    model: nullable(text),
    dataset: nullable(text),
    digest: nullable(text),
    guessed: optional(truth),
  },
  "status.set": { status: oneOf(runStatuses), end: nullable(number) },
  "stop.asked": {},
  "run.ended": {
    by: oneOf(["supervisor", "client", "lost"]),
    status: oneOf(runStatuses),
    end: number,
    exitCode: optional(number),
    signal: optional(text),
    error: optional(text),
    where: optional(having({ file: text, line: number })),
  },
  "input.used": {
    name: text,
    digest: text,
    sourceType: text,
    source: text,
    schema: optional(text),
    profile: optional(text),
    tags: keyValues,
  },
  "model.input": { model: text },
  "model.output": { model: text, step: number },
  "file.offered": { path: inside, size: number },
  "data.read": {
    path: text,
    size: number,
    modified: number,
    sha256: optional(hash),
    changed: optional(truth),
  },
  "code.recorded": {
    commit,
    folder: inside,
    root: insideOrAbove,
    head: optional(text),
    branch: optional(text),
    remote: optional(text),
    changed: nullable(number),
    changedFiles: listOf(having({ path: text, state: text })),
    leftOut: mapOf(number),
    files: number,
    bytes: number,
    tookMs: number,
  },
  "data.used": {
    dataset: like(/^[0-9a-f]{16}$/),
    version: like(/^[0-9A-HJKMNP-TV-Z]{26}$/),
    path: text,
    content: hash,
    by: oneOf(["hook", "declared", "mlflow"]),
    changed: optional(truth),
  },
  "environment.recorded": {
    python: optional(text),
    executable: optional(text),
    platform: text,
    cpus: number,
    memory: number,
    variables: mapOf(text),
    packages: optional(hash),
    packageCount: optional(number),
  },
  "recorder.note": { text },
};

const modelFields: Fields<ModelFact> = {
  ...common,
  "model.created": { experiment, name: text, modelType: text, sourceRun: text },
  "model.status": { status: oneOf(modelStatuses) },
  "model.metric": {
    run: text,
    name: text,
    dataset: nullable(text),
    digest: nullable(text),
    step: number,
    time: number,
    value: double,
  },
};

const traceFields: Fields<TraceFact> = {
  "tag.set": common["tag.set"],
  "lifecycle.set": common["lifecycle.set"],
  "artifact.written": common["artifact.written"],
  "trace.saved": { experiment: text, info: mapOf(() => true) },
};

const experimentFields: Fields<ExperimentFact> = {
  "experiment.created": { experiment, name: text, artifacts: optional(text) },
  "experiment.renamed": { experiment, name: text },
  "experiment.tag": { experiment, key: text, value: nullable(text) },
  "experiment.lifecycle": { experiment, stage: oneOf(lifecycleStages) },
};

/** What the facts of a run must look like to be folded: a store may be a hostile clone. */
export const runShapes = shapesOf(runFields);
export const modelShapes = shapesOf(modelFields);
export const traceShapes = shapesOf(traceFields);
export const experimentShapes = shapesOf(experimentFields);
