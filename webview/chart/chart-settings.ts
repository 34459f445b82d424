import type { SeriesStyle } from "../series-colors.js";

/** A run in a chart. */
export interface ChartRun {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch, from which elapsed time is counted; null where it is not known. */
  readonly start: number | null;
}

/** A run with the look that it has among the others of its chart. */
export interface StyledRun extends ChartRun {
  readonly style: SeriesStyle;
}

/** `elapsed`: milliseconds since each run's start; `clock`: milliseconds since the epoch. */
export type ChartAxis = "step" | "elapsed" | "clock";

/** How all charts of a page are drawn. */
export interface ChartSettings {
  readonly axis: ChartAxis;
  readonly logX: boolean;
  readonly logY: boolean;
  /** From 0 (the line as it was logged) to 0.99; the weight of what came before. */
  readonly smoothing: number;
}

export const plainSettings: ChartSettings = { axis: "step", logX: false, logY: false, smoothing: 0 };

/** A part of the horizontal axis, both ends included. */
export interface AxisRange {
  readonly from: number;
  readonly to: number;
}
