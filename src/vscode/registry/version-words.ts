import * as vscode from "vscode";
import type { ModelSummary, ModelVersionSummary } from "../../protocol/registry.js";
import { figures } from "../l10n.js";
import { versionBadges } from "../version-badges.js";

type Approval = ModelVersionSummary["approval"];

/** A version as people say it: `v7`. */
export const versionName = (number: number): string => `v${number}`;

/** A version with its model: `churn v7`. */
export const fullName = ({ name, number }: ModelVersionSummary): string => `${name} ${versionName(number)}`;

/** A whole number with its thousands separated. */
export const countText = (count: number): string => figures.numbers.fixed(count, 0);

export function approvalWord(state: Approval): string {
  const words: Readonly<Record<Approval, string>> = {
    none: vscode.l10n.t("not approved"),
    asked: vscode.l10n.t("approval requested"),
    approved: vscode.l10n.t("approved"),
    rejected: vscode.l10n.t({ message: "rejected", comment: "state of a version" }),
  };
  return words[state];
}

/** Who wrote something: the name of a git identity without its address. */
export const personName = (author: string): string =>
  author.replace(/\s*<[^>]*>\s*$/, "") || author || vscode.l10n.t("nobody that git knows");

/** The one number of a version that tells it best, as the engine chose it. */
function numberOf({ headline, metrics }: ModelVersionSummary): string {
  const value = headline === null ? undefined : metrics[headline];
  return value === undefined ? "" : `${figures.numbers.alone(Number(value))} ${headline ?? ""}`;
}

/** So many aliases are named where there is room for a line. */
const mostNamed = 3;

/** `champion, eu, us, +47` */
const aliasesText = (aliases: readonly string[], most = mostNamed): string =>
  [
    ...[...aliases].sort((a, b) => Number(b === "champion") - Number(a === "champion")).slice(0, most),
    ...(aliases.length > most ? [`+${countText(aliases.length - most)}`] : []),
  ].join(", ");

/** What stands behind a version in the tree: state where somebody was asked, aliases, number, format. */
export function describeVersion(version: ModelVersionSummary): string {
  const { approval, aliases, flavor } = version;
  return [
    ...versionBadges(version),
    approval === "none" ? "" : approvalWord(approval),
    aliasesText(aliases),
    numberOf(version),
    flavor === "other" ? "" : flavor,
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

/** What stands behind a model in the tree: its newest version, and which one is the champion. */
export function describeModel({ latest, aliases }: ModelSummary, hasNewerData: boolean): string {
  const champion = aliases["champion"];
  return [
    latest ? versionName(latest.number) : vscode.l10n.t("no version yet"),
    champion === undefined ? "" : vscode.l10n.t("champion {0}", versionName(champion)),
    hasNewerData ? vscode.l10n.t("newer data") : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

const mostListed = 12;
const mostCharacters = 600;

/** A card over a version in the tree. */
export function versionCard(version: ModelVersionSummary, now: number): vscode.MarkdownString {
  const { metrics, tags, approval, aliases, description, author, at, runName, size } = version;
  const card = new vscode.MarkdownString();
  card.appendMarkdown("**");
  card.appendText(fullName(version));
  card.appendMarkdown("** · ");
  card.appendText(
    [approvalWord(approval), aliasesText(aliases, mostListed)].filter((part) => part !== "").join(" · "),
  );
  if (description !== "") card.appendMarkdown("\n\n").appendText(description.slice(0, mostCharacters));
  const table = (title: string, rows: readonly (readonly [string, string])[]): void => {
    if (rows.length === 0) return;
    card.appendMarkdown(`\n\n| ${title} | |\n|:--|--:|\n`);
    for (const [name, value] of rows.slice(0, mostListed))
      card.appendMarkdown(`| ${cell(name)} | ${cell(value)} |\n`);
  };
  table(
    vscode.l10n.t("Metric"),
    Object.entries(metrics).map(([name, value]) => [name, figures.numbers.alone(Number(value))]),
  );
  table(vscode.l10n.t("Tag"), Object.entries(tags));
  const told = [
    ...(runName === null ? [] : [vscode.l10n.t("run {0}", runName)]),
    ...(size === null ? [] : [figures.numbers.bytes(size)]),
    vscode.l10n.t("registered by {0}, {1}", personName(author), figures.when(at, now)),
  ];
  card.appendMarkdown("\n\n").appendText([...told, ...versionBadges(version)].join(" · "));
  return card;
}

/** Text for a cell of a Markdown table: nothing in it is markup. */
function cell(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return short.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~$]/g, "\\$&").replaceAll(/\s+/g, " ");
}
