import { countOf, takenAs, type Column } from "./columns.js";
import { longLines, type CsvDialect } from "./csv-dialect.js";
import type { Encoding } from "./csv-head.js";
import { literal, type Database, type Session } from "./database.js";
import { mayHaveLeadingZeros, startsWithZero } from "./leading-zeros.js";
import { askColumns, inParts, retype } from "./many-columns.js";

/** So many lines that were not read are counted one by one. */
const mostRejects = 10_000;

interface Rejects {
  /** Places of columns with values that are not of their type. */
  readonly badTypes: readonly number[];
  readonly short: boolean;
  readonly badEncoding: boolean;
  /** Lines that were left out, and the first of them. */
  readonly lines: number;
  readonly first: number;
  /** Lines with a quote that is neither at an end of its value nor doubled. */
  readonly strayQuotes: number;
  /** Some of what was left out goes over several lines. */
  readonly spansLines: boolean;
}

/** How the lines of a file are to be read, as far as that is known: what one reading finds out holds for the next. */
export interface CsvLines {
  encoding: Encoding;
  /** They have different numbers of values. */
  arePadded: boolean;
  /** Whether any value may begin with a zero that says something; undefined while nobody asked. */
  mayHaveZeros?: Promise<boolean>;
  /** Lines with a stray quote are left out, since that quote would take other lines with it; undefined: not known yet. */
  withoutStrayQuotes: boolean | undefined;
}

/** Thrown where bytes behind the beginning are of another encoding than it. */
export class OtherEncoding extends Error {}

interface CsvSource {
  readonly file: string;
  readonly compressed: boolean;
  readonly table: string;
  readonly dialect: CsvDialect;
  readonly lines: CsvLines;
  /** The columns that are wanted, in their order. */
  readonly places: readonly number[];
  /**
   * Taken in line after line by one thread. Several take a table of its own for each 32 MB, and where lines are long
   * those weigh many times what they hold.
   */
  readonly isInTurn: boolean;
  readonly far: (part: number) => void;
}

/** Loads a file once, and again with another type of column where a late value shows that the first was wrong. */
export class CsvLoad {
  readonly #database: Database;
  readonly #session: Session;
  readonly #source: CsvSource;
  readonly #types: string[];
  #looked = false;
  #rejects: Rejects | undefined;

  constructor(database: Database, session: Session, source: CsvSource) {
    this.#database = database;
    this.#session = session;
    this.#source = source;
    this.#types = source.dialect.columns.map(({ type }) => type);
  }

  async run(): Promise<void> {
    const { file, compressed, dialect, lines } = this.#source;
    const { separator } = dialect;
    // beside the loading, which leaves this thread free
    lines.mayHaveZeros ??= mayHaveLeadingZeros(file, { separator, compressed }, this.#session.signal);
    lines.mayHaveZeros.catch(() => undefined); // told to whoever waits for it
    for (let round = 0; ; round++) {
      const rejects = await this.#load(this.#source.table);
      this.#rejects = rejects;
      if (rejects.badEncoding && lines.encoding === "utf-8") throw new OtherEncoding();
      if (lines.withoutStrayQuotes === undefined) {
        lines.withoutStrayQuotes = await this.#losesLines(rejects);
        if (lines.withoutStrayQuotes) continue;
      }
      const again = rejects.badTypes.length > 0 || (rejects.short && !lines.arePadded);
      if (!again || round > 5) break;
      // the third time nothing is taken for a number any more
      const widened = round < 2 ? rejects.badTypes : this.#types.keys();
      for (const at of widened) this.#types[at] = "VARCHAR";
      if (rejects.short) lines.arePadded = true;
    }
    const again = !this.#looked && (await lines.mayHaveZeros) && (await this.#paddedAgain());
    this.#looked = true;
    if (again || (await this.#wholeAgain())) await this.run();
  }

  /** True where numbers of some columns turn out to begin with zeros that say something: they are to be read as text. */
  async #paddedAgain(): Promise<boolean> {
    const { places } = this.#source;
    const numbers = places.filter((at) => ["BIGINT", "DOUBLE"].includes(this.#types[at] ?? ""));
    const texts = this.#types.map(() => "VARCHAR");
    let some = false;
    for (const part of inParts(numbers)) {
      const asked = part.map((at) => `coalesce(bool_or(${startsWithZero(`c${at}`)}), false)`);
      const from = this.#reader(texts, ["ignore_errors = true"]);
      const found = await this.#session.row(`SELECT ${asked.join(", ")} FROM ${from}`);
      for (const [n, at] of part.entries()) {
        if (found[n] !== true) continue;
        this.#types[at] = "VARCHAR";
        some = true;
      }
    }
    return some;
  }

  /**
   * Whether a stray quote took the lines behind it for a part of its value: then there are more rows when lines with
   * stray quotes are left out. Only values of several lines make that likely.
   */
  async #losesLines({ spansLines }: Rejects): Promise<boolean> {
    const { table, places, lines } = this.#source;
    const texts = places.filter((at) => this.#types[at] === "VARCHAR");
    const breaks = await askColumns(this.#session, table, texts, (at) => [
      `coalesce(bool_or(contains(c${at}, chr(10))), false)`,
    ]);
    if (!spansLines && !breaks.some(([some]) => some === true)) return false;
    const other = this.#database.freshName("table");
    lines.withoutStrayQuotes = true;
    const { strayQuotes } = await this.#load(other);
    const rows = async (of: string): Promise<number> =>
      countOf((await this.#session.row(`SELECT count(*) FROM ${of}`))[0]);
    const more = strayQuotes > 0 && (await rows(other)) > (await rows(table));
    await this.#session.run(`DROP TABLE ${other}`);
    return more;
  }

  /**
   * Whole numbers are read as decimals, since DuckDB rounds what turns out to be one, and become whole when they all
   * are. True where some are too large for that: they are to be read as text.
   */
  async #wholeAgain(): Promise<boolean> {
    const { table, places } = this.#source;
    const wholes = places.filter((at) => this.#types[at] === "BIGINT");
    if (wholes.length === 0) return false;
    const found = await askColumns(this.#session, table, wholes, (at) => [
      `count(*) FILTER (c${at} <> floor(c${at}) OR NOT isfinite(c${at}))`,
      `max(abs(c${at}))`,
    ]);
    const odd = (n: number): number => countOf(found[n]?.[0]);
    const large = wholes.filter((_, n) => odd(n) === 0 && Number(found[n]?.[1] ?? 0) >= 2 ** 53);
    for (const at of large) this.#types[at] = "VARCHAR";
    if (large.length > 0) return true;
    for (const [n, at] of wholes.entries()) if (odd(n) > 0) this.#types[at] = "DOUBLE";
    const whole = wholes.filter((_, n) => odd(n) === 0);
    await retype(
      this.#session,
      table,
      places.map((at) => `c${at}`),
      whole.map((at) => ({ field: `c${at}`, type: "BIGINT", using: `CAST(c${at} AS BIGINT)` })),
    );
    return false;
  }

  columns(names: readonly string[]): Column[] {
    return this.#source.places.map((at) => {
      const native = this.#types[at] ?? "VARCHAR";
      const { type, sql } = takenAs(native);
      return { name: names[at] ?? "", field: `c${at}`, type, native, sql };
    });
  }

  /** Lines that were left out, and the first of them. */
  get left(): Pick<Rejects, "first" | "lines"> {
    return this.#rejects ?? { lines: 0, first: 0 };
  }

  async #load(table: string): Promise<Rejects> {
    const { places, isInTurn, far } = this.#source;
    const [rejects, scans] = [this.#database.freshName("rejects"), this.#database.freshName("scans")];
    const types = this.#types.map((type) => (type === "BIGINT" ? "DOUBLE" : type));
    const kept = [
      `store_rejects = true, rejects_table = ${literal(rejects)}, rejects_scan = ${literal(scans)}`,
      `rejects_limit = ${mostRejects}`,
    ];
    const wanted = places.map((at) => ({ field: `c${at}`, as: takenAs(types[at] ?? "VARCHAR") }));
    const taken = wanted.map(({ field, as }) => `${as.taken(field)} AS ${field}`).join(", ");
    const nothing = wanted.map(({ as }) => `CAST(NULL AS ${as.sql})`).join(", ");
    const rest = isInTurn ? ` UNION ALL SELECT ${nothing} FROM range(0)` : ""; // no source of it may be read by parts
    await this.#session.run(`DROP TABLE IF EXISTS ${table}`);
    await this.#session.run(
      `CREATE TABLE ${table} AS SELECT ${taken} FROM ${this.#reader(types, kept)}${rest}`,
      far,
    );
    return this.#readRejects(rejects, scans);
  }

  /** What reads the file in SQL, each column as one of these types. */
  #reader(types: readonly string[], more: readonly string[]): string {
    const { file, dialect, lines } = this.#source;
    const options = [
      "auto_detect = false",
      `columns = {${types.map((type, at) => `c${at}: ${literal(type)}`).join(", ")}}`,
      `delim = ${literal(dialect.separator)}`,
      `quote = ${literal(dialect.quote)}`,
      `escape = ${literal(dialect.escape)}`,
      ...(dialect.comment === "" ? [] : [`comment = ${literal(dialect.comment)}`]),
      `skip = ${dialect.skip}`,
      `header = ${String(dialect.header)}`,
      `decimal_separator = ${literal(dialect.decimal)}`,
      ...(dialect.dateFormat === undefined ? [] : [`dateformat = ${literal(dialect.dateFormat)}`]),
      ...(dialect.timestampFormat === undefined
        ? []
        : [`timestampformat = ${literal(dialect.timestampFormat)}`]),
      `encoding = ${literal(lines.encoding)}`,
      longLines,
      ...(lines.arePadded ? ["null_padding = true", "parallel = false"] : []),
      `strict_mode = ${String(lines.withoutStrayQuotes === true)}`,
      ...more,
    ];
    return `read_csv(${literal(file)}, ${options.join(", ")})`;
  }

  async #readRejects(rejects: string, scans: string): Promise<Rejects> {
    const rows = await this.#session.rows(
      `SELECT CAST(error_type AS VARCHAR), CAST(column_idx AS BIGINT) - 1, count(DISTINCT line), min(line) ` +
        `FROM ${rejects} GROUP BY ALL`,
    );
    const left = await this.#session.row(
      `SELECT count(DISTINCT line), min(line), count(*) FILTER (error_type = 'UNQUOTED VALUE'), ` +
        `coalesce(bool_or(contains(csv_line, chr(10))), false) FROM ${rejects} WHERE error_type <> 'CAST'`,
    );
    await this.#session.run(`DROP TABLE ${rejects}`);
    await this.#session.run(`DROP TABLE ${scans}`);
    const has = (kind: string): boolean => rows.some(([type]) => type === kind);
    return {
      badTypes: rows.filter(([type]) => type === "CAST").map(([, at]) => countOf(at)),
      short: has("MISSING COLUMNS"),
      badEncoding: has("INVALID ENCODING"),
      lines: countOf(left[0]),
      first: countOf(left[1]),
      strayQuotes: countOf(left[2]),
      spansLines: left[3] === true,
    };
  }
}
