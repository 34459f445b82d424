import * as vscode from "vscode";
import type { DatasetSummary, DatasetVersionSummary, WorkingState } from "../../protocol/datasets.js";
import { figures, l10n } from "../l10n.js";
import { versionBadges } from "../version-badges.js";

export const versionName = ({ number }: Pick<DatasetVersionSummary, "number">): string =>
  vscode.l10n.t("v{0}", number);

export const sizeText = ({ size }: Pick<DatasetVersionSummary, "size">): string =>
  figures.numbers.bytes(size);

/** How the working copy stands, in words. */
export function stateText({ form }: Pick<DatasetSummary, "form">, working: WorkingState): string {
  switch (working.state) {
    case "clean":
      return vscode.l10n.t("as in {0}", versionName(working));
    case "changed": {
      const { number, added, changed, removed } = working;
      if (number === null) return vscode.l10n.t("in no version yet");
      if (form === "file") return vscode.l10n.t("changed");
      return l10n.plural(added + changed + removed, "{0} file changed", "{0} files changed");
    }
    case "missing":
      return vscode.l10n.t({ message: "missing", comment: "a file or folder" });
    case "unreadable":
      return vscode.l10n.t("not readable");
  }
}

/** What of a version's rules holds: `5 of 6 rules hold`; undefined where they were not asked. */
function checksText({ checks }: DatasetVersionSummary): string | undefined {
  if (!checks || checks.length === 0) return undefined;
  const held = checks.filter(({ outcome }) => outcome === "passed").length;
  return held === checks.length
    ? l10n.plural(checks.length, "Its rule holds", "All {0} rules hold")
    : l10n.plural(checks.length, "{1} of {0} rule holds", "{1} of {0} rules hold", held);
}

/** A data set as a card in Markdown. */
export function dataCard(data: DatasetSummary, working: WorkingState | undefined): vscode.MarkdownString {
  const card = new vscode.MarkdownString("", true);
  card.appendMarkdown("**");
  card.appendText(data.name);
  card.appendMarkdown("**");
  if (working) card.appendText(` · ${stateText(data, working)}`);
  if (working?.state === "unreadable") card.appendText(`\n\n${l10n.told(working.why)}`);
  card.appendMarkdown("\n\n");
  card.appendText(data.path);
  if (data.latest) {
    const { files, size } = data.latest;
    card.appendText(
      ` · ${l10n.plural(files, "{0} file, {1}", "{0} files, {1}", figures.numbers.bytes(size))}`,
    );
  }
  if (data.description !== "") {
    card.appendMarkdown("\n\n");
    card.appendText(data.description);
  }
  const tags = Object.entries(data.tags).map(([key, value]) => `${key}=${value}`);
  if (tags.length > 0) {
    card.appendMarkdown("\n\n$(tag) ");
    card.appendText(tags.join(", "));
  }
  return card;
}

/** A version as a card in Markdown. */
export function versionCard(data: DatasetSummary, version: DatasetVersionSummary): vscode.MarkdownString {
  const card = new vscode.MarkdownString("", true);
  const line = (text: string): void => {
    card.appendMarkdown("\n\n");
    card.appendText(text);
  };
  card.appendMarkdown("**");
  card.appendText(`${data.name} ${versionName(version)}`);
  card.appendMarkdown("**");
  if (version.message !== "") line(version.message);
  line(
    [
      figures.date(version.at),
      l10n.plural(version.files, "{0} file, {1}", "{0} files, {1}", figures.numbers.bytes(version.size)),
      version.author,
    ]
      .filter((part) => part !== "")
      .join(" · "),
  );
  const checks = checksText(version);
  if (checks !== undefined) line(checks);
  const badges = versionBadges(version);
  if (badges.length > 0) line(badges.join(" · "));
  return card;
}
