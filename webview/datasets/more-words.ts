import type { CheckResult, QualityRule } from "../../src/protocol/datasets.js";
import * as l10n from "../l10n.js";
import { countText, percentText } from "../numbers.js";

// What the tabs for files, rules, overlap and runs say.

export const filesWords = {
  failed: l10n.t("The files could not be listed."),
  none: l10n.t("It has no files."),
  noneFits: l10n.t("No path has these words."),
  listing: l10n.t("Listing the files"),
  filter: l10n.t("Words of the path; * stands for anything"),
  filterShort: l10n.t("Filter by path"),
  shown: (count: number): string => l10n.plural(count, "{0} shown", "{0} shown"),
  label: l10n.t("Files"),
  path: l10n.t("Path"),
  size: l10n.t("Size"),
  hash: l10n.t("SHA-256"),
  mode: l10n.t("Rights"),
  executable: l10n.t("executable"),
  count: (total: number): string => l10n.plural(total, "{0} file", "{0} files"),
  open: l10n.t("Open"),
  profile: l10n.t("Show its profile"),
  restore: l10n.t("Restore this file…"),
  copyPath: l10n.t("Copy path"),
  copyHash: l10n.t("Copy hash"),
};

export const rulesWords = {
  failed: l10n.t("The rules could not be read."),
  none: l10n.t(
    "Rules say what must hold of this data. They stand in loam.yaml, and each new version is checked against them.",
  ),
  propose: (number: string): string => l10n.t("Propose from {0}", number),
  proposing: l10n.t("Looking at what holds"),
  proposed: l10n.t("What holds of this version. Take what should stay so."),
  noneProposed: l10n.t("This version suggests no rule that is not there yet."),
  filterProposed: l10n.t("Filter rules"),
  tickAll: l10n.t("Choose all"),
  tickNone: l10n.t("Choose none"),
  shownProposed: (count: number): string => l10n.plural(count, "{0} shown", "{0} shown"),
  take: (count: number): string => l10n.plural(count, "Take {0} rule", "Take {0} rules"),
  proposeFailed: l10n.t("No rules could be proposed."),
  add: l10n.t("Add rule"),
  edit: l10n.t("Edit"),
  remove: l10n.t("Remove"),
  openFile: l10n.t("Open loam.yaml"),
  check: (number: string): string => l10n.t("Check {0}", number),
  checking: l10n.t("Checking the rules"),
  onlyBroken: l10n.t("Only rules that do not hold"),
  checkFailed: l10n.t("The rules could not be checked."),
  saveFailed: l10n.t("The rules could not be written."),
  unchecked: l10n.t("not checked"),
  outcomes: {
    passed: l10n.t("holds"),
    failed: l10n.t("fails"),
    error: l10n.t("could not be checked"),
  } satisfies Readonly<Record<CheckResult["outcome"], string>>,
  label: l10n.t("Rules"),
  rule: l10n.t("Rule"),
  result: l10n.t("Result"),
  found: l10n.t("Found"),
  actions: l10n.t("Actions"),
  kind: l10n.t("Kind of rule"),
  kinds: {
    missing: l10n.t("Few missing values"),
    range: l10n.t("Range"),
    type: l10n.t("Type"),
    unique: l10n.t("Unique"),
    values: l10n.t("Allowed values"),
    freshness: l10n.t("Freshness"),
    regex: l10n.t("Pattern"),
    rows: l10n.t("Number of rows"),
  } satisfies Readonly<Record<QualityRule["kind"], string>>,
  column: l10n.t("Column"),
  columns: l10n.t("Columns, with commas between"),
  most: l10n.t("At most so many missing, in %"),
  least: l10n.t("Least"),
  greatest: l10n.t("Greatest"),
  type: l10n.t("Type"),
  allowed: l10n.t("Values, with commas between"),
  within: l10n.t("Not older than, such as 7d"),
  pattern: l10n.t("Regular expression"),
  save: l10n.t("Save rule"),
  newRule: l10n.t("New rule"),
  editRule: l10n.t("Edit rule"),
  incomplete: l10n.t("Fill in what the rule needs."),
};

export const overlapWords = {
  none: l10n.t(
    "There is no other data set. Track the other half of a split to see which rows stand in both.",
  ),
  track: l10n.t("Track a file or folder…"),
  listFailed: l10n.t("The data sets could not be listed."),
  intro: l10n.t("Rows of a test set that also stand in its training set make it look better than it is."),
  other: l10n.t("Other data set"),
  compare: l10n.t("Compare"),
  comparing: l10n.t("Looking for rows that stand in both"),
  failed: l10n.t("The tables could not be compared."),
  nothing: (name: string): string => l10n.t("No row stands in both this and {0}.", name),
  found: (count: number, all: number, name: string): string =>
    l10n.plural(
      count,
      "{0} of {1} row of {2} also stands in this ({3}).",
      "{0} of {1} rows of {2} also stand in this ({3}).",
      countText(all),
      name,
      percentText(all === 0 ? 0 : count / all),
    ),
  exactly: (count: number): string => l10n.plural(count, "{0} exactly", "{0} exactly"),
  normalised: (count: number): string =>
    l10n.plural(
      count,
      "{0} more once case, spaces and the form of numbers are evened out",
      "{0} more once case, spaces and the form of numbers are evened out",
    ),
  comparedBy: l10n.t("Compared by"),
  allColumns: (count: number): string =>
    l10n.plural(count, "the {0} column that both have", "all {0} columns that both have"),
  someColumns: (count: number, all: number): string =>
    l10n.plural(
      all,
      "{1} of {0} column that both have",
      "{1} of {0} columns that both have",
      countText(count),
    ),
  columnsTitle: l10n.t("Columns by which rows are compared"),
  useAll: l10n.t("Use all"),
  sample: l10n.t("Some of the rows"),
  how: l10n.t("How"),
  kinds: { exact: l10n.t("exact"), normalised: l10n.t("evened out") },
};

export const readWords = {
  failed: l10n.t("The runs could not be listed."),
  none: l10n.t("No run has read this version yet. Runs that Loam tracks are listed here by themselves."),
  label: l10n.t("Runs that read this version"),
  run: l10n.t({ message: "Run", comment: "one of the runs" }),
  state: l10n.t("State"),
  started: l10n.t("Started"),
};
