import { Failure } from "../../core/base/failure.js";
import { said, type Said } from "../../core/base/said.js";
import type { TableFile, TellProgress } from "../../core/datasets/tabular.js";
import type { CellValue, ColumnProfile, TableProfile } from "../../core/datasets/view.js";
import { countOf } from "./columns.js";
import type { Session } from "./database.js";
import { firstRows, profileColumns } from "./profile.js";
import { counted } from "./take-in.js";
import type { TakenTable } from "./taken-table.js";
import { reading } from "./unreadable.js";
import type { VastTable } from "./vast.js";

/** Profiles a table that is never there as a whole: some of its columns after others. */
export async function profileVast(
  session: Session,
  vast: VastTable,
  file: TableFile,
  tell: TellProgress,
): Promise<TableProfile> {
  const { parts, format } = vast;
  const columns: ColumnProfile[] = [];
  const notes: Said[] = [];
  const hashes = new RowHashes(session);
  let sample: readonly (readonly CellValue[])[] = [];
  let rows: number | undefined;
  for (const [at, places] of parts.entries()) {
    const told = (text: Said, share: number): void => {
      tell({ text, done: (at + share) / parts.length });
    };
    told(said`Reading ${file.name}`, 0);
    const taken = await reading(session, file, async () =>
      counted(
        session,
        await vast.take(places, (share) => {
          told(said`Reading ${file.name}`, share / 2);
        }),
      ),
    );
    rows ??= taken.rows;
    if (taken.rows !== rows) throw changed(file);
    columns.push(
      ...(await profileColumns(session, taken, ({ text, done }) => {
        told(text, (1 + done) / 2);
      })),
    );
    const first = await firstRows(session, taken);
    sample = at === 0 ? first : sample.map((cells, n) => [...cells, ...(first[n] ?? [])]);
    await hashes.add(taken);
    await session.run(`DROP TABLE ${taken.table}`);
    notes.push(...taken.notes);
  }
  const duplicates = (rows ?? 0) - (await hashes.distinct());
  return { rows: rows ?? 0, format, columns, duplicates, sample, notes: [...vast.notes(), ...notes] };
}

const changed = ({ name }: TableFile): Failure =>
  new Failure("table.unreadable", said`${name} changed while it was read.`, {
    next: said`Try again when nothing writes it.`,
  });

/** A hash of each row, of the columns that were there so far. */
class RowHashes {
  readonly #session: Session;
  #table: string | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  async add({ table, columns }: TakenTable): Promise<void> {
    const before = this.#table;
    const next = `${table}_rows`;
    const own = `hash(${columns.map(({ field }) => field).join(", ")})`;
    await this.#session.run(
      `CREATE TEMP TABLE ${next} AS ` +
        (before === undefined
          ? `SELECT ${own} AS h FROM ${table}`
          : `SELECT hash(b.h, n.h) AS h FROM ${before} b POSITIONAL JOIN (SELECT ${own} AS h FROM ${table}) n`),
    );
    if (before !== undefined) await this.#session.run(`DROP TABLE ${before}`);
    this.#table = next;
  }

  /** How many rows differ. */
  async distinct(): Promise<number> {
    if (this.#table === undefined) return 0;
    const [distinct] = await this.#session.row(`SELECT count(DISTINCT h) FROM ${this.#table}`);
    await this.#session.run(`DROP TABLE ${this.#table}`);
    return countOf(distinct);
  }
}
