import type {
  CellValue,
  CheckResult,
  ColumnChange,
  ColumnProfile,
  DatasetChange,
  DatasetDetail,
  DatasetSummary,
  DatasetVersionSummary,
  DiffRow,
  FileChange,
  ManifestFile,
  Overlap,
  QualityRule,
  RestoreReport,
  RulesText,
  TableDiff,
  TableProfile,
  WorkingState,
} from "../core/datasets/view.js";
import type { LongWork } from "./work.js";

export type {
  CellValue,
  CheckResult,
  ColumnChange,
  ColumnProfile,
  DatasetChange,
  DatasetDetail,
  DatasetSummary,
  DatasetVersionSummary,
  DiffRow,
  FileChange,
  ManifestFile,
  Overlap,
  QualityRule,
  RestoreReport,
  RulesText,
  TableDiff,
  TableProfile,
  WorkingState,
};

/** A version of a data set, or its working copy. */
export interface DatasetPlace {
  readonly dataset: string;
  /** Id of the version; null: the working copy. */
  readonly version: string | null;
  /** Of a folder the file that is meant, below it. */
  readonly file?: string;
}

export interface TrackRequest extends LongWork {
  /** Absolute, or below the folder. */
  readonly path: string;
  /** Default: the path below the folder. */
  readonly name?: string;
  readonly include?: readonly string[];
  readonly ignore?: readonly string[];
  readonly auto?: boolean;
  readonly message?: string;
}

export interface TableDiffRequest extends LongWork {
  readonly before: DatasetPlace;
  readonly after: DatasetPlace;
  /** null: guessed; none: rows are matched by their content. */
  readonly keys: readonly string[] | null;
  /** Numbers that differ by no more are equal: absolute, and as a part of the greater one. */
  readonly tolerance: { readonly absolute: number; readonly relative: number };
}

/** A file that runs read and nobody tracks. */
export interface OfferedFile {
  readonly path: string;
  /** Of the newest run that read it. */
  readonly run: string;
  readonly runs: number;
  readonly size: number;
}

/** Data sets, their versions and files. */
export interface DatasetStoreRequests {
  "datasets/list": { params: null; result: readonly DatasetSummary[] };
  "datasets/detail": { params: { readonly dataset: string }; result: DatasetDetail };
  /** How the working copies stand; of all active data sets where none are named. */
  "datasets/status": {
    params: { readonly datasets?: readonly string[] } & LongWork;
    result: readonly { readonly dataset: string; readonly working: WorkingState }[];
  };
  /** Tracks a file or folder and makes its first version. */
  "datasets/track": { params: TrackRequest; result: { readonly dataset: string; readonly number: number } };
  /** Makes a version of the working copy; `made` false where it is as in version `number`. */
  "datasets/version": {
    params: { readonly dataset: string; readonly message: string } & LongWork;
    result: { readonly number: number; readonly version: string; readonly made: boolean };
  };
  /**
   * Brings a version (or one file of it) to the working folder, or to `to` (absolute). Where what is there is in no
   * version: fails with `content.changed`, unless `overwrite` says what to do with it.
   */
  "datasets/restore": {
    params: {
      readonly dataset: string;
      readonly version: string;
      readonly file?: string;
      readonly to?: string;
      /** `version`: what is there becomes a version first; `discard`: it goes. */
      readonly overwrite?: "version" | "discard";
    } & LongWork;
    result: RestoreReport;
  };
  "datasets/change": { params: { readonly dataset: string; readonly change: DatasetChange }; result: null };
  /** The files of a version or working copy, by path. */
  "datasets/files": {
    params: DatasetPlace & { readonly from: number; readonly most: number };
    result: { readonly files: readonly ManifestFile[]; readonly total: number };
  };
  /** What differs between two, by file. */
  "datasets/fileChanges": {
    params: { readonly before: DatasetPlace; readonly after: DatasetPlace; readonly most: number };
    result: { readonly changes: readonly FileChange[]; readonly total: number };
  };
  /** The beginning of a file's content. `text` is absent where it is none. */
  "datasets/content": {
    params: DatasetPlace & { readonly most: number };
    result: {
      readonly text?: string;
      readonly bytes?: Uint8Array;
      readonly size: number;
      readonly cut: boolean;
    };
  };
}

/** What stands in tables. */
export interface TableRequests {
  /** Which of its files are tables that can be profiled and compared: path "" for a data set of one file. */
  "datasets/tables": { params: DatasetPlace; result: readonly string[] };
  "datasets/profile": { params: DatasetPlace & LongWork; result: TableProfile };
  "datasets/diff": {
    params: TableDiffRequest;
    /** `handle` names the rows until another diff of this window is made. */
    result: { readonly diff: TableDiff; readonly handle: string };
  };
  "datasets/diffRows": {
    params: {
      readonly handle: string;
      readonly changes: readonly DiffRow["change"][];
      readonly from: number;
      readonly most: number;
    };
    result: { readonly rows: readonly DiffRow[]; readonly total: number };
  };
  "datasets/overlap": {
    params: {
      readonly a: DatasetPlace;
      readonly b: DatasetPlace;
      /** Default: all that both have. */
      readonly columns?: readonly string[];
    } & LongWork;
    result: Overlap;
  };
  /** The rules of `loam.yaml` for a data set. */
  "datasets/rules": {
    params: { readonly dataset: string };
    result: { readonly rules: readonly QualityRule[]; readonly file: string; readonly line: number | null };
  };
  /** Rules that a version suggests. */
  "datasets/proposeRules": { params: DatasetPlace & LongWork; result: readonly QualityRule[] };
  /** Writes the rules of a data set to `loam.yaml`. */
  "datasets/setRules": {
    params: { readonly dataset: string; readonly rules: readonly QualityRule[] };
    result: null;
  };
  /** Asks the rules about a version and keeps what they say. */
  "datasets/check": {
    params: { readonly dataset: string; readonly version: string } & LongWork;
    result: readonly CheckResult[];
  };
}

/** Data sets and the runs that read them. */
export interface DatasetRunRequests {
  /** Files that runs read and nobody tracks, the newest first. */
  "datasets/offered": { params: null; result: readonly OfferedFile[] };
  /** Runs that read a version. */
  "datasets/runs": {
    params: { readonly dataset: string; readonly version: string };
    result: readonly {
      readonly run: string;
      readonly name: string;
      readonly state: string;
      readonly start: number | null;
    }[];
  };
}

/** Rules as they stand in `loam.yaml`. */
export interface RulesFileRequests {
  /** What a text of the file says of data, saved or not. */
  "rules/ofText": { params: { readonly text: string }; result: RulesText };
  /** Widens the rule at a place of a data set's rules to what a version has, and writes it. */
  "rules/relax": {
    params: { readonly dataset: string; readonly version: string; readonly at: number };
    result: null;
  };
}

export interface DatasetRequests extends DatasetStoreRequests, TableRequests, DatasetRunRequests {}

export interface DatasetEvents {
  /** Data sets whose facts or working copies changed; none: any may have. At most four times a second. */
  "datasets/changed": { readonly datasets: readonly string[] };
}
