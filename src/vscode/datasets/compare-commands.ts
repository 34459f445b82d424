import * as vscode from "vscode";
import type { Panels } from "../panels.js";
import { versionOf, type ChosenData } from "./data-choice.js";
import { openData } from "./data-panel.js";

/** Opens the page at what changed between two versions that were selected, else between one and the one before it. */
export async function compare(panels: Panels, chosen: ChosenData): Promise<void> {
  const { engine, data, versions } = chosen;
  const [first, second] = versions;
  if (first && second) {
    const [older, newer] = first.number < second.number ? [first, second] : [second, first];
    openData(panels, engine, data, { version: newer.id, against: older.id, tab: "diff" });
    return;
  }
  const version = await versionOf(chosen, vscode.l10n.t("Compare which version of {0}?", data.name));
  if (version) openData(panels, engine, data, { version: version.id, tab: "diff" });
}

/** Opens the page at what changed since a version. */
export async function compareWorking(panels: Panels, chosen: ChosenData): Promise<void> {
  const { engine, data, versions } = chosen;
  const version = versions[0] ?? data.latest;
  if (version) openData(panels, engine, data, { version: null, against: version.id, tab: "diff" });
}
