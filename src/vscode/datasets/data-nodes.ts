import * as vscode from "vscode";
import type {
  DatasetSummary,
  DatasetVersionSummary,
  OfferedFile,
  WorkingState,
} from "../../protocol/datasets.js";
import type { Engine } from "../engines.js";
import { failureItem } from "../failure-item.js";
import { figures, l10n } from "../l10n.js";
import { versionBadges } from "../version-badges.js";
import { nameWithin } from "./data-groups.js";
import { sizeText, stateText, versionName } from "./data-words.js";

export interface SetNode {
  readonly kind: "set";
  readonly engine: Engine;
  readonly data: DatasetSummary;
  /** undefined until its files have been looked at. */
  readonly working: WorkingState | undefined;
  /** The folder of the group in which it stands; "" where it stands in none. */
  readonly within: string;
}

export interface VersionNode {
  readonly kind: "version";
  readonly engine: Engine;
  readonly data: DatasetSummary;
  readonly version: DatasetVersionSummary;
  /** Whether the working copy is as in it. */
  readonly isHere: boolean;
}

export interface OfferedNode {
  readonly kind: "offered";
  readonly engine: Engine;
  readonly file: OfferedFile;
}

export type DataNode =
  | { readonly kind: "folder"; readonly engine: Engine }
  | SetNode
  | VersionNode
  | OfferedNode
  /** Many data sets whose files are in one folder. */
  | {
      readonly kind: "group";
      readonly engine: Engine;
      readonly folder: string;
      readonly sets: readonly DatasetSummary[];
      /** How many of them want to be looked at, as far as that is known. */
      readonly changed: number;
    }
  | { readonly kind: "offers"; readonly engine: Engine; readonly files: readonly OfferedFile[] }
  | { readonly kind: "trash"; readonly engine: Engine; readonly sets: readonly DatasetSummary[] }
  | { readonly kind: "more"; readonly engine: Engine; readonly key: string; readonly left: number }
  | { readonly kind: "failure"; readonly engine: Engine; readonly message: string };

/** What the children of a node are known by, where they are shown in hundreds. */
export const listKey = (engine: Engine, list: string): string => `${engine.folder.uri.toString()} ${list}`;

export const setKey = (engine: Engine, dataset: string): string =>
  `${engine.folder.uri.toString()} data ${dataset}`;

/** How a node looks in the tree. */
export function dataItem(node: DataNode): vscode.TreeItem {
  const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case "folder": {
      const item = new vscode.TreeItem(node.engine.folder.name, Expanded);
      item.id = node.engine.folder.uri.toString();
      item.iconPath = vscode.ThemeIcon.Folder;
      return item;
    }
    case "group": {
      const { engine, folder, sets, changed } = node;
      const item = new vscode.TreeItem(folder, Collapsed);
      item.id = listKey(engine, `group ${folder}`);
      item.description = [
        ...(changed === 0
          ? []
          : [vscode.l10n.t("{0} changed or missing", figures.numbers.fixed(changed, 0))]),
        figures.numbers.fixed(sets.length, 0),
      ].join(" · ");
      item.iconPath = vscode.ThemeIcon.Folder;
      return item;
    }
    case "set":
      return setItem(node);
    case "version":
      return versionItem(node);
    case "offers": {
      const item = new vscode.TreeItem(vscode.l10n.t("Read by runs, not tracked"), Expanded);
      item.id = listKey(node.engine, "offers");
      item.description = figures.numbers.fixed(node.files.length, 0);
      item.iconPath = new vscode.ThemeIcon("eye");
      item.tooltip = vscode.l10n.t("Files that runs read. Track them to know which version each run saw.");
      return item;
    }
    case "offered": {
      const { path: file, runs, size } = node.file;
      const item = new vscode.TreeItem(file, None);
      item.id = listKey(node.engine, `offered ${file}`);
      item.description = [l10n.plural(runs, "{0} run", "{0} runs"), figures.numbers.bytes(size)].join(" · ");
      item.iconPath = new vscode.ThemeIcon("file");
      item.contextValue = "offered";
      return item;
    }
    case "trash": {
      const item = new vscode.TreeItem(vscode.l10n.t("Trash"), Collapsed);
      item.id = listKey(node.engine, "trash");
      item.description = figures.numbers.fixed(node.sets.length, 0);
      item.iconPath = new vscode.ThemeIcon("trash");
      item.contextValue = "trash";
      return item;
    }
    case "more": {
      const item = new vscode.TreeItem(vscode.l10n.t("Show more"), None);
      item.description = vscode.l10n.t("{0} left", figures.numbers.fixed(node.left, 0));
      item.command = { command: "loam.data.showMore", title: vscode.l10n.t("Show more"), arguments: [node] };
      return item;
    }
    case "failure":
      return failureItem(node.engine, node.message);
  }
}

function setItem({ engine, data, working, within }: SetNode): vscode.TreeItem {
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  const isDeleted = data.stage === "deleted";
  const item = new vscode.TreeItem(
    nameWithin(data.name, within),
    isDeleted || data.versions === 0 ? None : Collapsed,
  );
  item.id = setKey(engine, data.id);
  const state = working && working.state !== "clean" ? stateText(data, working) : undefined;
  const newest = data.latest ? versionName(data.latest) : vscode.l10n.t("no version");
  // what wants to be done comes first: the row may be short
  item.description = [state, newest, data.latest ? sizeText(data.latest) : undefined]
    .filter((part) => part !== undefined)
    .join(" · ");
  item.iconPath = isDeleted ? new vscode.ThemeIcon("trash") : stateIcon(data, working);
  item.contextValue = isDeleted ? "data deleted" : `data active ${working?.state ?? "unknown"} ${data.form}`;
  item.accessibilityInformation = {
    label: [data.name, newest, working ? stateText(data, working) : ""]
      .filter((part) => part !== "")
      .join(", "),
  };
  item.command = { command: "loam.data.open", title: vscode.l10n.t("Open data set") };
  return item;
}

function stateIcon({ form }: DatasetSummary, working: WorkingState | undefined): vscode.ThemeIcon {
  const color = (id: string): vscode.ThemeColor => new vscode.ThemeColor(id);
  switch (working?.state) {
    case "clean":
      return new vscode.ThemeIcon("pass", color("testing.iconPassed"));
    case "changed":
      return new vscode.ThemeIcon("edit", color("charts.blue"));
    case "missing":
      return new vscode.ThemeIcon("warning", color("list.warningForeground"));
    case "unreadable":
      return new vscode.ThemeIcon("error", color("testing.iconFailed"));
    case undefined:
      return new vscode.ThemeIcon(form === "folder" ? "folder" : "database");
  }
}

function versionItem({ engine, data, version, isHere }: VersionNode): vscode.TreeItem {
  const name = versionName(version);
  const label = version.message === "" ? name : `${name}  ${version.message}`;
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = `${setKey(engine, data.id)} ${version.id}`;
  const { aliases } = version;
  item.description = [
    ...versionBadges(version), // a narrow side bar cuts off what comes last
    ...aliases,
    figures.when(version.at, Date.now()),
    sizeText(version),
  ].join(" · ");
  item.iconPath = new vscode.ThemeIcon(isHere ? "target" : version.published ? "git-commit" : "git-branch");
  item.contextValue = `version ${version.stage}`;
  item.accessibilityInformation = {
    label: [data.name, label, isHere ? vscode.l10n.t("in the folder now") : "", item.description]
      .filter((part) => part !== "")
      .join(", "),
  };
  item.command = { command: "loam.data.open", title: vscode.l10n.t("Open data set") };
  return item;
}
