import * as path from "node:path";
import * as vscode from "vscode";
import type { Engine } from "./engines.js";

/** What went wrong in a folder, as a row of a tree. */
export function failureItem({ folder }: Engine, message: string): vscode.TreeItem {
  // The folder stands in the line above or in the title: the row is short, and its tooltip says all.
  const top = path.join(folder.uri.fsPath, path.sep);
  const item = new vscode.TreeItem(message.replaceAll(top, ""), vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon("warning");
  item.tooltip = message;
  return item;
}
