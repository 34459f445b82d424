import * as l10n from "../l10n.js";
import { countText } from "../numbers.js";
import type { Notable } from "./notable-columns.js";

/** What the profile of a table says. */
export const profileWords = {
  reading: l10n.t("Reading the table"),
  failed: l10n.t("The profile could not be made."),
  tablesFailed: l10n.t("Its files could not be listed."),
  noTable: l10n.t(
    "No file of this version is a table that can be profiled (CSV, TSV, Parquet, JSONL, Arrow).",
  ),
  showFiles: l10n.t("Show its files"),
  shape: (rows: number, columns: number): string =>
    l10n.listed([
      l10n.plural(rows, "{0} row", "{0} rows"),
      l10n.plural(columns, "{0} column", "{0} columns"),
    ]),
  duplicates: (count: number): string =>
    count === 0 ? l10n.t("no duplicate rows") : l10n.plural(count, "{0} duplicate row", "{0} duplicate rows"),
  columns: l10n.t("Columns"),
  choice: l10n.t("Columns that are shown"),
  notable: {
    empty: l10n.t("No values"),
    constant: l10n.t("One value"),
    missing: l10n.t("Missing values"),
    notFinite: l10n.t("Infinite or NaN"),
  } satisfies Readonly<Record<Notable, string>>,
  shown: (count: number): string => l10n.plural(count, "{0} shown", "{0} shown"),
  noneChosen: l10n.t("No column fits."),
  sample: (rows: number): string => l10n.plural(rows, "First row", "First {0} rows"),
  noRows: l10n.t("The table has no rows."),
  column: l10n.t("Column"),
  type: l10n.t("Type"),
  missing: l10n.t("Missing"),
  distinct: l10n.t("Distinct"),
  distribution: l10n.t("Distribution"),
  range: l10n.t("Range or top value"),
  mean: l10n.t("Mean"),
  missingTitle: (missing: number, all: number): string =>
    l10n.t("{0} of {1}", countText(missing), countText(all)),
  about: (count: string): string => `~${count}`,
  characters: (range: string): string => l10n.t("{0} characters", range),
  topShare: (value: string, share: string): string => `${value} ${share}`,
  noRange: l10n.t("has no range"),
  noMean: l10n.t("has no mean"),
  bins: (count: number): string => l10n.plural(count, "histogram of {0} bin", "histogram of {0} bins"),
  topBars: (count: number): string =>
    l10n.plural(count, "the most frequent value", "the {0} most frequent values"),
  noDistribution: l10n.t("no values"),
  nativeType: l10n.t("Read as"),
  values: l10n.t("Values"),
  deviation: l10n.t("Standard deviation"),
  zeros: l10n.t("Zeros"),
  nonFinite: l10n.t("Not finite"),
  least: l10n.t("Least"),
  greatest: l10n.t("Greatest"),
  length: l10n.t("Length"),
  quantiles: l10n.t("Quantiles"),
  top: l10n.t("Most frequent values"),
  close: l10n.t("Close"),
  of: (column: string): string => l10n.t("Distribution of {0}", column),
  moreTables: (count: number): string =>
    l10n.plural(count, "{0} more table, under Files", "{0} more tables, under Files"),
};
