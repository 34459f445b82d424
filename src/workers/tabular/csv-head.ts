import * as fs from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";

/** Of so many bytes of a file its separators and names are found out: the first line of 2,000 columns is within. */
const headBytes = 256 * 1024;

export type Encoding = "utf-16be" | "utf-16" | "utf-8" | "windows-1252";

/** The beginning of a file of lines. */
export interface FileHead {
  readonly text: string;
  readonly encoding: Encoding;
  /** Whether it begins with the mark of its encoding. */
  readonly marked: boolean;
  /** The whole file. */
  readonly whole: boolean;
  readonly compressed: boolean;
}

/** Reads the beginning of a file, unpacked where it is one of gzip. Throws what the disk or gzip says. */
export function readHead(file: string): FileHead {
  const fd = fs.openSync(file, "r");
  try {
    const raw = Buffer.alloc(headBytes);
    const length = fs.readSync(fd, raw, 0, raw.byteLength, 0);
    const bytes = raw.subarray(0, length);
    const compressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const plain = compressed
      ? zlib.gunzipSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, headBytes)
      : bytes;
    const { size } = fs.fstatSync(fd);
    return {
      ...decoded(plain),
      whole: compressed ? size <= length && plain.byteLength < headBytes : size <= length,
      compressed,
    };
  } finally {
    fs.closeSync(fd);
  }
}

/** Unpacks a file of gzip to nowhere: DuckDB takes one that was cut off for a shorter one. Throws what zlib says. */
export async function checkPacked(file: string, signal: AbortSignal): Promise<void> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, then) => {
      then();
    },
  });
  await pipeline(fs.createReadStream(file), zlib.createGunzip(), nowhere, { signal });
}

function decoded(bytes: Buffer): Pick<FileHead, "text" | "encoding" | "marked"> {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe)
    return { text: bytes.subarray(2).toString("utf16le"), encoding: "utf-16", marked: true };
  if (first === 0xfe && second === 0xff) {
    const swapped = Buffer.from(bytes.subarray(2, bytes.byteLength & ~1)).swap16();
    return { text: swapped.toString("utf16le"), encoding: "utf-16be", marked: true };
  }
  const text = bytes.toString("utf8");
  const marked = text.startsWith("\ufeff");
  // the last character may be cut in two
  if (!text.slice(0, -2).includes("\ufffd"))
    return { text: marked ? text.slice(1) : text, encoding: "utf-8", marked };
  return { text: bytes.toString("latin1"), encoding: "windows-1252", marked: false };
}

/** The records of a text: quoted values may hold the separator, doubled quotes and line ends. At most `most`. */
export function recordsOf(text: string, separator: string, most: number): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  const end = text.length;
  while (at < end && records.length < most) {
    let value = "";
    if (text[at] === '"') {
      for (at++; at < end; at++) {
        if (text[at] === '"') {
          if (text[at + 1] !== '"') break;
          at++;
        }
        value += text[at];
      }
      at++;
    }
    const from = at;
    while (at < end && text[at] !== separator && text[at] !== "\n" && text[at] !== "\r") at++;
    record.push(value + text.slice(from, at));
    if (text[at] === separator) {
      at++;
      if (at < end) continue;
      record.push("");
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    records.push(record);
    record = [];
  }
  return records;
}

const separators = [",", "\t", ";", "|"];

/** The separator of which most records have as many as the first; undefined where none parts the first. */
export function likelySeparator(text: string): string | undefined {
  let best: { separator: string; score: number } | undefined;
  for (const separator of separators) {
    const records = recordsOf(text, separator, 50);
    const width = records[0]?.length ?? 1;
    if (width < 2) continue;
    const alike = records.filter((record) => record.length === width).length / records.length;
    const score = alike * 1000 + width;
    if (!best || score > best.score) best = { separator, score };
  }
  return best?.separator;
}
