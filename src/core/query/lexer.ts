import { said, type Said } from "../base/said.js";

/**
 * Offsets count UTF-16 units from 0. `entry` says which text of a request is meant: 0 is the filter, n the n-th
 * string of MLflow's `order_by`.
 */
interface At {
  readonly offset: number;
  readonly length: number;
  readonly entry: number;
}

export type Token = At &
  (
    | { readonly kind: "word"; readonly text: string }
    /** `` prefix.`key` `` or `` `attribute` ``; the prefix of the latter is "". */
    | { readonly kind: "name"; readonly text: string; readonly prefix: string; readonly key: string }
    | { readonly kind: "string"; readonly text: string; readonly value: string }
    | { readonly kind: "number"; readonly text: string; readonly value: number }
    | { readonly kind: "symbol"; readonly text: string }
    /** What no grammar has; `hint` says what to write. `open` marks a quote that is still being typed. */
    | { readonly kind: "bad"; readonly text: string; readonly hint: Said; readonly open: boolean }
    | { readonly kind: "end"; readonly text: "" }
  );

/** A word that needs no quotes: everything that MLflow takes in keys, but spaces. */
export const bareWord = /^[\p{L}\p{M}_][\p{L}\p{M}\p{N}_./:@$-]*$/u;

const word = /[\p{L}\p{M}_][\p{L}\p{M}\p{N}_./:@$-]*/uy;
const number = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const wordEnd = /[\p{L}\p{M}\p{N}_./:@$-]*/uy;
const symbol = /!=|>=|<=|[=<>(),]/y;
const space = /\s*/y;
const wrong = /==|<>|&&|\|\||[^]/uy;

const wrongHints: Readonly<Record<string, Said>> = {
  "==": said`write =`,
  "<>": said`write !=`,
  "&&": said`write and`,
  "||": said`write or`,
  "!": said`write != or not`,
  ";": said`a text holds one filter`,
};

function match(pattern: RegExp, text: string, offset: number): string {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? "";
}

/** Reads from the quote at `offset`; a doubled quote stands for one. undefined where the closing one is missing. */
function quoted(text: string, offset: number): { value: string; end: number } | undefined {
  const quote = text.charAt(offset);
  let value = "";
  let from = offset + 1;
  for (;;) {
    const close = text.indexOf(quote, from);
    if (close < 0) return undefined;
    value += text.slice(from, close);
    if (text[close + 1] !== quote) return { value, end: close + 1 };
    value += quote;
    from = close + 2;
  }
}

/** Cuts a text into tokens; never throws: what it cannot read becomes a `bad` token. The last one is `end`. */
export function lex(text: string, entry = 0): readonly Token[] {
  const tokens: Token[] = [];
  let offset = match(space, text, 0).length;
  while (offset < text.length) {
    const token = next(text, offset, entry);
    tokens.push(token);
    offset += token.length;
    offset += match(space, text, offset).length;
  }
  tokens.push({ kind: "end", text: "", offset: text.length, length: 0, entry });
  return tokens;
}

function next(text: string, offset: number, entry: number): Token {
  const at = (end: number) => ({ offset, length: end - offset, entry, text: text.slice(offset, end) });
  const bad = (end: number, hint: Said, open = false): Token => ({ kind: "bad", hint, open, ...at(end) });

  const first = text.charAt(offset);
  if (first === "'" || first === '"' || first === "`") {
    const read = quoted(text, offset);
    if (!read) return bad(text.length, said`close the ${first}`, true);
    if (first === "`") return { kind: "name", prefix: "", key: read.value, ...at(read.end) };
    return { kind: "string", value: read.value, ...at(read.end) };
  }

  const digits = match(number, text, offset);
  if (digits !== "") {
    const tail = match(wordEnd, text, offset + digits.length);
    const end = offset + digits.length + tail.length;
    if (tail !== "") return bad(end, said`put text, dates and spans of time in quotes`);
    const value = Number(digits);
    if (!Number.isFinite(value)) return bad(end, said`a number of this size is out of range`);
    return { kind: "number", value, ...at(end) };
  }

  const name = match(word, text, offset);
  if (name !== "") return afterWord(text, offset, name, entry);

  const sign = match(symbol, text, offset);
  const unknown = match(wrong, text, offset);
  if (sign !== "" && unknown.length <= sign.length) return { kind: "symbol", ...at(offset + sign.length) };
  return bad(offset + unknown.length, wrongHints[unknown] ?? said`put names in backticks and text in quotes`);
}

function afterWord(text: string, offset: number, name: string, entry: number): Token {
  const end = offset + name.length;
  const at = (to: number) => ({ offset, length: to - offset, entry, text: text.slice(offset, to) });
  const follows = text.charAt(end);
  if (!name.endsWith(".") || (follows !== "`" && follows !== '"')) return { kind: "word", ...at(end) };
  const read = quoted(text, end);
  if (!read) return { kind: "bad", hint: said`close the ${follows}`, open: true, ...at(text.length) };
  if (name.indexOf(".") < name.length - 1)
    return { kind: "bad", hint: said`put the whole key in backticks`, open: false, ...at(read.end) };
  return { kind: "name", prefix: name.slice(0, -1), key: read.value, ...at(read.end) };
}
