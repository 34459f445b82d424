import { INTEGER, type DuckDBDataChunk } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { said } from "../../core/base/said.js";
import type { TableFile } from "../../core/datasets/tabular.js";
import { columnOf, type ArrowColumn } from "./arrow-columns.js";
import { ArrowFile, type Batch } from "./arrow-file.js";
import { distinctNames } from "./column-names.js";
import type { Database, Session } from "./database.js";
import type { Feed } from "./feed.js";
import { takeInFields } from "./take-in-fields.js";
import type { Untold } from "./taken-table.js";

/** Rows that are handed over at once weigh no more, where one row does not. */
const mostWeight = 32 * 1024 * 1024;

/** How many columns a file has and, by its first batch, how many rows, about. */
export function arrowSize(file: TableFile): { readonly columns: number; readonly rows: number } {
  const arrow = ArrowFile.open(file.path, file.name);
  try {
    const batch = arrow.next();
    return { columns: arrow.schema.fields.length, rows: batch ? batch.rows / arrow.done : 0 };
  } finally {
    arrow.close();
  }
}

/** Takes in a file or stream of Arrow, batch by batch; `places` are those of the wanted columns. */
export async function takeInArrow(
  database: Database,
  session: Session,
  file: TableFile,
  far: (part: number) => void,
  places?: readonly number[],
): Promise<Untold> {
  const arrow = ArrowFile.open(file.path, file.name);
  try {
    const all = distinctNames(arrow.schema.fields.map(({ name }) => name));
    const wanted = places ?? [...all.names.keys()];
    const [names, notes] = [wanted.map((at) => all.names[at] ?? ""), all.notes];
    const feed = new ArrowFeed(arrow, wanted, far);
    const taken = await database.feed(feed, (from) =>
      takeInFields(session, database.freshName("table"), from, file.format, () => undefined),
    );
    const columns = taken.columns.slice(0, names.length);
    return {
      ...taken,
      columns: columns.map((column, at) => ({ ...column, name: names[at] ?? column.name })),
      notes: [
        ...notes,
        ...(arrow.endsOpen
          ? [said`The stream has no mark at its end: more may have been meant to follow.`]
          : []),
      ],
    };
  } finally {
    arrow.close();
  }
}

class ArrowFeed implements Feed {
  readonly types;
  readonly #file: ArrowFile;
  /** By the places of their data in a batch. */
  readonly #columns: readonly (readonly [number, ArrowColumn])[];
  readonly #far: (part: number) => void;
  #batch: Batch | undefined;
  #at = 0;

  constructor(file: ArrowFile, wanted: readonly number[], far: (part: number) => void) {
    this.#file = file;
    this.#far = far;
    const columns = file.columns(columnOf);
    this.#columns = wanted.flatMap((at) => {
      const column = columns[at];
      return column ? [[at, column] as const] : [];
    });
    // DuckDB knows no tables without columns, yet rows are to be counted
    this.types = this.#columns.length === 0 ? [INTEGER] : this.#columns.map(([, { type }]) => type);
  }

  fill(chunk: DuckDBDataChunk): void {
    while (!this.#batch || this.#at >= this.#batch.rows) {
      this.#batch = this.#file.next();
      this.#at = 0;
      this.#far(this.#file.done);
      if (!this.#batch) {
        chunk.rowCount = 0;
        return;
      }
    }
    try {
      chunk.rowCount = this.#write(chunk, this.#batch);
    } catch (error) {
      throw this.#file.failure(error);
    }
  }

  /** How many rows it wrote. */
  #write(chunk: DuckDBDataChunk, batch: Batch): number {
    const parts = this.#columns.flatMap(([at, column]) => {
      const data = batch.columns[at];
      return data ? [{ column, data }] : [];
    });
    let count = Math.min(duckdb.vector_size(), batch.rows - this.#at);
    const weight = (): number =>
      parts.reduce((sum, { column, data }) => sum + (column.weight?.(data, this.#at, count) ?? 0), 0);
    while (count > 1 && weight() > mostWeight) count = Math.ceil(count / 2);
    for (const [at, { column, data }] of parts.entries())
      column.write(duckdb.data_chunk_get_vector(chunk.chunk, at), data, { from: this.#at, count });
    this.#at += count;
    return count;
  }
}
