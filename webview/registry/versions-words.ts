import * as l10n from "../l10n.js";

/** What the page that compares versions says. */
export const versionsWords = {
  grid: l10n.t("Differences"),
  name: l10n.t("What"),
  sections: {
    metrics: l10n.t("Metrics"),
    params: l10n.t("Params"),
    signature: l10n.t("Signature"),
    data: l10n.t("Data"),
    environment: l10n.t("Environment"),
    files: l10n.t("Files"),
    speed: l10n.t("On this machine"),
  },
  unchanged: {
    metrics: l10n.t("Unchanged metrics"),
    params: l10n.t("Unchanged params"),
    environment: l10n.t("Unchanged packages"),
  },
  inputs: (name: string): string => l10n.t("input {0}", name),
  outputs: (name: string): string => l10n.t("output {0}", name),
  params: (name: string): string => l10n.t("parameter {0}", name),
  format: l10n.t("Format"),
  approval: l10n.t("Approval"),
  size: l10n.t("Size"),
  load: l10n.t("Load time"),
  median: l10n.t("Latency, median"),
  slowest: l10n.t("Latency, slowest"),
  runtime: l10n.t("Runtime"),
  notMeasured: l10n.t("Not measured on this machine"),
  measureOne: (version: string): string => l10n.t("Measure {0}", version),
  noSignature: l10n.t("No signature"),
  asFirst: l10n.t("as in the first"),
  breaks: l10n.t("breaks callers"),
  missing: (name: string): string => l10n.t("No {0}", name),
  better: (change: string): string => l10n.t("{0} better", change),
  worse: (change: string): string => l10n.t("{0} worse", change),
  differ: (count: number): string => l10n.plural(count, "{0} differs", "{0} differ"),
  counts: {
    metrics: (count: number): string => l10n.plural(count, "{0} metric", "{0} metrics"),
    params: (count: number): string => l10n.plural(count, "{0} param", "{0} params"),
    data: (count: number): string => l10n.plural(count, "{0} data set", "{0} data sets"),
    environment: (count: number): string => l10n.plural(count, "{0} package", "{0} packages"),
  },
  listed: (parts: readonly string[], count: number): string =>
    l10n.plural(count, "{1} differs.", "{1} differ.", l10n.listed(parts)),
  breaking: (count: number): string =>
    l10n.plural(
      count,
      "{0} change of the signature breaks callers.",
      "{0} changes of the signature break callers.",
    ),
  signatureChanged: l10n.t("The signature differs, and breaks no caller."),
  nothing: l10n.t("Nothing that was recorded differs."),
  change: (metric: string, change: string, from: string, to: string): string =>
    l10n.t("{0} {1} ({2} → {3}).", metric, change, from, to),
  range: (metric: string, from: string, to: string): string =>
    l10n.t("{0} from {1} to {2}.", metric, from, to),
  equalInBoth: (metric: string, value: string): string => l10n.t("{0} is {1} in both.", metric, value),
  equalInAll: (metric: string, value: string): string => l10n.t("{0} is {1} in all.", metric, value),
  failed: l10n.t("The versions could not be compared."),
  few: l10n.t("Choose at least two versions in Models, then Compare."),
  swap: l10n.t("Swap"),
  open: l10n.t("Open version"),
  makeFirst: l10n.t("Compare the others with this one"),
  copy: l10n.t("Copy value"),
  milliseconds: (value: string): string => l10n.t("{0} ms", value),
} as const;
