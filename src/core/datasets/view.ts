// What a person is shown of data sets, on the command line and in the editor alike: types alone, fit for JSON and for
// a wire. Field names stand in docs/command-line.md and stay.

import type { Said } from "../base/said.js";

/** What a data set is on disk. */
export type ContentForm = "file" | "folder";

/** Content of the store: a file or a folder. */
export interface StoredContent {
  readonly form: ContentForm;
  /** SHA-256 of its manifest. */
  readonly manifest: string;
  /** Of a file the SHA-256 of its bytes, of a folder that of its manifest: equal content is equal here. */
  readonly content: string;
  readonly files: number;
  /** Of all files, in bytes. */
  readonly size: number;
}

/** What a quality rule said of a version. */
export interface CheckResult {
  /** The rule in words, such as `age between 0 and 120`. */
  readonly rule: string;
  readonly column: string | null;
  readonly outcome: "passed" | "failed" | "error";
  /** What was found, such as `12 of 1,000 rows are 121 or more`; "" where there is nothing to say. */
  readonly found: string;
}

/** How the working copy stands to the newest version that it could have come from. */
export type WorkingState =
  /** As in version `number`. */
  | { readonly state: "clean"; readonly number: number }
  /** Not as in any version; `number` is the one that it is compared with, null where there is none yet. */
  | {
      readonly state: "changed";
      readonly number: number | null;
      readonly added: number;
      readonly changed: number;
      readonly removed: number;
    }
  /** There is nothing at its path. */
  | { readonly state: "missing" }
  /** It cannot be read. */
  | { readonly state: "unreadable"; readonly why: Said };

export interface DatasetVersionSummary {
  readonly id: string;
  readonly number: number;
  /** What its fact asked for; another than `number` where a clone made a version of that number before. */
  readonly claimed: number;
  readonly message: string;
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly form: ContentForm;
  readonly content: string;
  readonly manifest: string;
  readonly files: number;
  readonly size: number;
  readonly parent: string | null;
  readonly origin: "hand" | "run";
  readonly run: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly aliases: readonly string[];
  readonly stage: "active" | "deleted";
  /** What the quality rules said of it; null: they were not asked. */
  readonly checks: readonly CheckResult[] | null;
  /** False: its fact is kept here, but is not in the ledger of this branch. */
  readonly published: boolean;
}

export interface DatasetSummary {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly form: ContentForm;
  readonly include: readonly string[];
  readonly ignore: readonly string[];
  readonly auto: boolean;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly aliases: Readonly<Record<string, number>>;
  readonly stage: "active" | "deleted";
  /** Active ones. */
  readonly versions: number;
  readonly latest: DatasetVersionSummary | null;
}

/** A data set with its versions, newest first, the deleted ones too. */
export interface DatasetDetail extends DatasetSummary {
  readonly history: readonly DatasetVersionSummary[];
}

/** One thing that a person changes on a data set. */
export type DatasetChange =
  | { readonly kind: "rename"; readonly name: string }
  /** Its file or folder was moved to `path` (absolute, or below the folder that holds the store). */
  | { readonly kind: "move"; readonly path: string }
  | { readonly kind: "describe"; readonly text: string }
  | { readonly kind: "tag"; readonly key: string; readonly value: string | null; readonly version?: string }
  | { readonly kind: "alias"; readonly alias: string; readonly version: string | null }
  | { readonly kind: "message"; readonly version: string; readonly text: string }
  | { readonly kind: "auto"; readonly auto: boolean }
  | {
      readonly kind: "selection";
      readonly include: readonly string[];
      readonly ignore: readonly string[];
    }
  /** Without `version`: the data set as a whole. Its files stay as they are. */
  | { readonly kind: "delete"; readonly version?: string }
  | { readonly kind: "restore"; readonly version?: string };

/** What is new between two contents, by file. */
export interface FileChange {
  readonly path: string;
  readonly change: "added" | "removed" | "changed" | "mode";
  readonly before: { readonly size: number; readonly hash: string } | null;
  readonly after: { readonly size: number; readonly hash: string } | null;
}

export interface ManifestFile {
  readonly path: string;
  readonly size: number;
  readonly hash: string;
  /** True where it may be executed. */
  readonly executable: boolean;
}

/** Types of columns, as a person would say them. */
export type ColumnType = "number" | "integer" | "text" | "boolean" | "time" | "date" | "other";

/** A value of a table, fit for JSON: numbers that JSON cannot say exactly, dates and nested values are text. */
export type CellValue = null | boolean | number | string;

export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  /** As the reader of the table calls it: `BIGINT`, `VARCHAR`, `STRUCT(…)`. */
  readonly nativeType: string;
  /** Values that are there; with `missing` these are all rows. */
  readonly count: number;
  readonly missing: number;
  /** Approximate above 10,000. */
  readonly distinct: number;
  readonly distinctIsExact: boolean;
  /** Of numbers and times (ms since the epoch), else null. */
  readonly numbers: {
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    readonly deviation: number | null;
    /** At 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99. */
    readonly quantiles: readonly number[];
    readonly zeros: number;
    readonly nonFinite: number;
    /** Counts of `edges.length - 1` bins. */
    readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  } | null;
  /** Of texts: their length in characters, else null. */
  readonly lengths: { readonly min: number; readonly max: number; readonly mean: number } | null;
  /** The most frequent values, at most ten. */
  readonly top: readonly { readonly value: CellValue; readonly count: number }[];
}

export interface TableProfile {
  readonly rows: number;
  /** What the table is read as: `csv`, `tsv`, `parquet`, `jsonl`, `arrow`. */
  readonly format: string;
  readonly columns: readonly ColumnProfile[];
  /** Rows that are the same as another one; null where that was not counted. */
  readonly duplicates: number | null;
  /** The first rows, as text of their cells. */
  readonly sample: readonly (readonly CellValue[])[];
  /** What a reader should know: lines that could not be read, columns that were made text. */
  readonly notes: readonly Said[];
}

export interface ColumnChange {
  readonly change: "added" | "removed" | "moved" | "retyped" | "renamed";
  readonly name: string;
  /** The type or place before and after, in words. */
  readonly before: string | null;
  readonly after: string | null;
}

/** How two versions of a table differ. */
export interface TableDiff {
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly same: number;
  /** The columns by which rows were matched; none: by their content, then those that are alike. */
  readonly keys: readonly string[];
  /** How the keys came about. */
  readonly keysFrom: "guessed" | "picked" | "content";
  /** Keys that stand in several rows of a side: such rows are matched in order. */
  readonly duplicateKeys: number;
  readonly columns: readonly ColumnChange[];
  /** How many cells changed by column, the most changed first; those without change are left out. */
  readonly changedCells: readonly { readonly column: string; readonly cells: number }[];
  /** All columns that the rows have, in the order of the newer side. */
  readonly shown: readonly string[];
  /** What a reader should know, such as columns of a side that were read as text. */
  readonly notes: readonly Said[];
}

/** A row of a diff; cells stand in the order of `shown`, or of those of its columns that were asked for. */
export interface DiffRow {
  readonly change: "added" | "removed" | "changed";
  /** null where the row was added. */
  readonly before: readonly CellValue[] | null;
  readonly after: readonly CellValue[] | null;
  /** Places in `shown` of the cells that differ. */
  readonly cells: readonly number[];
}

/** Rows that stand in two tables: a test set in the training set. */
export interface Overlap {
  readonly rowsA: number;
  readonly rowsB: number;
  /** Rows of B that also stand in A. */
  readonly exact: number;
  /** The same after case, spaces and the form of numbers are evened out; includes the exact ones. */
  readonly normalised: number;
  /** By which rows were compared, as B has them. */
  readonly columns: readonly string[];
  /** All that both have. */
  readonly shared: readonly string[];
  readonly sample: readonly { readonly cells: readonly CellValue[]; readonly kind: "exact" | "normalised" }[];
}

/** A bound of a rule: a number, or the digits of a whole number that is too large to be one exactly. */
export type Bound = number | string;

/** A quality rule of a data set, as `loam.yaml` says it. */
export type QualityRule =
  | { readonly kind: "missing"; readonly column: string; readonly most: number }
  | {
      readonly kind: "range";
      readonly column: string;
      readonly min: Bound | null;
      readonly max: Bound | null;
    }
  | { readonly kind: "type"; readonly column: string; readonly type: ColumnType }
  | { readonly kind: "unique"; readonly columns: readonly string[] }
  | { readonly kind: "values"; readonly column: string; readonly allowed: readonly CellValue[] }
  | { readonly kind: "freshness"; readonly column: string; readonly within: string }
  | { readonly kind: "regex"; readonly column: string; readonly pattern: string }
  | { readonly kind: "rows"; readonly min: number | null; readonly max: number | null };

/** What came of taking a version back into the working folder. */
export interface RestoreReport {
  /** Absolute. */
  readonly path: string;
  readonly written: number;
  readonly removed: number;
  readonly same: number;
  /** The version that what was there before became, so that nothing is lost; null where it was known or nothing. */
  readonly kept: number | null;
  /** The folder to which changed files that were in no version were put away, for 30 days; null where there were none. */
  readonly putAway: string | null;
}

/** What a text of `loam.yaml` says of data. Lines and columns count from 1. */
export interface RulesText {
  readonly mistakes: readonly {
    readonly line: number;
    readonly column: number;
    readonly endLine: number;
    readonly endColumn: number;
    readonly field: string;
    readonly message: string;
    readonly said: Said;
  }[];
  /** None where there are mistakes. */
  readonly sets: readonly {
    readonly name: string;
    readonly line: number;
    /** In the order in which they are asked; `at` is their place in it. */
    readonly rules: readonly {
      readonly at: number;
      readonly line: number;
      readonly said: Said;
      readonly rule: QualityRule;
    }[];
  }[];
}
