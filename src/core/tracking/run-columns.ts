import { said } from "../base/said.js";
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
/** Others are made anew behind an answer where they are older than this many times what counting them took. */
const patience = 100;

/** From name to name, each found in the index by itself: the rows between them are not read. */
const namesOf = (table: string): string => `
with recursive names (key) as (
  select min(key) from ${table}
  union all select (select min(key) from ${table} where ${table}.key > names.key) from names where names.key is not null)
select key from names where key is not null`;

/**
 * Names of all metrics, params and tags, with how many runs have each. The names are as they are now. With millions of
 * values counting takes a while: nobody waits for that but the first, later answers have the counts of the time before.
 */
export class RunColumns {
  readonly #db: IndexDatabase;
  readonly #stop: AbortSignal;
  #counts: ReadonlyMap<string, number> = new Map();
  #counted = Number.NEGATIVE_INFINITY;
  #took = 0;
  #reading: Promise<readonly RunColumn[]> | undefined;
  #counting: Promise<void> | undefined;

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
    if (this.#took < cheapMs) await this.#count();
    else if (performance.now() - this.#counted > patience * this.#took) this.#count().catch(() => undefined); // the index went, and with it whoever would ask for the counts
    return this.#names().map((one) => ({ ...one, runs: this.#counts.get(keyOf(one)) ?? this.#countOf(one) }));
  }

  /** Counts all names, in slices. */
  #count(): Promise<void> {
    this.#counting ??= this.#countAll().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  async #countAll(): Promise<void> {
    const counts = new Map<string, number>();
    const pace = new Pace(this.#stop, said`Counting the columns`);
    let took = 0;
    for (const one of this.#names()) {
      const began = performance.now();
      counts.set(keyOf(one), this.#countOf(one));
      took += performance.now() - began;
      await pace.turn();
    }
    this.#took = took;
    this.#counted = performance.now();
    this.#counts = counts;
  }

  #names(): readonly Name[] {
    return (["metric", "param", "tag"] as const).flatMap((kind) =>
      this.#db.rows(namesOf(`run_${kind}s`)).map(([name]): Name => ({ kind, name: String(name) })),
    );
  }

  #countOf({ kind, name }: Name): number {
    return Number(this.#db.rows(`select count(*) from run_${kind}s where key = ?`, [name])[0]?.[0]);
  }
}

const keyOf = ({ kind, name }: Name): string => `${kind} ${name}`;
