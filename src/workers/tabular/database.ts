import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Failure } from "../../core/base/failure.js";
import { said } from "../../core/base/said.js";
import { Feeds, type Feed } from "./feed.js";

/** What DuckDB gives for the types that are asked for: everything else is turned to text in SQL. */
export type SqlValue = bigint | boolean | number | string | null;

/** DuckDB's own limit, beyond which it writes to disk; the process needs some 150 MB more. */
const memoryLimit = "400MB";
/** Its reader takes these for patterns of names. */
const patternCharacters = /[*?[\]{}\\]/;

/** Text as an SQL literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A file under a name that DuckDB may read; `done` takes that name away. */
export interface Lent {
  readonly path: string;
  readonly done: () => void;
}

/**
 * DuckDB in memory, with a folder into which it spills what is larger. It reads no file but those that were lent to it,
 * by names of its own choice: a name with `*` or `[` would be a pattern to it.
 */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #lent: string;
  readonly #folders: readonly string[];
  readonly #feeds: Feeds;
  #last = 0;

  private constructor(instance: DuckDBInstance, feeds: Feeds, lent: string, folders: readonly string[]) {
    this.#instance = instance;
    this.#feeds = feeds;
    this.#lent = lent;
    this.#folders = folders;
  }

  /**
   * `folder` is made, is this process's own, and is removed by `dispose`; files below `readable` (without links) can be
   * lent.
   */
  static async open(folder: string, readable: readonly string[]): Promise<Database> {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const elsewhere = patternCharacters.test(folder.replaceAll(path.sep, ""))
      ? fs.mkdtempSync(path.join(os.tmpdir(), "loam-tables-"))
      : undefined;
    const lent = elsewhere ?? path.join(folder, "lent");
    fs.mkdirSync(lent, { recursive: true, mode: 0o700 });
    const instance = await DuckDBInstance.create(":memory:", {
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      memory_limit: memoryLimit,
      temp_directory: path.join(folder, "spill"),
      threads: String(os.availableParallelism()),
      preserve_insertion_order: "true",
    });
    const connection = await instance.connect();
    for (const setting of [
      "enable_progress_bar = true",
      "enable_progress_bar_print = false",
      `allowed_directories = [${[lent, ...readable].map(literal).join(", ")}]`,
      "GLOBAL TimeZone = 'UTC'",
      "enable_external_access = false",
      "lock_configuration = true",
    ])
      await connection.run(`SET ${setting}`);
    const feeds = new Feeds();
    feeds.register(connection);
    connection.closeSync();
    return new Database(instance, feeds, lent, elsewhere === undefined ? [folder] : [folder, elsewhere]);
  }

  /** A name that nothing else has. */
  freshName(what: string): string {
    return `${what}_${++this.#last}`;
  }

  /** A place where this process may write what DuckDB then reads. */
  roomFor(ending: string): Lent {
    const name = path.join(this.#lent, `${this.freshName("file")}${ending}`);
    return {
      path: name,
      done: () => {
        fs.rmSync(name, { force: true });
      },
    };
  }

  /** Lends a file to DuckDB under a name without meaning; call `done` when it was read. */
  lend(file: string, ending: string): Lent {
    const lent = this.roomFor(ending);
    const ways = [fs.symlinkSync, fs.linkSync, fs.copyFileSync]; // Windows keeps links for those with the right to make them
    for (const [at, way] of ways.entries()) {
      try {
        way(fs.realpathSync(file), lent.path);
        break;
      } catch (error) {
        if (at === ways.length - 1) throw error;
      }
    }
    return lent;
  }

  /** Lets `work` read rows of this process by what stands for them in SQL. Throws what `fill` threw. */
  feed<T>(feed: Feed, work: (from: string) => Promise<T>): Promise<T> {
    return this.#feeds.offer(this.freshName("feed"), feed, work);
  }

  /** Lets `work` ask; what it asks is interrupted when the signal is given. */
  async session<T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
    if (signal.aborted) throw cancelled();
    const connection = await this.#instance.connect();
    const interrupt = (): void => {
      connection.interrupt();
    };
    signal.addEventListener("abort", interrupt, { once: true });
    try {
      return await work(new Session(connection, signal));
    } finally {
      signal.removeEventListener("abort", interrupt);
      connection.closeSync();
    }
  }

  dispose(): void {
    this.#instance.closeSync();
    for (const folder of this.#folders) fs.rmSync(folder, { recursive: true, force: true });
  }
}

const cancelled = (): Failure => new Failure("cancelled", said`Cancelled.`);
/** How often it is asked how far a statement is, in ms. */
const progressMs = 200;

/** Asks DuckDB, one statement after another. */
export class Session {
  readonly signal: AbortSignal;
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection, signal: AbortSignal) {
    this.#connection = connection;
    this.signal = signal;
  }

  /** Rows of an answer. `far` hears which part of 1 is done, where DuckDB knows it. */
  async rows(sql: string, far?: (part: number) => void): Promise<readonly (readonly SqlValue[])[]> {
    if (this.signal.aborted) throw cancelled();
    const timer =
      far &&
      setInterval(() => {
        const { percentage } = this.#connection.progress;
        if (percentage > 0) far(Math.min(1, percentage / 100));
      }, progressMs);
    try {
      const reader = await this.#connection.runAndReadAll(sql);
      return reader.getRowsJS() as readonly (readonly SqlValue[])[];
    } catch (error) {
      throw this.#failureOf(error);
    } finally {
      clearInterval(timer);
    }
  }

  async row(sql: string): Promise<readonly SqlValue[]> {
    return (await this.rows(sql))[0] ?? [];
  }

  async run(sql: string, far?: (part: number) => void): Promise<void> {
    await this.rows(sql, far);
  }

  /** What is known of by DuckDB's own words alone stays an error of its: the caller knows what it asked. */
  #failureOf(error: unknown): unknown {
    if (this.signal.aborted) return cancelled();
    const message = error instanceof Error ? error.message : String(error);
    if (/No space left|disk full/i.test(message))
      return new Failure(
        "store.full",
        said`There is no room for what does not fit in memory: the disk is full.`,
        {
          next: said`Free some space and try again.`,
          cause: error,
        },
      );
    if (/^Out of Memory/i.test(message))
      return new Failure("value.tooLarge", said`The table needs more memory than there is for it.`, {
        next: said`Compare or profile a part of it, such as one file of several.`,
        cause: error,
      });
    return error;
  }
}
