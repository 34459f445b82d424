import * as fs from "node:fs";
import { said, type Said } from "../../core/base/said.js";
import type { TableFile } from "../../core/datasets/tabular.js";
import { asUtf8 } from "./as-utf8.js";
import { distinctNames } from "./column-names.js";
import type { Column } from "./columns.js";
import { dialectOf, type CsvDialect } from "./csv-dialect.js";
import { checkPacked, readHead, type FileHead } from "./csv-head.js";
import { CsvLoad, OtherEncoding, type CsvLines } from "./csv-load.js";
import type { Database, Lent, Session } from "./database.js";
import { manyColumns } from "./many-columns.js";
import { numbersAmongText } from "./numbers-among-text.js";
import type { Untold } from "./taken-table.js";

/** What is packed with gzip is some four times as long. */
const packing = 4;

/** Takes in a file of separated values: no value of whatever form fails the whole. */
export async function takeInCsv(
  database: Database,
  session: Session,
  file: TableFile,
  far: (part: number) => void,
): Promise<Untold> {
  const csv = await CsvFile.open(database, session, file);
  if (!csv) {
    const table = database.freshName("table");
    await session.run(`CREATE TABLE ${table} (nothing BOOLEAN)`);
    return { table, format: file.format, columns: [], notes: [said`The file is empty.`] };
  }
  try {
    const part = await csv.take([...csv.names.keys()], far);
    return { ...part, notes: [...csv.readNotes(), ...part.notes] };
  } finally {
    csv.close();
  }
}

/** A file of separated values, of which some columns or all are taken in. */
export class CsvFile {
  readonly names: readonly string[];
  readonly #nameNotes: readonly Said[];
  readonly #database: Database;
  readonly #session: Session;
  readonly #file: TableFile;
  readonly #dialect: CsvDialect;
  readonly #lines: CsvLines;
  /** What is read: the file, or a copy of it in UTF-8. */
  #text: CsvText;
  /** Names of columns that became text, since a later value is of another type. */
  readonly #texts: string[] = [];
  /** Names of columns that are text since their numbers begin with zeros. */
  readonly #padded: string[] = [];
  #left: CsvLoad["left"] = { lines: 0, first: 0 };
  /** Lines of the last value of the last row, as far as it was read. */
  #open = 0;

  private constructor(
    database: Database,
    session: Session,
    file: TableFile,
    read: { readonly text: CsvText; readonly dialect: CsvDialect },
  ) {
    this.#database = database;
    this.#session = session;
    this.#file = file;
    this.#text = read.text;
    this.#dialect = read.dialect;
    this.#lines = {
      encoding: read.text.head.encoding,
      arePadded: read.dialect.lenient,
      withoutStrayQuotes: undefined,
    };
    const { names, notes } = distinctNames(read.dialect.columns.map(({ name }) => name));
    this.names = names;
    this.#nameNotes = notes;
  }

  /** Finds out how a file is separated; undefined where it is empty. To be closed. */
  static async open(database: Database, session: Session, file: TableFile): Promise<CsvFile | undefined> {
    const head = readHead(file.path);
    if (head.text.includes("\u0000")) throw new Error("It holds bytes that are no text");
    if (head.text.trim() === "" && head.whole) return undefined;
    if (head.compressed) await checkPacked(file.path, session.signal);
    const text =
      head.encoding === "utf-8" || head.encoding === "utf-16"
        ? { lent: database.lend(file.path, head.compressed ? ".csv.gz" : ".csv"), head, isLatin: false }
        : await copied(database, file, head, session.signal);
    try {
      const separator = file.format === "tsv" ? "\t" : undefined;
      const dialect = await dialectOf(session, text.lent.path, text.head, separator);
      return new CsvFile(database, session, file, { text, dialect });
    } catch (error) {
      text.lent.done();
      throw error;
    }
  }

  close(): void {
    this.#text.lent.done();
  }

  /** How many rows it has, about. */
  get rows(): number {
    const { lent, head } = this.#text;
    const { text, compressed } = head;
    const { size } = fs.statSync(lent.path);
    const lines = text.split("\n").length - 1;
    return (lines * size * (compressed ? packing : 1)) / Math.max(1, Buffer.byteLength(text));
  }

  /** Takes in the columns at some places. */
  async take(places: readonly number[], far: (part: number) => void): Promise<Untold> {
    const table = this.#database.freshName("table");
    let load: CsvLoad;
    try {
      load = await this.#load(table, places, far);
    } catch (error) {
      if (!(error instanceof OtherEncoding)) throw error;
      const text = await copied(this.#database, this.#file, this.#text.head, this.#session.signal);
      this.#text.lent.done();
      this.#text = text;
      this.#lines.encoding = text.head.encoding;
      load = await this.#load(table, places, far);
    }
    const { columns, notes, padded } = await numbersAmongText(this.#session, table, load.columns(this.names));
    this.#left = load.left;
    this.#padded.push(...padded.map(({ name }) => name));
    for (const [at, column] of columns.entries())
      if (column.type === "text" && this.#dialect.columns[places[at] ?? 0]?.type !== "VARCHAR")
        if (!padded.includes(column)) this.#texts.push(column.name);
    await this.#lookAtEnd(table, columns);
    return { table, format: this.#file.format, columns, notes };
  }

  async #load(table: string, places: readonly number[], far: (part: number) => void): Promise<CsvLoad> {
    const { lent, head } = this.#text;
    const { compressed } = head;
    const source = { file: lent.path, compressed, table, dialect: this.#dialect, lines: this.#lines };
    const isInTurn = this.names.length > manyColumns;
    const load = new CsvLoad(this.#database, this.#session, { ...source, places, isInTurn, far });
    await load.run();
    return load;
  }

  /** What a reader should know of all that was read. */
  readNotes(): Said[] {
    const notes: Said[] = [];
    if (this.#text.isLatin) notes.push(said`The text is no UTF-8; it was read as Latin-1 (Windows-1252).`);
    notes.push(...this.#nameNotes);
    const { longLine } = this.#dialect;
    const { arePadded } = this.#lines;
    if (longLine !== undefined)
      notes.push(
        said`Line ${longLine} has more values than there are columns; what is beyond them was left out.`,
      );
    if (arePadded) notes.push(said`Lines have different numbers of values; what they lack is missing.`);
    const [texts, padded] = [this.#texts, this.#padded];
    if (texts.length > 0)
      notes.push(said`Read as text, since a later value is of another type: ${some(texts)}.`);
    if (padded.length > 0)
      notes.push(said`Read as text, since numbers in it begin with zeros: ${some(padded)}.`);
    const { lines, first } = this.#left;
    const left = lines.toLocaleString("en-US");
    if (lines > 0)
      notes.push(
        this.#lines.withoutStrayQuotes
          ? said`Lines that could not be read: ${left}, the first of them line ${first}, where a quote stands in the middle of a value in quotes.`
          : said`Lines that could not be read: ${left}, the first of them line ${first}.`,
      );
    if (this.#open > 0)
      notes.push(
        said`A quote in the last row is never closed: ${this.#open} lines after it were read as one value.`,
      );
    return notes;
  }

  /** Where a quote is never closed, all that follows it is one value: that of the last row. */
  async #lookAtEnd(table: string, columns: readonly Column[]): Promise<void> {
    const texts = columns.filter(({ type }) => type === "text").map(({ field }) => field);
    const { quote } = this.#dialect;
    const { head, lent } = this.#text;
    if (
      head.compressed ||
      texts.length === 0 ||
      quote === "" ||
      this.#lines.withoutStrayQuotes ||
      endsWith(lent.path, quote)
    )
      return;
    const last = await this.#session.row(
      `SELECT ${texts.join(", ")} FROM ${table} WHERE rowid = (SELECT max(rowid) FROM ${table})`,
    );
    const value = last.findLast((one) => one !== null);
    if (typeof value === "string") this.#open = value.split("\n").length - 1;
  }
}

const mostNamed = 5;
const some = (names: readonly string[]): string =>
  names.slice(0, mostNamed).join(", ") + (names.length > mostNamed ? " …" : "");

/** A text that DuckDB reads. */
interface CsvText {
  readonly lent: Lent;
  readonly head: FileHead;
  /** It was in no UTF, and is a copy. */
  readonly isLatin: boolean;
}

/** A copy of a file in UTF-8; what is no UTF is taken for Windows-1252. */
async function copied(
  database: Database,
  { path }: TableFile,
  head: FileHead,
  signal: AbortSignal,
): Promise<CsvText> {
  const encoding = head.encoding === "utf-16be" ? head.encoding : "windows-1252";
  const lent = await asUtf8(database, path, { ...head, encoding }, ".csv", signal);
  return { lent, head: readHead(lent.path), isLatin: encoding !== "utf-16be" };
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
