import type { PointColumns } from "./point-columns.js";
import type { Series, SeriesReader } from "./series.js";

/** A curve that is drawn: two columns of equal length. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** A part of an axis, both ends included. */
export interface AxisRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Thins a series out for a chart that is `pixels` wide: at most two points a pixel, which are its least and its
 * greatest value, in their order. A pixel without any number keeps one NaN, where the line breaks. `points` says
 * how many there are in the range; of those outside it the nearest on either side are given too, where lines lead to.
 */
export function downsample(
  { points }: Series,
  pixels: number,
  axis: "step" | "time" = "step",
  range?: AxisRange,
): Curve & { readonly points: number } {
  const whole = alongAxis(points, axis);
  const from = range ? firstAtLeast(whole.x, range.from) : 0;
  const to = range ? firstAtLeast(whole.x, range.to, true) : whole.x.length;
  const [begin, end] = [Math.max(0, from - 1), Math.min(whole.x.length, to + 1)];
  const all = range ? { x: whole.x.subarray(begin, end), y: whole.y.subarray(begin, end) } : whole;
  return { ...thinned(all, pixels), points: to - from };
}

/** The first place in a sorted list whose value is at least (or `above`: greater than) `bound`. */
function firstAtLeast(sorted: Float64Array, bound: number, above = false): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle] ?? 0;
    if (value < bound || (above && value === bound)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function thinned(all: Curve, pixels: number): Curve {
  const width = Math.max(1, Math.floor(pixels));
  const { length } = all.x;
  if (length <= 2 * width) return all;
  const first = all.x[0] ?? 0;
  const scale = width / ((all.x[length - 1] ?? 0) - first || 1);
  const x = new Float64Array(2 * width);
  const y = new Float64Array(2 * width);
  let count = 0;
  const keep = (at: number): void => {
    x[count] = all.x[at] ?? 0;
    y[count] = all.y[at] ?? 0;
    count++;
  };
  for (let at = 0; at < length;) {
    const begin = at;
    const pixel = Math.min(width - 1, Math.floor(((all.x[at] ?? 0) - first) * scale));
    let least = -1;
    let greatest = -1;
    let leastValue = Number.NaN;
    let greatestValue = Number.NaN;
    for (; at < length; at++) {
      if (pixel < width - 1 && ((all.x[at] ?? 0) - first) * scale >= pixel + 1) break;
      const value = all.y[at] ?? 0;
      if (!(value >= leastValue) && !Number.isNaN(value)) {
        least = at;
        leastValue = value;
      }
      if (!(value <= greatestValue) && !Number.isNaN(value)) {
        greatest = at;
        greatestValue = value;
      }
    }
    if (at - begin <= 2) for (let n = begin; n < at; n++) keep(n);
    else if (least < 0) keep(begin);
    else {
      keep(Math.min(least, greatest));
      if (least !== greatest) keep(Math.max(least, greatest));
    }
  }
  return { x: x.slice(0, count), y: y.slice(0, count) };
}

/** Both columns in the order of x; points at the same step stay in the order of time. */
function alongAxis(points: PointColumns, axis: "step" | "time"): Curve {
  const x = axis === "step" ? points.steps : points.times;
  const y = points.values;
  let ordered = true;
  for (let at = 1; at < x.length && ordered; at++) ordered = (x[at - 1] ?? 0) <= (x[at] ?? 0);
  if (ordered) return { x, y };
  const order = Array.from(x.keys()).sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0) || a - b);
  return { x: Float64Array.from(order, (at) => x[at] ?? 0), y: Float64Array.from(order, (at) => y[at] ?? 0) };
}

export interface Sample {
  readonly run: string;
  readonly series: Series;
  /** Places of the points in the series, in the order of step and time. */
  readonly places: readonly number[];
}

/**
 * About `most` steps of each run, spread evenly over the union of all runs' steps, so that runs can be compared
 * step by step; always with the first and the last step of each run. `range` bounds the steps, both ends included.
 */
export async function sampled(
  reader: SeriesReader,
  runs: readonly string[],
  name: string,
  most: number,
  range: { readonly from: number; readonly to: number } | undefined,
  signal?: AbortSignal,
): Promise<Sample[]> {
  const [low, high] = range ? [range.from, range.to] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  let union = new Float64Array(0);
  const ends = new Set<number>();
  for (const run of runs) {
    const { points } = await reader.read(run, name, signal);
    const steps = distinct(points.steps.filter((step) => step >= low && step <= high));
    const [first, last] = [steps[0], steps[steps.length - 1]];
    if (first !== undefined && last !== undefined) ends.add(first).add(last);
    union = merged(union, steps);
  }
  const chosen = new Set([...evenly(union.length, most).map((at) => union[at] ?? 0), ...ends]);
  const bound = Math.max(most, chosen.size);
  const samples: Sample[] = [];
  for (const run of runs) {
    const series = await reader.read(run, name, signal);
    const { points } = series;
    const places: number[] = [];
    for (let at = 0; at < points.length; at++) if (chosen.has(points.stepNumber(at))) places.push(at);
    places.sort((a, b) => points.stepNumber(a) - points.stepNumber(b) || a - b);
    samples.push({ run, series, places: evenly(places.length, bound).map((at) => places[at] ?? 0) });
  }
  return samples;
}

/** Sorted, each once. */
function distinct(steps: Float64Array): Float64Array<ArrayBuffer> {
  const sorted = new Float64Array(steps);
  if (sorted.some((step, at) => at > 0 && step < (sorted[at - 1] ?? 0))) sorted.sort();
  return sorted.filter((step, at) => at === 0 || step !== sorted[at - 1]);
}

/** The union of two lists that are sorted, each once. */
function merged(a: Float64Array<ArrayBuffer>, b: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  if (a.length === 0) return b;
  const all = new Float64Array(a.length + b.length);
  let count = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length; count++) {
    const left = a[i] ?? Number.POSITIVE_INFINITY;
    const right = b[j] ?? Number.POSITIVE_INFINITY;
    all[count] = Math.min(left, right);
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return all.slice(0, count);
}

/** Places of about `most` of `count` things, evenly spread, the first and the last among them. */
function evenly(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, at) => at);
  const places = Array.from({ length: most }, (_, n) => Math.floor((n * count) / most));
  if (places[places.length - 1] !== count - 1) places.push(count - 1);
  return places;
}
