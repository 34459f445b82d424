import * as path from "node:path";
import * as vscode from "vscode";
import type { DatasetSummary } from "../../protocol/datasets.js";
import type { Engine } from "../engines.js";

/** Where the working copy of a data set lies, or a file of it: below the folder that holds the store. */
export async function placeOf(
  engine: Engine,
  data: Pick<DatasetSummary, "path">,
  file = "",
): Promise<vscode.Uri> {
  const state = await engine.request("store/state", null);
  const folder = state.state === "ready" ? path.dirname(state.root) : engine.folder.uri.fsPath;
  return vscode.Uri.file(path.join(folder, data.path, file));
}
