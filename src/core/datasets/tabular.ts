import { Failure } from "../base/failure.js";
import type { Disposable } from "../base/lifetime.js";
import { said, type Said } from "../base/said.js";
import type { DiffRow, Overlap, QualityRule, TableDiff, TableProfile } from "./view.js";

export type TableFormat = "arrow" | "csv" | "json" | "jsonl" | "parquet" | "tsv";

/** A file that is read as a table. */
export interface TableFile {
  /** Absolute. */
  readonly path: string;
  /** As a person knows it, in messages: its path may be that of stored content. */
  readonly name: string;
  readonly format: TableFormat;
}

export interface TableComparison {
  readonly before: TableFile;
  readonly after: TableFile;
  /** null: guessed; none: rows are matched by their content. */
  readonly keys: readonly string[] | null;
  /** Numbers that differ by no more are equal: absolute, and as a part of the greater one. */
  readonly tolerance: { readonly absolute: number; readonly relative: number };
}

export interface DiffPage {
  readonly handle: string;
  /** Which changes are wanted; none: all. */
  readonly changes: readonly DiffRow["change"][];
  readonly from: number;
  readonly most: number;
  /** Places in `shown` of the columns that are wanted, which the cells of the rows then follow; absent: all. */
  readonly columns?: readonly number[] | undefined;
}

export interface RowsOfDiff {
  readonly rows: readonly DiffRow[];
  /** Of all rows with the changes that were asked for. */
  readonly total: number;
}

export interface TableOverlap {
  readonly a: TableFile;
  readonly b: TableFile;
  /** null: all columns that both have. */
  readonly columns: readonly string[] | null;
}

/** What was counted for a rule. */
export interface RuleFinding {
  readonly outcome: "passed" | "failed" | "error";
  readonly found: string;
}

/** How far work on a table is. */
export interface TabularProgress {
  readonly text: Said;
  /** A part of 1. */
  readonly done: number;
}

export type TellProgress = (progress: TabularProgress) => void;

/**
 * What reads tables. Failures: `table.unreadable` with file and reason, `cancelled`, and `feature.absent` where the
 * platform has nothing to read them with.
 */
export interface Tabular extends Disposable {
  profile(table: TableFile, signal: AbortSignal, tell?: TellProgress): Promise<TableProfile>;
  /** The rows of the diff stay to be asked for by `handle`, until some others were made: then `state.wrong`. */
  diff(
    comparison: TableComparison,
    signal: AbortSignal,
    tell?: TellProgress,
  ): Promise<{ readonly diff: TableDiff; readonly handle: string }>;
  diffRows(page: DiffPage, signal: AbortSignal): Promise<RowsOfDiff>;
  overlap(question: TableOverlap, signal: AbortSignal, tell?: TellProgress): Promise<Overlap>;
  /** One finding a rule, in their order. `now` in ms since the epoch, for freshness. */
  check(
    table: TableFile,
    rules: readonly QualityRule[],
    now: number,
    signal: AbortSignal,
    tell?: TellProgress,
  ): Promise<readonly RuleFinding[]>;
}

const absent = (): Promise<never> =>
  Promise.reject(
    new Failure("feature.absent", said`Tables cannot be read here.`, {
      next: said`Versions of the data can be kept and compared by file all the same.`,
    }),
  );

/** For a workbench that was opened without a reader of tables. */
export const noTabular: Tabular = {
  profile: absent,
  diff: absent,
  diffRows: absent,
  overlap: absent,
  check: absent,
  dispose: () => undefined,
};
