import * as vscode from "vscode";
import type { ExperimentRow, RunBrief } from "../../protocol/tracking.js";
import type { Engine, Engines } from "../engines.js";
import { failureText } from "../output.js";
import { describe, runCard, stateIcon } from "./run-words.js";

/** How many runs a group shows at first, and more each time. */
const pageRuns = 100;
/** How long changes are gathered before the tree asks again, in ms. */
const gatherMs = 250;

type Group =
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
  readonly run: RunBrief;
}

/** The runs of the workspace: experiments, in them runs newest first, and what was put aside. */
export class RunsTree implements vscode.TreeDataProvider<RunsNode>, vscode.Disposable {
  readonly #engines: Engines;
  readonly #changed = new vscode.EventEmitter<RunsNode | undefined>();
  readonly #subscriptions: vscode.Disposable[] = [];
  /** How many runs each group shows. */
  readonly #shown = new Map<string, number>();
  #filter = "";
  #gathering: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#subscriptions.push(
      engines.onChange(() => {
        this.#listen();
        this.refresh();
      }),
    );
    this.#listen();
  }

  readonly #heard = new Set<Engine>();

  #listen(): void {
    for (const engine of this.#engines.all) {
      if (this.#heard.has(engine)) continue;
      this.#heard.add(engine);
      const again = (): void => {
        this.refresh();
      };
      this.#subscriptions.push(engine.onRunsChanged(again), engine.onStoreChanged(again));
    }
  }

  /** In Loam's query grammar; "" shows all. */
  get filter(): string {
    return this.#filter;
  }

  set filter(text: string) {
    this.#filter = text;
    this.#shown.clear();
    this.#changed.fire(undefined);
  }

  /** Asks again for all that is shown, soon. */
  refresh(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#changed.fire(undefined);
    }, gatherMs);
  }

  showMore(node: Extract<RunsNode, { kind: "more" }>): void {
    this.#shown.set(node.key, (this.#shown.get(node.key) ?? pageRuns) + pageRuns);
    this.#changed.fire(undefined);
  }

  async getChildren(node?: RunsNode): Promise<RunsNode[]> {
    const { all } = this.#engines;
    if (!node) {
      const [only] = all;
      if (all.length !== 1 || !only) return all.map((engine) => ({ kind: "folder", engine }));
      return this.#ofFolder(only);
    }
    if (node.kind === "folder") return this.#ofFolder(node.engine);
    if (node.kind === "group") return this.#ofGroup(node.engine, node.group);
    return [];
  }

  async #ofFolder(engine: Engine): Promise<RunsNode[]> {
    try {
      const state = await engine.request("store/state", null);
      if (state.state === "none") return [];
      if (state.state === "failed") return [failed(engine, state.failure.message)];
      const experiments = (await engine.request("experiments/list", null)).filter(
        ({ stage, runs }) => stage === "active" && runs > 0,
      );
      const [archived, deleted] = await Promise.all(
        (["archived", "deleted"] as const).map((stage) =>
          engine.request("runs/find", { filter: "", stage, most: 0 }),
        ),
      );
      const aside: RunsNode[] = [
        ...group(engine, { of: "archived" }, archived?.total ?? 0),
        ...group(engine, { of: "deleted" }, deleted?.total ?? 0),
      ];
      const [only] = experiments;
      if (experiments.length === 1 && only)
        return [...(await this.#ofGroup(engine, { of: "experiment", experiment: only })), ...aside];
      return [
        ...experiments.flatMap((experiment) =>
          group(engine, { of: "experiment", experiment }, experiment.runs),
        ),
        ...aside,
      ];
    } catch (error) {
      return [failed(engine, failureText(error))];
    }
  }

  async #ofGroup(engine: Engine, shown: Group): Promise<RunsNode[]> {
    const key = `${engine.folder.uri.toString()} ${shown.of === "experiment" ? shown.experiment.id : shown.of}`;
    const most = this.#shown.get(key) ?? pageRuns;
    try {
      const found = await engine.request("runs/find", {
        filter: this.#filter,
        stage: shown.of === "experiment" ? "active" : shown.of,
        ...(shown.of === "experiment" ? { experiment: shown.experiment.id } : {}),
        most,
      });
      const runs = await engine.request("runs/briefs", { ids: found.ids });
      const nodes: RunsNode[] = runs.map((run) => ({ kind: "run", engine, run }));
      const left = found.total - found.ids.length;
      return left > 0 ? [...nodes, { kind: "more", engine, key, left }] : nodes;
    } catch (error) {
      return [failed(engine, failureText(error))];
    }
  }

  getTreeItem(node: RunsNode): vscode.TreeItem {
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
        item.description = vscode.l10n.t("{0} left", node.left.toLocaleString());
        item.command = {
          command: "loam.runs.showMore",
          title: vscode.l10n.t("Show more"),
          arguments: [node],
        };
        return item;
      }
      case "failure": {
        const item = new vscode.TreeItem(node.message, None);
        item.iconPath = new vscode.ThemeIcon("warning");
        item.tooltip = node.message;
        return item;
      }
      case "run":
        return runItem(node);
    }
  }

  async resolveTreeItem(item: vscode.TreeItem, node: RunsNode): Promise<vscode.TreeItem> {
    if (node.kind !== "run") return item;
    const [row] = await node.engine.request("runs/rows", { ids: [node.run.id] });
    if (row) item.tooltip = runCard(row, Date.now());
    return item;
  }

  dispose(): void {
    clearTimeout(this.#gathering);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}

const failed = (engine: Engine, message: string): RunsNode => ({ kind: "failure", engine, message });

const group = (engine: Engine, shown: Group, runs: number): RunsNode[] =>
  runs === 0 ? [] : [{ kind: "group", engine, group: shown, runs }];

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
  item.id = `${engine.folder.uri.toString()} ${shown.of === "experiment" ? shown.experiment.id : shown.of}`;
  item.description = node.runs.toLocaleString();
  item.iconPath = new vscode.ThemeIcon(
    { experiment: "beaker", archived: "archive", deleted: "trash" }[shown.of],
  );
  item.contextValue = { experiment: "experiment", archived: "archive", deleted: "trash" }[shown.of];
  return item;
}

function runItem(node: RunNode): vscode.TreeItem {
  const { run, engine } = node;
  const item = new vscode.TreeItem(run.name, vscode.TreeItemCollapsibleState.None);
  item.id = `${engine.folder.uri.toString()} run ${run.id}`;
  item.description = describe(run, Date.now());
  item.iconPath = stateIcon(run.state);
  const live = run.state === "running" ? "live" : "ended";
  item.contextValue = `run ${run.stage} ${live}${run.launched ? " launched" : ""}`;
  item.accessibilityInformation = { label: `${run.name}, ${item.description}` };
  item.command = {
    command: "loam.runs.open",
    title: vscode.l10n.t("Open run"),
    arguments: [node],
  };
  return item;
}
