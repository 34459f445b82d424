import { said } from "../../core/base/said.js";
import { takenAs, type Column } from "./columns.js";
import type { Session } from "./database.js";
import type { Untold } from "./taken-table.js";

export interface FieldsWish {
  /** Columns that are read wrongly. */
  readonly unread?: ReadonlySet<string>;
  /** Places of the columns that are wanted; absent: all. */
  readonly places?: readonly number[];
}

/** Takes in what a table function of DuckDB reads, with its names and types. */
export async function takeInFields(
  session: Session,
  table: string,
  from: string,
  format: Untold["format"],
  far: (part: number) => void,
  { unread = new Set(), places }: FieldsWish = {},
): Promise<Untold> {
  const described = await session.rows(
    `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`,
  );
  const all = described.map(([name, native], at): Column => {
    const { type, sql } = takenAs(String(native));
    return { name: String(name), field: `c${at}`, type, native: String(native), sql };
  });
  const columns = places ? places.flatMap((at) => all[at] ?? []) : all;
  const taken = columns.map(({ name, native, field }) => {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    return unread.has(name)
      ? `CAST(NULL AS ${takenAs(native).sql}) AS ${field}`
      : `${takenAs(native).taken(quoted)} AS ${field}`;
  });
  if (taken.length === 0) taken.push("NULL::BOOLEAN AS nothing");
  await session.run(`CREATE TABLE ${table} AS SELECT ${taken.join(", ")} FROM ${from}`, far);
  const notes = columns
    .filter(({ name }) => unread.has(name))
    .map(
      ({ name }) =>
        said`${name} has decimals of more than 38 digits, which are not read: they are shown as missing.`,
    );
  return { table, format, columns, notes };
}
