import { columnsOf } from "../store/points.js";

/** What is kept of a series without its points. */
export interface Summary {
  count: number;
  /** The point with the greatest (step, time, value): MLflow's "latest". */
  lastStep: number | bigint;
  lastTime: number;
  lastValue: number;
  /** Of the point with the smallest (step, time, value). */
  firstValue: number;
  firstStep: number | bigint;
  firstTime: number;
  /** Least and greatest value and where; NaN counts as no value. NaN where there was none. */
  min: number;
  minStep: number | bigint;
  max: number;
  maxStep: number | bigint;
}

const newSummary = (): Summary => ({
  count: 0,
  lastStep: 0,
  lastTime: 0,
  lastValue: Number.NaN,
  firstValue: Number.NaN,
  firstStep: 0,
  firstTime: 0,
  min: Number.NaN,
  minStep: 0,
  max: Number.NaN,
  maxStep: 0,
});

/** MLflow compares NaN as 0. */
const ranked = (value: number): number => (Number.isNaN(value) ? 0 : value);

/** Order of points of a series: step, time, value. */
export function comparePoint(
  stepA: number | bigint,
  timeA: number,
  valueA: number,
  stepB: number | bigint,
  timeB: number,
  valueB: number,
): number {
  if (stepA !== stepB) return stepA < stepB ? -1 : stepA > stepB ? 1 : 0;
  return timeA - timeB || ranked(valueA) - ranked(valueB) || 0;
}

/** Folds one point in: any order of points gives the same summary. */
function addPoint(to: Summary, step: number | bigint, time: number, value: number): void {
  if (to.count > 0 && step > to.lastStep) {
    // as nearly every point comes
    to.lastStep = step;
    to.lastTime = time;
    to.lastValue = value;
    to.count++;
    if (value > to.min && value < to.max) return;
  } else addUnordered(to, step, time, value);
  addExtremes(to, step, value);
}

function addUnordered(to: Summary, step: number | bigint, time: number, value: number): void {
  if (to.count === 0 || comparePoint(step, time, value, to.lastStep, to.lastTime, to.lastValue) >= 0) {
    to.lastStep = step;
    to.lastTime = time;
    to.lastValue = value;
  }
  if (to.count === 0 || comparePoint(step, time, value, to.firstStep, to.firstTime, to.firstValue) < 0) {
    to.firstStep = step;
    to.firstTime = time;
    to.firstValue = value;
  }
  to.count++;
}

function addExtremes(to: Summary, step: number | bigint, value: number): void {
  if (Number.isNaN(value)) return;
  if (!(value >= to.min) && !(to.min < value)) {
    to.min = value;
    to.minStep = step;
  } else if (value === to.min && step < to.minStep) to.minStep = step;
  if (!(value <= to.max) && !(to.max > value)) {
    to.max = value;
    to.maxStep = step;
  } else if (value === to.max && step < to.maxStep) to.maxStep = step;
}

/** One series among the records. */
interface Slot {
  readonly key: string;
  readonly low: number;
  readonly high: number;
  summary: Summary;
  /** The series whose record came behind this one's the last time: a training logs its metrics in the same turn. */
  next: Slot | undefined;
  /** The call of `add` that met it last. */
  met: number;
}

/** Summaries of all series of a run, by key (16 hex digits). */
export class Summaries {
  readonly #byKey = new Map<string, Slot>();
  #calls = 0;

  get(key: string): Summary | undefined {
    return this.#byKey.get(key)?.summary;
  }

  *entries(): Iterable<[string, Summary]> {
    for (const { key, summary } of this.#byKey.values()) yield [key, summary];
  }

  /** Puts a summary that was saved back, before points that came after it. */
  restore(key: string, summary: Summary): void {
    this.#slot(key).summary = { ...summary };
  }

  /** Folds 32-byte records in; the keys that were met are added to `met`. */
  add(records: Buffer, met?: Set<string>): void {
    const { words, doubles } = columnsOf(records);
    const call = ++this.#calls;
    let last: Slot | undefined;
    for (let at = 0; at + 8 <= words.length; at += 8) {
      const low = words[at] ?? 0;
      const high = words[at + 1] ?? 0;
      if (low === 0 && high === 0) continue;
      let slot = last?.next;
      if (slot?.low !== low || slot.high !== high) {
        slot = this.#slot(high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0"));
        if (last) last.next = slot;
      }
      last = slot;
      const place = at >> 1;
      addPoint(
        slot.summary,
        stepOf(words[at + 2] ?? 0, words[at + 3] ?? 0),
        doubles[place + 2] ?? 0,
        doubles[place + 3] ?? 0,
      );
      if (slot.met === call) continue;
      slot.met = call;
      met?.add(slot.key);
    }
  }

  #slot(key: string): Slot {
    let slot = this.#byKey.get(key);
    if (!slot) {
      const [high, low] = [Number.parseInt(key.slice(0, 8), 16), Number.parseInt(key.slice(8), 16)];
      slot = { key, low, high, summary: newSummary(), next: undefined, met: 0 };
      this.#byKey.set(key, slot);
    }
    return slot;
  }
}

/** The step of a record, given as its low and high 32 bits: a number where it is safe, else a BigInt. */
export function stepOf(low: number, high: number): number | bigint {
  const signed = high | 0;
  if (signed >= -0x20_0000 && signed < 0x20_0000) return signed * 0x1_0000_0000 + low;
  return (BigInt(signed) << 32n) | BigInt(low);
}

type Saved = [string, ...(number | string | null)[]][];

/** Summaries as text, exact for every double and int64. */
export function savedSummaries(summaries: Summaries): string {
  const step = (value: number | bigint): number | string =>
    typeof value === "bigint" ? value.toString() : value;
  // JSON has no NaN and no infinities; as text they come back through Number().
  const real = (value: number): number | string => (Number.isFinite(value) ? value : String(value));
  const saved: Saved = [...summaries.entries()].map(([key, one]) => [
    key,
    one.count,
    step(one.lastStep),
    real(one.lastTime),
    real(one.lastValue),
    step(one.firstStep),
    real(one.firstTime),
    real(one.firstValue),
    real(one.min),
    step(one.minStep),
    real(one.max),
    step(one.maxStep),
  ]);
  return JSON.stringify(saved);
}

/** The inverse of `savedSummaries`. */
export function restoreSummaries(into: Summaries, saved: string): void {
  const step = (value: unknown): number | bigint =>
    typeof value === "string" ? BigInt(value) : Number(value);
  for (const [key, ...values] of JSON.parse(saved) as Saved) {
    const [
      count,
      lastStep,
      lastTime,
      lastValue,
      firstStep,
      firstTime,
      firstValue,
      min,
      minStep,
      max,
      maxStep,
    ] = values;
    into.restore(key, {
      count: Number(count),
      lastStep: step(lastStep),
      lastTime: Number(lastTime),
      lastValue: Number(lastValue),
      firstStep: step(firstStep),
      firstTime: Number(firstTime),
      firstValue: Number(firstValue),
      min: Number(min),
      minStep: step(minStep),
      max: Number(max),
      maxStep: step(maxStep),
    });
  }
}
