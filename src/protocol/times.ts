import { localNotation, Numbers } from "./numbers.js";
import type { Words } from "./words.js";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export type TimeUnit = "d" | "h" | "min" | "s" | "ms";

const sizes: readonly (readonly [TimeUnit, number])[] = [
  ["d", day],
  ["h", hour],
  ["min", minute],
  ["s", second],
];

/** A span of time in the two units that matter, whole from ten seconds on: 2 min 5 s. */
export function spanParts(ms: number): readonly { readonly count: number; readonly unit: TimeUnit }[] {
  if (ms < 100) return [{ count: Math.round(ms), unit: "ms" }];
  if (ms < 9.95 * second) return [{ count: ms / second, unit: "s" }];
  const rounded = ms < day ? Math.round(ms / second) * second : Math.round(ms / minute) * minute;
  const at = Math.max(
    0,
    sizes.findIndex(([, size]) => rounded >= size),
  );
  let left = rounded;
  return sizes.slice(at, at + 2).flatMap(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count > 0 ? [{ count, unit }] : [];
  });
}

/** How long ago something was, in one unit; undefined from a week on, and for what lies ahead (clocks differ). */
export function agoOf(
  at: number,
  now: number,
): { readonly count: number; readonly unit: "second" | "minute" | "hour" | "day" } | undefined {
  const ago = now - at;
  if (ago >= 7 * day || ago <= -minute) return undefined;
  if (ago < minute) return { count: Math.max(0, Math.floor(ago / second)), unit: "second" };
  if (ago < hour) return { count: Math.floor(ago / minute), unit: "minute" };
  if (ago < day) return { count: Math.floor(ago / hour), unit: "hour" };
  return { count: Math.floor(ago / day), unit: "day" };
}

/** Numbers and times in the words of a language. Made once and kept: to make a format costs a hundred times its use. */
export class Figures {
  readonly #words: Words;
  readonly numbers: Numbers;
  readonly #moment: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #ago: Intl.RelativeTimeFormat;
  readonly #clock: Intl.DateTimeFormat;

  constructor(words: Words) {
    const { language } = words;
    this.#words = words;
    this.numbers = new Numbers(localNotation(language));
    this.#moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
    this.#day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
    this.#ago = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
    this.#clock = new Intl.DateTimeFormat(language, { timeStyle: "medium" });
  }

  /** A span of time in the two units that matter: `2 min 5 s`; "" for one that is none. */
  span(ms: number): string {
    if (ms < 0 || Number.isNaN(ms)) return "";
    const l10n = this.#words;
    const texts: Readonly<Record<TimeUnit, (count: number) => string>> = {
      d: (count) => l10n.t("{0} d", this.numbers.fixed(count, 0)),
      h: (count) => l10n.t("{0} h", count),
      min: (count) => l10n.t("{0} min", count),
      s: (count) => l10n.t("{0} s", this.numbers.short(count, 1)),
      ms: (count) => l10n.t("{0} ms", count),
    };
    return spanParts(ms)
      .map(({ count, unit }) => texts[unit](count))
      .join(" ");
  }

  /** A moment with its date, to the second. */
  date(at: number): string {
    return this.#moment.format(at);
  }

  /** How long ago within a week, else the date; `date` belongs in the tooltip. */
  when(at: number, now: number): string {
    const l10n = this.#words;
    const ago = agoOf(at, now);
    if (!ago) return this.#day.format(at);
    return ago.unit === "second" ? l10n.t("just now") : this.#ago.format(-ago.count, ago.unit);
  }

  /** A time of day on an axis. */
  clock(at: number): string {
    return this.#clock.format(at);
  }
}
