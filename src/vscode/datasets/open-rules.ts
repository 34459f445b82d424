import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import type { Engine } from "../engines.js";

/** Opens `loam.yaml` beside the store, at the rules of a data set; where there is no file yet, one to be saved. */
export async function openRules(engine: Engine, dataset: string): Promise<void> {
  const { name } = await engine.request("datasets/detail", { dataset });
  const state = await engine.request("store/state", null);
  const folder = state.state === "ready" ? path.dirname(state.root) : engine.folder.uri.fsPath;
  const file = vscode.Uri.file(path.join(folder, "loam.yaml"));
  if (!fs.existsSync(file.fsPath)) {
    const document = await vscode.workspace.openTextDocument(file.with({ scheme: "untitled" }));
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), `data:\n  ${JSON.stringify(name)}:\n    rules:\n      - `);
    });
    return;
  }
  const document = await vscode.workspace.openTextDocument(file);
  const line = lineOf(document.getText(), name);
  const at = new vscode.Position(line, 0);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
}

/** The line of a data set's key below `data:`; 0 where there is none. */
function lineOf(text: string, name: string): number {
  const lines = text.split("\n");
  const data = lines.findIndex((line) => /^data\s*:/.test(line));
  const keys = [name, JSON.stringify(name), `'${name}'`].map((key) => `${key}:`);
  const found = lines.findIndex((line, at) => at > data && keys.some((key) => line.trim().startsWith(key)));
  return data < 0 || found < 0 ? 0 : found;
}
