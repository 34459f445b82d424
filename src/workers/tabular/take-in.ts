import type { TableFile } from "../../core/datasets/tabular.js";
import { takeInArrow } from "./arrow.js";
import { countOf } from "./columns.js";
import { takeInCsv } from "./csv.js";
import type { Database, Session } from "./database.js";
import { takeInJson } from "./json.js";
import { takeInParquet } from "./parquet.js";
import type { TakenTable, Untold } from "./taken-table.js";
import { reading } from "./unreadable.js";

/** Takes a file into a table of DuckDB's own, which spills to disk where it is large. */
export async function takeIn(
  database: Database,
  session: Session,
  file: TableFile,
  far: (part: number) => void,
): Promise<TakenTable> {
  return reading(session, file, async () => counted(session, await takeInAs(database, session, file, far)));
}

/** A table with its number of rows. */
export async function counted(session: Session, taken: Untold): Promise<TakenTable> {
  const [rows] = await session.row(`SELECT count(*) FROM ${taken.table}`);
  return { ...taken, rows: countOf(rows) };
}

function takeInAs(
  database: Database,
  session: Session,
  file: TableFile,
  far: (part: number) => void,
): Promise<Untold> {
  switch (file.format) {
    case "csv":
    case "tsv":
      return takeInCsv(database, session, file, far);
    case "json":
    case "jsonl":
      return takeInJson(database, session, file, far);
    case "parquet":
      return takeInParquet(database, session, file, far);
    case "arrow":
      return takeInArrow(database, session, file, far);
  }
}
