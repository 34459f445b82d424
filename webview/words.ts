import * as l10n from "./l10n.js";
import { countText, percentText } from "./numbers.js";

// What every page says. Words of one page stand in a file of their own beside it.

export const words = {
  states: {
    scheduled: l10n.t("Scheduled"),
    running: l10n.t({ message: "Running", comment: "state of a run" }),
    finished: l10n.t("Finished"),
    failed: l10n.t("Failed"),
    killed: l10n.t("Stopped"),
    lost: l10n.t("Lost"),
  },
  waiting: l10n.t("Loading…"),
  tryAgain: l10n.t("Try again"),
  cancel: l10n.t("Cancel"),
  cancelled: l10n.t("Cancelled."),
  runPython: l10n.t("Run Python file"),
  more: (count: number): string => l10n.t("{0} more", countText(count)),
  whole: (letters: number): string =>
    l10n.plural(letters, "Show all of {0} character", "Show all of {0} characters"),
  runs: (count: number): string => l10n.plural(count, "{0} run", "{0} runs"),
  points: (count: number): string => l10n.plural(count, "{0} point", "{0} points"),
  /** What a column or a completion stands for. */
  kinds: {
    metric: l10n.t("metric"),
    param: l10n.t("param"),
    tag: l10n.t("tag"),
    run: l10n.t("run"),
    value: l10n.t("value"),
  },
  keys: { enter: l10n.t("Enter") },
  chart: {
    step: l10n.t("step"),
    elapsed: l10n.t("time since start"),
    clock: l10n.t("time"),
    axis: l10n.t("Horizontal axis"),
    logX: l10n.t("Log x"),
    logY: l10n.t("Log y"),
    smoothing: l10n.t("Smoothing"),
    reset: l10n.t("Reset zoom"),
    table: l10n.t("Show as a table"),
    chart: l10n.t("Show as a chart"),
    keys: l10n.t("Arrow keys walk the points, plus and minus zoom, 0 resets the zoom, T shows a table."),
    label: (title: string, axis: string, points: string): string =>
      l10n.t("{0} over {1}, {2}.", title, axis, points),
    at: {
      step: (x: string): string => l10n.t("step {0}", x),
      elapsed: (x: string): string => l10n.t("time since start {0}", x),
      clock: (x: string): string => l10n.t("time {0}", x),
    },
    missing: l10n.t("no value"),
    noPoints: l10n.t("No points yet."),
    noneShowInLog: l10n.t("No value above zero: a log axis shows none."),
    sampled: (shown: number, all: number): string =>
      l10n.plural(all, "{1} of {0} point", "{1} of {0} points", countText(shown)),
    failed: l10n.t("The curve could not be read."),
  },
  histogram: {
    rows: l10n.t("Rows"),
    label: (title: string, bins: number): string =>
      l10n.plural(bins, "{1}, {0} bin.", "{1}, {0} bins.", title),
    keys: l10n.t("Arrow keys walk the bins, T shows a table."),
    bin: (range: string, count: number, share: number): string =>
      l10n.plural(count, "{1}: {0} row, {2}", "{1}: {0} rows, {2}", range, percentText(share)),
  },
};
