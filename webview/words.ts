// What every page says. Words of one page stand in a file of their own beside it; a bundle of another language has
// the same shape as these.

/** A count with its noun: `1 file`, `1,204 files`. */
const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;

export const words = {
  units: { millisecond: "ms", second: "s", minute: "min", hour: "h", day: "d" },
  justNow: "just now",
  states: {
    scheduled: "Scheduled",
    running: "Running",
    finished: "Finished",
    failed: "Failed",
    killed: "Stopped",
    lost: "Lost",
  },
  waiting: "Loading…",
  tryAgain: "Try again",
  copy: "Copy",
  copied: "Copied",
  runPython: "Run Python file",
  more: (count: number): string => `${count.toLocaleString()} more`,
  runs: (count: number): string => counted(count, "run", "runs"),
  files: (count: number): string => counted(count, "file", "files"),
  points: (count: number): string => counted(count, "point", "points"),
  chart: {
    step: "step",
    elapsed: "time since start",
    clock: "time",
    axis: "Horizontal axis",
    logX: "Log x",
    logY: "Log y",
    smoothing: "Smoothing",
    reset: "Reset zoom",
    table: "Show as a table",
    chart: "Show as a chart",
    keys: "Arrow keys walk the points, plus and minus zoom, 0 resets the zoom, T shows a table.",
    label: (title: string, axis: string, points: string): string => `${title} over ${axis}, ${points}.`,
    at: (axis: string, x: string): string => `${axis} ${x}`,
    missing: "no value",
    noPoints: "No points yet.",
    noneShowInLog: "No value above zero: a log axis shows none.",
    sampled: (shown: string, all: string): string => `${shown} of ${all}`,
    failed: "The curve could not be read.",
  },
};
