import type { IndexDatabase } from "../store/index-database.js";
import { Pace } from "../store/pace.js";

export interface RunColumn {
  readonly kind: "metric" | "param" | "tag";
  readonly name: string;
  readonly runs: number;
}

type Name = Omit<RunColumn, "runs">;

/** Counts that took less than this are made anew for each question, in ms. */
const cheapMs = 10;
/** Others may be older by this many times what counting them took. */
const patience = 100;

/** From name to name, each found in the index by itself: the rows between them are not read. */
const namesOf = (table: string): string => `
with recursive names (key) as (
  select min(key) from ${table}
  union all select (select min(key) from ${table} where ${table}.key > names.key) from names where names.key is not null)
select key from names where key is not null`;

/**
 * Names of all metrics, params and tags, with how many runs have each. The names are as they are now. With millions of
 * values counting takes a while: it is done in slices, and its result is used for some time.
 */
export class RunColumns {
  readonly #db: IndexDatabase;
  readonly #stop: AbortSignal;
  #counts: ReadonlyMap<string, number> = new Map();
  #counted = Number.NEGATIVE_INFINITY;
  #took = 0;
  #reading: Promise<readonly RunColumn[]> | undefined;

  /** `stop` is given when the index goes. */
  constructor(db: IndexDatabase, stop: AbortSignal) {
    this.#db = db;
    this.#stop = stop;
  }

  read(): Promise<readonly RunColumn[]> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<readonly RunColumn[]> {
    const names = (["metric", "param", "tag"] as const).flatMap((kind) =>
      this.#db.rows(namesOf(`run_${kind}s`)).map(([name]): Name => ({ kind, name: String(name) })),
    );
    const now = performance.now();
    const anew = this.#took < cheapMs || now - this.#counted > patience * this.#took;
    const counts = new Map<string, number>();
    const pace = new Pace(this.#stop, "Counting the columns");
    let took = 0;
    for (const one of names) {
      const began = performance.now();
      counts.set(keyOf(one), (anew ? undefined : this.#counts.get(keyOf(one))) ?? this.#count(one));
      took += performance.now() - began;
      await pace.turn();
    }
    if (anew) {
      this.#took = took;
      this.#counted = now;
    }
    this.#counts = counts;
    return names.map((one) => ({ ...one, runs: counts.get(keyOf(one)) ?? 0 }));
  }

  #count({ kind, name }: Name): number {
    return Number(this.#db.rows(`select count(*) from run_${kind}s where key = ?`, [name])[0]?.[0]);
  }
}

const keyOf = ({ kind, name }: Name): string => `${kind} ${name}`;
