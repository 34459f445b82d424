import * as vscode from "vscode";
import type { Engine } from "../engines.js";
import type { ChosenRuns } from "./change-commands.js";
import type { CodeDocuments } from "./code-documents.js";
import { newestRuns } from "./run-picks.js";

/** Lets a person pick a file of a run's code, and shows it as it was; one that differs from HEAD beside HEAD. */
export async function openCode({ engine, runs: [run] }: ChosenRuns, code: CodeDocuments): Promise<void> {
  if (!run) return;
  const { name, code: recorded, launch } = await engine.request("runs/detail", { run: run.id });
  if (!recorded) {
    void vscode.window.showInformationMessage(vscode.l10n.t("The code of {0} was not kept.", name));
    return;
  }
  const { files } = await engine.request("runs/codeFiles", { run: run.id });
  const changed = new Map(recorded.changedFiles.map(({ path, state }) => [path, state]));
  const script = launch?.command.find((word) => word.endsWith(".py"));
  const rank = (file: string): number => (file === script ? 0 : changed.has(file) ? 1 : 2);
  const items = files
    .map((label) => ({ label, description: stateText(changed.get(label)) }))
    .sort((a, b) => rank(a.label) - rank(b.label)); // sorting is stable: else by path
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Code of {0} as it was", name),
    placeHolder:
      recorded.head === null
        ? vscode.l10n.t("Files of the run")
        : vscode.l10n.t("Files of the run, with what differs from commit {0}", recorded.head.slice(0, 7)),
  });
  if (!picked) return;
  if (changed.get(picked.label) === "modified") await code.diff(engine, run.id, picked.label, "head");
  else await code.open(engine, run.id, picked.label);
}

/** What became of a file, in the words of the pages. */
function stateText(state: string | null | undefined): string {
  switch (state) {
    case "added":
    case "untracked":
      return vscode.l10n.t("new");
    case "modified":
      return vscode.l10n.t("changed");
    case "deleted":
      return vscode.l10n.t("deleted");
    default:
      return "";
  }
}

/** Lets a person pick another run and a file that differs in it, and shows both beside each other. */
export async function diffCode({ engine, runs }: ChosenRuns, code: CodeDocuments): Promise<void> {
  const [run] = runs;
  if (!run) return;
  const other = runs[1]?.id ?? (await pickOther(engine, run.id, run.name));
  if (other === undefined) return;
  const { code: files } = await engine.request("runs/compare", { runs: [run.id, other] });
  if (files === null || files.length === 0) {
    void vscode.window.showInformationMessage(
      files === null
        ? vscode.l10n.t("The code of one of these runs was not kept.")
        : vscode.l10n.t("Both runs had the same code."),
    );
    return;
  }
  const items = files.map(({ path: label, states }) => ({ label, description: stateText(states[1]) }));
  const [only] = items;
  const title = vscode.l10n.t("Files that differ");
  const picked = items.length === 1 ? only : await vscode.window.showQuickPick(items, { title });
  if (picked) await code.diff(engine, run.id, picked.label, { run: other });
}

async function pickOther(engine: Engine, run: string, name: string): Promise<string | undefined> {
  const items = (await newestRuns(engine)).filter((item) => item.run.id !== run);
  const title = vscode.l10n.t("Compare the code of {0} with", name);
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.run.id;
}
