import * as vscode from "vscode";
import { RemoteFailure } from "../../protocol/failure.js";
import type { Engines } from "../engines.js";
import { failureText } from "../output.js";

/** What was typed until this long ago is half typed and no mistake, in ms. */
const typingMs = 300;

/** Asks for a filter of the view; `set` is called with what a person confirmed. */
export async function askFilter(engines: Engines, now: string, set: (text: string) => void): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t("Filter runs"),
    value: now,
    placeHolder: "metrics.f1 > 0.9 and params.model = 'rf' order by metrics.f1 desc",
    prompt: vscode.l10n.t("Leave it empty to show all runs"),
    validateInput: (text) => mistakeIn(engines, text.trim()),
  });
  if (text !== undefined) set(text.trim());
}

/** What is wrong with a filter, as the engine says it; undefined where it can be asked. */
async function mistakeIn({ all: [engine] }: Engines, filter: string): Promise<string | undefined> {
  if (!engine || filter === "") return undefined;
  await new Promise((resolve) => setTimeout(resolve, typingMs)); // what is half typed is no mistake
  try {
    await engine.request("runs/find", { filter, stage: "active", most: 0 });
    return undefined;
  } catch (error) {
    const isMistake = error instanceof RemoteFailure && error.code.startsWith("filter.");
    return isMistake ? failureText(error) : undefined; // the view tells what else there is
  }
}
