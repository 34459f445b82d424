import type * as vscode from "vscode";
import { registerDatasets } from "./vscode/datasets/datasets.js";
import { Engines } from "./vscode/engines.js";
import { LoamFileHelp } from "./vscode/loam-file-help.js";
import { openLog } from "./vscode/output.js";
import { PageHosts, Panels } from "./vscode/panels.js";
import { registerLineage } from "./vscode/registry/lineage.js";
import { registerRegistry } from "./vscode/registry/registry.js";
import { Runtime } from "./vscode/runtime.js";
import { registerTracking } from "./vscode/tracking/tracking.js";

/** Registers the views and commands; an engine starts when the first of them asks. */
export function activate(context: vscode.ExtensionContext): void {
  const log = openLog();
  const engines = new Engines(context.extensionUri.fsPath, log);
  const runtime = new Runtime(context);
  const hosts = new PageHosts();
  const panels = new Panels(context, engines, hosts);
  const pages = { panels, hosts };
  context.subscriptions.push(
    log,
    engines,
    panels,
    new LoamFileHelp(engines),
    registerTracking(context, engines, runtime, log, pages),
    registerDatasets(engines, pages),
    registerRegistry(engines, pages),
    registerLineage(engines, pages),
  );
}
