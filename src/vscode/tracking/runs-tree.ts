import * as vscode from "vscode";
import { RemoteFailure } from "../../protocol/failure.js";
import { unpackRows } from "../../protocol/rows.js";
import type { RunBrief } from "../../protocol/tracking.js";
import type { Engine, Engines } from "../engines.js";
import { contextKeys } from "../manifest.js";
import { failureText } from "../output.js";
import { RowPace } from "./row-pace.js";
import { runCard } from "./run-words.js";
import {
  groupKey,
  nodeKey,
  runLook,
  treeItem,
  type Group,
  type RunNode,
  type RunsNode,
} from "./runs-nodes.js";

/** How many runs a group shows at first, and more each time. */
const pageRuns = 100;
/** How long changes are gathered before the tree asks again, in ms. */
const gatherMs = 250;
/** The same where a filter may let any run come or go, so that all rows are drawn anew: a press on one needs its time. */
const filteredMs = 1000;

/** The runs of the workspace: experiments, in them runs newest first, and what was put aside. */
export class RunsTree implements vscode.TreeDataProvider<RunsNode>, vscode.Disposable {
  readonly #engines: Engines;
  readonly #changed = new vscode.EventEmitter<RunsNode | undefined>();
  readonly #subscriptions: vscode.Disposable[] = [];
  /** How many runs each group shows. */
  readonly #shown = new Map<string, number>();
  readonly #pace = new RowPace<RunNode>((node) => {
    this.#changed.fire(node);
  });
  #filter = "";
  #gathering: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#subscriptions.push(
      engines.onChange(() => {
        this.refresh();
      }),
      engines.each((engine) =>
        vscode.Disposable.from(
          engine.onRunsChanged((ids) => {
            this.#gather(engine, ids);
          }),
          engine.onStoreChanged(() => {
            this.refresh();
          }),
        ),
      ),
    );
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
    this.#all = true;
    this.#soon(gatherMs);
  }

  #soon(ms: number): void {
    this.#gathering ??= setTimeout(() => {
      void this.#update();
    }, ms);
  }

  /** Ids of changed runs that wait to be asked for; `#all`: everything is to be asked for anyway. */
  readonly #waiting = new Map<Engine, Set<string>>();
  #all = false;
  /** The nodes that are shown. */
  readonly #nodes = new Map<string, RunNode>();

  #gather(engine: Engine, ids: readonly string[]): void {
    if (ids.length === 0) {
      this.refresh();
      return;
    }
    if (this.#filter !== "") {
      this.#all = true;
      this.#soon(filteredMs);
      return;
    }
    const waiting = this.#waiting.get(engine) ?? new Set();
    this.#waiting.set(engine, waiting);
    for (const id of ids) waiting.add(id);
    this.#soon(gatherMs);
  }

  /** Runs that only went on are drawn in their place; what came, went or moved has everything asked for again. */
  async #update(): Promise<void> {
    this.#gathering = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [engine, ids] of waiting) {
      if (this.#all) break;
      try {
        const briefs = await engine.request("runs/briefs", { ids: [...ids] });
        const drawn = briefs.every((run) => this.#draw(engine, run));
        if (!drawn || briefs.length < ids.size) this.#all = true;
      } catch {
        this.#all = true; // the question for all tells what is wrong
      }
    }
    if (!this.#all) return;
    this.#all = false;
    this.#changed.fire(undefined);
  }

  /** False where the run is not shown, or belongs elsewhere now. */
  #draw(engine: Engine, run: RunBrief): boolean {
    const node = this.#nodes.get(nodeKey(engine, run.id));
    if (!node) return false;
    const before = node.run;
    node.run = run;
    if (before.stage !== run.stage || before.experiment !== run.experiment || before.start !== run.start)
      return false;
    this.#pace.show(node, runLook(node));
    return true;
  }

  showMore(node: Extract<RunsNode, { kind: "more" }>): void {
    this.#shown.set(node.key, (this.#shown.get(node.key) ?? pageRuns) + pageRuns);
    this.#changed.fire(undefined);
  }

  async getChildren(node?: RunsNode): Promise<RunsNode[]> {
    if (!node) {
      const roots = await this.#roots();
      const empty = roots.length === 0 && this.#filter === "";
      if (empty !== this.#empty) void vscode.commands.executeCommand("setContext", contextKeys.empty, empty);
      this.#empty = empty;
      return roots;
    }
    if (node.kind === "folder") return this.#ofFolder(node.engine);
    if (node.kind === "group") return this.#ofGroup(node.engine, node.group);
    return [];
  }

  /** Whether there was nothing to show when it was last asked; the welcome waits until that is known. */
  #empty = false;

  async #roots(): Promise<RunsNode[]> {
    const { all } = this.#engines;
    const [only] = all;
    if (all.length === 1 && only) return this.#ofFolder(only);
    return all.map((engine) => ({ kind: "folder", engine }));
  }

  async #ofFolder(engine: Engine): Promise<RunsNode[]> {
    try {
      const state = await engine.request("store/state", null);
      if (state.state === "none") return [];
      if (state.state === "failed") return [failed(engine, failureText(new RemoteFailure(state.failure)))];
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
    const key = groupKey(engine, shown);
    const most = this.#shown.get(key) ?? pageRuns;
    try {
      const found = await engine.request("runs/find", {
        filter: this.#filter,
        stage: shown.of === "experiment" ? "active" : shown.of,
        ...(shown.of === "experiment" ? { experiment: shown.experiment.id } : {}),
        most,
      });
      const runs = await engine.request("runs/briefs", { ids: found.ids });
      const nodes: RunsNode[] = runs.map((run) => this.#nodeOf(engine, run));
      const left = found.total - found.ids.length;
      return left > 0 ? [...nodes, { kind: "more", engine, key, left }] : nodes;
    } catch (error) {
      return [failed(engine, failureText(error))];
    }
  }

  #nodeOf(engine: Engine, run: RunBrief): RunNode {
    const key = nodeKey(engine, run.id);
    const node = this.#nodes.get(key) ?? { kind: "run", engine, run };
    node.run = run;
    this.#nodes.set(key, node);
    return node;
  }

  getTreeItem(node: RunsNode): vscode.TreeItem {
    if (node.kind === "run") this.#pace.drawn(node, runLook(node));
    return treeItem(node);
  }

  async resolveTreeItem(item: vscode.TreeItem, node: RunsNode): Promise<vscode.TreeItem> {
    if (node.kind !== "run") return item;
    const [row] = unpackRows(await node.engine.request("runs/rows", { ids: [node.run.id] }));
    if (row) item.tooltip = runCard(row, Date.now());
    return item;
  }

  dispose(): void {
    clearTimeout(this.#gathering);
    this.#pace.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }
}

const failed = (engine: Engine, message: string): RunsNode => ({ kind: "failure", engine, message });

const group = (engine: Engine, shown: Group, runs: number): RunsNode[] =>
  runs === 0 ? [] : [{ kind: "group", engine, group: shown, runs }];
