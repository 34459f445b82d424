interface Props {
  /** Points in the order of x; what is not finite is left out. */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly color: string;
  readonly width: number;
  readonly height: number;
}

const edge = 2;

/** The path of a small line through points, in a box of that size; "" where there is nothing to draw. */
function sparkPath(x: ArrayLike<number>, y: ArrayLike<number>, width: number, height: number): string {
  const points: (readonly [number, number])[] = [];
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < x.length; at++) {
    const [px, py] = [x[at] ?? NaN, y[at] ?? NaN];
    if (!Number.isFinite(px) || !Number.isFinite(py)) continue;
    points.push([px, py]);
    left = Math.min(left, px);
    right = Math.max(right, px);
    low = Math.min(low, py);
    high = Math.max(high, py);
  }
  if (points.length === 0) return "";
  const along = (value: number): string =>
    (right === left ? width / 2 : edge + ((value - left) / (right - left)) * (width - 2 * edge)).toFixed(1);
  const up = (value: number): string =>
    (high === low
      ? height / 2
      : height - edge - ((value - low) / (high - low)) * (height - 2 * edge)
    ).toFixed(1);
  const [first] = points;
  if (points.length === 1 && first) return `M${along(first[0])} ${up(first[1])}h0.01`;
  return `M${points.map(([px, py]) => `${along(px)} ${up(py)}`).join("L")}`;
}

/** A curve the size of a word; the cell that it stands in says what it shows. */
export function Sparkline({ x, y, color, width, height }: Props) {
  return (
    <svg class="sparkline" width={width} height={height} aria-hidden="true" focusable="false">
      <path d={sparkPath(x, y, width, height)} stroke={color} fill="none" />
    </svg>
  );
}
