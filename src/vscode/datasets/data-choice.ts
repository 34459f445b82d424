import * as vscode from "vscode";
import type { DatasetSummary, DatasetVersionSummary } from "../../protocol/datasets.js";
import type { Engine, Engines } from "../engines.js";
import { figures } from "../l10n.js";
import { isDataNode } from "./data-node-test.js";
import { sizeText, versionName } from "./data-words.js";

/** What a command is to do something with: a data set, and where one was meant its versions and a file. */
export interface ChosenData {
  readonly engine: Engine;
  readonly data: DatasetSummary;
  /** In the order in which they were selected. */
  readonly versions: readonly DatasetVersionSummary[];
  /** Of a folder: the file that is meant. */
  readonly file?: string;
}

/** What nodes of the tree stand for; undefined where none is a data set or version. */
export function chosenOf(nodes: readonly unknown[]): ChosenData | undefined {
  const own = nodes.filter(isDataNode).filter((node) => node.kind === "set" || node.kind === "version");
  const [first] = own;
  if (!first) return undefined;
  const { engine, data } = first;
  const versions = own.flatMap((node) =>
    node.kind === "version" && node.data.id === data.id && node.engine === engine ? [node.version] : [],
  );
  return { engine, data, versions };
}

/** Lets a person pick a data set of the workspace; the only one is taken. */
export async function pickData(
  engines: Engines,
  isWanted: (data: DatasetSummary) => boolean = ({ stage }) => stage === "active",
): Promise<ChosenData | undefined> {
  const found = await Promise.all(
    engines.all.map(async (engine) => {
      const state = await engine.request("store/state", null);
      if (state.state !== "ready") return [];
      const sets = await engine.request("datasets/list", null);
      return sets.filter(isWanted).map((data) => ({
        label: data.name,
        description: data.latest ? `${versionName(data.latest)} · ${sizeText(data.latest)}` : "",
        detail: data.path === data.name ? "" : data.path,
        engine,
        data,
      }));
    }),
  );
  const items = found.flat();
  const [only] = items;
  if (!only) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("There is no data set yet. Track a file or folder to make one."),
    );
    return undefined;
  }
  const picked =
    items.length === 1
      ? only
      : await vscode.window.showQuickPick(items, {
          title: vscode.l10n.t("Data set"),
          matchOnDescription: true,
          matchOnDetail: true,
        });
  return picked && { engine: picked.engine, data: picked.data, versions: [] };
}

/** The version that a command is for: the one that was meant, else one that is picked. */
export async function versionOf(
  { engine, data, versions }: ChosenData,
  title: string,
): Promise<DatasetVersionSummary | undefined> {
  const [first] = versions;
  if (first) return first;
  const { history } = await engine.request("datasets/detail", { dataset: data.id });
  const items = history
    .filter(({ stage }) => stage === "active")
    .map((version) => ({
      label: version.message === "" ? versionName(version) : `${versionName(version)}  ${version.message}`,
      description: [figures.when(version.at, Date.now()), sizeText(version), ...version.aliases].join(" · "),
      version,
    }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("{0} has no version yet.", data.name));
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.version;
}
