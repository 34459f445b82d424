// The instructions of pickles, protocols 0 to 5, as Python's `pickletools` lists them.
import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { ByteCursor } from "./byte-source.js";

/** What follows an instruction. `line`: up to the next line feed. `bytes8`: after a length of 8 bytes. */
type Argument = "none" | "byte" | "two" | "four" | "eight" | "line" | "lines" | Counted;
type Counted = "counted1" | "counted4" | "counted8";

const table: Readonly<Record<string, readonly [string, Argument]>> = {
  I: ["INT", "line"],
  J: ["BININT", "four"],
  K: ["BININT1", "byte"],
  M: ["BININT2", "two"],
  L: ["LONG", "line"],
  "\x8a": ["LONG1", "counted1"],
  "\x8b": ["LONG4", "counted4"],
  S: ["STRING", "line"],
  T: ["BINSTRING", "counted4"],
  U: ["SHORT_BINSTRING", "counted1"],
  B: ["BINBYTES", "counted4"],
  C: ["SHORT_BINBYTES", "counted1"],
  "\x8e": ["BINBYTES8", "counted8"],
  "\x96": ["BYTEARRAY8", "counted8"],
  "\x97": ["NEXT_BUFFER", "none"],
  "\x98": ["READONLY_BUFFER", "none"],
  N: ["NONE", "none"],
  "\x88": ["NEWTRUE", "none"],
  "\x89": ["NEWFALSE", "none"],
  V: ["UNICODE", "line"],
  "\x8c": ["SHORT_BINUNICODE", "counted1"],
  X: ["BINUNICODE", "counted4"],
  "\x8d": ["BINUNICODE8", "counted8"],
  F: ["FLOAT", "line"],
  G: ["BINFLOAT", "eight"],
  "]": ["EMPTY_LIST", "none"],
  a: ["APPEND", "none"],
  e: ["APPENDS", "none"],
  l: ["LIST", "none"],
  ")": ["EMPTY_TUPLE", "none"],
  t: ["TUPLE", "none"],
  "\x85": ["TUPLE1", "none"],
  "\x86": ["TUPLE2", "none"],
  "\x87": ["TUPLE3", "none"],
  "}": ["EMPTY_DICT", "none"],
  d: ["DICT", "none"],
  s: ["SETITEM", "none"],
  u: ["SETITEMS", "none"],
  "\x8f": ["EMPTY_SET", "none"],
  "\x90": ["ADDITEMS", "none"],
  "\x91": ["FROZENSET", "none"],
  "0": ["POP", "none"],
  "2": ["DUP", "none"],
  "(": ["MARK", "none"],
  "1": ["POP_MARK", "none"],
  g: ["GET", "line"],
  h: ["BINGET", "byte"],
  j: ["LONG_BINGET", "four"],
  p: ["PUT", "line"],
  q: ["BINPUT", "byte"],
  r: ["LONG_BINPUT", "four"],
  "\x94": ["MEMOIZE", "none"],
  "\x82": ["EXT1", "byte"],
  "\x83": ["EXT2", "two"],
  "\x84": ["EXT4", "four"],
  c: ["GLOBAL", "lines"],
  "\x93": ["STACK_GLOBAL", "none"],
  R: ["REDUCE", "none"],
  b: ["BUILD", "none"],
  i: ["INST", "lines"],
  o: ["OBJ", "none"],
  "\x81": ["NEWOBJ", "none"],
  "\x92": ["NEWOBJ_EX", "none"],
  "\x80": ["PROTO", "byte"],
  ".": ["STOP", "none"],
  "\x95": ["FRAME", "eight"],
  P: ["PERSID", "line"],
  Q: ["BINPERSID", "none"],
};
const known = new Map(Object.entries(table).map(([code, entry]) => [code.charCodeAt(0), entry]));

export interface Instruction {
  readonly code: string;
  /** Of one with a number. */
  readonly number: number;
  /** Of one with lines: as Latin-1. */
  readonly lines: readonly string[];
  /** Of one with counted content: where that is. */
  readonly from: number;
  readonly length: number;
  /** The content itself where it is short enough for a name or a number. */
  readonly content: Buffer | null;
}

/** Names and numbers are shorter. */
const longestLine = 64 * 1024;

/** Names in Python are shorter; longer texts are nothing but texts. */
export const longestName = 255;

const plain = { number: 0, lines: [], from: 0, length: 0, content: null };

/** The next instruction; content that follows it is not read. Throws `value.invalid` where there is none. */
export function nextInstruction(cursor: ByteCursor): Instruction {
  const at = cursor.at;
  const entry = known.get(cursor.byte());
  if (!entry)
    throw new Failure(
      "value.invalid",
      said`${cursor.source.name} has no instruction of a pickle at byte ${at}.`,
    );
  const [code, argument] = entry;
  switch (argument) {
    case "none":
      return { ...plain, code };
    case "byte":
      return { ...plain, code, number: cursor.byte() };
    case "two":
      return { ...plain, code, number: cursor.take(2).readUInt16LE() };
    case "four": {
      const bytes = cursor.take(4);
      return { ...plain, code, number: code === "BININT" ? bytes.readInt32LE() : bytes.readUInt32LE() };
    }
    case "eight":
      cursor.skip(8);
      return { ...plain, code };
    case "line":
      return { ...plain, code, lines: [lineOf(cursor)] };
    case "lines":
      return { ...plain, code, lines: [lineOf(cursor), lineOf(cursor)] };
    default: {
      const length = lengthOf(cursor, argument);
      const from = cursor.at;
      if (length <= longestName) return { ...plain, code, from, length, content: cursor.take(length) };
      cursor.skip(length);
      return { ...plain, code, from, length };
    }
  }
}

function lengthOf(cursor: ByteCursor, counted: Counted): number {
  if (counted === "counted1") return cursor.byte();
  if (counted === "counted4") return cursor.take(4).readUInt32LE();
  return Number(cursor.take(8).readBigUInt64LE());
}

function lineOf(cursor: ByteCursor): string {
  const bytes: number[] = [];
  for (let byte = cursor.byte(); byte !== 10; byte = cursor.byte()) {
    bytes.push(byte);
    if (bytes.length > longestLine)
      throw new Failure(
        "value.invalid",
        said`${cursor.source.name} has no instruction of a pickle at byte ${cursor.at}.`,
      );
  }
  return Buffer.from(bytes).toString("latin1");
}
