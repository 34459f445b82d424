import { Failure } from "../core/base/failure.js";
import { said } from "../core/base/said.js";
import { invalidValue } from "../core/tracking/limits.js";
import type { KeyValue } from "../core/tracking/run-document.js";

const fromQuery: unique symbol = Symbol("from a query");

/** Fields of a request as they came: JSON values of a body, or texts of a query. */
export type Fields = Readonly<Record<string, unknown>> & { readonly [fromQuery]?: true };

/** Integers that a double may not hold: 16 digits and more, outside of fractions. */
const longInteger = /[:\s]-?\d{16}/;
const textOrLongInteger = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;
const mark = "\u0000i";

/**
 * The fields of a JSON body. Long integers come as BigInt, so that none is rounded. JSON in a JSON text (very old
 * clients) is read too; what is no JSON object has no fields, and so fails on the first one that is required.
 */
export function bodyFields(body: Buffer): Fields {
  if (body.byteLength === 0) return {};
  const value = parsed(body.toString("utf8"));
  const inner = typeof value === "string" ? parsed(value) : value;
  return isFields(inner) ? inner : {};
}

function parsed(text: string): unknown {
  try {
    if (!longInteger.test(text)) return JSON.parse(text);
    const marked = text.replaceAll(textOrLongInteger, (found) =>
      found.startsWith('"') ? found : `"\\u0000i${found}"`,
    );
    return JSON.parse(marked, (_key, value: unknown) =>
      typeof value === "string" && value.startsWith(mark) && /^-?\d+$/.test(value.slice(2))
        ? short(BigInt(value.slice(2)))
        : value,
    );
  } catch {
    return undefined;
  }
}

/** The fields of a query, without its `?`. */
export function queryFields(query: string): Fields {
  const fields = Object.create(null) as Record<string, unknown> & { [fromQuery]?: true };
  fields[fromQuery] = true;
  if (query === "") return fields;
  const parameters = new URLSearchParams(query);
  for (const name of new Set(parameters.keys())) fields[name] = parameters.getAll(name);
  return fields;
}

/** Adds fields that the path holds, which win. */
export const withPath = (fields: Fields, path: Readonly<Record<string, string>>): Fields => ({
  ...fields,
  ...path,
});

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function scalar(fields: Fields, name: string): unknown {
  const value = fields[name];
  return fields[fromQuery] === true && Array.isArray(value) ? (value as unknown[])[0] : value;
}

const missing = (name: string): Failure =>
  new Failure("value.missing", said`Missing value for required parameter '${name}'.`);

const wrong = (name: string, value: unknown, why: string): Failure =>
  invalidValue(name, plain(value), said`${why}`);

/** A value without the BigInts that only this process has: they become the texts that MLflow reads as int64. */
export const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? one.toString() : one)) ?? "null",
  );

/** A text; undefined where it is absent or null. `path` is how messages call the field. */
export function text(fields: Fields, name: string, path = name): string | undefined {
  const value = scalar(fields, name);
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return undefined;
  throw wrong(path, value, "It must be a string.");
}

/** A text that must be there and hold something. */
export function needText(fields: Fields, name: string, path = name): string {
  const value = text(fields, name, path);
  if (value === undefined || value === "") throw missing(path);
  return value;
}

const least = -(2n ** 63n);
const greatest = 2n ** 63n - 1n;
const short = (value: bigint): number | bigint =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;

/** An int64, given as a number or as decimal text: a number where that is exact, else a BigInt. */
export function int(fields: Fields, name: string, path = name): number | bigint | undefined {
  const value = scalar(fields, name);
  if (typeof value === "number" && Number.isSafeInteger(value)) return value === 0 ? 0 : value; // no -0
  if (value === undefined || value === null) return undefined;
  const whole = wholeNumber(value);
  if (whole === undefined || whole < least || whole > greatest)
    throw wrong(path, value, "It must be a 64-bit integer.");
  return short(whole);
}

function wholeNumber(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
}

export function needInt(fields: Fields, name: string, path = name): number | bigint {
  const value = int(fields, name, path);
  if (value === undefined) throw missing(path);
  return value;
}

/** A count between two bounds, or `otherwise` where it is absent. */
export function count(
  fields: Fields,
  name: string,
  bounds: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  const value = int(fields, name);
  if (value === undefined) return bounds.otherwise;
  if (value < bounds.least || value > bounds.most)
    throw wrong(name, value, `It must be between ${bounds.least} and ${bounds.most}.`);
  return Number(value);
}

const notFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/** A double that must be there: a number, its text, or the text of what JSON has no number for. */
export function needDouble(fields: Fields, name: string, path = name): number {
  const value = scalar(fields, name);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (value === undefined || value === null || value === "") throw missing(path);
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string") {
    if (Object.hasOwn(notFinite, value)) return notFinite[value] ?? Number.NaN;
    const number = /^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isFinite(number)) return number;
  }
  throw wrong(path, value, "It must be a number.");
}

/** A boolean, in a query `true` or `false`. */
export function flag(fields: Fields, name: string): boolean | undefined {
  const value = scalar(fields, name);
  if (typeof value === "boolean") return value;
  if (value === undefined || value === null) return undefined;
  const word = typeof value === "string" ? value.toLowerCase() : "";
  if (word === "true" || word === "false") return word === "true";
  throw wrong(name, value, "It must be true or false.");
}

/** A member of an enum by its name or its number, which count from 1; undefined for one that is not known. */
export function choice<T extends string>(fields: Fields, name: string, names: readonly T[]): T | undefined {
  const value = scalar(fields, name);
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === "number") return names[number - 1];
  return names.find((one) => one === value);
}

/** The members of a list. Paths for messages are made only where there is something to say: batches are long. */
function listOf<T>(fields: Fields, name: string, member: (value: unknown, path: () => string) => T): T[] {
  const value = fields[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(name, value, "It must be a list.");
  return (value as unknown[]).map((one, n) => member(one, () => `${name}[${n}]`));
}

/** Texts; none where the list is absent. */
export const texts = (fields: Fields, name: string): string[] =>
  listOf(fields, name, (value, path) => {
    if (typeof value === "string") return value;
    throw wrong(path(), value, "It must be a string.");
  });

/** Objects; none where the list is absent. */
export const rows = (fields: Fields, name: string): Fields[] =>
  listOf(fields, name, (value, path) => {
    if (isFields(value)) return value;
    throw wrong(path(), value, "It must be an object.");
  });

/** An object; without fields where it is absent. */
export function object(fields: Fields, name: string): Fields {
  const value = fields[name];
  if (value === undefined || value === null) return {};
  if (isFields(value)) return value;
  throw wrong(name, value, "It must be an object.");
}

/** Keys with values: params and tags. An absent value is empty. */
export const keyValues = (fields: Fields, name: string): KeyValue[] =>
  rows(fields, name).map((row, n) => ({
    key: needText(row, "key", `${name}[${n}].key`),
    value: text(row, "value", `${name}[${n}].value`) ?? "",
  }));

/** The id of a run, by either of its names. */
export function runId(fields: Fields): string {
  const id = text(fields, "run_id");
  if (id !== undefined && id !== "") return id;
  const uuid = text(fields, "run_uuid");
  return uuid === undefined || uuid === "" ? needText(fields, "run_id") : uuid;
}
