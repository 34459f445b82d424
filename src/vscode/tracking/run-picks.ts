import type * as vscode from "vscode";
import type { RunBrief } from "../../protocol/tracking.js";
import type { Engine } from "../engines.js";
import { describe } from "./run-words.js";

/** How many runs a quick pick offers. */
const mostOffered = 200;

export interface RunPick extends vscode.QuickPickItem {
  readonly engine: Engine;
  readonly run: RunBrief;
}

/** The newest active runs of a folder with a store, as entries of a quick pick. */
export async function newestRuns(engine: Engine): Promise<RunPick[]> {
  const { ids } = await engine.request("runs/find", { filter: "", stage: "active", most: mostOffered });
  const briefs = await engine.request("runs/briefs", { ids });
  return briefs.map((run) => ({ label: run.name, description: describe(run, Date.now()), engine, run }));
}
