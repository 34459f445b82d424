import type { Session, SqlValue } from "./database.js";

/** Tables of more columns are taken in with care: each column that is written or read holds a block of 256 kB. */
export const manyColumns = 200;
/** What one statement asks for: planning one takes by the square of what it asks, and a join holds all that it is of. */
const columnsAtOnce = 100;
/** To change so many columns one by one, each of them a rewriting, takes no longer than to write all anew. */
const mostAltered = 8;

/** Columns, as many as one statement is to be about. */
export const inParts = <T>(columns: readonly T[], most = columnsAtOnce): (readonly T[])[] =>
  Array.from({ length: Math.ceil(columns.length / most) }, (_, at) =>
    columns.slice(at * most, (at + 1) * most),
  );

/** Asks for values of each of some columns, so many of each, in one row a statement. */
export async function askColumns<T>(
  session: Session,
  from: string,
  columns: readonly T[],
  asked: (column: T) => readonly string[],
): Promise<(readonly SqlValue[])[]> {
  const answers: (readonly SqlValue[])[] = [];
  for (const some of inParts(columns)) {
    const each = some.map(asked);
    const values = await session.row(`SELECT ${each.flat().join(", ")} FROM ${from}`);
    let place = 0;
    for (const { length } of each) answers.push(values.slice(place, (place += length)));
  }
  return answers;
}

/** A column that becomes one of another type. */
export interface Retyped {
  readonly field: string;
  readonly type: string;
  /** Its values, of what is there. */
  readonly using: string;
}

/** Gives columns of a table other types. `fields` are all that it has, in their order. */
export async function retype(
  session: Session,
  table: string,
  fields: readonly string[],
  changes: readonly Retyped[],
): Promise<void> {
  if (changes.length <= mostAltered) {
    for (const { field, type, using } of changes)
      await session.run(`ALTER TABLE ${table} ALTER ${field} TYPE ${type} USING (${using})`);
    return;
  }
  const changed = new Map(changes.map((change) => [change.field, change]));
  const all = fields.map((field) => {
    const change = changed.get(field);
    return change ? `CAST(${change.using} AS ${change.type}) AS ${field}` : field;
  });
  await session.run(`CREATE TABLE ${table}_retyped AS SELECT ${all.join(", ")} FROM ${table}`);
  await session.run(`DROP TABLE ${table}`);
  await session.run(`ALTER TABLE ${table}_retyped RENAME TO ${table}`);
}
