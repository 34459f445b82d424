// Numbers and sizes as a person reads them: significant digits by the spread of what stands together, always with a
// unit. How digits are written is the notation's: that of a language on pages and in the editor, plain on a terminal.

export interface Notation {
  /** The number with at least and at most so many digits after the point. */
  readonly digits: (value: number, least: number, most: number) => string;
  readonly infinity: string;
  readonly minus: string;
}

/** As programs write numbers: no thousands separated, a point. */
export const plainNotation: Notation = {
  digits: (value, least, most) => {
    const fixed = value.toFixed(most);
    if (least === most || !fixed.includes(".")) return fixed;
    const bare = fixed.replace(/\.?0+$/, "");
    const shown = bare.length - (bare.includes(".") ? bare.indexOf(".") + 1 : bare.length);
    return shown >= least ? bare : value.toFixed(least);
  },
  infinity: "inf",
  minus: "-",
};

/** As a language writes them; undefined: that of the system. */
export function localNotation(language: string | undefined): Notation {
  /** Made once for each number of decimals: to make one costs a hundred times what it takes to write a number. */
  const formats = new Map<string, Intl.NumberFormat>();
  return {
    digits: (value, least, most) => {
      const key = `${least} ${most}`;
      let format = formats.get(key);
      if (!format) {
        format = new Intl.NumberFormat(language, {
          minimumFractionDigits: least,
          maximumFractionDigits: most,
        });
        formats.set(key, format);
      }
      return format.format(value);
    },
    infinity: "∞",
    minus: "−",
  };
}

/** From `huge` on, and below `tiny`, numbers are told with a power of ten. */
const huge = 1e15;
const tiny = 1e-4;
/** Below this share of their size, differences are noise of the arithmetic. */
const noise = 1e-9;
/** Digits after the point beyond which a number is told by its leading digits and a power of ten. */
const mostDecimals = 9;
const mostAxisDecimals = 5;
/** A double has no more that mean anything. */
const mostSignificant = 17;

const exponentOf = (value: number): number => Math.floor(Math.log10(Math.abs(value)));

const distinctOf = (values: readonly number[]): number[] => [
  ...new Set(values.filter((value) => Number.isFinite(value)).map((value) => (value === 0 ? 0 : value))),
];

/** How many decimals tell distinct numbers apart: two digits of their spread; undefined: each is told by itself. */
function decimalsOf(distinct: readonly number[]): number | undefined {
  if (distinct.length < 2) return undefined;
  // No spread arguments: a column may have more numbers than a call takes.
  const least = distinct.reduce((a, b) => Math.min(a, b));
  const most = distinct.reduce((a, b) => Math.max(a, b));
  const greatest = Math.max(Math.abs(least), Math.abs(most));
  const spread = most - least;
  if (greatest < huge && distinct.every(Number.isInteger)) return undefined;
  if (!Number.isFinite(spread) || spread < noise * greatest) return undefined;
  return 1 - exponentOf(spread);
}

/** The same, with one more where that gives a second digit to a number that would have one. */
function decimalsFor(distinct: readonly number[]): number | undefined {
  const decimals = decimalsOf(distinct);
  const hasOneDigit = (value: number): boolean => value !== 0 && exponentOf(value) === -(decimals ?? 0);
  return decimals !== undefined && distinct.some(hasOneDigit) ? decimals + 1 : decimals;
}

/** Writes numbers in a notation. */
export class Numbers {
  readonly #notation: Notation;

  constructor(notation: Notation) {
    this.#notation = notation;
  }

  /** One number that stands alone: four significant digits, whole numbers in full. */
  alone(value: number): string {
    const { digits, infinity, minus } = this.#notation;
    if (Number.isNaN(value)) return "NaN";
    if (!Number.isFinite(value)) return value > 0 ? infinity : minus + infinity;
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (Number.isInteger(value) && size < huge) return digits(value, 0, 0);
    if (size >= huge || size < tiny) return this.#scientific(value, 4);
    const decimals = Math.max(0, 3 - exponentOf(value));
    // One that is rounded to a whole number keeps its zeros: 0.99999 is 1.0000, and no 1.
    const isRounded = Number.isInteger(Number(value.toFixed(decimals)));
    return digits(value, isRounded ? decimals : 0, decimals);
  }

  /**
   * Numbers that stand under each other, with as many digits as tell them apart: two significant digits of their
   * spread, up to two more where distinct numbers would look the same. All have one count of decimals, but for those so
   * small that they would vanish. Never turns the order of two numbers round.
   */
  column(values: readonly number[]): string[] {
    const distinct = distinctOf(values);
    const decimals = decimalsFor(distinct);
    if (decimals === undefined) return values.map((value) => this.alone(value));
    for (let more = 0; ; more++) {
      const texts = new Map(distinct.map((value) => [value, this.#withDecimals(value, decimals + more)]));
      const apart = new Set(texts.values()).size === distinct.length;
      if (apart || more === 2)
        return values.map((value) => texts.get(value === 0 ? 0 : value) ?? this.alone(value));
    }
  }

  /** The marks of a linear axis, evenly apart: as many decimals as their distance needs. */
  axis(values: readonly number[]): string[] {
    const step = Math.abs((values[1] ?? 0) - (values[0] ?? 0));
    const most = Math.max(...values.map(Math.abs));
    if (step === 0 || !Number.isFinite(step) || most >= huge) return values.map((value) => this.alone(value));
    let decimals = Math.max(0, -exponentOf(step));
    const isWhole = Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) < 1e-6;
    if (!isWhole) decimals++;
    const plain = (value: number): boolean => value === 0 || decimals > mostAxisDecimals;
    return values.map((value) => (plain(value) ? this.alone(value) : this.fixed(value, decimals)));
  }

  /** A number with so many decimals, in a column where all have as many; one so small that it would be told wrong keeps two digits. */
  decimals(value: number, decimals: number): string {
    const size = Math.abs(value);
    const count = Math.max(0, decimals);
    if (size >= huge || count > mostDecimals || !Number.isFinite(value))
      return this.#withDecimals(value, decimals);
    if (value !== 0 && size * 10 ** count < 5) return this.alone(Number(value.toPrecision(2)));
    return this.fixed(value, count);
  }

  /** The change from one number to another with its sign, in the decimals in which `column` shows the two: `+0.021`. */
  change(from: number, to: number): string {
    const change = to - from;
    if (Number.isNaN(change)) return "";
    if (change === 0) return "±0";
    const decimals = decimalsFor(distinctOf([from, to]));
    const size = Math.abs(change);
    const text = decimals === undefined ? this.alone(size) : this.#withDecimals(size, decimals);
    return `${change > 0 ? "+" : this.#notation.minus}${text}`;
  }

  /** Exactly so many digits after the point. */
  fixed(value: number, decimals: number): string {
    return this.#notation.digits(value, decimals, decimals);
  }

  /** At most so many digits after the point, and no zeros behind them. */
  short(value: number, decimals: number): string {
    return this.#notation.digits(value, 0, decimals);
  }

  /** A size in bytes: `812 B`, `3.1 MB` (powers of 1000). */
  bytes(bytes: number): string {
    if (bytes < 1000) return `${this.fixed(bytes, 0)} B`;
    const units = ["kB", "MB", "GB", "TB", "PB"];
    let [at, size] = [-1, bytes];
    while (size >= 999.5 && at < units.length - 1) {
      size /= 1000;
      at++;
    }
    return `${this.short(size, size < 9.95 ? 1 : 0)} ${units[at] ?? ""}`;
  }

  /** A power of ten as people write it: `1.2e-9`, `1e12`. */
  #scientific(value: number, significant: number): string {
    const decimals = Math.max(0, Math.min(mostSignificant, significant) - 1);
    const [mantissa = "", exponent = ""] = value.toExponential(decimals).split("e");
    return `${this.short(Number(mantissa), decimals)}e${Number(exponent)}`;
  }

  /** `value` with so many decimals, its whole digits in full; one that would lose its leading digits keeps three of them. */
  #withDecimals(value: number, decimals: number): string {
    if (!Number.isFinite(value)) return this.alone(value);
    const size = Math.abs(value);
    if (value === 0) return decimals > 0 && decimals <= mostDecimals ? this.fixed(0, decimals) : "0";
    const significant = exponentOf(value) + decimals + 1;
    if (significant < 2 && size < 1) return this.alone(Number(value.toPrecision(3)));
    if (size >= huge || decimals > mostDecimals) return this.#scientific(value, Math.max(2, significant));
    return this.fixed(value, Math.max(0, decimals));
  }
}

/**
 * How many decimals all numbers of a column have that is too long to tell each of them from each: three significant
 * digits of its spread, given by `values` that hold its least and its greatest. undefined: each is told by itself.
 */
export function columnDecimals(values: readonly number[]): number | undefined {
  const decimals = decimalsOf(distinctOf(values));
  return decimals === undefined ? undefined : decimals + 1;
}
