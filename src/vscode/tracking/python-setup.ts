import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import type { Engine, Engines } from "../engines.js";
import { attempt } from "../output.js";
import { isTrusted } from "./run-commands.js";

const isWindows = process.platform === "win32";

/** Makes `.venv` in a folder of the workspace, with the packages of its `requirements.txt`, as a task that one can watch. */
export function setUpPython(engines: Engines): Promise<void> {
  return attempt(async () => {
    if (!isTrusted()) return;
    const engine = await folderToSetUp(engines);
    if (!engine) return;
    await setUpFolder(engine, []);
  });
}

/** The same for one folder; `packages`: what is installed beside its `requirements.txt`. */
export async function setUpFolder(engine: Engine, packages: readonly string[]): Promise<void> {
  const { uri, name } = engine.folder;
  const python = path.join(".venv", ...(isWindows ? ["Scripts", "python.exe"] : ["bin", "python"]));
  const wanted = [
    ...(fs.existsSync(path.join(uri.fsPath, "requirements.txt")) ? ["-r requirements.txt"] : []),
    ...packages,
  ];
  const steps = [
    `${isWindows ? "python" : "python3"} -m venv .venv`,
    ...(wanted.length > 0 ? [`${python} -m pip install ${wanted.join(" ")}`] : []),
  ];
  const task = new vscode.Task(
    { type: "loam" },
    engine.folder,
    vscode.l10n.t("Set up Python in {0}", name),
    "Loam",
    new vscode.ShellExecution(steps.join(isWindows ? "; " : " && "), { cwd: uri.fsPath }),
  );
  await vscode.tasks.executeTask(task);
}

async function folderToSetUp({ all }: Engines): Promise<Engine | undefined> {
  if (all.length > 1) {
    const items = all.map((engine) => ({ label: engine.folder.name, engine }));
    return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Folder to set up") }))?.engine;
  }
  if (all.length === 0) void vscode.window.showInformationMessage(vscode.l10n.t("Open a folder to set up."));
  return all[0];
}
