import { oneOf, said, textOf, type Piece } from "../base/said.js";
import type { Token } from "./lexer.js";
import { mistake, shown } from "./mistake.js";
import { comparators, type Dialect, type Identifier, type Span } from "./tree.js";

/** What the grammar takes at a place. */
export type Expected =
  | { readonly kind: "field" }
  | { readonly kind: "comparator"; readonly field: Identifier }
  | { readonly kind: "value"; readonly field: Identifier }
  | { readonly kind: "word"; readonly word: string }
  | { readonly kind: "symbol"; readonly symbol: string }
  | { readonly kind: "count" };

function wording(expected: Expected): Piece {
  switch (expected.kind) {
    case "field":
      return said`a name such as metrics.f1`;
    case "comparator":
      return said`a comparator (${oneOf(comparators)})`;
    case "value":
      return said`a number or a text in quotes`;
    case "word":
      return expected.word === "order" ? "order by" : expected.word;
    case "symbol":
      return shown(expected.symbol);
    case "count":
      return said`a whole number from 1`;
  }
}

const spanOf = ({ offset, length, entry }: Token): Span => ({ column: offset + 1, length, entry });

/** Walks over tokens and remembers what was tried at the present one, for messages and for completion. */
export class Cursor {
  readonly #tokens: readonly Token[];
  readonly #dialect: Dialect;
  #index = 0;
  #tried: Expected[] = [];

  constructor(tokens: readonly Token[], dialect: Dialect) {
    this.#tokens = tokens;
    this.#dialect = dialect;
  }

  get token(): Token {
    return this.#tokens[this.#index] ?? { kind: "end", text: "", offset: 0, length: 0, entry: 0 };
  }

  get span(): Span {
    return spanOf(this.token);
  }

  get tried(): readonly Expected[] {
    return this.#tried;
  }

  /** True before this word, in any case; notes nothing. */
  isAt(word: string): boolean {
    return this.token.kind === "word" && this.token.text.toLowerCase() === word;
  }

  advance(): void {
    this.#index += 1;
    this.#tried = [];
  }

  expect(...expected: readonly Expected[]): void {
    this.#tried.push(...expected);
  }

  /** Steps over the word if it stands here. */
  word(word: string): boolean {
    const here = this.isAt(word);
    if (here) this.advance();
    else this.expect({ kind: "word", word });
    return here;
  }

  /** Steps over the symbol if it stands here. */
  symbol(symbol: string): boolean {
    const here = this.token.kind === "symbol" && this.token.text === symbol;
    if (here) this.advance();
    else this.expect({ kind: "symbol", symbol });
    return here;
  }

  end(): void {
    if (this.token.kind !== "end") this.fail();
  }

  /** Fails at the present token, naming what was tried there, or `only`. */
  fail(only?: Expected): never {
    if (only) this.#tried = [only];
    const token = this.token;
    if (token.kind === "bad") throw mistake(this.span, said`cannot read ${shown(token.text)}: ${token.hint}`);
    const found = token.kind === "end" ? said`the text ends` : said`found ${shown(token.text)}`;
    const beyond = ["or", "not", "order", "limit", "("].includes(token.text.toLowerCase());
    if (this.#dialect === "mlflow" && beyond)
      throw mistake(this.span, said`${found}, but MLflow filters have only conditions joined by and`);
    const wordings = new Map(this.#tried.map(wording).map((one) => [textOf(one), one]));
    const expected = wordings.size === 0 ? said`the end of the text` : oneOf([...wordings.values()]);
    throw mistake(this.span, said`${found}, expected ${expected}`);
  }
}
