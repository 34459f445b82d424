import * as vscode from "vscode";
import type { ExperimentRow, RunBrief } from "../../protocol/tracking.js";
import type { Engine } from "../engines.js";
import { failureItem } from "../failure-item.js";
import type { RowLook } from "./row-pace.js";
import { runIcon } from "./run-icons.js";
import { countText, describe, stateWord } from "./run-words.js";

/** What a group of runs stands for. */
export type Group =
  | { readonly of: "experiment"; readonly experiment: ExperimentRow }
  | { readonly of: "archived" }
  | { readonly of: "deleted" };

export type RunsNode =
  | { readonly kind: "folder"; readonly engine: Engine }
  | { readonly kind: "group"; readonly engine: Engine; readonly group: Group; readonly runs: number }
  | RunNode
  | { readonly kind: "more"; readonly engine: Engine; readonly key: string; readonly left: number }
  | { readonly kind: "failure"; readonly engine: Engine; readonly message: string };

export interface RunNode {
  readonly kind: "run";
  readonly engine: Engine;
  /** As it was last asked for: of a live run it changes in its place, so that nothing else moves. */
  run: RunBrief;
}

export const nodeKey = (engine: Engine, run: string): string => `${engine.folder.uri.toString()} run ${run}`;

export const groupKey = (engine: Engine, group: Group): string =>
  `${engine.folder.uri.toString()} ${group.of === "experiment" ? group.experiment.id : group.of}`;

/** What a person sees of a run's row. */
export const runLook = ({ run }: RunNode): RowLook => ({
  kind: [run.name, run.state, run.stage, run.launched].join("\n"),
  text: describe(run, Date.now()),
});

/** How a node looks in the tree. */
export function treeItem(node: RunsNode): vscode.TreeItem {
  const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case "folder": {
      const item = new vscode.TreeItem(node.engine.folder.name, Expanded);
      item.id = node.engine.folder.uri.toString();
      item.iconPath = vscode.ThemeIcon.Folder;
      item.contextValue = "folder";
      return item;
    }
    case "group":
      return groupItem(node, node.group.of === "experiment" ? Expanded : Collapsed);
    case "more": {
      const item = new vscode.TreeItem(vscode.l10n.t("Show more"), None);
      item.description = vscode.l10n.t("{0} left", countText(node.left));
      item.command = { command: "loam.runs.showMore", title: vscode.l10n.t("Show more") };
      return item;
    }
    case "failure":
      return failureItem(node.engine, node.message);
    case "run":
      return runItem(node);
  }
}

function groupItem(
  node: Extract<RunsNode, { kind: "group" }>,
  state: vscode.TreeItemCollapsibleState,
): vscode.TreeItem {
  const { group: shown, engine } = node;
  const labels = { archived: vscode.l10n.t("Archived"), deleted: vscode.l10n.t("Trash") };
  const item = new vscode.TreeItem(
    shown.of === "experiment" ? shown.experiment.name : labels[shown.of],
    state,
  );
  item.id = groupKey(engine, shown);
  item.description = countText(node.runs);
  item.iconPath = new vscode.ThemeIcon(
    { experiment: "beaker", archived: "archive", deleted: "trash" }[shown.of],
  );
  item.contextValue = { experiment: "experiment", archived: "archive", deleted: "trash" }[shown.of];
  return item;
}

function runItem(node: RunNode): vscode.TreeItem {
  const { run, engine } = node;
  const item = new vscode.TreeItem(run.name, vscode.TreeItemCollapsibleState.None);
  item.id = nodeKey(engine, run.id);
  item.description = describe(run, Date.now());
  item.iconPath = runIcon(run);
  const live = run.state === "running" ? "live" : "ended";
  item.contextValue = `run ${run.stage} ${live}${run.launched ? " launched" : ""}`;
  item.accessibilityInformation = { label: `${run.name}, ${stateWord(run.state)}, ${item.description}` };
  // For what is selected: arguments go with a row that is drawn anew, and a press in that moment would find no command.
  item.command = { command: "loam.runs.open", title: vscode.l10n.t("Open run") };
  return item;
}
