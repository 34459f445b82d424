import * as fs from "node:fs";
import { said, type Said } from "../../core/base/said.js";
import type { TableFile } from "../../core/datasets/tabular.js";
import { asUtf8 } from "./as-utf8.js";
import { distinctNames } from "./column-names.js";
import { countOf, takenAs, type Column } from "./columns.js";
import { dialectOf, longLines, type CsvDialect } from "./csv-dialect.js";
import { checkPacked, readHead, type FileHead } from "./csv-head.js";
import { literal, type Database, type Session } from "./database.js";
import { askColumns, retype } from "./many-columns.js";
import { numbersAmongText } from "./numbers-among-text.js";
import type { Untold } from "./taken-table.js";

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
}

/** Takes in a file of separated values: no value of whatever form fails the whole. */
export async function takeInCsv(
  database: Database,
  session: Session,
  file: TableFile,
  far: (part: number) => void,
): Promise<Untold> {
  const head = readHead(file.path);
  const table = database.freshName("table");
  if (head.text.includes("\u0000")) throw new Error("It holds bytes that are no text");
  if (head.text.trim() === "" && head.whole) {
    await session.run(`CREATE TABLE ${table} (nothing BOOLEAN)`);
    return { table, format: file.format, columns: [], notes: [said`The file is empty.`] };
  }
  if (head.compressed) await checkPacked(file.path, session.signal);
  const { format, path } = file;
  if (head.encoding === "utf-8" || head.encoding === "utf-16") {
    const lent = database.lend(path, head.compressed ? ".csv.gz" : ".csv");
    try {
      return await takeInText(database, session, { file: lent.path, table, head, format, far });
    } catch (error) {
      if (!(error instanceof OtherEncoding)) throw error;
    } finally {
      lent.done();
    }
  }
  const encoding = head.encoding === "utf-16be" ? head.encoding : "windows-1252";
  const copy = await asUtf8(database, path, { ...head, encoding }, ".csv", session.signal);
  try {
    const source = { file: copy.path, table, head: readHead(copy.path), format, far };
    const taken = await takeInText(database, session, source);
    return encoding === "utf-16be"
      ? taken
      : {
          ...taken,
          notes: [said`The text is no UTF-8; it was read as Latin-1 (Windows-1252).`, ...taken.notes],
        };
  } finally {
    copy.done();
  }
}

/** Thrown where bytes behind the beginning are of another encoding than it. */
class OtherEncoding extends Error {}

async function takeInText(
  database: Database,
  session: Session,
  source: Omit<CsvSource, "dialect"> & { readonly format: Untold["format"] },
): Promise<Untold> {
  const { file, table, head, format } = source;
  const dialect = await dialectOf(session, file, head, format === "tsv" ? "\t" : undefined);
  const { names, notes } = distinctNames(dialect.columns.map(({ name }) => name));
  const load = new CsvLoad(database, session, { ...source, dialect });
  await load.run();
  const widened = await numbersAmongText(session, table, load.columns(names));
  return {
    table,
    format,
    columns: widened.columns,
    notes: [
      ...notes,
      ...load.notes(widened.columns),
      ...widened.notes,
      ...(await openQuote(session, table, file, { head, dialect, columns: widened.columns })),
    ],
  };
}

/** Where a quote is never closed, all that follows it is one value: that of the last row. */
async function openQuote(
  session: Session,
  table: string,
  file: string,
  { head, dialect, columns }: { head: FileHead; dialect: CsvDialect; columns: readonly Column[] },
): Promise<Said[]> {
  const texts = columns.filter(({ type }) => type === "text").map(({ field }) => field);
  if (head.compressed || texts.length === 0 || dialect.quote === "" || endsWith(file, dialect.quote))
    return [];
  const last = await session.row(
    `SELECT ${texts.join(", ")} FROM ${table} WHERE rowid = (SELECT max(rowid) FROM ${table})`,
  );
  const value = last.findLast((one) => one !== null);
  const lines = typeof value === "string" ? value.split("\n").length - 1 : 0;
  return lines === 0
    ? []
    : [said`A quote in the last row is never closed: ${lines} lines after it were read as one value.`];
}

/** Whether this is the last of a file that is no line end. */
function endsWith(file: string, character: string): boolean {
  const fd = fs.openSync(file, "r");
  try {
    const bytes = Buffer.alloc(16);
    const { size } = fs.fstatSync(fd);
    const length = fs.readSync(fd, bytes, 0, bytes.byteLength, Math.max(0, size - bytes.byteLength));
    return bytes.subarray(0, length).toString("latin1").trimEnd().endsWith(character);
  } finally {
    fs.closeSync(fd);
  }
}

interface CsvSource {
  readonly file: string;
  readonly table: string;
  readonly head: FileHead;
  readonly dialect: CsvDialect;
  readonly far: (part: number) => void;
}

/** Loads a file once, and again with another type of column where a late value shows that the first was wrong. */
class CsvLoad {
  readonly #database: Database;
  readonly #session: Session;
  readonly #source: CsvSource;
  readonly #types: string[];
  #padded: boolean;
  #rejects: Rejects | undefined;

  constructor(database: Database, session: Session, source: CsvSource) {
    this.#database = database;
    this.#session = session;
    this.#source = source;
    this.#types = source.dialect.columns.map(({ type }) => type);
    this.#padded = source.dialect.lenient;
  }

  async run(): Promise<void> {
    for (let round = 0; ; round++) {
      const rejects = await this.#load();
      this.#rejects = rejects;
      if (rejects.badEncoding && this.#source.head.encoding === "utf-8") throw new OtherEncoding();
      const again = rejects.badTypes.length > 0 || (rejects.short && !this.#padded);
      if (!again || round > 5) break;
      // the third time nothing is taken for a number any more
      const widened = round < 2 ? rejects.badTypes : this.#types.keys();
      for (const at of widened) this.#types[at] = "VARCHAR";
      if (rejects.short) this.#padded = true;
    }
    if (await this.#wholeAgain()) await this.run();
  }

  /**
   * Whole numbers are read as decimals, since DuckDB rounds what turns out to be one, and become whole when they all
   * are. True where some are too large for that: they are to be read as text.
   */
  async #wholeAgain(): Promise<boolean> {
    const { table } = this.#source;
    const wholes = [...this.#types.keys()].filter((at) => this.#types[at] === "BIGINT");
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
      this.#types.map((_, at) => `c${at}`),
      whole.map((at) => ({ field: `c${at}`, type: "BIGINT", using: `CAST(c${at} AS BIGINT)` })),
    );
    return false;
  }

  columns(names: readonly string[]): Column[] {
    return this.#types.map((native, at) => {
      const { type, sql } = takenAs(native);
      return { name: names[at] ?? "", field: `c${at}`, type, native, sql };
    });
  }

  /** `columns` as they became in the end. */
  notes(columns: readonly Column[]): Said[] {
    const notes: Said[] = [];
    const { dialect } = this.#source;
    if (dialect.longLine !== undefined)
      notes.push(
        said`Line ${dialect.longLine} has more values than there are columns; what is beyond them was left out.`,
      );
    if (this.#padded) notes.push(said`Lines have different numbers of values; what they lack is missing.`);
    const texts = dialect.columns.flatMap(({ type }, at) =>
      type !== "VARCHAR" && columns[at]?.type === "text" ? [columns[at].name] : [],
    );
    if (texts.length > 0)
      notes.push(
        said`Read as text, since a later value is of another type: ${texts.slice(0, 5).join(", ")}${texts.length > 5 ? " …" : ""}.`,
      );
    const { lines = 0, first = 0 } = this.#rejects ?? {};
    if (lines > 0)
      notes.push(
        said`Lines that could not be read: ${lines.toLocaleString("en-US")}, the first of them line ${first}.`,
      );
    return notes;
  }

  async #load(): Promise<Rejects> {
    const { table, file, head, dialect, far } = this.#source;
    const [rejects, scans] = [this.#database.freshName("rejects"), this.#database.freshName("scans")];
    const types = this.#types.map((type) => (type === "BIGINT" ? "DOUBLE" : type));
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
      `encoding = ${literal(head.encoding)}`,
      longLines,
      ...(this.#padded ? ["null_padding = true", "parallel = false"] : []),
      "strict_mode = false",
      `store_rejects = true, rejects_table = ${literal(rejects)}, rejects_scan = ${literal(scans)}`,
      `rejects_limit = ${mostRejects}`,
    ];
    const taken = types.map((type, at) => `${takenAs(type).taken(`c${at}`)} AS c${at}`);
    await this.#session.run(`DROP TABLE IF EXISTS ${table}`);
    await this.#session.run(
      `CREATE TABLE ${table} AS SELECT ${taken.join(", ")} FROM read_csv(${literal(file)}, ${options.join(", ")})`,
      far,
    );
    return this.#readRejects(rejects, scans);
  }

  async #readRejects(rejects: string, scans: string): Promise<Rejects> {
    const rows = await this.#session.rows(
      `SELECT CAST(error_type AS VARCHAR), CAST(column_idx AS BIGINT) - 1, count(DISTINCT line), min(line) ` +
        `FROM ${rejects} GROUP BY ALL`,
    );
    const left = await this.#session.row(
      `SELECT count(DISTINCT line), min(line) FROM ${rejects} WHERE error_type <> 'CAST'`,
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
    };
  }
}
