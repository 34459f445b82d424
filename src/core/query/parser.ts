import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { Cursor, type Expected } from "./cursor.js";
import { lex, type Token } from "./lexer.js";
import { mistake, shown } from "./mistake.js";
import { keywords, relations } from "./tree.js";
import type { Condition, Dialect, Identifier, OrderItem, Query, Relation, Tree, Value } from "./tree.js";

/** Keeps hostile texts from costing time, stack, or SQLite's own limits (depth 1,000, 32,766 parameters). */
export const limits = { length: 262_144, depth: 64, conditions: 500, values: 20_000, order: 32 } as const;

const isRelation = (text: string): text is Relation => (relations as readonly string[]).includes(text);

class Parser {
  readonly #at: Cursor;
  readonly #dialect: Dialect;
  #depth = 0;
  #conditions = 0;
  #values = 0;

  constructor(cursor: Cursor, dialect: Dialect) {
    this.#at = cursor;
    this.#dialect = dialect;
  }

  query(): Query {
    const dialect = this.#dialect;
    const filter: Tree = this.#hasFilter() ? this.#any() : { kind: "all" };
    const rest =
      dialect === "loam" ? { order: this.#order(), limit: this.#limit() } : { order: [], limit: undefined };
    this.#at.end();
    return { dialect, filter, ...rest };
  }

  orderEntry(): OrderItem {
    const item = this.#orderItem();
    this.#at.end();
    return item;
  }

  #hasFilter(): boolean {
    const whole = this.#dialect === "loam";
    if (this.#at.token.kind !== "end") return !(whole && (this.#at.isAt("order") || this.#at.isAt("limit")));
    this.#at.expect({ kind: "field" });
    if (whole) this.#at.expect({ kind: "word", word: "not" }, { kind: "symbol", symbol: "(" });
    return false;
  }

  #any(): Tree {
    const first = this.#every();
    const parts = [first];
    while (this.#dialect === "loam" && this.#at.word("or")) parts.push(this.#every());
    return parts.length === 1 ? first : { kind: "or", of: parts };
  }

  #every(): Tree {
    const first = this.#one();
    const parts = [first];
    while (this.#at.word("and")) parts.push(this.#one());
    return parts.length === 1 ? first : { kind: "and", of: parts };
  }

  #one(): Tree {
    if (this.#dialect === "mlflow") return this.#condition();
    const { span } = this.#at;
    if (this.#at.word("not")) return this.#nested(span, () => ({ kind: "not", of: this.#one() }));
    if (!this.#at.symbol("(")) return this.#condition();
    return this.#nested(span, () => {
      const tree = this.#any();
      if (!this.#at.symbol(")")) this.#at.fail();
      return tree;
    });
  }

  #nested(span: Identifier["span"], work: () => Tree): Tree {
    this.#depth += 1;
    if (this.#depth > limits.depth) throw mistake(span, said`nested deeper than ${limits.depth} levels`);
    const tree = work();
    this.#depth -= 1;
    return tree;
  }

  #field(): Identifier {
    const { token, span } = this.#at;
    if (token.kind === "name") return this.#named(token.prefix, token.key);
    if (token.kind === "string" && token.text.startsWith('"')) return this.#named("", token.value);
    if (token.kind !== "word" || keywords.has(token.text.toLowerCase())) {
      this.#at.expect({ kind: "field" });
      return this.#at.fail();
    }
    const dot = token.text.indexOf(".");
    if (dot === token.text.length - 1)
      throw mistake(span, said`${shown(token.text)} lacks a key after the dot`);
    return this.#named(token.text.slice(0, Math.max(dot, 0)), token.text.slice(dot + 1));
  }

  #named(prefix: string, key: string): Identifier {
    const { span } = this.#at;
    if (key === "") throw mistake(span, said`a name in quotes is empty`);
    this.#at.advance();
    return { prefix, key, span };
  }

  #condition(): Condition {
    const field = this.#field();
    this.#conditions += 1;
    if (this.#conditions > limits.conditions)
      throw mistake(field.span, said`more than ${limits.conditions} conditions`);
    const { token, span: at } = this.#at;
    const relation = token.text.toLowerCase();
    if ((token.kind === "symbol" || token.kind === "word") && isRelation(relation)) {
      this.#at.advance();
      return { kind: "compare", field, at, comparator: relation, value: this.#value(field) };
    }
    if (this.#at.word("is")) {
      const negated = this.#at.word("not");
      if (!this.#at.word("null")) this.#at.fail();
      return { kind: "presence", field, at, comparator: negated ? "is not null" : "is null" };
    }
    if (this.#at.word("in")) return { kind: "list", field, at, comparator: "in", values: this.#list(field) };
    if (!this.#at.word("not")) return this.#at.fail({ kind: "comparator", field });
    const { token: after, span } = this.#at;
    if (this.#dialect === "loam" && isRelation(after.text.toLowerCase()))
      throw mistake(span, said`found ${shown(after.text)}, expected in; not goes before the whole condition`);
    if (!this.#at.word("in")) this.#at.fail();
    return { kind: "list", field, at, comparator: "not in", values: this.#list(field) };
  }

  #list(field: Identifier): readonly Value[] {
    if (!this.#at.symbol("(")) this.#at.fail();
    const values = [this.#value(field)];
    while (!this.#at.symbol(")")) {
      if (!this.#at.symbol(",")) this.#at.fail();
      // Python writes a tuple of one as ('a',)
      if (this.#at.symbol(")")) break;
      values.push(this.#value(field));
    }
    return values;
  }

  #value(field: Identifier): Value {
    const { token, span } = this.#at;
    this.#values += 1;
    if (this.#values > limits.values) throw mistake(span, said`more than ${limits.values} values`);
    if (token.kind === "string" || token.kind === "number") {
      this.#at.advance();
      if (token.kind === "string") return { kind: "text", text: token.value, span };
      return { kind: "number", text: token.text, value: token.value, span };
    }
    this.#at.expect({ kind: "value", field });
    if (token.kind !== "word") return this.#at.fail();
    throw mistake(
      span,
      said`found ${shown(token.text)}, expected a number or a text in quotes, such as '${token.text.slice(0, 40)}'`,
    );
  }

  #order(): readonly OrderItem[] {
    if (!this.#at.word("order")) return [];
    if (!this.#at.word("by")) this.#at.fail();
    const items = [this.#orderItem()];
    while (this.#at.symbol(",")) {
      if (items.length === limits.order) throw tooManyToOrderBy(this.#at.span);
      items.push(this.#orderItem());
    }
    return items;
  }

  #orderItem(): OrderItem {
    const field = this.#field();
    if (this.#at.word("asc")) return { field, direction: "asc" };
    return { field, direction: this.#at.word("desc") ? "desc" : "asc" };
  }

  #limit(): number | undefined {
    if (!this.#at.word("limit")) return undefined;
    const { token } = this.#at;
    if (token.kind !== "number" || !Number.isSafeInteger(token.value) || token.value < 1)
      return this.#at.fail({ kind: "count" });
    this.#at.advance();
    return token.value;
  }
}

const tooManyToOrderBy = (span: Identifier["span"]): Failure =>
  mistake(span, said`more than ${limits.order} fields to order by`);

function parserOf(text: string, dialect: Dialect, entry: number): Parser {
  if (text.length > limits.length) {
    const span = { column: limits.length + 1, length: text.length - limits.length, entry };
    throw mistake(span, said`the text is longer than ${limits.length} characters`);
  }
  return new Parser(new Cursor(lex(text, entry), dialect), dialect);
}

/**
 * Reads a filter (in the dialect `loam` with its order and limit); the empty text matches everything. Names are not
 * looked up: `compile` does that with a target. Throws `filter.syntax`, with column and length in `data`.
 */
export function parseQuery(text: string, dialect: Dialect = "loam"): Query {
  return parserOf(text, dialect, 0).query();
}

/** Reads MLflow's `order_by`, one `identifier [ASC|DESC]` a string. Throws `filter.syntax` with `entry` in `data`. */
export function parseOrderBy(entries: readonly string[]): readonly OrderItem[] {
  if (entries.length > limits.order)
    throw tooManyToOrderBy({ column: 1, length: 0, entry: limits.order + 1 });
  return entries.map((text, index) => parserOf(text, "mlflow", index + 1).orderEntry());
}

/** What may follow the tokens; nothing where they hold a mistake already. */
export function expectedAfter(tokens: readonly Token[], dialect: Dialect): readonly Expected[] {
  const cursor = new Cursor(tokens, dialect);
  try {
    new Parser(cursor, dialect).query();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return cursor.token.kind === "end" ? cursor.tried : [];
}
