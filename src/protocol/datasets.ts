import type * as view from "../core/datasets/view.js";
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
  Overlap,
  QualityRule,
  RestoreReport,
  RulesText,
  TableDiff,
  TableProfile,
  WorkingState,
} from "../core/datasets/view.js";

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

/** Whether something can be profiled and compared as a table, as its name says. */
interface TableMark {
  readonly isTable: boolean;
}

/** A data set in a list of them; that of a folder is no table, whatever is in it. */
export type ListedDataset = view.DatasetSummary & TableMark;
export type ListedFile = view.ManifestFile & TableMark;
export type ListedChange = view.FileChange & TableMark;

/** Data sets and their versions. */
export interface DatasetStoreRequests {
  "datasets/list": { params: null; result: readonly ListedDataset[] };
  "datasets/detail": { params: { readonly dataset: string }; result: view.DatasetDetail };
  /** How the working copies stand; of all active data sets where none are named. */
  "datasets/status": {
    params: { readonly datasets?: readonly string[] } & LongWork;
    result: readonly { readonly dataset: string; readonly working: view.WorkingState }[];
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
    result: view.RestoreReport;
  };
  "datasets/change": {
    params: { readonly dataset: string; readonly change: view.DatasetChange };
    result: null;
  };
}

/** A window of a list that is known by its handle. */
interface ListWindow {
  readonly handle: string;
  /** Words that stand in the path; `*` stands for anything. "": all. */
  readonly text: string;
  readonly from: number;
  readonly most: number;
}

/** The files of data sets. A handle names a list until some others were made: then `state.wrong`. */
export interface DataFileRequests {
  /** Lists the files of a version, or of the working copy as it is now. */
  "datasets/listFiles": {
    params: Pick<DatasetPlace, "dataset" | "version"> & LongWork;
    result: { readonly handle: string; readonly total: number };
  };
  /** By path. `total` counts those that fit. */
  "datasets/files": {
    params: ListWindow;
    result: { readonly files: readonly ListedFile[]; readonly total: number };
  };
  /** Compares two by their files. */
  "datasets/compareFiles": {
    params: { readonly before: DatasetPlace; readonly after: DatasetPlace } & LongWork;
    result: {
      readonly handle: string;
      readonly total: number;
      readonly counts: Readonly<Record<view.FileChange["change"], number>>;
    };
  };
  /** What differs, by path; `changes` none: every kind. `total` counts those that fit. */
  "datasets/fileChanges": {
    params: ListWindow & { readonly changes: readonly view.FileChange["change"][] };
    result: { readonly changes: readonly ListedChange[]; readonly total: number };
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
  "datasets/profile": { params: DatasetPlace & LongWork; result: view.TableProfile };
  "datasets/diff": {
    params: TableDiffRequest;
    /** `handle` names the rows until another diff of this window is made. */
    result: { readonly diff: view.TableDiff; readonly handle: string };
  };
  "datasets/diffRows": {
    params: {
      readonly handle: string;
      readonly changes: readonly view.DiffRow["change"][];
      readonly from: number;
      readonly most: number;
      /** Places in `shown` of the columns that are wanted, which the cells of the rows then follow; absent: all. */
      readonly columns?: readonly number[];
    };
    result: { readonly rows: readonly view.DiffRow[]; readonly total: number };
  };
  "datasets/overlap": {
    params: {
      readonly a: DatasetPlace;
      readonly b: DatasetPlace;
      /** Default: all that both have. */
      readonly columns?: readonly string[];
    } & LongWork;
    result: view.Overlap;
  };
  /** The rules of `loam.yaml` for a data set. */
  "datasets/rules": {
    params: { readonly dataset: string };
    result: {
      readonly rules: readonly view.QualityRule[];
      readonly file: string;
      readonly line: number | null;
    };
  };
  /** Rules that a version suggests. */
  "datasets/proposeRules": { params: DatasetPlace & LongWork; result: readonly view.QualityRule[] };
  /** Writes the rules of a data set to `loam.yaml`. */
  "datasets/setRules": {
    params: { readonly dataset: string; readonly rules: readonly view.QualityRule[] };
    result: null;
  };
  /** Asks the rules about a version and keeps what they say. */
  "datasets/check": {
    params: { readonly dataset: string; readonly version: string } & LongWork;
    result: readonly view.CheckResult[];
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
  /** What a text of the file says of data, saved or not, with the mistakes of the section of models too. */
  "rules/ofText": { params: { readonly text: string }; result: view.RulesText };
  /** Whether a rule that a version breaks can be widened to what the version has. */
  "rules/mayRelax": {
    params: { readonly dataset: string; readonly version: string; readonly rule: view.QualityRule };
    result: boolean;
  };
  /** Widens the rule at a place of a data set's rules to what a version has, and writes it. */
  "rules/relax": {
    params: { readonly dataset: string; readonly version: string; readonly at: number };
    result: null;
  };
}

export interface DatasetRequests
  extends DatasetStoreRequests, DataFileRequests, TableRequests, DatasetRunRequests {}

export interface DatasetEvents {
  /** Data sets whose facts or working copies changed; none: any may have. At most four times a second. */
  "datasets/changed": { readonly datasets: readonly string[] };
}
