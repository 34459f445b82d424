import { Figures } from "../src/protocol/times.js";
import type { JsonDouble } from "../src/protocol/tracking.js";
import * as l10n from "./l10n.js";

// Numbers, times and sizes as a person reads them: significant digits by the spread of what stands together,
// thousands separated as the person's language does, always with a unit.

let figures: Figures | undefined;
let words: ReturnType<typeof l10n.current> | undefined;

/** In the words as they are now. */
function now(): Figures {
  const current = l10n.current();
  if (!figures || words !== current) figures = new Figures(current);
  words = current;
  return figures;
}

/** A value as the engine sends it; what is not finite comes as text. */
export const asNumber = (value: JsonDouble): number => Number(value);

/** One number that stands alone: four significant digits, whole numbers in full. */
export const numberText = (value: JsonDouble): string => now().numbers.alone(asNumber(value));

/** Numbers that stand under each other: all with as many decimals as tell them apart, within reason. */
export const columnTexts = (values: readonly JsonDouble[]): string[] =>
  now().numbers.column(values.map(asNumber));

/** The marks of a linear axis, evenly apart: as many decimals as their distance needs. */
export const axisTexts = (values: readonly number[]): string[] => now().numbers.axis(values);

/** A number with so many decimals, in a column where all have as many. */
export const decimalText = (value: number, decimals: number): string =>
  now().numbers.decimals(value, decimals);

/** The change from one number to another, with its sign: `+0.021`. */
export const changeText = (from: number, to: number): string => now().numbers.change(from, to);

/** A whole number with its thousands separated. */
export const countText = (count: number): string => now().numbers.fixed(count, 0);

/** A part of one, to the hundredth: `0.25`. */
export const shareText = (share: number): string => now().numbers.fixed(share, 2);

/** A part of one in hundredths: `3.1 %`; what is less than a thousandth is told so. */
export const percentText = (share: number): string => {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return `< ${now().numbers.short(0.1, 1)} %`;
  return `${now().numbers.short(percent, percent < 10 || percent > 99 ? 1 : 0)} %`;
};

/** A size in bytes: `812 B`, `3.1 MB` (powers of 1000). */
export const bytesText = (bytes: number): string => now().numbers.bytes(bytes);

/** A span of time in the two units that matter: `2 min 5 s`. */
export const spanText = (ms: number): string => now().span(ms);

/** A moment with its date, to the second. */
export const dateText = (at: number): string => now().date(at);

/** How long ago within a week, else the date; `dateText` belongs in the tooltip. */
export const whenText = (at: number, when: number): string => now().when(at, when);

/** A time of day on an axis. */
export const clockText = (at: number): string => now().clock(at);
