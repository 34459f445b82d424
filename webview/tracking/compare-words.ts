import * as l10n from "../l10n.js";
import { countText } from "../numbers.js";

/** What the page that compares runs says. */
export const compareWords = {
  grid: l10n.t("Differences"),
  name: l10n.t("What"),
  state: l10n.t("State"),
  duration: l10n.t("Duration"),
  /** What an environment is told by, under the names that the engine gives it. */
  settings: {
    interpreter: l10n.t("Interpreter"),
    platform: l10n.t("Platform"),
    CPUs: l10n.t("Processors"),
    memory: l10n.t("Memory"),
    host: l10n.t("Machine"),
  } as Readonly<Record<string, string>>,
  sections: {
    run: l10n.t({ message: "Run", comment: "one of the runs" }),
    metrics: l10n.t("Metrics"),
    system: l10n.t("System metrics"),
    params: l10n.t("Params"),
    code: l10n.t("Code"),
    data: l10n.t("Data"),
    artifacts: l10n.t("Artifacts"),
    environment: l10n.t("Environment"),
    packages: l10n.t("Packages"),
  },
  unchanged: {
    metrics: l10n.t("Unchanged metrics"),
    params: l10n.t("Unchanged params"),
    data: l10n.t("Unchanged data"),
    artifacts: l10n.t("Unchanged artifacts"),
    packages: l10n.t("Unchanged packages"),
  },
  better: (change: string): string => l10n.t("{0} better", change),
  worse: (change: string): string => l10n.t("{0} worse", change),
  differ: (count: number): string => l10n.plural(count, "{0} differs", "{0} differ"),
  counts: {
    metrics: (count: number): string => l10n.plural(count, "{0} metric", "{0} metrics"),
    params: (count: number): string => l10n.plural(count, "{0} param", "{0} params"),
    code: (count: number): string => l10n.plural(count, "{0} file", "{0} files"),
    data: (count: number): string => l10n.plural(count, "{0} data set", "{0} data sets"),
    artifacts: (count: number): string => l10n.plural(count, "{0} artifact", "{0} artifacts"),
    environment: (count: number): string => l10n.plural(count, "{0} setting", "{0} settings"),
    packages: (count: number): string => l10n.plural(count, "{0} package", "{0} packages"),
  },
  /** `count`: of how many things the parts tell together. */
  listed: (parts: readonly string[], count: number): string =>
    l10n.plural(count, "{1} differs.", "{1} differ.", l10n.listed(parts)),
  nothingElse: l10n.t("Nothing else that was recorded differs."),
  nothing: l10n.t("Nothing that was recorded differs."),
  change: (metric: string, change: string, from: string, to: string): string =>
    l10n.t("{0} {1} ({2} → {3}).", metric, change, from, to),
  range: (metric: string, from: string, to: string): string =>
    l10n.t("{0} from {1} to {2}.", metric, from, to),
  equalInBoth: (metric: string, value: string): string => l10n.t("{0} is {1} in both.", metric, value),
  equalInAll: (metric: string, value: string): string => l10n.t("{0} is {1} in all.", metric, value),
  ended: {
    failed: (run: string): string => l10n.t("{0} failed.", run),
    killed: (run: string): string => l10n.t("{0} was stopped.", run),
    lost: (run: string): string => l10n.t("{0} was lost.", run),
  },
  unfinished: (count: number, all: number): string =>
    l10n.t("{0} of {1} runs did not finish.", countText(count), countText(all)),
  codeUnknown: l10n.t("The code of some run is not known here."),
  states: { added: l10n.t("added"), modified: l10n.t("changed"), deleted: l10n.t("deleted") },
  sameFile: l10n.t("as in the first"),
  firstFile: l10n.t("original"),
  missing: (name: string): string => l10n.t("No {0}", name),
  openDiff: (run: string): string => l10n.t("Compare code with {0}", run),
  openRun: l10n.t("Open run"),
  makeFirst: l10n.t("Compare the others with this one"),
  swap: l10n.t("Swap"),
  copy: l10n.t("Copy value"),
  failed: l10n.t("The runs could not be compared."),
  gone: l10n.t("One of these runs is no longer in the folder."),
  few: l10n.t("Choose at least two runs in Runs, then Compare."),
} as const;
