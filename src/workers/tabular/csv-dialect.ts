import { literal, type Session, type SqlValue } from "./database.js";
import { manyColumns } from "./many-columns.js";
import { likelySeparator, recordsOf, type FileHead } from "./csv-head.js";

/** How a file of separated values is read. */
export interface CsvDialect {
  readonly separator: string;
  readonly quote: string;
  readonly escape: string;
  readonly comment: string;
  /** Lines before the header. */
  readonly skip: number;
  readonly header: boolean;
  readonly decimal: "," | ".";
  readonly dateFormat: string | undefined;
  readonly timestampFormat: string | undefined;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** True: its lines do not all have the same form, and are read as well as they can be. */
  readonly lenient: boolean;
  /** The first line with more values than columns, where one was seen. */
  readonly longLine: number | undefined;
}

/** A line may be so long; the buffer is as large as DuckDB makes it of itself, which else grows with the line. */
export const longLines = "max_line_size = 33554432, buffer_size = 33554432";

/** Rows by which DuckDB judges what its columns hold, where nothing else is said. */
const usualRows = 20_480;
/** Of many columns fewer rows: each value is tried as each type, and what comes later is read again as what it is. */
const cellsJudged = usualRows * 100;
/** DuckDB's own step. */
const vectorRows = 2048;
const none = "(empty)";
const textOf = (value: SqlValue | undefined): string => {
  const text = typeof value === "string" ? value : "";
  return text === none ? "" : text;
};

const asked =
  "Delimiter, Quote, Escape, Comment, SkipRows, HasHeader, DateFormat, TimestampFormat, " +
  "list_transform(columns, lambda c: c.name), list_transform(columns, lambda c: c.type)";

/**
 * Finds out how a file is separated. Where its lines do not fit together DuckDB takes each for one value; then the
 * separator that most of them have decides. Throws DuckDB's error where it finds nothing.
 */
export async function dialectOf(
  session: Session,
  file: string,
  head: FileHead,
  separator: string | undefined,
): Promise<CsvDialect> {
  const likely = separator ?? likelySeparator(head.text);
  const wide = likely === undefined ? 0 : (recordsOf(head.text, likely, 1)[0]?.length ?? 0);
  const rows = wide > manyColumns ? Math.max(vectorRows, Math.floor(cellsJudged / wide)) : usualRows;
  const encoding = `encoding = ${literal(head.encoding)}, ignore_errors = true, sample_size = ${rows}, ${longLines}`;
  let sniffed: readonly SqlValue[] = [];
  let problem: unknown;
  try {
    const only = separator === undefined ? "" : `, delim = ${literal(separator)}`;
    sniffed = await session.row(`SELECT ${asked} FROM sniff_csv(${literal(file)}, ${encoding}${only})`);
  } catch (error) {
    if (likely === undefined) throw error;
    problem = error;
  }
  const lenient =
    likely !== undefined &&
    (problem !== undefined || (sniffed[0] !== likely && listOf(sniffed[8]).length < 2));
  if (lenient)
    sniffed = await session.row(
      `SELECT ${asked} FROM sniff_csv(${literal(file)}, ${encoding}, delim = ${literal(likely)}, quote = '"', ` +
        "strict_mode = false, null_padding = true)",
    );
  const types = listOf(sniffed[9]);
  const width = lenient ? (recordsOf(head.text, likely, 1)[0]?.length ?? 0) : types.length;
  const found = lenient ? likely : textOf(sniffed[0]) || ",";
  const skip = Number(sniffed[4] ?? 0);
  const header = sniffed[5] === true;
  const comment = textOf(sniffed[3]);
  const records = recordsOf(head.text, found, skip + 1 + sampled)
    .slice(skip)
    .filter(([first = ""]) => comment === "" || !first.startsWith(comment));
  const names = header ? (records[0] ?? []) : [];
  const cells = records.slice(header ? 1 : 0, head.whole ? undefined : -1);
  const columns = types
    .slice(0, header ? Math.max(width, names.length) : width)
    .map((type, at) => ({ name: names[at] ?? "", type }));
  const decimal = found !== "," && columns.some((_, at) => hasCommas(cells, at)) ? "," : ".";
  return {
    separator: found,
    quote: textOf(sniffed[1]) || '"',
    escape: textOf(sniffed[2]) || '"',
    comment,
    skip,
    header,
    decimal,
    dateFormat: textOf(sniffed[6]) || undefined,
    timestampFormat: textOf(sniffed[7]) || undefined,
    columns: columns.map(({ name, type }, at) => ({
      name,
      type: decimal === "," && hasCommas(cells, at) ? "DOUBLE" : isLarge(cells, at, type) ? "VARCHAR" : type,
    })),
    lenient,
    longLine: longLineOf(head, found, { skip, width: columns.length }),
  };
}

/** The first line that has more values than there are columns, of those that are looked at. */
function longLineOf(
  { text }: FileHead,
  separator: string,
  { skip, width }: { readonly skip: number; readonly width: number },
): number | undefined {
  const records = recordsOf(text, separator, skip + 1 + sampled);
  // an empty value at the end of a line is no more than a separator too many
  const at = records.findIndex((record, n) => n >= skip && record.slice(width).some((value) => value !== ""));
  if (at < 0) return undefined;
  const before = records.slice(0, at).flat();
  return at + 1 + before.reduce((lines, value) => lines + value.split("\n").length - 1, 0);
}

const sampled = 500;

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Whether all values of a column are numbers and some have a decimal comma. */
function hasCommas(records: readonly (readonly string[])[], at: number): boolean {
  const values = records.map((record) => record[at] ?? "").filter((value) => value !== "");
  return (
    values.some((value) => /^[-+]?\d+,\d+$/.test(value)) &&
    values.every((value) => /^[-+]?\d+(,\d+)?(e[-+]?\d+)?$/i.test(value))
  );
}

/** Whether the numbers of a column are whole and too large to be told apart as decimals: they are read as text first. */
function isLarge(records: readonly (readonly string[])[], at: number, type: string): boolean {
  if (type !== "DOUBLE" && type !== "BIGINT") return false;
  const values = records.map((record) => record[at] ?? "").filter((value) => value !== "");
  return values.some((value) => value.length > 15) && values.every((value) => /^[-+]?\d+$/.test(value));
}
