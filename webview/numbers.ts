import type { JsonDouble } from "../src/protocol/tracking.js";
import * as l10n from "./l10n.js";

// Numbers, times and sizes as a person reads them: significant digits by the spread of what stands together,
// thousands separated as the person's language does, always with a unit.

/** Made once for each number of decimals: to make one costs a hundred times what it takes to write a number. */
const formats = new Map<string, Intl.NumberFormat>();
let formatted: string | undefined;

function localText(value: number, least: number, most: number): string {
  const language = l10n.language();
  if (formatted !== language) formats.clear();
  formatted = language;
  const key = `${least} ${most}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language, { minimumFractionDigits: least, maximumFractionDigits: most });
    formats.set(key, format);
  }
  return format.format(value);
}

const huge = 1e15;
const tiny = 1e-4;
/** Below this share of their size, differences are noise of the arithmetic. */
const noise = 1e-9;
/** Digits after the point beyond which a number is told by its leading digits and a power of ten. */
const mostDecimals = 9;
const mostAxisDecimals = 5;

const exponentOf = (value: number): number => Math.floor(Math.log10(Math.abs(value)));

/** A value as the engine sends it; what is not finite comes as text. */
export const asNumber = (value: JsonDouble): number => Number(value);

function scientific(value: number, digits: number): string {
  const [mantissa = "", exponent = ""] = value.toExponential(Math.max(0, digits - 1)).split("e");
  const plain = localText(Number(mantissa), 0, 16);
  return `${plain}e${Number(exponent)}`;
}

/** One number that stands alone: four significant digits, whole numbers in full. */
export function numberText(given: JsonDouble): string {
  const value = asNumber(given);
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < huge) return localText(value, 0, 0);
  if (size >= huge || size < tiny) return scientific(value, 4);
  const decimals = Math.max(0, 3 - exponentOf(value));
  // One that is rounded to a whole number keeps its zeros: 0.99999 is 1.0000, and no 1.
  const isRounded = Number.isInteger(Number(value.toFixed(decimals)));
  return localText(value, isRounded ? decimals : 0, decimals);
}

/** How many decimals tell numbers apart: two significant digits of their spread; undefined: each by itself. */
function decimalsFor(values: readonly number[]): number | undefined {
  let [least, most, distinct, whole] = [Infinity, -Infinity, 0, true];
  const seen = new Set<number>();
  for (const value of values) {
    if (!Number.isFinite(value) || seen.has(value)) continue;
    seen.add(value);
    distinct++;
    least = Math.min(least, value);
    most = Math.max(most, value);
    whole &&= Number.isInteger(value);
  }
  const spread = most - least;
  if (distinct < 2 || (whole && most < huge) || !Number.isFinite(spread)) return undefined;
  if (spread < noise * Math.max(Math.abs(least), Math.abs(most))) return undefined;
  return 1 - exponentOf(spread);
}

function withDecimals(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return numberText(value);
  const size = Math.abs(value);
  const significant = size === 0 ? 2 : exponentOf(value) + decimals + 1;
  if (significant < 2 && size < 1) return numberText(Number(value.toPrecision(3)));
  if (size >= huge || decimals > mostDecimals) return scientific(value, Math.max(2, significant));
  const digits = Math.max(0, decimals);
  return localText(value, digits, digits);
}

/** Numbers that stand under each other: all with as many decimals as tell them apart, within reason. */
export function columnTexts(values: readonly JsonDouble[]): string[] {
  const numbers = values.map(asNumber);
  const decimals = decimalsFor(numbers);
  if (decimals === undefined) return numbers.map(numberText);
  const distinct = new Set(numbers).size;
  for (let more = 0; ; more++) {
    const texts = numbers.map((value) => withDecimals(value, decimals + more));
    if (more === 2 || new Set(texts).size === distinct) return texts;
  }
}

/** The marks of a linear axis, evenly apart: as many decimals as their distance needs. */
export function axisTexts(values: readonly number[]): string[] {
  const step = Math.abs((values[1] ?? 0) - (values[0] ?? 0));
  const most = Math.max(...values.map(Math.abs));
  if (step === 0 || !Number.isFinite(step) || most >= huge) return values.map(numberText);
  let decimals = Math.max(0, -exponentOf(step));
  const isWhole = Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) < 1e-6;
  if (!isWhole) decimals++;
  const plain = (value: number): boolean => value === 0 || decimals > mostAxisDecimals;
  return values.map((value) => (plain(value) ? numberText(value) : localText(value, decimals, decimals)));
}

/**
 * How many decimals all numbers of a column have that is too long to tell each of them from each: three significant
 * digits of its spread, given by `values` that hold its least and its greatest. undefined: each is told by itself.
 */
export function columnDecimals(values: readonly number[]): number | undefined {
  const decimals = decimalsFor(values);
  return decimals === undefined ? undefined : decimals + 1;
}

/** A number with so many decimals, in a column where all have as many; one so small that it would be told wrong keeps two digits. */
export function decimalText(value: number, decimals: number): string {
  const size = Math.abs(value);
  const digits = Math.max(0, decimals);
  if (size >= huge || digits > mostDecimals || !Number.isFinite(value)) return withDecimals(value, decimals);
  if (value !== 0 && size * 10 ** digits < 5) return numberText(Number(value.toPrecision(2)));
  return localText(value, digits, digits);
}

/** The change from one number to another, with its sign: `+0.021`. */
export function changeText(from: number, to: number): string {
  const change = to - from;
  if (Number.isNaN(change)) return "";
  if (change === 0) return "±0";
  const decimals = decimalsFor([from, to]);
  const size = Math.abs(change);
  const text =
    decimals === undefined || !Number.isFinite(size) ? numberText(size) : withDecimals(size, decimals);
  return `${change > 0 ? "+" : "−"}${text}`;
}

/** A whole number with its thousands separated. */
export const countText = (count: number): string => localText(count, 0, 0);

/** A part of one, to the hundredth: `0.25`. */
export const shareText = (share: number): string => localText(share, 2, 2);

/** A size in bytes: `812 B`, `3.1 MB` (powers of 1000). */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${countText(bytes)} B`;
  const units = ["kB", "MB", "GB", "TB", "PB"];
  let [at, size] = [-1, bytes];
  while (size >= 999.5 && at < units.length - 1) {
    size /= 1000;
    at++;
  }
  const digits = size < 9.95 ? 1 : 0;
  return `${localText(size, 0, digits)} ${units[at] ?? ""}`;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A span of time in the two units that matter: `2 min 5 s`. */
export function spanText(ms: number): string {
  if (ms < 0 || Number.isNaN(ms)) return "";
  if (ms < 100) return l10n.t("{0} ms", Math.round(ms));
  if (ms < 9.95 * second) return l10n.t("{0} s", localText(ms / second, 0, 1));
  const sizes = [
    [day, (count: number) => l10n.t("{0} d", countText(count))],
    [hour, (count: number) => l10n.t("{0} h", count)],
    [minute, (count: number) => l10n.t("{0} min", count)],
    [second, (count: number) => l10n.t("{0} s", count)],
  ] as const;
  const rounded = ms < day ? Math.round(ms / second) * second : Math.round(ms / minute) * minute;
  const at = Math.max(
    0,
    sizes.findIndex(([size]) => rounded >= size),
  );
  let left = rounded;
  const parts: string[] = [];
  for (const [size, told] of sizes.slice(at, at + 2)) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(told(count));
  }
  return parts.join(" ");
}

/** Made once and kept: to make one costs a hundred times what it takes to write a date. */
let dates: DateFormats | undefined;

interface DateFormats {
  readonly language: string | undefined;
  readonly moment: Intl.DateTimeFormat;
  readonly day: Intl.DateTimeFormat;
  readonly ago: Intl.RelativeTimeFormat;
  readonly clock: Intl.DateTimeFormat;
}

function dateFormats(): DateFormats {
  const language = l10n.language();
  if (dates && dates.language === language) return dates;
  const made: DateFormats = {
    language,
    moment: new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }),
    day: new Intl.DateTimeFormat(language, { dateStyle: "medium" }),
    ago: new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" }),
    clock: new Intl.DateTimeFormat(language, { timeStyle: "medium" }),
  };
  dates = made;
  return made;
}

/** A moment with its date, to the second. */
export const dateText = (at: number): string => dateFormats().moment.format(at);

/** How long ago within a week, else the date; `dateText` belongs in the tooltip. */
export function whenText(at: number, now: number): string {
  const ago = now - at;
  if (ago >= 7 * day || ago <= -minute) return dateFormats().day.format(at);
  if (ago < minute) return l10n.t("just now");
  const format = dateFormats().ago;
  if (ago < hour) return format.format(-Math.floor(ago / minute), "minute");
  if (ago < day) return format.format(-Math.floor(ago / hour), "hour");
  return format.format(-Math.floor(ago / day), "day");
}

/** A time of day on an axis. */
export const clockText = (at: number): string => dateFormats().clock.format(at);
