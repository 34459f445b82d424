import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import initSqlJs, { type Database, type SqlJsStatic, type Statement } from "sql.js";

export type SqlValue = number | string | Uint8Array | null;

let engine: Promise<SqlJsStatic> | undefined;

/** The WebAssembly file stands beside the bundle, whose parts are a folder below; in a checkout it is the package's own. */
function wasmFile(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const places = [here, path.dirname(here)].map((folder) => path.join(folder, "sql-wasm.wasm"));
  const bundled = places.find((place) => fs.existsSync(place));
  if (bundled !== undefined) return bundled;
  return createRequire(import.meta.url).resolve("sql.js/dist/sql-wasm.wasm");
}

async function loadEngine(): Promise<SqlJsStatic> {
  const bytes = await fs.promises.readFile(wasmFile());
  return initSqlJs({ wasmBinary: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
}

/**
 * The database is in memory as a whole: a page that is not in SQLite's own cache, of so many kB, costs a copy. A larger
 * one made no question faster, and held 60 MB more of a large index twice.
 */
const cacheKilobytes = 8192;

/** SQLite in memory. Statements are prepared once and kept. */
export class IndexDatabase {
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();
  #inTransaction = false;

  private constructor(db: Database, functions: readonly [string, (...values: SqlValue[]) => SqlValue][]) {
    this.#db = db;
    db.exec(
      "pragma locking_mode = exclusive; pragma journal_mode = off; pragma synchronous = off; pragma temp_store = memory",
    );
    db.exec(`pragma cache_size = -${cacheKilobytes}`);
    for (const [name, work] of functions) db.create_function(name, work);
  }

  /** Begins to load SQLite, for an `open` that follows. */
  static prepare(): void {
    engine ??= loadEngine();
    engine.catch(() => undefined); // told to whoever opens
  }

  /** Opens an image, or an empty database. Throws where the bytes are no database. `functions` can be called in SQL. */
  static async open(
    image?: Uint8Array,
    functions: readonly [string, (...values: SqlValue[]) => SqlValue][] = [],
  ): Promise<IndexDatabase> {
    engine ??= loadEngine();
    const { Database: SqlDatabase } = await engine;
    return new IndexDatabase(new SqlDatabase(image), functions);
  }

  #statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (this.#statements.size >= 200) this.#forget();
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #forget(): void {
    for (const statement of this.#statements.values()) statement.free();
    this.#statements.clear();
  }

  /**
   * Runs a statement that writes. All writes until the next image are one transaction: each end of one would copy the
   * pages that it changed, and nobody else reads the database.
   */
  run(sql: string, params: readonly SqlValue[] = []): void {
    if (!this.#inTransaction) {
      this.#db.exec("begin");
      this.#inTransaction = true;
    }
    this.#statement(sql).run([...params]);
  }

  /** Several statements without parameters. */
  script(sql: string): void {
    this.#db.exec(sql);
  }

  rows(sql: string, params: readonly SqlValue[] = []): SqlValue[][] {
    const statement = this.#statement(sql);
    const rows: SqlValue[][] = [];
    try {
      statement.bind([...params]);
      while (statement.step()) rows.push(statement.get());
    } finally {
      statement.reset();
    }
    return rows;
  }

  /** The whole database as a file's bytes. Blocks for as long as a copy takes. */
  image(): Uint8Array {
    if (this.#inTransaction) this.#db.exec("commit"); // an open one would be refused
    this.#inTransaction = false;
    return this.#db.export();
  }

  close(): void {
    this.#forget();
    this.#db.close();
  }
}
