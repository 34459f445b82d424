import { columnDecimals } from "../../src/protocol/numbers.js";
import type { JsonDouble, RunSummary } from "../../src/protocol/tracking.js";
import { asNumber, decimalText, numberText } from "../numbers.js";

interface Spread {
  least: number;
  most: number;
  /** Some value that is not whole; undefined while all are. */
  part: number | undefined;
  /** How many all values of the column have; undefined: each is told by itself. */
  decimals: number | undefined;
  /** Whether a text was given for it. */
  told: boolean;
}

/** The texts of metrics in a grid: as many decimals as the values of a column ask for that were seen by now. */
export class RunNumbers {
  readonly #spreads = new Map<string, Spread>();

  /** Takes rows in. True where texts that were given before may read otherwise now. */
  take(rows: Iterable<RunSummary>): boolean {
    let changed = false;
    for (const row of rows) {
      for (const name in row.metrics) {
        const value = asNumber(row.metrics[name] ?? Number.NaN);
        if (this.#widen(name, value)) changed = true;
      }
    }
    return changed;
  }

  text(metric: string, given: JsonDouble): string {
    const value = asNumber(given);
    const spread = this.#spreads.get(metric);
    if (spread) spread.told = true;
    return spread?.decimals === undefined ? numberText(value) : decimalText(value, spread.decimals);
  }

  #widen(name: string, value: number): boolean {
    if (!Number.isFinite(value)) return false;
    const part = Number.isInteger(value) ? undefined : value;
    const spread = this.#spreads.get(name);
    if (!spread) {
      this.#spreads.set(name, { least: value, most: value, part, decimals: undefined, told: false });
      return false;
    }
    if (value >= spread.least && value <= spread.most && (spread.part ?? part) === spread.part) return false;
    spread.least = Math.min(spread.least, value);
    spread.most = Math.max(spread.most, value);
    spread.part ??= part;
    const { least, most } = spread;
    const decimals = columnDecimals(spread.part === undefined ? [least, most] : [least, most, spread.part]);
    if (decimals === spread.decimals) return false;
    spread.decimals = decimals;
    const { told } = spread;
    spread.told = false;
    return told;
  }
}
