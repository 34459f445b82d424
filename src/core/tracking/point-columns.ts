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
    const starts = this.#ascending();
    if (starts.length === 1) return;
    const kept = this.#distinct(this.#merged(starts));
    const taken = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const picked = new Float64Array(kept.length);
      for (let n = 0; n < kept.length; n++) picked[n] = column[kept[n] ?? 0] ?? 0;
      return picked;
    };
    this.#steps = taken(this.#steps);
    this.#times = taken(this.#times);
    this.#values = taken(this.#values);
    const exact = this.#exact;
    if (exact) this.#exact = BigInt64Array.from(kept, (at) => exact[at] ?? 0n);
    const origins = this.#origins;
    if (origins) this.#origins = Uint16Array.from(kept, (at) => origins[at] ?? 0);
    this.#length = kept.length;
  }

  /** Where the stretches begin in which each point comes after the one before: one for each writer, as a rule. */
  #ascending(): number[] {
    const starts = [0];
    for (let at = 1; at < this.#length; at++) {
      // Nearly always time or step alone decide, and both only grow.
      if ((this.#times[at] ?? 0) > (this.#times[at - 1] ?? 0)) continue;
      if (comparePoints(this, at - 1, this, at) >= 0) starts.push(at);
    }
    return starts;
  }

  /** The order of all points, made by merging neighbouring stretches until one is left; equal points stay in place. */
  #merged(begins: readonly number[]): Uint32Array {
    let starts = [...begins, this.#length];
    let from = new Uint32Array(this.#length);
    for (let at = 0; at < from.length; at++) from[at] = at; // `from` with a callback takes five times as long
    let into = new Uint32Array(this.#length);
    while (starts.length > 2) {
      const next = [0];
      for (let n = 0; n + 1 < starts.length; n += 2) {
        const end = starts[n + 2] ?? starts[n + 1] ?? 0;
        this.#merge(from, into, starts[n] ?? 0, starts[n + 1] ?? 0, end);
        next.push(end);
      }
      starts = next;
      [from, into] = [into, from];
    }
    return from;
  }

  /** Merges `from[left…middle]` and `from[middle…end]` into the same places of `into`. */
  #merge(from: Uint32Array, into: Uint32Array, left: number, middle: number, end: number): void {
    let [one, two] = [left, middle];
    for (let at = left; at < end; at++) {
      const takesOne = two >= end || (one < middle && this.#comesFirst(from[one] ?? 0, from[two] ?? 0));
      into[at] = from[takesOne ? one++ : two++] ?? 0;
    }
  }

  /** Leaves each point out of an order that equals the one before. */
  #distinct(order: Uint32Array): Uint32Array {
    let count = 0;
    for (let n = 0; n < order.length; n++) {
      const at = order[n] ?? 0;
      const before = order[count - 1] ?? 0;
      if (count > 0 && !((this.#times[at] ?? 0) > (this.#times[before] ?? 0)))
        if (comparePoints(this, at, this, before) === 0) continue;
      order[count++] = at;
    }
    return order.subarray(0, count);
  }

  #comesFirst(a: number, b: number): boolean {
    const [one, two] = [this.#times[a] ?? 0, this.#times[b] ?? 0];
    return one < two || (!(one > two) && comparePoints(this, a, this, b) <= 0);
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
