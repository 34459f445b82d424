import * as crypto from "node:crypto";
import { Failure } from "../../core/base/failure.js";
import { said } from "../../core/base/said.js";
import type {
  DiffPage,
  RowsOfDiff,
  RuleFinding,
  TableComparison,
  TableFile,
  TableOverlap,
  TellProgress,
} from "../../core/datasets/tabular.js";
import type { Overlap, QualityRule, TableDiff, TableProfile } from "../../core/datasets/view.js";
import { checkRules } from "./check-rules.js";
import type { Database } from "./database.js";
import { type Session } from "./database.js";
import { KeptTables } from "./kept-tables.js";
import { overlapOf } from "./overlap.js";
import { profileTable } from "./profile.js";
import { profileVast } from "./profile-vast.js";
import { diffRows, diffTables, type MadeDiff } from "./row-diff.js";
import { haveSameBytes } from "./same-files.js";
import type { TakenTable } from "./taken-table.js";
import { reading } from "./unreadable.js";
import { openVast } from "./vast.js";

/** Rows of so many diffs can be asked for; older ones go. */
const mostDiffs = 3;

/** What is done with tables, one piece of work after another: each may take all memory and cores. */
export class TableWork {
  readonly #database: Database;
  readonly #tables: KeptTables;
  readonly #diffs = new Map<string, MadeDiff>();
  #last: Promise<unknown> = Promise.resolve();
  #doing: { readonly signal: AbortSignal; readonly done: Promise<unknown> } | undefined;

  constructor(database: Database) {
    this.#database = database;
    this.#tables = new KeptTables(database);
  }

  profile(file: TableFile, signal: AbortSignal, tell: TellProgress): Promise<TableProfile> {
    return this.#inTurn(signal, async (session) => {
      const vast = await reading(session, file, () => openVast(this.#database, session, file));
      if (!vast) return this.#with(session, [file], tell, ([table]) => profileTable(session, table, tell));
      try {
        return await profileVast(session, vast, file, tell);
      } finally {
        vast.close();
      }
    });
  }

  diff(
    { before, after, keys, tolerance }: TableComparison,
    signal: AbortSignal,
    tell: TellProgress,
  ): Promise<{ diff: TableDiff; handle: string }> {
    return this.#inTurn(signal, async (session) => {
      const was = await this.#tables.hold(session, before, tell);
      let now: TakenTable | undefined;
      try {
        now = await this.#tables.hold(session, after, tell);
        const made = await diffTables(this.#database, session, [was, now], { keys, tolerance }, tell);
        const handle = crypto.randomBytes(8).toString("hex");
        this.#diffs.set(handle, made);
        await this.#forgetOldDiffs(session);
        return { diff: withForm(made.diff, before, after, signal), handle };
      } catch (error) {
        await this.#giveBack([was, ...(now ? [now] : [])]);
        throw error;
      }
    });
  }

  /** Beside other work, since somebody scrolls. */
  async diffRows(page: DiffPage, signal: AbortSignal): Promise<RowsOfDiff> {
    const made = this.#diffs.get(page.handle);
    if (!made)
      throw new Failure("state.wrong", said`The rows of this comparison are gone.`, {
        next: said`Compare again.`,
      });
    return this.#database.session(signal, (session) => diffRows(session, made, page));
  }

  overlap({ a, b, columns }: TableOverlap, signal: AbortSignal, tell: TellProgress): Promise<Overlap> {
    return this.#inTurn(signal, (session) =>
      this.#with(session, [a, b], tell, (tables) => {
        tell({ text: said`Looking for rows in both`, done: 0.5 });
        return overlapOf(this.#database, session, tables, columns);
      }),
    );
  }

  check(
    file: TableFile,
    rules: readonly QualityRule[],
    now: number,
    signal: AbortSignal,
    tell: TellProgress,
  ): Promise<RuleFinding[]> {
    return this.#inTurn(signal, (session) =>
      this.#with(session, [file], tell, ([table]) => checkRules(session, table, rules, now)),
    );
  }

  /** Answers when nothing is being done that was cancelled. */
  async stopped(): Promise<null> {
    if (this.#doing?.signal.aborted === true) await this.#doing.done;
    return null;
  }

  #inTurn<T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
    const mine = this.#last.then(() => {
      const begun = this.#database.session(signal, async (session) => {
        await this.#dropStrays(session);
        return work(session);
      });
      this.#doing = { signal, done: begun.catch(() => undefined) };
      return begun;
    });
    this.#last = mine.catch(() => undefined); // whoever asked is told
    return mine;
  }

  /** What work left that was cancelled half-way: nothing else is being done now. */
  async #dropStrays(session: Session): Promise<void> {
    const known = new Set([...this.#tables.names(), ...[...this.#diffs.values()].map(({ table }) => table)]);
    for (const [name] of await session.rows("SELECT table_name FROM duckdb_tables()"))
      if (!known.has(String(name))) await session.run(`DROP TABLE ${String(name)}`);
  }

  async #with<const F extends readonly TableFile[], T>(
    session: Session,
    files: F,
    tell: TellProgress,
    work: (tables: { readonly [K in keyof F]: TakenTable }) => Promise<T>,
  ): Promise<T> {
    const held: TakenTable[] = [];
    try {
      for (const file of files) held.push(await this.#tables.hold(session, file, tell));
      return await work(held as unknown as { readonly [K in keyof F]: TakenTable });
    } finally {
      await this.#giveBack(held);
    }
  }

  async #forgetOldDiffs(session: Session): Promise<void> {
    for (const [handle, { table, sides }] of [...this.#diffs].slice(0, -mostDiffs)) {
      this.#diffs.delete(handle);
      await session.run(`DROP TABLE ${table}`);
      await this.#giveBack(sides);
    }
  }

  /** By a session of its own: the one that held them may have been cancelled. */
  async #giveBack(tables: readonly TakenTable[]): Promise<void> {
    await this.#database.session(new AbortController().signal, async (session) => {
      for (const table of tables) await this.#tables.release(session, table);
    });
  }
}

/** A comparison that finds nothing says so where the files are not the same all the same. */
function withForm(diff: TableDiff, before: TableFile, after: TableFile, signal: AbortSignal): TableDiff {
  const differs = diff.added + diff.removed + diff.changed > 0 || diff.columns.length > 0;
  if (differs || haveSameBytes(before.path, after.path, signal)) return diff;
  const note = said`The files differ in form only: every row is the same.`;
  return { ...diff, notes: [...diff.notes, note] };
}
