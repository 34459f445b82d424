/** A count with its noun. */
const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;

/** What the page that compares runs says. */
export const compareWords = {
  title: "Compare runs",
  grid: "Differences",
  name: "What",
  sections: {
    metrics: "Metrics",
    system: "System metrics",
    params: "Params",
    code: "Code",
    data: "Data",
    environment: "Environment",
    packages: "Packages",
  },
  unchanged: {
    metrics: "Unchanged metrics",
    params: "Unchanged params",
    data: "Unchanged data",
    packages: "Unchanged packages",
  },
  better: "better",
  worse: "worse",
  differ: (count: number): string => (count === 1 ? "1 differs" : `${count.toLocaleString()} differ`),
  counts: {
    metrics: (count: number): string => counted(count, "metric", "metrics"),
    params: (count: number): string => counted(count, "param", "params"),
    code: (count: number): string => counted(count, "file", "files"),
    data: (count: number): string => counted(count, "data set", "data sets"),
    environment: (count: number): string => counted(count, "setting", "settings"),
    packages: (count: number): string => counted(count, "package", "packages"),
  },
  listed: (parts: readonly string[], single: boolean): string =>
    `${parts.join(", ")} ${single ? "differs" : "differ"}.`,
  nothingElse: "Nothing else that was recorded differs.",
  nothing: "Nothing that was recorded differs.",
  change: (metric: string, change: string, from: string, to: string): string =>
    `${metric} ${change} (${from} → ${to}).`,
  range: (metric: string, from: string, to: string): string => `${metric} from ${from} to ${to}.`,
  equal: (metric: string, value: string): string => `${metric} is ${value} in all.`,
  codeUnknown: "The code of some run is not known here.",
  states: { added: "added", modified: "changed", deleted: "deleted" },
  sameFile: "as in the first",
  firstFile: "compared with",
  missing: (name: string): string => `No ${name}`,
  openDiff: (run: string): string => `Compare code with ${run}`,
  openRun: "Open run",
  makeFirst: "Compare the others with this one",
  swap: "Swap",
  copy: "Copy value",
  failed: "The runs could not be compared.",
  again: "Try again",
  few: "Choose at least two runs in Runs, then Compare.",
} as const;
