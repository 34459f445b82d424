import type { Said } from "../../core/base/said.js";
import type { TableFile } from "../../core/datasets/tabular.js";
import { distinctNames } from "./column-names.js";
import { countOf } from "./columns.js";
import { literal, type Database, type Session } from "./database.js";
import { takeInFields } from "./take-in-fields.js";
import type { Untold } from "./taken-table.js";

/** DuckDB makes other numbers of decimals with more digits. */
const mostDigits = 38;

/** Takes in a file of Parquet as a whole. */
export async function takeInParquet(
  database: Database,
  session: Session,
  file: TableFile,
  far: (part: number) => void,
): Promise<Untold> {
  const parquet = await ParquetFile.open(database, session, file);
  try {
    const taken = await parquet.take(far);
    return { ...taken, notes: [...parquet.nameNotes, ...taken.notes] };
  } finally {
    parquet.close();
  }
}

/** A file of Parquet, of which some columns or all are taken in. */
export class ParquetFile {
  readonly #database: Database;
  readonly #session: Session;
  readonly #lent: ReturnType<Database["lend"]>;
  readonly #unread: ReadonlySet<string>;
  readonly #names: ReturnType<typeof distinctNames>;

  private constructor(
    database: Database,
    session: Session,
    lent: ReturnType<Database["lend"]>,
    unread: ReadonlySet<string>,
    names: readonly string[],
  ) {
    this.#database = database;
    this.#session = session;
    this.#lent = lent;
    this.#unread = unread;
    this.#names = distinctNames(names);
  }

  /** To be closed. */
  static async open(database: Database, session: Session, file: TableFile): Promise<ParquetFile> {
    const lent = database.lend(file.path, ".parquet");
    try {
      const schema = await session.rows(
        `SELECT name, num_children, precision FROM parquet_schema(${literal(lent.path)})`,
      );
      const odd = schema.flatMap(([name, , digits]) => (countOf(digits) > mostDigits ? [String(name)] : []));
      const names = columnNames(schema.map(([name, children]) => [String(name), countOf(children)]));
      return new ParquetFile(database, session, lent, new Set(odd), names);
    } catch (error) {
      lent.done();
      throw error;
    }
  }

  close(): void {
    this.#lent.done();
  }

  get #from(): string {
    return `read_parquet(${literal(this.#lent.path)})`;
  }

  /** How many columns and rows it has. */
  async size(): Promise<{ readonly columns: number; readonly rows: number }> {
    const file = literal(this.#lent.path);
    const [rows] = await this.#session.row(`SELECT sum(num_rows) FROM parquet_file_metadata(${file})`);
    const [columns] = await this.#session.row(`SELECT count(*) FROM (DESCRIBE SELECT * FROM ${this.#from})`);
    return { columns: Number(columns), rows: Number(rows) };
  }

  /** Takes in the columns at some places; absent: all. */
  take(far: (part: number) => void, places?: readonly number[]): Promise<Untold> {
    const wish = { unread: this.#unread, names: this.#names.names, ...(places ? { places } : {}) };
    const table = this.#database.freshName("table");
    return takeInFields(this.#session, table, this.#from, "parquet", far, wish);
  }

  /** What a reader should know of the names of columns. */
  get nameNotes(): readonly Said[] {
    return this.#names.notes;
  }
}

/** What stands at the top of a schema, each element of which is followed by its children. */
function columnNames([, ...elements]: readonly (readonly [name: string, children: number])[]): string[] {
  const names: string[] = [];
  const left: number[] = []; // children still to come of each element that this one is below
  for (const [name, children] of elements) {
    while (left.at(-1) === 0) left.pop();
    if (left.length === 0) names.push(name);
    else left.push((left.pop() ?? 0) - 1);
    if (children > 0) left.push(children);
  }
  return names;
}
