// What a person is shown of runs, on the command line and in the editor alike: types alone, fit for JSON and for a wire.

/** A double as JSON can say it: MLflow writes what is not finite as text. */
export type JsonDouble = number | "NaN" | "Infinity" | "-Infinity";

/** How a run stands, for a person. `lost`: its process and who watched it are gone, and nobody saw the end. */
export type ShownState = "scheduled" | "running" | "finished" | "failed" | "killed" | "lost";

/** A run as `--json` tells it. Its field names are documented and stay. */
export interface RunSummary {
  readonly id: string;
  readonly name: string;
  readonly experiment: { readonly id: string; readonly name: string | null };
  readonly state: ShownState;
  /** MLflow's word for how it stands. */
  readonly status: string;
  readonly stage: "active" | "deleted";
  readonly user: string;
  /** Milliseconds since the epoch; null where no client said it. */
  readonly start: number | null;
  /** null while it runs. */
  readonly end: number | null;
  /** null where start or end are. */
  readonly seconds: number | null;
  /** Last value of each metric; what is not finite as text. */
  readonly metrics: Readonly<Record<string, JsonDouble>>;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** One value of a param over some runs. What became of a metric: null where none of them logged a number for it. */
export interface ParamValue {
  readonly value: string;
  readonly runs: number;
  readonly mean: number | null;
  readonly least: number | null;
  readonly most: number | null;
}

export interface SeriesDetail {
  readonly name: string;
  readonly last: JsonDouble;
  readonly step: number | string;
  readonly min: JsonDouble;
  readonly max: JsonDouble;
  readonly first: JsonDouble;
  readonly count: number;
  /** Read off the console, not logged. */
  readonly guessed: boolean;
  readonly dataset: string | null;
  readonly digest: string | null;
  readonly model: string | null;
}

export interface LaunchDetail {
  /** The run that the command was started for: another one where a script began several. */
  readonly run: string;
  readonly command: readonly string[];
  readonly folder: string;
  readonly host: string;
  readonly rerunOf: string | null;
  /** How long the command took, where it has ended; the run's own time is what its client says. */
  readonly seconds: number | null;
}

export interface EndDetail {
  readonly by: "supervisor" | "client" | "lost";
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly error: string | null;
  readonly where: { readonly file: string; readonly line: number } | null;
}

export interface SizedFile {
  readonly path: string;
  readonly size: number;
}

/** A run with all that is known of it, as `loam runs show --json` tells it. */
export interface RunDetail extends RunSummary {
  /** When anything of it was last written, in ms since the epoch; for one that runs on another machine, else null. */
  readonly heard: number | null;
  readonly launch: LaunchDetail | null;
  readonly ended: EndDetail | null;
  readonly series: readonly SeriesDetail[];
  readonly code: CodeDetail | null;
  readonly inputs: readonly { readonly name: string; readonly digest: string; readonly source: string }[];
  readonly data: readonly RunData[];
  readonly models: { readonly used: readonly string[]; readonly logged: readonly string[] };
  readonly artifacts: readonly SizedFile[];
  /** Files that the command left in its folder, where they stand now. */
  readonly written: readonly SizedFile[];
  readonly environment: EnvironmentDetail | null;
  /** What could not be recorded. */
  readonly notes: readonly string[];
}

/** A file or folder that a run read, or a version of a data set that it was told to use. */
export interface RunData {
  /** Below the store's folder where it is, else absolute; of a folder of which files were read with a slash at its end. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string | null;
  /** It was changed while the run read it. */
  readonly changed: boolean;
  /** How that is known: it was seen opened, `loam run --data` named it, or the script logged it with MLflow. */
  readonly by: "hook" | "declared" | "mlflow";
  /** The data set at that path, or that has this content. */
  readonly dataset: { readonly id: string; readonly name: string } | null;
  /** null: what was read is in no version. */
  readonly version: {
    readonly id: string;
    readonly number: number;
    readonly content: string;
    /** The greatest number that the data set has now. */
    readonly newest: number;
  } | null;
}

export interface EnvironmentDetail {
  readonly python: string | null;
  readonly executable: string | null;
  readonly platform: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly variables: Readonly<Record<string, string>>;
  /** How many packages are installed for that Python; null where that is not known. */
  readonly packages: number | null;
}

export interface CodeDetail {
  readonly commit: string;
  /** Where its paths start from, below the folder of the store; "" where they are one. */
  readonly root: string;
  readonly head: string | null;
  readonly branch: string | null;
  readonly remote: string | null;
  readonly changed: number | null;
  readonly changedFiles: readonly { readonly path: string; readonly state: string }[];
  readonly leftOut: Readonly<Record<string, number>>;
  readonly files: number;
  readonly bytes: number;
  /** Its files were purged; what is told here is all that is left. */
  readonly purged: boolean;
}

/** One thing that is not the same in all runs; a value a run, null where a run has none. */
export interface Difference<V = string> {
  readonly name: string;
  readonly values: readonly (V | null)[];
}

/** A file that differs in some run from what the first run had; null where it is the same. */
export interface FileDifference {
  readonly path: string;
  readonly states: readonly ("added" | "modified" | "deleted" | null)[];
}

export interface Comparison {
  readonly runs: readonly RunSummary[];
  readonly params: readonly Difference[];
  readonly metrics: readonly Difference<string | number>[];
  /** null where some run's code is not known here. */
  readonly code: readonly FileDifference[] | null;
  readonly data: readonly Difference[];
  /** By path: size, and the beginning of the hash where it is known. */
  readonly artifacts: readonly Difference[];
  readonly environment: readonly Difference[];
  readonly packages: readonly Difference[];
  /** How many of each are the same. */
  readonly same: {
    readonly params: number;
    readonly metrics: number;
    readonly data: number;
    readonly artifacts: number;
    readonly packages: number;
  };
}
