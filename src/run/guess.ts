import type { LineEnd } from "./console-lines.js";
import { mayTell, readLine, type Position } from "./guess-line.js";

export interface GuessedPoint {
  readonly name: string;
  readonly value: number;
  readonly step: number;
  readonly timeMs: number;
}

interface Known {
  sightings: number;
  /** Held until the name is seen on another line; undefined from then on. */
  first: GuessedPoint | undefined;
  lastAt: number;
  lastStep: number;
  /** Steps of the bars and epochs before this one. */
  base: number;
  points: number;
}

const apartMs = 200;
const mostNames = 200;
const mostPoints = 50_000;
const sparseMs = 1000;

/**
 * Metrics of a script that only prints. A name becomes a metric when a second line shows it, and its first value is
 * delivered then too. The step is the line's own (`epoch 3`, `step=5`, the count of a progress bar), else how often
 * the name was seen. Lines that draw over themselves give at most one point a name each 200 ms; a name with 50,000
 * points gives one a second from then on.
 */
export class MetricGuesser {
  readonly #onPoints: (points: readonly GuessedPoint[]) => void;
  readonly #known = new Map<string, Known>();
  #epoch: number | undefined;
  #firstEpoch: number | undefined;
  #traceback = false;
  #cut = false;

  constructor(onPoints: (points: readonly GuessedPoint[]) => void) {
    this.#onPoints = onPoints;
  }

  feed(text: string, end: LineEnd, timeMs: number): void {
    const wasCut = this.#cut;
    this.#cut = end === "cut";
    if (this.#cut || wasCut || this.#inTraceback(text)) return;
    if (!mayTell(text)) return;
    const { values, position } = readLine(text);
    if (values.length === 0) {
      if (position.epoch !== undefined && position.step === undefined) this.#epoch = position.epoch;
      return;
    }
    const points: GuessedPoint[] = [];
    const seen = new Set<string>();
    for (const { name, value } of values) {
      if (seen.has(name)) continue;
      seen.add(name);
      this.#see(name, value, position, end, timeMs, points);
    }
    if (points.length > 0) this.#onPoints(points);
  }

  #see(
    name: string,
    value: number,
    position: Position,
    end: LineEnd,
    timeMs: number,
    points: GuessedPoint[],
  ): void {
    const known = this.#known.get(name);
    if (!known) {
      if (this.#known.size >= mostNames && !this.#forgetOne()) return;
      const fresh: Known = {
        sightings: 1,
        first: undefined,
        lastAt: timeMs,
        lastStep: -1,
        base: 0,
        points: 0,
      };
      fresh.first = { name, value, step: this.#stepOf(fresh, position), timeMs };
      this.#known.set(name, fresh);
      return;
    }
    known.sightings += 1;
    const step = this.#stepOf(known, position);
    const wait = known.points >= mostPoints ? sparseMs : end === "return" ? apartMs : 0;
    if (known.first) points.push(known.first);
    else if (wait > 0 && Math.abs(timeMs - known.lastAt) < wait) return;
    known.points += known.first ? 2 : 1;
    known.first = undefined;
    known.lastAt = timeMs;
    points.push({ name, value, step, timeMs });
  }

  #stepOf(known: Known, position: Position): number {
    const { epoch, step, of, bar } = position;
    if (epoch !== undefined) this.#firstEpoch ??= epoch;
    if (step === undefined) return epoch ?? this.#epoch ?? known.sightings;
    if (epoch !== undefined && of !== undefined) return (epoch - (this.#firstEpoch ?? epoch)) * of + step;
    // a count that begins anew: the next bar, the next epoch
    if ((bar || epoch !== undefined) && step < known.lastStep) known.base += of ?? known.lastStep;
    known.lastStep = step;
    return bar || epoch !== undefined ? known.base + step : step;
  }

  /** Makes room by a name that was seen once; a console of a thousand different names has no metrics in them. */
  #forgetOne(): boolean {
    for (const [name, known] of this.#known) {
      if (known.sightings > 1) continue;
      this.#known.delete(name);
      return true;
    }
    return false;
  }

  /** Python's report of an error shows source lines, which look like values. */
  #inTraceback(text: string): boolean {
    if (/^\s*(\S+ )?Traceback \(most recent call last\)/.test(text)) {
      this.#traceback = true;
      return true;
    }
    if (!this.#traceback) return false;
    if (!/^\s/.test(text)) this.#traceback = false; // the error itself, which is its last line
    return true;
  }
}
