import * as l10n from "../l10n.js";
import { countText } from "../numbers.js";

/** What the grid itself says. */
export const gridWords = {
  row: l10n.t("Row"),
  more: l10n.t("More (.)"),
  rows: (count: number): string => l10n.plural(count, "{0} row", "{0} rows"),
  leftOut: (listed: number, all: number): string =>
    l10n.t(
      "The first {0} of {1} rows are listed. Choose fewer to see the others.",
      countText(listed),
      countText(all),
    ),
  selectAll: l10n.t("Select all or none"),
  sortAscending: l10n.t("Sort ascending"),
  sortDescending: l10n.t("Sort descending"),
  sortNot: l10n.t("Do not sort"),
  fit: l10n.t("Fit width"),
  moveLeft: l10n.t("Move left"),
  moveLeftKeys: l10n.t("Alt+←"),
  moveRight: l10n.t("Move right"),
  moveRightKeys: l10n.t("Alt+→"),
  pin: l10n.t("Pin"),
  unpin: l10n.t("Unpin"),
  hide: l10n.t("Hide"),
};
