import * as vscode from "vscode";
import { l10n } from "../l10n.js";
import type { ParamEffect } from "../../protocol/tracking.js";
import type { Engines } from "../engines.js";
import { cell, countText, numberText } from "./run-words.js";

type Value = ParamEffect["values"][number];

/** A name as a param has it: `--learning-rate`, `args.learning_rate`, `"learning_rate"`. */
const word = /[A-Za-z_][\w-]*/;
const mostValues = 10;

/** Over the name of a param in a Python file: the values that it had in the file's runs, and what came of each. */
export class ParamHover implements vscode.HoverProvider, vscode.Disposable {
  readonly #engines: Engines;
  readonly #subscription: vscode.Disposable;

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#subscription = vscode.languages.registerHoverProvider({ language: "python", scheme: "file" }, this);
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const engine = this.#engines.of(document.uri);
    const range = document.getWordRangeAtPosition(position, word);
    if (!engine || !range) return undefined;
    const file = document.uri.fsPath;
    const written = document.getText(range);
    for (const param of new Set([written, written.replaceAll("-", "_")])) {
      const effect = await engine.request("params/effect", { file, param }).catch(() => undefined);
      if (token.isCancellationRequested || !effect) return undefined; // no store yet, which the view tells
      if (effect.values.length > 0) return new vscode.Hover(effectCard(param, effect), range);
    }
    return undefined;
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

/** The values as a table, the one with the best result first where it is known which way is better. */
function effectCard(param: string, { metric, better, values }: ParamEffect): vscode.MarkdownString {
  const card = new vscode.MarkdownString();
  const runs = values.reduce((sum, value) => sum + value.runs, 0);
  const told = l10n.plural(runs, "in {0} run of this file", "in {0} runs of this file");
  card.appendMarkdown(`**${cell(param)}** ${told}\n\n`);
  const measured = metric !== null && values.some(({ mean }) => mean !== null);
  const heads = [vscode.l10n.t("value"), vscode.l10n.t("runs")];
  if (measured) heads.push(vscode.l10n.t("mean {0}", cell(metric)));
  if (measured && better !== null) heads.push(vscode.l10n.t("best"));
  card.appendMarkdown(`| ${heads.join(" | ")} |\n|:--|${"--:|".repeat(heads.length - 1)}\n`);
  const bestOf = ({ least, most }: Value): number | null => (better === "less" ? least : most);
  const sign = better === "less" ? 1 : -1;
  const sorted = [...values].sort((a, b) => {
    const [x, y] = [bestOf(a), bestOf(b)];
    if (better !== null && x !== y) return x === null ? 1 : y === null ? -1 : sign * (x - y);
    return a.value.localeCompare(b.value, undefined, { numeric: true });
  });
  for (const value of sorted.slice(0, mostValues)) {
    const row = [cell(value.value), countText(value.runs)];
    for (const one of [value.mean, bestOf(value)].slice(0, heads.length - row.length))
      row.push(one === null ? "" : numberText(one));
    card.appendMarkdown(`| ${row.join(" | ")} |\n`);
  }
  if (sorted.length > mostValues)
    card.appendMarkdown(
      `\n${l10n.plural(sorted.length - mostValues, "and {0} more value", "and {0} more values")}`,
    );
  return card;
}
