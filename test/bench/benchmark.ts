/** What a figure is compared with: a limit of its own, or how many times better than the peer it must be. */
export type Budget =
  | { readonly kind: "below"; readonly value: number }
  | { readonly kind: "above"; readonly value: number }
  | { readonly kind: "times"; readonly value: number }
  | { readonly kind: "within"; readonly value: number };

export const below = (value: number): Budget => ({ kind: "below", value });
export const above = (value: number): Budget => ({ kind: "above", value });
/** At least so many times better than the peer. */
export const times = (value: number): Budget => ({ kind: "times", value });
/** At most so many times what the peer takes. */
export const within = (value: number): Budget => ({ kind: "within", value });

export type Unit = "ms" | "MB" | "requests/s" | "points/s" | "frames/s" | "µs/step";

/** The figures of one contender, one a round. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

/** A line of the table. */
export interface Row {
  readonly what: string;
  readonly unit: Unit;
  readonly ours: Series;
  /** What it is measured beside, in the same rounds. */
  readonly peer?: Series | undefined;
  readonly budget?: Budget | undefined;
  /** Rounds that were left out, and the largest share of the processor that other machines took in one that counts. */
  readonly leftOut: number;
  readonly steal: number;
}

export const lessIsBetter = (unit: Unit): boolean =>
  unit !== "requests/s" && unit !== "points/s" && unit !== "frames/s";

/** The best of a contender's rounds. */
export const bestOf = ({ values }: Series, unit: Unit): number =>
  lessIsBetter(unit) ? Math.min(...values) : Math.max(...values);

export const worstOf = ({ values }: Series, unit: Unit): number =>
  lessIsBetter(unit) ? Math.max(...values) : Math.min(...values);

/** How many times better than the peer the best of ours is; undefined without a peer. */
export function ratioOf({ ours, peer, unit }: Row): number | undefined {
  if (!peer) return undefined;
  const [own, other] = [bestOf(ours, unit), bestOf(peer, unit)];
  return lessIsBetter(unit) ? other / own : own / other;
}

/** Whether a row keeps its budget; undefined where it has none. */
export function keeps(row: Row): boolean | undefined {
  if (!row.budget) return undefined;
  const ratio = ratioOf(row);
  switch (row.budget.kind) {
    case "below":
      return bestOf(row.ours, row.unit) < row.budget.value;
    case "above":
      return bestOf(row.ours, row.unit) > row.budget.value;
    case "times":
      return ratio !== undefined && ratio >= row.budget.value;
    case "within":
      return ratio !== undefined && 1 / ratio <= row.budget.value;
  }
}

/** What a benchmark works with. */
export interface Bench {
  /** How many rounds must count. */
  readonly rounds: number;
  /** An empty folder that is removed at the end. */
  readonly folder: () => string;
  readonly row: (row: Row) => void;
  /** Something that could not be measured; the others go on. */
  readonly unmeasured: (what: string, why: unknown) => void;
  /** Progress, for stderr. */
  readonly say: (text: string) => void;
}

export interface Benchmark {
  readonly name: string;
  readonly about: string;
  readonly measure: (bench: Bench) => Promise<void>;
}
