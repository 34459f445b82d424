import type { ColumnProfile, DatasetVersionSummary } from "../../src/protocol/datasets.js";
import type { DatasetTab } from "../../src/protocol/pages.js";
import * as l10n from "../l10n.js";
import { bytesText, countText } from "../numbers.js";

const tabs: Readonly<Record<DatasetTab, string>> = {
  profile: l10n.t("Profile"),
  diff: l10n.t("Changes"),
  files: l10n.t("Files"),
  rules: l10n.t("Rules"),
  overlap: l10n.t("Overlap"),
  runs: l10n.t("Runs"),
};

type ColumnType = ColumnProfile["type"];

/** What the page of a data set says, but for its tabs that have words of their own. */
export const datasetWords = {
  dataset: l10n.t("Data set"),
  tabs,
  tabList: l10n.t("Parts of the data set"),
  gone: l10n.t("This data set could not be read."),
  versions: l10n.t("Versions"),
  noVersions: l10n.t("There is no version yet."),
  number: (number: number): string => l10n.t("v{0}", number),
  working: l10n.t("now"),
  workingCopy: l10n.t("Working copy"),
  states: {
    clean: (number: string): string => l10n.t("As in {0}", number),
    changed: (count: number, number: string): string =>
      l10n.plural(count, "{0} file changed since {1}", "{0} files changed since {1}", number),
    changedFile: (number: string): string => l10n.t("Changed since {0}", number),
    unversioned: l10n.t("In no version yet"),
    missing: l10n.t("Missing"),
    unreadable: l10n.t("Not readable"),
    unknown: l10n.t("Comparing with the newest version…"),
  },
  deletedSet: l10n.t("In the trash"),
  size: (files: number, bytes: number): string =>
    l10n.plural(files, "{0} file, {1}", "{0} files, {1}", bytesText(bytes)),
  newVersion: l10n.t("New version…"),
  restore: (number: string): string => l10n.t("Restore {0}…", number),
  bringBack: l10n.t("Restore"),
  bringBackThis: l10n.t("Restore…"),
  more: l10n.t("More actions"),
  open: l10n.t("Open"),
  rename: l10n.t("Rename…"),
  describe: l10n.t("Describe…"),
  auto: l10n.t("When to make versions…"),
  select: l10n.t("Choose its files…"),
  patterns: (patterns: string): string => l10n.t("only {0}", patterns),
  without: (patterns: string): string => l10n.t("without {0}", patterns),
  isAuto: l10n.t("a version before each run"),
  tag: l10n.t("Tag…"),
  alias: l10n.t("Give an alias…"),
  message: l10n.t("Change the message…"),
  remove: l10n.t("Delete"),
  restoreTo: l10n.t("Restore elsewhere…"),
  compareWith: l10n.t("Compare with this version"),
  lineage: l10n.t("Show lineage"),
  copyId: l10n.t("Copy the version's id"),
  asked: (claimed: number, number: number): string => l10n.t("asked for {0}, is {1}", claimed, number),
  askedTitle: l10n.t("Another clone made a version of that number before; this one took the next."),
  notHere: l10n.t("not on this branch"),
  notHereTitle: l10n.t("Its fact is kept on this machine, but is not in the ledger of this branch."),
  ofRun: l10n.t("for a run"),
  ofRunTitle: l10n.t("Made by itself before a run read the data."),
  deleted: l10n.t("deleted"),
  showDeleted: (count: number): string => l10n.plural(count, "Show {0} deleted", "Show {0} deleted"),
  hideDeleted: l10n.t("Hide deleted"),
  noMessage: l10n.t("no message"),
  rulesHold: (held: number, all: number): string =>
    held === all
      ? l10n.plural(all, "Its rule holds", "All {0} rules hold")
      : l10n.plural(all, "{1} of {0} rule holds", "{1} of {0} rules hold", countText(held)),
  types: {
    number: l10n.t("number"),
    integer: l10n.t("integer"),
    text: l10n.t({ message: "text", comment: "type of a column" }),
    boolean: l10n.t("yes or no"),
    time: l10n.t({ message: "time", comment: "type of a column" }),
    date: l10n.t({ message: "date", comment: "type of a column" }),
    other: l10n.t({ message: "other", comment: "type of a column" }),
  } satisfies Readonly<Record<ColumnType, string>>,
  noValue: l10n.t("missing"),
  table: l10n.t("Table"),
  rowNumber: l10n.t("Row"),
};

/** What a version is called where it stands alone: `v4`, or the working copy. */
export const placeName = (version: DatasetVersionSummary | undefined): string =>
  version ? datasetWords.number(version.number) : datasetWords.workingCopy;
