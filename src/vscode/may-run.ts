import * as vscode from "vscode";

/** Whether a person trusts the folder, so that something of it may be run; where not, `why` is told with the way to trust it. */
export function mayRun(why: string): boolean {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t("Manage trust");
  void vscode.window.showWarningMessage(why, manage).then((choice) => {
    if (choice === manage) void vscode.commands.executeCommand("workbench.trust.manage");
  });
  return false;
}
