import {
  DuckDBTableFunction,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBType,
} from "@duckdb/node-api";

/** Rows that DuckDB takes from this process, as those of a format that it does not read itself. */
export interface Feed {
  readonly types: readonly DuckDBType[];
  /** Writes the next rows into a chunk, whose number of rows it sets: none at the end. What it throws is kept in `failed`. */
  readonly fill: (chunk: DuckDBDataChunk) => void;
}

interface Offered {
  readonly feed: Feed;
  failed: unknown;
}

/** The feeds of one database: its function `loam_feed` reads the one that is named. */
export class Feeds {
  readonly #offered = new Map<string, Offered>();

  /** Makes the function known, once a database. */
  register(connection: DuckDBConnection): void {
    connection.registerTableFunction(
      DuckDBTableFunction.create({
        name: "loam_feed",
        parameterTypes: [VARCHAR],
        bindFunction: (info) => {
          const name = String(info.getParameter(0));
          const offered = this.#offered.get(name);
          if (!offered) {
            info.setError(`There is no feed ${name}.`);
            return;
          }
          info.setBindData(offered);
          for (const [at, type] of offered.feed.types.entries()) info.addResultColumn(`c${at}`, type);
        },
        initFunction: (info) => {
          info.setMaxThreads(1);
        },
        mainFunction: (info, chunk) => {
          const offered = info.bindData as Offered;
          try {
            offered.feed.fill(chunk);
          } catch (error) {
            offered.failed = error;
            info.setError(String(error));
          }
        },
      }),
    );
  }

  /** Lets `work` read a feed by what stands for it in SQL; its columns are `c0`, `c1` … Throws what the feed threw. */
  async offer<T>(name: string, feed: Feed, work: (from: string) => Promise<T>): Promise<T> {
    const offered: Offered = { feed, failed: undefined };
    this.#offered.set(name, offered);
    try {
      return await work(`loam_feed('${name}')`);
    } catch (error) {
      throw offered.failed ?? error;
    } finally {
      this.#offered.delete(name);
    }
  }
}
