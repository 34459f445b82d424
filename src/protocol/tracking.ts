import type { Comparison, JsonDouble, ParamValue, RunDetail, RunSummary } from "../core/tracking/view.js";
import type { WireFailure } from "./failure.js";

export type { Comparison, JsonDouble, RunDetail, RunSummary };

/** Whether a folder has a store. */
export type StoreState =
  /** Nobody ran, tracked or initialised anything here. */
  | { readonly state: "none" }
  | { readonly state: "ready"; readonly root: string }
  | { readonly state: "failed"; readonly failure: WireFailure };

export interface RunQuery {
  /** In Loam's grammar, `order by` included; "" is all, newest first. */
  readonly filter: string;
  readonly stage: "active" | "archived" | "deleted";
  /** Id of the experiment; absent: all. */
  readonly experiment?: string;
  readonly most: number;
  /** So many rows come with the answer, so that they can be shown at once. */
  readonly first?: { readonly count: number; readonly keys: KeysOfRuns };
}

export interface FoundRuns {
  /** In the order of the query, at most `most`. */
  readonly ids: readonly string[];
  /** How many match; never less than there are ids. */
  readonly total: number;
  /** False while the index is still catching up with the files: there may be more. */
  readonly complete: boolean;
  /** The rows that were asked for with them. */
  readonly first?: RowsText;
}

/** A run as a list shows it. */
export interface RunBrief {
  readonly id: string;
  readonly name: string;
  readonly experiment: string;
  readonly state: RunSummary["state"];
  readonly stage: "active" | "archived" | "deleted";
  /** Milliseconds since the epoch. */
  readonly start: number | null;
  readonly end: number | null;
  /** The metric that most likely matters, with its last value; null where there is none. */
  readonly headline: { readonly name: string; readonly value: JsonDouble } | null;
  /** True where `loam run` started it, or the command that made it: it can be repeated, and stopped while it runs. */
  readonly launched: boolean;
}

/** A run as a table shows it. */
export interface ListedRun extends RunSummary {
  /** True where `loam run` started it, or the command that made it: it can be repeated, and stopped while it runs. */
  readonly launched: boolean;
}

/**
 * Rows of runs as one text; `packRows` and `unpackRows` are its ends. They cross several borders on their way to a
 * page, each of which copies what it carries value by value: hundreds of values a run cost a tenth of that as a text.
 */
export interface RowsText {
  readonly rows: string;
}

/** Names of metrics, params and tags. */
export interface KeysOfRuns {
  readonly metrics: readonly string[];
  readonly params: readonly string[];
  readonly tags: readonly string[];
}

/** How many runs have a metric, param or tag of this name. */
export interface Column {
  readonly kind: "metric" | "param" | "tag";
  readonly name: string;
  readonly runs: number;
  /** How soon a person wants to see this metric, judged by its name: the greater the sooner. 0 for what is none. */
  readonly interest: number;
}

export interface ExperimentRow {
  readonly id: string;
  readonly name: string;
  readonly stage: "active" | "deleted";
  /** Active runs. */
  readonly runs: number;
}

export interface CurveQuery {
  readonly runs: readonly string[];
  readonly metric: string;
  /** Of the chart: a curve has at most two points a pixel, each pixel's least and greatest value among them. */
  readonly pixels: number;
  readonly axis: "step" | "time";
  /** Only this part of the axis, both ends included. */
  readonly range?: { readonly from: number; readonly to: number };
}

/** One run's curve; `x` in steps or milliseconds since the epoch. */
export interface RunCurve {
  readonly run: string;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** How many points the run has in that range, of which these are the ones that show. */
  readonly points: number;
}

export interface ConsolePart {
  readonly text: string;
  /** Byte offsets in `console.log`: the part's first byte and the one behind its last. */
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

export interface ArtifactContent {
  /** undefined where the bytes are no UTF-8 text. */
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly size: number;
  /** True where the file is longer than what was asked for. */
  readonly cut: boolean;
  /** Absolute path on this machine. */
  readonly file: string;
}

/** One thing that a person changes on a run. */
export type RunChange =
  | { readonly kind: "rename"; readonly name: string }
  | { readonly kind: "tag"; readonly key: string; readonly value: string }
  | { readonly kind: "untag"; readonly key: string }
  /** Markdown; "" takes it away. */
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "archive"; readonly archived: boolean }
  | { readonly kind: "delete" }
  | { readonly kind: "restore" };

/** What of a file's runs stands beside its code. */
export interface FileRuns {
  /** Runs that this file started, newest first, at most `most`. */
  readonly runs: readonly RunSummary[];
  readonly total: number;
  /** Of the metrics of these runs, those that some of them logged more than once. */
  readonly courses: readonly string[];
  /** The metric that most likely matters of those that these runs have. */
  readonly headline: string | null;
}

/** What a param did over the runs of a file. */
export interface ParamEffect {
  /** The metric that most likely matters; null where the runs have none. */
  readonly metric: string | null;
  readonly better: "more" | "less" | null;
  /** The values that it had; none where no run of the file has such a param. */
  readonly values: readonly ParamValue[];
}

/** How runs differ, and whether more or less of a metric is the better, as far as its name says so. */
export interface RunComparison extends Comparison {
  readonly directions: Readonly<Record<string, "more" | "less">>;
}

export interface TrackingRequests {
  "store/state": { params: null; result: StoreState };
  "experiments/list": { params: null; result: readonly ExperimentRow[] };
  "runs/find": { params: RunQuery; result: FoundRuns };
  /** Without those that are not known. `keys`: of their metrics, params and tags no others. */
  "runs/rows": { params: { readonly ids: readonly string[]; readonly keys?: KeysOfRuns }; result: RowsText };
  "runs/briefs": { params: { readonly ids: readonly string[] }; result: readonly RunBrief[] };
  /** The run that a supervisor's process made; null where it has made none yet. */
  "runs/ofProcess": { params: { readonly pid: number }; result: { readonly run: string | null } };
  "runs/columns": { params: null; result: readonly Column[] };
  "runs/detail": { params: { readonly run: string }; result: RunDetail };
  "runs/compare": { params: { readonly runs: readonly string[] }; result: RunComparison };
  "runs/curves": { params: CurveQuery; result: readonly RunCurve[] };
  /** `from`: a byte, or -1 for the last `most` bytes. A part begins and ends between characters. */
  "runs/console": {
    params: { readonly run: string; readonly from: number; readonly most: number };
    result: ConsolePart;
  };
  "runs/artifact": {
    params: { readonly run: string; readonly path: string; readonly most: number };
    result: ArtifactContent;
  };
  /** The files of a run's code, by path. Fails with `code.notFound` where it was not kept. */
  "runs/codeFiles": { params: { readonly run: string }; result: { readonly files: readonly string[] } };
  /** A file as it was in the code of a run; `text` undefined where it is binary or was left out. */
  "runs/codeFile": {
    params: { readonly run: string; readonly path: string };
    result: { readonly text: string | null };
  };
  /** The same file in the commit that the run's code was based on; null where there is none. */
  "runs/headFile": {
    params: { readonly run: string; readonly path: string };
    result: { readonly text: string | null };
  };
  "runs/change": { params: { readonly run: string; readonly change: RunChange }; result: null };
  /** Stops a run of this machine: gracefully, then its whole tree. Returns when it has ended. */
  "runs/stop": { params: { readonly run: string }; result: null };
  /** Runs of a file: absolute path. */
  "runs/ofFile": { params: { readonly file: string; readonly most: number }; result: FileRuns };
  /** What a param did over the runs of a file: absolute path. */
  "params/effect": { params: { readonly file: string; readonly param: string }; result: ParamEffect };
  "trash/list": { params: null; result: TrashContents };
  /** Takes away for ever what is in the trash. */
  "trash/empty": { params: null; result: TrashEmptied };
  /** The MLflow endpoint of this window for this folder; it starts when first asked for. */
  "endpoint/open": { params: null; result: { readonly url: string; readonly token: string } };
}

/** What is deleted: how much of what, and what of it would stay. */
export interface TrashContents {
  readonly runs: number;
  /** Logged models of MLflow. */
  readonly logged: number;
  readonly traces: number;
  /** Versions of data and of registered models. */
  readonly data: number;
  readonly models: number;
  /** Of the first few. */
  readonly names: readonly string[];
  readonly bytes: number;
  /** Deleted versions of data that stay, as these model versions came of them. */
  readonly held: readonly { readonly name: string; readonly by: readonly string[] }[];
}

export interface TrashEmptied {
  readonly bytes: number;
  /** Still being written, and left alone. */
  readonly busy: number;
  /** Whether content of versions is kept for now: it came within the last day, or somebody may need it. */
  readonly kept: boolean;
}

export interface TrackingEvents {
  "store/changed": StoreState;
  /** Runs that came, changed or went, by whatever process; at most four times a second. */
  "runs/changed": { readonly runs: readonly string[] };
}
