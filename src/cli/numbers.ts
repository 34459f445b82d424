import { Numbers, plainNotation } from "../protocol/numbers.js";

const numbers = new Numbers(plainNotation);

/** One number that stands alone: four significant digits, whole numbers in full. */
export const numberText = (value: number): string => numbers.alone(value);

/** Numbers of one column, with as many digits as tell them apart. */
export const columnTexts = (values: readonly number[]): string[] => numbers.column(values);

/** The change from one number to another with its sign, in the decimals in which `columnTexts` shows the two. */
export const changeText = (from: number, to: number): string => numbers.change(from, to);

/** A size in bytes: `812 B`, `3.1 MB` (powers of 1000). */
export const bytesText = (bytes: number): string => numbers.bytes(bytes);

/** A count with its noun: `1 file`, `3 files`. Thousands are separated, as in English text. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
