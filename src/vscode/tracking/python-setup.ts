import * as vscode from "vscode";
import type { Engine, Engines } from "../engines.js";
import { attempt } from "../output.js";
import { setUpFolder } from "../python-packages.js";
import { isTrusted } from "./run-commands.js";

/** Makes `.venv` in a folder of the workspace, with the packages of its `requirements.txt`, as a task that one can watch. */
export function setUpPython(engines: Engines): Promise<void> {
  return attempt(async () => {
    if (!isTrusted()) return;
    const engine = await folderToSetUp(engines);
    if (!engine) return;
    await setUpFolder(engine, []);
  });
}

async function folderToSetUp({ all }: Engines): Promise<Engine | undefined> {
  if (all.length > 1) {
    const items = all.map((engine) => ({ label: engine.folder.name, engine }));
    return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Folder to set up") }))?.engine;
  }
  if (all.length === 0) void vscode.window.showInformationMessage(vscode.l10n.t("Open a folder to set up."));
  return all[0];
}
