import * as vscode from "vscode";
import type { Engine } from "../engines.js";
import { l10n } from "../l10n.js";
import { versionName } from "./data-words.js";
import { attemptLong } from "../long-work.js";

/** Saves `loam.yaml` where it is open and changed, so that what is written next does not meet what was typed. */
async function saveOpen(): Promise<void> {
  for (const document of vscode.workspace.textDocuments)
    if (document.isDirty && document.fileName.endsWith("loam.yaml")) await document.save();
}

/** Asks the rules about the newest version, and tells what holds. */
export async function check(engine: Engine, dataset: string): Promise<void> {
  await saveOpen();
  const { name, latest } = await engine.request("datasets/detail", { dataset });
  if (!latest) return;
  const title = vscode.l10n.t("Checking {0} of {1}", versionName(latest), name);
  await attemptLong(engine, title, async (work, signal) => {
    const results = await engine.request("datasets/check", { dataset, version: latest.id, work }, signal);
    const held = results.filter(({ outcome }) => outcome === "passed").length;
    const text = l10n.plural(
      results.length,
      "{1}: {2} of {0} rule holds",
      "{1}: {2} of {0} rules hold",
      `${name} ${versionName(latest)}`,
      held,
    );
    if (held === results.length) void vscode.window.showInformationMessage(text);
    else void vscode.window.showWarningMessage(text);
  });
}

/** Widens a rule to what a version has, and checks the version anew. */
export async function relax(engine: Engine, dataset: string, version: string, at: number): Promise<void> {
  await saveOpen();
  await engine.request("rules/relax", { dataset, version, at });
  await check(engine, dataset);
}
