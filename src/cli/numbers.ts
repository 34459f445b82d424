/** Digits after the point beyond which a number is told by its leading digits and a power of ten. */
const mostDecimals = 9;
/** From `huge` on, and below `tiny`, numbers are told with a power of ten. */
const huge = 1e15;
const tiny = 1e-4;

const exponentOf = (value: number): number => Math.floor(Math.log10(Math.abs(value)));

/** A power of ten as people write it: `1.2e-9`, `1e12`. */
function scientific(value: number, digits: number): string {
  const [mantissa = "", exponent = ""] = value.toExponential(Math.max(0, digits - 1)).split("e");
  return `${mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa}e${Number(exponent)}`;
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return undefined;
}

/** One number that stands alone: four significant digits, whole numbers in full. */
export function numberText(value: number): string {
  const odd = special(value);
  if (odd !== undefined) return odd;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < huge) return String(value);
  if (size >= huge || size < tiny) return scientific(value, 4);
  const decimals = Math.max(0, 3 - exponentOf(value));
  const fixed = value.toFixed(decimals);
  // One that is rounded to a whole number keeps its zeros: 0.99999 is 1.0000, and no 1.
  return decimals === 0 || Number.isInteger(Number(fixed)) ? fixed : fixed.replace(/0+$/, "");
}

/** Below this share of their size, differences are noise of the arithmetic. */
const noise = 1e-9;

/**
 * How many decimals tell distinct finite numbers apart: two significant digits of their spread; undefined where each
 * number is told by itself.
 */
function decimalsFor(distinct: readonly number[]): number | undefined {
  if (distinct.length <= 1) return undefined;
  if (distinct.every((value) => Number.isInteger(value) && Math.abs(value) < huge)) return undefined;
  // No spread arguments: a column may have more numbers than a call takes.
  const least = distinct.reduce((a, b) => Math.min(a, b));
  const most = distinct.reduce((a, b) => Math.max(a, b));
  const spread = most - least;
  if (!Number.isFinite(spread)) return undefined;
  const greatest = Math.max(Math.abs(least), Math.abs(most));
  if (spread < noise * greatest) return undefined;
  const decimals = 1 - exponentOf(spread);
  // One more where that gives a second digit to a number that would have one.
  return distinct.some((value) => value !== 0 && exponentOf(value) === -decimals) ? decimals + 1 : decimals;
}

const distinctOf = (values: readonly number[]): number[] => [
  ...new Set(values.filter((value) => Number.isFinite(value)).map((value) => (value === 0 ? 0 : value))),
];

/**
 * Numbers of one column, with as many digits as tell them apart: two significant digits of their spread, up to two
 * more where distinct numbers would look the same. All have one count of decimals, but for those so small that they
 * would vanish. Never turns the order of two numbers round.
 */
export function columnTexts(values: readonly number[]): string[] {
  const distinct = distinctOf(values);
  const decimals = decimalsFor(distinct);
  if (decimals === undefined) return values.map(numberText);
  for (let more = 0; ; more++) {
    const texts = new Map(distinct.map((value) => [value, withDecimals(value, decimals + more)]));
    const apart = new Set(texts.values()).size === distinct.length;
    if (apart || more === 2)
      return values.map((value) => texts.get(value === 0 ? 0 : value) ?? numberText(value));
  }
}

/** `value` with so many decimals, its whole digits in full; one that would lose its leading digits keeps three of them. */
function withDecimals(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (value === 0) return decimals > 0 && decimals <= mostDecimals ? (0).toFixed(decimals) : "0";
  const significant = exponentOf(value) + decimals + 1;
  if (significant < 2 && size < 1) return numberText(Number(value.toPrecision(3)));
  if (size >= huge || decimals > mostDecimals)
    return scientific(value, Math.min(17, Math.max(2, significant)));
  return value.toFixed(Math.max(0, decimals));
}

/** The change from one number to another with its sign, in the decimals in which `columnTexts` shows the two. */
export function changeText(from: number, to: number): string {
  const change = to - from;
  if (Number.isNaN(change)) return "";
  if (change === 0) return "±0";
  const decimals = decimalsFor(distinctOf([from, to]));
  const size = Math.abs(change);
  const text =
    decimals === undefined || !Number.isFinite(size) ? numberText(size) : withDecimals(size, decimals);
  return `${change > 0 ? "+" : "-"}${text}`;
}

/** A count with its noun: `1 file`, `3 files`. Thousands are separated, as in English text. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}

/** A size in bytes: `812 B`, `3.1 MB` (powers of 1000). */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB", "PB"];
  let at = -1;
  let size = bytes;
  while (size >= 999.5 && at < units.length - 1) {
    size /= 1000;
    at++;
  }
  return `${size < 9.95 ? size.toFixed(1).replace(/\.0$/, "") : size.toFixed(0)} ${units[at] ?? ""}`;
}
