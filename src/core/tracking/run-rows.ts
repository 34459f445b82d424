import type { IndexDatabase, SqlValue } from "../store/index-database.js";
import type { KeyValue, RunDocument } from "./run-document.js";
import type { MetricState } from "./run-state.js";
import { storedKeys } from "./stored-run.js";

/** A row of a table by key and value. `mark` changes with the values. */
interface Row {
  readonly key: string;
  readonly mark: string;
  readonly values: readonly SqlValue[];
}

/** What SQLite can hold of a double: NaN is NULL, and a metric that was never logged has no row. */
export const finite = (value: number): number | null => (Number.isNaN(value) ? null : value);

const metricRow = ({ name, series, summary }: MetricState): Row => ({
  key: name,
  mark: `${series}:${summary.count}`,
  values: [
    finite(summary.lastValue),
    Number(summary.lastStep),
    summary.lastTime,
    summary.count,
    finite(summary.firstValue),
    finite(summary.min),
    finite(summary.max),
  ],
});

const textRow = ({ key, value }: KeyValue): Row => ({
  key,
  mark: value,
  values: [value],
});

/** Mark of a row of which only the key is known. */
const unknown = "?";

/** How many rows go into one statement: each statement costs as much as several rows. */
const together = [12, 4, 1];

class KeyedRows {
  readonly #table: string;
  readonly #width: number;
  #written: ReadonlyMap<string, string>;

  constructor(table: string, width: number, written: ReadonlyMap<string, string>) {
    this.#table = table;
    this.#width = width;
    this.#written = written;
  }

  write(db: IndexDatabase, rid: number, rows: readonly Row[]): void {
    const marks = new Map<string, string>();
    const changed = rows.filter(({ key, mark }) => {
      marks.set(key, mark);
      return this.#written.get(key) !== mark;
    });
    for (let at = 0; at < changed.length;) {
      const count = together.find((most) => most <= changed.length - at) ?? 1;
      const params = changed.slice(at, at + count).flatMap(({ key, values }) => [key, rid, ...values]);
      db.run(this.#insert(count), params);
      at += count;
    }
    for (const key of this.#written.keys()) {
      if (!marks.has(key)) db.run(`delete from ${this.#table} where key = ? and rid = ?`, [key, rid]);
    }
    this.#written = marks;
  }

  #insert(count: number): string {
    const row = `(?, ?${", ?".repeat(this.#width)})`;
    return `insert or replace into ${this.#table} values ${Array.from({ length: count }, () => row).join(", ")}`;
  }
}

const texts = (list: readonly KeyValue[] = []): ReadonlyMap<string, string> =>
  new Map(list.map(({ key, value }) => [key, value]));

/**
 * One run's rows in the tables by key and value. Only those that changed are written, and no table needs an index by
 * run for it: which keys a run has stands in what is kept of its document.
 */
export class RunRows {
  readonly #metrics: KeyedRows;
  readonly #params: KeyedRows;
  readonly #tags: KeyedRows;

  /** `text`: what the index had of the run's document, where it had anything. */
  constructor(text: string | undefined) {
    const had = text === undefined ? undefined : storedKeys(text);
    this.#metrics = new KeyedRows("run_metrics", 7, new Map(had?.metrics.map((key) => [key, unknown])));
    this.#params = new KeyedRows("run_params", 1, texts(had?.params));
    this.#tags = new KeyedRows("run_tags", 1, texts(had?.tags));
  }

  write(
    db: IndexDatabase,
    rid: number,
    metrics: readonly MetricState[],
    { data: { params, tags } }: Pick<RunDocument, "data">,
  ): void {
    this.#metrics.write(db, rid, metrics.map(metricRow));
    this.#params.write(db, rid, params.map(textRow));
    this.#tags.write(db, rid, tags.map(textRow));
  }

  remove(db: IndexDatabase, rid: number): void {
    this.write(db, rid, [], { data: { metrics: [], params: [], tags: [] } });
  }
}
