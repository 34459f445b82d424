import type { Said } from "../../core/base/said.js";
import type { TableFormat } from "../../core/datasets/tabular.js";
import type { Column } from "./columns.js";

/** A table of DuckDB's own that holds what a file has. */
export interface TakenTable {
  /** Its name in SQL. */
  readonly table: string;
  /** What the file was read as. */
  readonly format: TableFormat;
  readonly rows: number;
  readonly columns: readonly Column[];
  /** What a reader should know of how it was read. */
  readonly notes: readonly Said[];
}

/** One that has columns but lacks its own count. */
export type Untold = Omit<TakenTable, "rows">;
