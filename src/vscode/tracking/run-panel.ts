import * as vscode from "vscode";
import type { RunTab } from "../../protocol/pages.js";
import type { Engine } from "../engines.js";
import type { Panels } from "../panels.js";

/** Opens the page of a run; the one that is open already is shown again, on `tab` where one is given. */
export async function openRun(panels: Panels, engine: Engine, run: string, tab?: RunTab): Promise<void> {
  const [brief] = await engine.request("runs/briefs", { ids: [run] });
  const title = brief?.name ?? vscode.l10n.t({ message: "Run", comment: "one of the runs" });
  panels.open(engine, { page: "run", run, ...(tab === undefined ? {} : { tab }) }, title);
}
