import * as vscode from "vscode";
import type { CommandId } from "./vscode/manifest.js";

/** Activates on Loam's own command alone: the views come with the pillars that fill them. */
export function activate(context: vscode.ExtensionContext): void {
  const about: CommandId = "loam.about";
  context.subscriptions.push(
    vscode.commands.registerCommand(about, async () => {
      await vscode.window.showInformationMessage(
        vscode.l10n.t(
          "Loam tracks runs from the terminal for now: loam run -- python train.py. Its views follow.",
        ),
      );
    }),
  );
}
