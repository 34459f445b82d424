import * as vscode from "vscode";
import type { JsonDouble, RunBrief, RunSummary } from "../../protocol/tracking.js";
import { figures } from "../l10n.js";

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

/** A whole number with its thousands separated. */
export const countText = (count: number): string => figures.numbers.fixed(count, 0);

/** A metric's value with four significant digits; whole numbers as they are. */
export const numberText = (value: JsonDouble): string => figures.numbers.alone(Number(value));

/** The one number or state that matters of a run, as it stands beside its name. */
export function describe(run: RunBrief, now: number): string {
  const parts = run.headline ? [`${numberText(run.headline.value)} ${run.headline.name}`] : [];
  if (run.state === "finished" && run.start !== null && run.end !== null)
    parts.push(figures.span(run.end - run.start));
  else if (run.state === "running" && run.start !== null)
    parts.push(vscode.l10n.t("running for {0}", figures.span(now - run.start)));
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
      ` · ${figures.when(run.start, now)} (${figures.date(run.start)}) · ${figures.span(took)}`,
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
