const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Distances of times that a person reads at a glance. */
const steps: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
];

/** The least distance of marks on an axis of time, in milliseconds, that is a plain one and no less than `least`. */
export function timeStep(least: number): number {
  return steps.find((step) => step >= least) ?? Math.max(1, Math.ceil(least / day)) * day;
}
