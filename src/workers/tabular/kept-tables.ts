import * as fs from "node:fs";
import { toFailure } from "../../core/base/failure.js";
import { said } from "../../core/base/said.js";
import type { TableFile, TellProgress } from "../../core/datasets/tabular.js";
import type { Database, Session } from "./database.js";
import { takeIn } from "./take-in.js";
import type { TakenTable } from "./taken-table.js";

/** Tables that were taken in stay, as long as no more than so many are there that nobody holds. */
const mostIdle = 3;

interface Kept {
  readonly taken: TakenTable;
  holders: number;
}

/** The tables in DuckDB, each of a file as it was; the one used longest ago goes first. */
export class KeptTables {
  readonly #database: Database;
  readonly #kept = new Map<string, Kept>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** The table of a file, taken in where it is not there yet, and held until `release`. */
  async hold(session: Session, file: TableFile, tell: TellProgress): Promise<TakenTable> {
    const key = keyOf(file);
    const known = this.#kept.get(key);
    const kept = known ?? {
      taken: await takeIn(this.#database, session, file, (done) => {
        tell({ text: said`Reading ${file.name}`, done });
      }),
      holders: 0,
    };
    this.#kept.delete(key); // the one used last stands at the end
    this.#kept.set(key, kept);
    kept.holders++;
    return kept.taken;
  }

  /** Of all that are there, in SQL. */
  names(): string[] {
    return [...this.#kept.values()].map(({ taken }) => taken.table);
  }

  /** Gives a table back. */
  async release(session: Session, taken: TakenTable): Promise<void> {
    for (const kept of this.#kept.values()) if (kept.taken === taken) kept.holders--;
    const idle = [...this.#kept].filter(([, { holders }]) => holders === 0);
    for (const [key, { taken: old }] of idle.slice(0, Math.max(0, idle.length - mostIdle))) {
      this.#kept.delete(key);
      await session.run(`DROP TABLE IF EXISTS ${old.table}`);
    }
  }
}

function keyOf(file: TableFile): string {
  try {
    const { size, mtimeMs, ino } = fs.statSync(file.path);
    return JSON.stringify([file.path, file.format, size, mtimeMs, ino]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return JSON.stringify([file.path, "none"]);
    throw toFailure(error, said`Reading ${file.name}`);
  }
}
