import type { JsonDouble, RunSummary } from "../../src/protocol/tracking.js";
import { asNumber, columnTexts } from "../numbers.js";

interface Spread {
  least: number;
  most: number;
  /** Some value that is not whole; undefined while all are. */
  part: number | undefined;
  readonly texts: Map<JsonDouble, string>;
}

/** The texts of metrics in a grid: as many digits as tell the values of a column apart that were seen by now. */
export class RunNumbers {
  readonly #spreads = new Map<string, Spread>();
  readonly #seen = new WeakSet<RunSummary>();

  /** Takes rows in. True where texts that were given before may read otherwise now. */
  take(rows: Iterable<RunSummary>): boolean {
    let changed = false;
    for (const row of rows) {
      if (this.#seen.has(row)) continue;
      this.#seen.add(row);
      for (const [name, value] of Object.entries(row.metrics))
        if (this.#widen(name, asNumber(value))) changed = true;
    }
    return changed;
  }

  text(metric: string, value: JsonDouble): string {
    const spread = this.#spreads.get(metric);
    if (!spread) return columnTexts([value])[0] ?? "";
    const known = spread.texts.get(value);
    if (known !== undefined) return known;
    const beside = spread.part === undefined ? [] : [spread.part];
    const text = columnTexts([value, spread.least, spread.most, ...beside])[0] ?? "";
    spread.texts.set(value, text);
    return text;
  }

  #widen(name: string, value: number): boolean {
    if (!Number.isFinite(value)) return false;
    const spread = this.#spreads.get(name);
    const part = Number.isInteger(value) ? undefined : value;
    if (!spread) {
      this.#spreads.set(name, { least: value, most: value, part, texts: new Map() });
      return false;
    }
    const before = digitsOf(spread);
    spread.least = Math.min(spread.least, value);
    spread.most = Math.max(spread.most, value);
    spread.part ??= part;
    if (digitsOf(spread) === before) return false;
    const had = spread.texts.size > 0;
    spread.texts.clear();
    return had;
  }
}

/** What decides the digits: the size of the spread, and whether all are whole. */
const digitsOf = ({ least, most, part }: Spread): string =>
  `${most > least ? Math.floor(Math.log10(most - least)) : "none"} ${part === undefined}`;
