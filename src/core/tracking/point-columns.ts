/** Points in typed arrays: a million of them in 24 MB. Filled with `add`, then ordered once with `settle`. */
export class PointColumns {
  #length = 0;
  #steps = new Float64Array(1024);
  #times = new Float64Array(1024);
  #values = new Float64Array(1024);
  /** All steps as they are, once there is one that a double may not hold. */
  #exact: BigInt64Array | undefined;
  /** Which series each point is of, once there is a second one. */
  #origins: Uint16Array | undefined;

  get length(): number {
    return this.#length;
  }
  /** Any int64: a number where that is exact. */
  step(at: number): number | bigint {
    const step = this.#steps[at] ?? 0;
    return Number.isSafeInteger(step) ? step : (this.#exact?.[at] ?? 0n);
  }
  /** The step as the nearest double. */
  stepNumber(at: number): number {
    return this.#steps[at] ?? 0;
  }
  /** Milliseconds since the epoch. */
  time(at: number): number {
    return this.#times[at] ?? 0;
  }
  value(at: number): number {
    return this.#values[at] ?? 0;
  }
  origin(at: number): number {
    return this.#origins?.[at] ?? 0;
  }
  /** The steps as doubles; not to be changed. */
  get steps(): Float64Array {
    return this.#steps.subarray(0, this.#length);
  }
  get times(): Float64Array {
    return this.#times.subarray(0, this.#length);
  }
  get values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  /** Adds a point whose step is given as its low and high 32 bits. */
  add(stepLow: number, stepHigh: number, time: number, value: number, origin: number): void {
    const at = this.#length++;
    if (at === this.#steps.length) this.#grow();
    const step = (stepHigh | 0) * 0x1_0000_0000 + stepLow;
    this.#steps[at] = step;
    this.#times[at] = time;
    this.#values[at] = value;
    if (this.#exact ?? !Number.isSafeInteger(step)) this.#addExact(at, stepLow, stepHigh);
    if (this.#origins ?? origin > 0) this.#addOrigin(at, origin);
  }

  #addExact(at: number, stepLow: number, stepHigh: number): void {
    if (!this.#exact) {
      this.#exact = new BigInt64Array(this.#steps.length);
      for (let n = 0; n < at; n++) this.#exact[n] = BigInt(this.#steps[n] ?? 0);
    }
    this.#exact[at] = (BigInt(stepHigh | 0) << 32n) | BigInt(stepLow);
  }

  #addOrigin(at: number, origin: number): void {
    this.#origins ??= new Uint16Array(this.#steps.length);
    this.#origins[at] = origin;
  }

  #grow(): void {
    const more = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(old.length * 2);
      grown.set(old);
      return grown;
    };
    this.#steps = more(this.#steps);
    this.#times = more(this.#times);
    this.#values = more(this.#values);
    if (this.#exact) {
      const grown = new BigInt64Array(this.#steps.length);
      grown.set(this.#exact);
      this.#exact = grown;
    }
    if (this.#origins) {
      const grown = new Uint16Array(this.#steps.length);
      grown.set(this.#origins);
      this.#origins = grown;
    }
  }

  /** Orders the points by time, step and value, and drops those that are equal to the one before. */
  settle(): void {
    if (this.#isOrdered()) return;
    const order = Array.from({ length: this.#length }, (_, at) => at);
    order.sort((a, b) => comparePoints(this, a, this, b) || a - b);
    const kept = order.filter((at, n) => n === 0 || comparePoints(this, at, this, order[n - 1] ?? 0) !== 0);
    this.#steps = Float64Array.from(kept, (at) => this.stepNumber(at));
    this.#times = Float64Array.from(kept, (at) => this.time(at));
    this.#values = Float64Array.from(kept, (at) => this.value(at));
    const exact = this.#exact;
    if (exact) this.#exact = BigInt64Array.from(kept, (at) => exact[at] ?? 0n);
    const origins = this.#origins;
    if (origins) this.#origins = Uint16Array.from(kept, (at) => origins[at] ?? 0);
    this.#length = kept.length;
  }

  #isOrdered(): boolean {
    for (let at = 1; at < this.#length; at++) {
      // Nearly always time or step alone decide, and both only grow.
      const time = this.#times[at] ?? 0;
      const before = this.#times[at - 1] ?? 0;
      if (time > before) continue;
      if (comparePoints(this, at - 1, this, at) >= 0) return false;
    }
    return true;
  }
}

const compare = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);
/** MLflow compares NaN as 0. */
const ranked = (value: number): number => (Number.isNaN(value) ? 0 : value);

/** Order of points by time, step, value; NaN comes behind 0. */
export function comparePoints(a: PointColumns, i: number, b: PointColumns, j: number): number {
  const byTime = compare(ranked(a.time(i)), ranked(b.time(j)));
  if (byTime !== 0) return byTime;
  const byStep = compare(a.step(i), b.step(j));
  if (byStep !== 0) return byStep;
  const [left, right] = [a.value(i), b.value(j)];
  return compare(ranked(left), ranked(right)) || Number(Number.isNaN(left)) - Number(Number.isNaN(right));
}
