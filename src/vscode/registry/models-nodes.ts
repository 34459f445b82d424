import * as vscode from "vscode";
import type { ModelSummary, ModelVersionSummary } from "../../protocol/registry.js";
import type { Engine } from "../engines.js";
import { failureItem } from "../failure-item.js";
import { approvalWord, countText, describeModel, describeVersion, versionName } from "./version-words.js";

export type ModelsNode =
  | { readonly kind: "folder"; readonly engine: Engine }
  | ModelNode
  | VersionNode
  | { readonly kind: "more"; readonly engine: Engine; readonly model: string; readonly left: number }
  | { readonly kind: "failure"; readonly engine: Engine; readonly message: string };

export interface ModelNode {
  readonly kind: "model";
  readonly engine: Engine;
  readonly model: ModelSummary;
  /** Data sets that have newer versions than its champion saw. */
  readonly newerData: readonly string[];
}

export interface VersionNode {
  readonly kind: "version";
  readonly engine: Engine;
  readonly version: ModelVersionSummary;
}

export const modelKey = (engine: Engine, model: string): string =>
  `${engine.folder.uri.toString()} model ${model}`;

/** How a node looks in the tree. */
export function treeItem(node: ModelsNode): vscode.TreeItem {
  const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case "folder": {
      const item = new vscode.TreeItem(node.engine.folder.name, Expanded);
      item.id = node.engine.folder.uri.toString();
      item.iconPath = vscode.ThemeIcon.Folder;
      item.contextValue = "folder";
      return item;
    }
    case "model":
      return modelItem(node);
    case "version":
      return versionItem(node);
    case "more": {
      const item = new vscode.TreeItem(vscode.l10n.t("Show more"), None);
      item.description = vscode.l10n.t("{0} left", countText(node.left));
      item.command = { command: "loam.models.showMore", title: vscode.l10n.t("Show more") };
      return item;
    }
    case "failure":
      return failureItem(node.engine, node.message);
  }

  function modelItem({ engine, model, newerData }: ModelNode): vscode.TreeItem {
    const item = new vscode.TreeItem(model.name, model.versions > 0 ? Collapsed : None);
    item.id = modelKey(engine, model.id);
    item.description = describeModel(model, newerData.length > 0);
    item.iconPath = new vscode.ThemeIcon("package");
    item.contextValue = "model";
    item.tooltip = modelCard(model, newerData);
    item.accessibilityInformation = { label: `${model.name}, ${item.description}` };
    return item;
  }

  function versionItem({ engine, version }: VersionNode): vscode.TreeItem {
    const item = new vscode.TreeItem(versionName(version.number), None);
    item.id = `${engine.folder.uri.toString()} version ${version.id}`;
    item.description = describeVersion(version);
    item.iconPath = approvalIcon(version.approval);
    const isChampion = version.aliases.includes("champion");
    item.contextValue = `version ${version.approval} ${isChampion ? "champion" : "plain"} onnx-${version.onnx}`;
    item.accessibilityInformation = {
      label: `${versionName(version.number)}, ${approvalWord(version.approval)}, ${item.description}`,
    };
    // For what is selected: arguments go with a row that is drawn anew, and a press in that moment would find no command.
    item.command = { command: "loam.models.open", title: vscode.l10n.t("Open version") };
    return item;
  }
}

function approvalIcon(approval: ModelVersionSummary["approval"]): vscode.ThemeIcon {
  const color = (id: string): vscode.ThemeColor => new vscode.ThemeColor(id);
  switch (approval) {
    case "none":
      return new vscode.ThemeIcon("circle-large-outline");
    case "asked":
      return new vscode.ThemeIcon("comment-unresolved", color("charts.yellow"));
    case "approved":
      return new vscode.ThemeIcon("pass", color("testing.iconPassed"));
    case "rejected":
      return new vscode.ThemeIcon("circle-slash", color("testing.iconFailed"));
  }
}

function modelCard(model: ModelSummary, newerData: readonly string[]): vscode.MarkdownString {
  const card = new vscode.MarkdownString();
  card.appendText(model.name);
  if (model.description !== "") card.appendMarkdown("\n\n").appendText(model.description.slice(0, 600));
  for (const [alias, number] of Object.entries(model.aliases).slice(0, 20))
    card.appendMarkdown("\n\n").appendText(`${alias}: ${versionName(number)}`);
  for (const name of newerData.slice(0, 5))
    card
      .appendMarkdown("\n\n")
      .appendText(vscode.l10n.t("{0} has newer data than the champion was trained on.", name));
  return card;
}
