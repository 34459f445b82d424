import type { Fact, FactBody } from "../store/fact.js";
import type { Shapes } from "../store/fold.js";
import { isRunId } from "../store/ids.js";
import { isKeyText } from "../store/points.js";
import {
  lifecycleStages,
  modelStatuses,
  runStatuses,
  type ExperimentFact,
  type ModelFact,
  type RunFact,
  type TraceFact,
} from "./model.js";

type Check = (value: unknown) => boolean;
/** A check for each field of a kind: a kind or a field without one does not compile. */
type Fields<F extends Fact> = {
  readonly [K in F["kind"]]: {
    readonly [N in Exclude<keyof FactBody<Extract<F, { kind: K }>>, "kind">]-?: Check;
  };
};

const text: Check = (value) => typeof value === "string";
const number: Check = (value) => typeof value === "number" && Number.isFinite(value);
const truth: Check = (value) => typeof value === "boolean";
const or =
  (other: null | undefined, check: Check): Check =>
  (value) =>
    value === other || (other === undefined && value === null) || check(value);
const optional = (check: Check): Check => or(undefined, check);
const nullable = (check: Check): Check => or(null, check);
const oneOf =
  (values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const like =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const mapOf =
  (check: Check): Check =>
  (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(check);
const having = (fields: Readonly<Record<string, Check>>): Check => {
  const checks = Object.entries(fields);
  return (value) =>
    typeof value === "object" &&
    value !== null &&
    checks.every(([name, check]) => check((value as Readonly<Record<string, unknown>>)[name]));
};

const experiment = like(/^\d{1,18}$/);
const run: Check = (value) => typeof value === "string" && isRunId(value);
const key: Check = (value) => typeof value === "string" && isKeyText(value);
const commit = like(/^[0-9a-f]{40}$/);
const hash = like(/^[0-9a-f]{64}$/);
/** A path that stays below the folder from which it counts; "" is that folder. */
const inside: Check = (value) =>
  typeof value === "string" &&
  !/^([/\\]|[A-Za-z]:)|\u0000/.test(value) &&
  !value.split(/[/\\]/).includes("..");
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
  "data.read": { path: text, size: number, modified: number, sha256: optional(hash) },
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

const shapesOf = <F extends Fact>(fields: Fields<F>): Shapes =>
  new Map(Object.entries(fields).map(([kind, checks]) => [kind, having(checks as Record<string, Check>)]));

/** What the facts of a run must look like to be folded: a store may be a hostile clone. */
export const runShapes = shapesOf(runFields);
export const modelShapes = shapesOf(modelFields);
export const traceShapes = shapesOf(traceFields);
export const experimentShapes = shapesOf(experimentFields);
