import type { Bound, CellValue } from "./view.js";

/** Digits of a whole number. */
export const wholeDigits = /^[+-]?\d{1,38}$/;

/** Digits by their value: as a number where that is exact. */
export function boundOf(digits: string): Bound {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : String(BigInt(digits));
}

/** What can be compared with any other bound, exactly. */
export const comparable = (bound: Bound): bigint | number =>
  typeof bound === "string" ? BigInt(bound) : bound;

/** A bound as YAML is to have it: a number, without quotes. */
export const inYaml = (bound: Bound | null): bigint | number | null =>
  bound === null ? null : comparable(bound);

/** The whole number that a value is, as digits; undefined where it is none. */
export function wholeNumber(value: CellValue): string | undefined {
  if (typeof value === "string" && wholeDigits.test(value)) return String(BigInt(value));
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) ? String(BigInt(number)) : undefined;
}
