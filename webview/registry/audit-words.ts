import * as l10n from "../l10n.js";

/** What the audit page says. */
export const auditWords = {
  page: l10n.t("Audit"),
  of: (model: string): string => l10n.t("Audit of {0}", model),
  ofAll: l10n.t("Audit of all models"),
  working: l10n.t("Checking every fact of the ledger against its hash and git"),
  failed: l10n.t("The audit could not be made."),
  rowsFailed: l10n.t("The facts could not be read."),
  unchecked: l10n.t("not checked yet"),
  uncheckedTitle: l10n.t(
    "As it was read when it came. It is compared with its hash and with git when its turn comes.",
  ),
  moreProblems: (count: number): string =>
    l10n.plural(
      count,
      "{0} more is named by `loam models audit`.",
      "{0} more are named by `loam models audit`.",
    ),
  none: l10n.t("No fact about models yet. Each registration, alias and approval will stand here."),
  facts: (count: number): string => l10n.plural(count, "{0} fact", "{0} facts"),
  altered: (count: number): string =>
    l10n.plural(count, "{0} fact was changed by hand.", "{0} facts were changed by hand."),
  problems: (count: number): string =>
    l10n.plural(count, "{0} problem was found.", "{0} problems were found."),
  elsewhere: (count: number): string =>
    l10n.plural(
      count,
      "{0} fact is known here and missing on this branch.",
      "{0} facts are known here and missing on this branch.",
    ),
  sound: (count: number): string =>
    l10n.plural(count, "{0} fact is what was written.", "All {0} facts are what was written."),
  verified: (count: number): string =>
    l10n.plural(count, "{0} is verified by a signed commit.", "{0} are verified by signed commits."),
  unprovenTitle: l10n.t("What cannot be proved"),
  problemsTitle: l10n.t("Problems"),
  openFile: l10n.t("Open file"),
  filter: l10n.t("Filter by version, person or what was done"),
  version: l10n.t("Version"),
  allVersions: l10n.t("All versions"),
  person: l10n.t("Person"),
  allPersons: l10n.t("All persons"),
  allProofs: l10n.t("All proofs"),
  noneMatch: l10n.t("No fact passes the filter."),
  export: l10n.t("Export as CSV…"),
  again: l10n.t("Check again"),
  grid: l10n.t("Facts, newest first"),
  columns: {
    at: l10n.t("When"),
    who: l10n.t("Who"),
    proof: l10n.t("Proof"),
    what: l10n.t("What"),
    version: l10n.t("Version"),
    comment: l10n.t("Comment"),
    commit: l10n.t("Commit"),
    model: l10n.t("Model"),
  },
  holdings: {
    title: l10n.t("What of each version is here"),
    artifact: l10n.t("Files"),
    code: l10n.t("Code"),
    data: l10n.t("Data"),
    held: {
      whole: l10n.t("whole"),
      missing: l10n.t("not here"),
      damaged: l10n.t("damaged"),
      givenUp: l10n.t("given up for ever"),
      none: l10n.t("never kept"),
    },
  },
  notCommitted: l10n.t("Not committed yet"),
  signedBy: (signer: string): string => l10n.t("signed by {0}", signer),
  unsigned: l10n.t("not signed"),
  copyCommit: l10n.t("Copy the commit's id"),
  copyFact: l10n.t("Copy the fact's id"),
} as const;
