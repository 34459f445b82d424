import { Failure } from "../../core/base/failure.js";
import { oneOf, said, type Said } from "../../core/base/said.js";
import type { DiffPage, RowsOfDiff, TellProgress } from "../../core/datasets/tabular.js";
import type { DiffRow, TableDiff } from "../../core/datasets/view.js";
import { columnChanges, matchColumns, type ColumnPair, type MatchedColumns } from "./column-pairs.js";
import { cellOf, cellSql, countOf, type Column } from "./columns.js";
import type { Database, Session, SqlValue } from "./database.js";
import { sameSql, type Tolerance } from "./equality.js";
import { guessKeys, repeatedKeys } from "./keys.js";
import { askColumns, inParts } from "./many-columns.js";
import { matchByContent, matchByKeys } from "./match-rows.js";
import { pairAlike } from "./pair-alike.js";
import { renamedColumns } from "./renames.js";
import type { TakenTable } from "./taken-table.js";

export interface DiffOrder {
  readonly keys: readonly string[] | null;
  readonly tolerance: Tolerance;
}

/** A diff whose rows can be asked for: places of rows that differ, in the order of the newer side. */
export interface MadeDiff {
  readonly diff: TableDiff;
  /** Of `was` and `now`: places of rows in the two tables, or NULL. */
  readonly table: string;
  readonly sides: readonly [TakenTable, TakenTable];
  readonly columns: MatchedColumns;
  readonly tolerance: Tolerance;
}

/** Compares two tables row by row. */
export async function diffTables(
  database: Database,
  session: Session,
  sides: readonly [TakenTable, TakenTable],
  order: DiffOrder,
  tell: TellProgress,
): Promise<MadeDiff> {
  const [before, after] = sides;
  const byName = matchColumns(before.columns, after.columns);
  tell({ text: said`Looking for the columns that tell rows apart`, done: 0 });
  const keys =
    order.keys === null
      ? await guessKeys(session, sides, byName.pairs)
      : pickedKeys(order.keys, byName.pairs);
  const renamed = await renamedColumns(session, sides, byName, keys);
  const columns = matchColumns(before.columns, after.columns, renamed);
  tell({ text: said`Comparing the rows`, done: 0.3 });
  const table = database.freshName("diff");
  // a guessed key repeats on no side
  const isPicked = order.keys !== null && keys.length > 0;
  const duplicateKeys = isPicked ? await repeatedKeys(session, sides, keys) : 0;
  const tolerance = keys.length === 0 ? exact : order.tolerance;
  let looked = true;
  if (keys.length === 0) {
    await matchByContent(database, session, sides, columns.pairs, table);
    looked = await pairAlike(database, session, sides, columns.pairs, table);
  } else {
    const compared = columns.pairs.filter((pair) => !keys.some((key) => key.after === pair.after));
    await matchByKeys(
      database,
      session,
      sides,
      { keys, compared, tolerance, repeated: duplicateKeys > 0 },
      table,
    );
  }
  const [added, removed, changed] = (
    await session.row(
      `SELECT count(*) FILTER (was IS NULL), count(*) FILTER (now IS NULL), ` +
        `count(*) FILTER (was IS NOT NULL AND now IS NOT NULL) FROM ${table}`,
    )
  ).map(countOf) as [number, number, number];
  tell({ text: said`Counting the cells that changed`, done: 0.7 });
  const diff: TableDiff = {
    rowsBefore: before.rows,
    rowsAfter: after.rows,
    added,
    removed,
    changed,
    same: after.rows - added - changed,
    keys: keys.map((pair) => pair.after.name),
    keysFrom: keys.length === 0 ? "content" : order.keys === null ? "guessed" : "picked",
    duplicateKeys,
    columns: columnChanges(columns, before.columns),
    changedCells: changed === 0 ? [] : await changedCells(session, table, sides, columns.pairs, tolerance),
    shown: shownColumns(sides, columns).map(({ name }) => name),
    notes: [...notesOf(sides, keys, order.tolerance), ...(looked ? [] : [tooMany])],
  };
  return { diff, table, sides, columns, tolerance };
}

function pickedKeys(names: readonly string[], pairs: readonly ColumnPair[]): ColumnPair[] {
  return names.map((name) => {
    const pair = pairs.find(({ after }) => after.name === name);
    if (pair) return pair;
    throw new Failure("value.invalid", said`There is no column ${name} on both sides.`, {
      next: said`The columns of both are ${oneOf(pairs.map(({ after }) => after.name).slice(0, 50))}.`,
    });
  });
}

/** What is compared whole is the same or is not. */
const exact: Tolerance = { absolute: 0, relative: 0 };
const tooMany = said`Too many rows differ to match those that are alike: choose a key to see changed cells.`;

function notesOf(
  sides: readonly [TakenTable, TakenTable],
  keys: readonly ColumnPair[],
  tolerance: Tolerance,
): Said[] {
  const unused = keys.length === 0 && (tolerance.absolute > 0 || tolerance.relative > 0);
  return [
    ...sides[0].notes.map((note) => said`Before: ${note}`),
    ...sides[1].notes.map((note) => said`After: ${note}`),
    ...(unused ? [said`Without a key rows are compared exactly: the tolerance was left out.`] : []),
  ];
}

async function changedCells(
  session: Session,
  table: string,
  [before, after]: readonly [TakenTable, TakenTable],
  pairs: readonly ColumnPair[],
  tolerance: Tolerance,
): Promise<TableDiff["changedCells"]> {
  const joined = `${table} d JOIN ${before.table} a ON a.rowid = d.was JOIN ${after.table} b ON b.rowid = d.now`;
  const counts = await askColumns(session, joined, pairs, (pair) => [
    `count(*) FILTER (NOT ${sameSql(pair, tolerance)})`,
  ]);
  return pairs
    .map((pair, at) => ({ column: pair.after.name, cells: countOf(counts[at]?.[0]) }))
    .filter(({ cells }) => cells > 0)
    .sort((x, y) => y.cells - x.cells);
}

/** A column of the diff, with what it is on each side. */
interface ShownColumn {
  readonly name: string;
  readonly before: Column | undefined;
  readonly after: Column | undefined;
}

function shownColumns([, after]: readonly [TakenTable, TakenTable], columns: MatchedColumns): ShownColumn[] {
  return [
    ...after.columns.map((column) => ({
      name: column.name,
      before: columns.pairs.find((pair) => pair.after === column)?.before,
      after: column,
    })),
    ...columns.removed.map((column) => ({ name: column.name, before: column, after: undefined })),
  ];
}

const conditions: Record<DiffRow["change"], string> = {
  added: "was IS NULL",
  removed: "now IS NULL",
  changed: "(was IS NOT NULL AND now IS NOT NULL)",
};

/** A page of the rows of a diff. */
export async function diffRows(session: Session, made: MadeDiff, page: DiffPage): Promise<RowsOfDiff> {
  const { table, sides, columns, tolerance } = made;
  const wanted =
    page.changes.length === 0 ? "true" : page.changes.map((change) => conditions[change]).join(" OR ");
  const [total] = await session.row(`SELECT count(*) FROM ${table} WHERE ${wanted}`);
  const all = shownColumns(sides, columns);
  const places = (page.columns ?? [...all.keys()]).filter((place) => all[place] !== undefined);
  const rows: DiffRow[] = [];
  for (const some of places.length === 0 ? [[]] : inParts(places)) {
    const shown = some.flatMap((place) => all[place] ?? []);
    const found = await session.rows(
      `SELECT ${["d.was IS NULL", "d.now IS NULL", ...cellsOf(shown, tolerance)].join(", ")} ` +
        `FROM (SELECT rowid AS n, was, now FROM ${table} WHERE ${wanted} ORDER BY rowid ` +
        `LIMIT ${Math.max(0, page.most)} OFFSET ${Math.max(0, page.from)}) d ` +
        `LEFT JOIN ${sides[0].table} a ON a.rowid = d.was LEFT JOIN ${sides[1].table} b ON b.rowid = d.now ORDER BY d.n`,
    );
    for (const [at, row] of found.entries()) rows[at] = joined(rows[at], rowOf(row, some));
  }
  return { rows, total: countOf(total) };
}

/** The cells of both sides, and whether they differ. */
function cellsOf(shown: readonly ShownColumn[], tolerance: Tolerance): string[] {
  const cells = (side: "after" | "before", prefix: string): string[] =>
    shown.map((column) => {
      const one = column[side];
      return one ? cellSql(one, prefix) : "NULL";
    });
  const differs = shown.map(({ before, after }) =>
    before && after
      ? `d.was IS NOT NULL AND d.now IS NOT NULL AND NOT ${sameSql({ before, after }, tolerance)}`
      : "false",
  );
  return [...cells("before", "a."), ...cells("after", "b."), ...differs];
}

/** A row of which some columns were read before. */
function joined(row: DiffRow | undefined, more: DiffRow): DiffRow {
  if (!row) return more;
  return {
    change: row.change,
    before: row.before && [...row.before, ...(more.before ?? [])],
    after: row.after && [...row.after, ...(more.after ?? [])],
    cells: [...row.cells, ...more.cells],
  };
}

/** `places`: of the columns that it has, among all. */
function rowOf([isAdded, isRemoved, ...values]: readonly SqlValue[], places: readonly number[]): DiffRow {
  const width = places.length;
  const cells = (from: number): DiffRow["before"] => values.slice(from, from + width).map(cellOf);
  return {
    change: isAdded === true ? "added" : isRemoved === true ? "removed" : "changed",
    before: isAdded === true ? null : cells(0),
    after: isRemoved === true ? null : cells(width),
    cells: places.filter((_, at) => values[2 * width + at] === true),
  };
}
