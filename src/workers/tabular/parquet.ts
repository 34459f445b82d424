import type { TableFile } from "../../core/datasets/tabular.js";
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
    return await parquet.take(far);
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

  private constructor(
    database: Database,
    session: Session,
    lent: ReturnType<Database["lend"]>,
    unread: ReadonlySet<string>,
  ) {
    this.#database = database;
    this.#session = session;
    this.#lent = lent;
    this.#unread = unread;
  }

  /** To be closed. */
  static async open(database: Database, session: Session, file: TableFile): Promise<ParquetFile> {
    const lent = database.lend(file.path, ".parquet");
    try {
      const odd = await session.rows(
        `SELECT name FROM parquet_schema(${literal(lent.path)}) WHERE precision > ${mostDigits}`,
      );
      return new ParquetFile(database, session, lent, new Set(odd.map(([name]) => String(name))));
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
    const wish = { unread: this.#unread, ...(places ? { places } : {}) };
    const table = this.#database.freshName("table");
    return takeInFields(this.#session, table, this.#from, "parquet", far, wish);
  }
}
