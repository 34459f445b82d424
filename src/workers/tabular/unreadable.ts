import * as fs from "node:fs";
import { Failure, systemCode } from "../../core/base/failure.js";
import { said } from "../../core/base/said.js";
import type { TableFile } from "../../core/datasets/tabular.js";
import type { Session } from "./database.js";

/** DuckDB's reasons that a person can do something about, in their words. */
const reasons: readonly (readonly [RegExp, ReturnType<typeof said>])[] = [
  [
    /No magic bytes|too small to be a Parquet|magic bytes/i,
    said`it is no whole Parquet file: its end is missing, as of one that is still written or was cut off`,
  ],
  [
    /TProtocol|TType|Thrift|Snappy|decompress|corrupt|Invalid (?:exception type|Parquet|unicode)|page (?:header|size)|what type|not read enough bytes|bytes outside file|out of buffer/i,
    said`a part of it is damaged`,
  ],
  [/is encrypted/i, said`it is encrypted, and Loam has no key for it`],
  [/Maximum line size/i, said`a line of it is longer than 32 MB`],
  [/bytes that are no text/i, said`it holds bytes that are no text`],
  [/gzip|zlib|header check|unexpected end of file|Could not open file/i, said`it cannot be unpacked`],
  [/JSON/i, said`it is not in JSON`],
  [/at least one non-root column/i, said`it has no columns`],
];

/** Under what name DuckDB reads it tells nobody anything, nor of which kind its error is. */
const inPlainWords = (message: string, file: TableFile): string =>
  message
    .replace(/^(?:[A-Z]\w* )+Error: /, "")
    .replaceAll(/(["'])[^"']*[\\/]lent[\\/][^"']*\1|\S*[\\/]lent[\\/][^\s,;]*/g, file.name);

/** Reads a file; what goes wrong in it is told in words of its own. */
export async function reading<T>(session: Session, file: TableFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (session.signal.aborted) throw new Failure("cancelled", said`Cancelled.`);
    throw unreadable(file, error);
  }
}

function unreadable(file: TableFile, error: unknown): unknown {
  if (error instanceof Failure) return error;
  if (systemCode(error) === "ENOENT")
    return new Failure("table.unreadable", said`There is no file ${file.name}.`, { cause: error });
  const whole = error instanceof Error ? error.message : String(error);
  // the first line says what it is, but for lines that are too long, of which it shows the beginning
  const message = /^Maximum line size.*/m.exec(whole)?.[0] ?? whole.split("\n", 1)[0] ?? "";
  const reason = isEmpty(file)
    ? said`it is empty`
    : (reasons.find(([pattern]) => pattern.test(message))?.[1] ?? said`${inPlainWords(message, file)}`);
  return new Failure("table.unreadable", said`${file.name} cannot be read as a table: ${reason}.`, {
    next: said`Look at the file, or make it anew.`,
    cause: error,
  });
}

const isEmpty = ({ path }: TableFile): boolean => fs.statSync(path, { throwIfNoEntry: false })?.size === 0;
