import * as vscode from "vscode";
import type { JsonDouble, RunBrief, RunSummary } from "../../protocol/tracking.js";

type State = RunBrief["state"];

export function stateWord(state: State): string {
  const words: Readonly<Record<State, string>> = {
    scheduled: vscode.l10n.t("scheduled"),
    running: vscode.l10n.t("running"),
    finished: vscode.l10n.t("finished"),
    failed: vscode.l10n.t("failed"),
    killed: vscode.l10n.t("stopped"),
    lost: vscode.l10n.t("lost"),
  };
  return words[state];
}

/** A whole number with its thousands separated, as the editor's language does: the system's may be another. */
export const countText = (count: number): string => count.toLocaleString(vscode.env.language);

/** A metric's value with four significant digits; whole numbers as they are. */
export function numberText(value: JsonDouble): string {
  if (typeof value === "string") return value;
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return countText(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(3);
  return value.toLocaleString(vscode.env.language, { maximumSignificantDigits: 4 });
}

const tenthsText = (value: number): string =>
  value.toLocaleString(vscode.env.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Bytes in the unit that fits: `7 kB`, `1.2 GB`. */
export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const at = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** at).toLocaleString(vscode.env.language, { maximumSignificantDigits: 2 })} ${units[at] ?? "B"}`;
}

/** A span of time in the two units that matter: `2 min 5 s`. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return vscode.l10n.t("{0} s", tenthsText(seconds));
  if (seconds < 60) return vscode.l10n.t("{0} s", Math.round(seconds));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return vscode.l10n.t("{0} min", minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return vscode.l10n.t("{0} h {1} min", hours, minutes % 60);
  return vscode.l10n.t("{0} days", Math.floor(hours / 24));
}

/** When something was: `5 min ago` within a week, else the date. */
function whenText(at: number, now: number): string {
  const ago = now - at;
  if (ago < 60_000) return vscode.l10n.t("just now");
  if (ago < 7 * 24 * 3_600_000) return vscode.l10n.t("{0} ago", spanText(ago));
  return new Date(at).toLocaleDateString(vscode.env.language);
}

/** The one number or state that matters of a run, as it stands beside its name. */
export function describe(run: RunBrief, now: number): string {
  const parts = run.headline ? [`${numberText(run.headline.value)} ${run.headline.name}`] : [];
  if (run.state === "finished" && run.start !== null && run.end !== null)
    parts.push(spanText(run.end - run.start));
  else if (run.state === "running" && run.start !== null)
    parts.push(vscode.l10n.t("running for {0}", spanText(now - run.start)));
  else parts.push(stateWord(run.state));
  return parts.join(" · ");
}

const mostListed = 12;

/** A run as a card in Markdown: what was tried and what came of it. */
export function runCard(run: RunSummary, now: number): vscode.MarkdownString {
  const card = new vscode.MarkdownString("", true);
  card.appendMarkdown("**");
  card.appendText(run.name);
  card.appendMarkdown("** · ");
  card.appendText(stateWord(run.state));
  if (run.start !== null) {
    const took = (run.end ?? now) - run.start;
    card.appendText(
      ` · ${whenText(run.start, now)} (${new Date(run.start).toLocaleString(vscode.env.language)}) · ${spanText(took)}`,
    );
  }
  const isOwn = (name: string): boolean => !name.startsWith("system/") && !name.startsWith("mlflow.");
  const table = (title: string, rows: readonly (readonly [string, string])[]): void => {
    if (rows.length === 0) return;
    card.appendMarkdown(`\n\n| ${title} | |\n|:--|--:|\n`);
    for (const [name, value] of rows.slice(0, mostListed))
      card.appendMarkdown(`| ${cell(name)} | ${cell(value)} |\n`);
    if (rows.length > mostListed)
      card.appendMarkdown(`| ${cell(vscode.l10n.t("{0} more", rows.length - mostListed))} | |\n`);
  };
  table(
    vscode.l10n.t("Metric"),
    Object.entries(run.metrics)
      .filter(([name]) => isOwn(name))
      .map(([name, value]) => [name, numberText(value)] as const),
  );
  table(vscode.l10n.t("Param"), Object.entries(run.params));
  return card;
}

/** Text for a cell of a Markdown table: nothing in it is markup. */
export function cell(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return short.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~$]/g, "\\$&").replaceAll(/\s+/g, " ");
}
