import { said } from "../../core/base/said.js";
import { takenAs, type Column } from "./columns.js";
import type { Session } from "./database.js";
import type { Untold } from "./taken-table.js";

export interface FieldsWish {
  /** What the columns are called in the file, where DuckDB gives some other names. */
  readonly names?: readonly string[];
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
  { names, unread = new Set(), places }: FieldsWish = {},
): Promise<Untold> {
  const described = await session.rows(
    `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`,
  );
  const all = described.map(([given, native], at): Column & { readonly given: string } => {
    const { type, sql } = takenAs(String(native));
    const name = (names?.length === described.length ? names[at] : undefined) ?? String(given);
    return { name, given: String(given), field: `c${at}`, type, native: String(native), sql };
  });
  const chosen = places ? places.flatMap((at) => all[at] ?? []) : all;
  const taken = chosen.map(({ name, given, native, field }) => {
    const quoted = `"${given.replaceAll('"', '""')}"`;
    return unread.has(name)
      ? `CAST(NULL AS ${takenAs(native).sql}) AS ${field}`
      : `${takenAs(native).taken(quoted)} AS ${field}`;
  });
  if (taken.length === 0) taken.push("NULL::BOOLEAN AS nothing");
  await session.run(`CREATE TABLE ${table} AS SELECT ${taken.join(", ")} FROM ${from}`, far);
  const columns = chosen.map(({ given: _, ...column }) => column);
  const notes = columns
    .filter(({ name }) => unread.has(name))
    .map(
      ({ name }) =>
        said`${name} has decimals of more than 38 digits, which are not read: they are shown as missing.`,
    );
  return { table, format, columns, notes };
}
