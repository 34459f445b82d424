/** A curve as it came from the engine: at most two points a pixel, NaN where a value is not a number. */
export interface CurvePoints {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface ChartPoint {
  readonly x: number;
  /** NaN: the line is broken here. */
  readonly y: number;
}

/** A curve as it is drawn. */
export interface CurveShape {
  readonly line: readonly ChartPoint[];
  /** The least and the greatest value around each place, behind a smoothed line. */
  readonly band: { readonly low: readonly ChartPoint[]; readonly high: readonly ChartPoint[] } | null;
  /** Where values stand that are not finite. */
  readonly odd: readonly number[];
}

/** A step is missing where the way to the next point is so many times as long as the ways beside it. */
const gapFactor = 8;

/** How a curve is drawn: smoothed by `smoothing` (0: not at all), broken where steps are missing. */
export function shapeOf({ x, y }: CurvePoints, smoothing: number): CurveShape {
  const line: ChartPoint[] = [];
  const odd: number[] = [];
  const smooth = smoothing > 0 ? movingAverage(y, smoothing) : y;
  for (let at = 0; at < x.length; at++) {
    const place = x[at] ?? 0;
    if (isGap(x, at)) line.push({ x: ((x[at - 1] ?? 0) + place) / 2, y: Number.NaN });
    const isOdd = !Number.isFinite(y[at] ?? Number.NaN);
    if (isOdd) odd.push(place);
    line.push({ x: place, y: isOdd ? Number.NaN : (smooth[at] ?? Number.NaN) });
  }
  return { line, band: smoothing > 0 ? bandOf({ x, y }, smoothing) : null, odd };
}

/** Whether steps are missing before the point at a place. A way to the last point may be long: ways may grow. */
function isGap(x: ArrayLike<number>, at: number): boolean {
  if (at < 1 || at + 1 >= x.length || x.length < 4) return false;
  const way = (from: number): number => (from < 1 ? 0 : (x[from] ?? 0) - (x[from - 1] ?? 0));
  const beside = Math.max(way(at - 1), way(at + 1));
  return beside > 0 && way(at) > gapFactor * beside;
}

/** Whether a point has no line to either side, so that only a mark of its own shows it. */
export const isAlone = (line: readonly ChartPoint[], at: number): boolean =>
  !Number.isNaN(line[at]?.y ?? Number.NaN) &&
  Number.isNaN(line[at - 1]?.y ?? Number.NaN) &&
  Number.isNaN(line[at + 1]?.y ?? Number.NaN);

/**
 * The exponential moving average of what is finite, taken from both sides, so that the line lies in the middle of
 * what it stands for and not behind it.
 */
export function movingAverage(y: ArrayLike<number>, weight: number): number[] {
  const values = Array.from(y);
  const forward = averaged(values, weight);
  const backward = averaged(values.toReversed(), weight).toReversed();
  return forward.map((value, at) => (value + (backward[at] ?? value)) / 2);
}

function averaged(values: readonly number[], weight: number): number[] {
  let [sum, share] = [0, 0];
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    sum = sum * weight + value * (1 - weight);
    share = share * weight + (1 - weight);
    return sum / share; // without the pull to zero at the beginning
  });
}

function bandOf({ x, y }: CurvePoints, smoothing: number): CurveShape["band"] {
  const reach = Math.min(50, Math.max(1, Math.round(0.5 / (1 - smoothing))));
  const low: ChartPoint[] = [];
  const high: ChartPoint[] = [];
  for (let at = 0; at < x.length; at++) {
    let [least, greatest] = [Infinity, -Infinity];
    for (let near = Math.max(0, at - reach); near <= Math.min(x.length - 1, at + reach); near++) {
      const value = y[near] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    if (least > greatest) continue;
    if (isGap(x, at)) {
      const middle = { x: ((x[at - 1] ?? 0) + (x[at] ?? 0)) / 2, y: Number.NaN };
      low.push(middle);
      high.push(middle);
    }
    low.push({ x: x[at] ?? 0, y: least });
    high.push({ x: x[at] ?? 0, y: greatest });
  }
  return { low, high };
}

/** The place in a sorted list that is nearest to `wanted`; -1 in an empty one. */
export function nearest(sorted: ArrayLike<number>, wanted: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return sorted.length === 0 ? -1 : 0;
  if (low === sorted.length) return low - 1;
  return wanted - (sorted[low - 1] ?? 0) <= (sorted[low] ?? 0) - wanted ? low - 1 : low;
}

/** All places of some curves, sorted, each once. */
export function placesOf(curves: readonly CurvePoints[]): number[] {
  const all = new Set<number>();
  for (const { x } of curves) for (let at = 0; at < x.length; at++) all.add(x[at] ?? 0);
  return [...all].sort((a, b) => a - b);
}

/** A curve's value at a place: the one logged there, undefined where it has none near enough to be meant. */
export function valueAt({ x, y }: CurvePoints, place: number): number | undefined {
  const at = nearest(x, place);
  if (at < 0) return undefined;
  const span = (x[x.length - 1] ?? 0) - (x[0] ?? 0);
  const isNear = Math.abs((x[at] ?? 0) - place) <= span / Math.max(1, x.length - 1);
  return isNear ? y[at] : undefined;
}
