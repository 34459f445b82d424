import * as vscode from "vscode";
import { RemoteFailure } from "../../protocol/failure.js";
import type { DatasetSummary, WorkingState } from "../../protocol/datasets.js";
import type { Engine, Engines } from "../engines.js";
import { contextKeys } from "../manifest.js";
import { failureText } from "../output.js";
import { byFolder } from "./data-groups.js";
import { dataItem, listKey, setKey, type DataNode, type SetNode } from "./data-nodes.js";
import { dataCard, versionCard } from "./data-words.js";

/** How many data sets or versions a list shows at first, and more each time. */
const pageNodes = 100;
/** How long changes are gathered before the tree asks again, in ms. */
const gatherMs = 250;

/** The data sets of the workspace with their versions, and what runs read that nobody tracks. */
export class DataTree implements vscode.TreeDataProvider<DataNode>, vscode.Disposable {
  readonly #engines: Engines;
  readonly #changed = new vscode.EventEmitter<DataNode | undefined>();
  readonly #subscriptions: vscode.Disposable[] = [];
  /** How many each list shows. */
  readonly #shown = new Map<string, number>();
  /** How the working copies stood when they were last looked at, by the key of the data set. */
  readonly #working = new Map<string, WorkingState>();
  /** Data sets whose working copies are to be looked at; none: all. */
  readonly #stale = new Map<Engine, Set<string> | "all">();
  #gathering: NodeJS.Timeout | undefined;
  #isEmpty = false;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(engines: Engines) {
    this.#engines = engines;
    this.#subscriptions.push(
      engines.onChange(() => {
        this.#soon();
      }),
      engines.each((engine) =>
        vscode.Disposable.from(
          engine.onDatasetsChanged((ids) => {
            this.#touch(engine, ids);
          }),
          engine.onRunsChanged(() => {
            this.#soon(4 * gatherMs); // what they read may be offered
          }),
          engine.onStoreChanged(() => {
            this.#touch(engine, []);
          }),
        ),
      ),
    );
  }

  #touch(engine: Engine, ids: readonly string[]): void {
    const before = this.#stale.get(engine);
    if (ids.length === 0) this.#stale.set(engine, "all");
    else if (before !== "all") this.#stale.set(engine, new Set([...(before ?? []), ...ids]));
    this.#soon();
  }

  #soon(ms = gatherMs): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#changed.fire(undefined);
    }, ms);
  }

  /** Looks at all working copies anew. */
  refresh(): void {
    for (const engine of this.#engines.all) this.#touch(engine, []);
  }

  showMore({ key }: Extract<DataNode, { kind: "more" }>): void {
    this.#shown.set(key, (this.#shown.get(key) ?? pageNodes) + pageNodes);
    this.#changed.fire(undefined);
  }

  async getChildren(node?: DataNode): Promise<DataNode[]> {
    if (!node) {
      const roots = await this.#roots();
      const isEmpty = roots.length === 0;
      if (isEmpty !== this.#isEmpty)
        void vscode.commands.executeCommand("setContext", contextKeys.noData, isEmpty);
      this.#isEmpty = isEmpty;
      return roots;
    }
    switch (node.kind) {
      case "folder":
        return this.#ofFolder(node.engine);
      case "set":
        return this.#versionsOf(node);
      case "group":
        return this.#page(node.engine, listKey(node.engine, `group ${node.folder}`), node.sets, (data) =>
          this.#setNode(node.engine, data, node.folder),
        );
      case "offers":
        return this.#page(node.engine, listKey(node.engine, "offers"), node.files, (file) => ({
          kind: "offered",
          engine: node.engine,
          file,
        }));
      case "trash":
        return this.#page(node.engine, listKey(node.engine, "trash"), node.sets, (data) => ({
          kind: "set",
          engine: node.engine,
          data,
          working: undefined,
          within: "",
        }));
      default:
        return [];
    }
  }

  async #roots(): Promise<DataNode[]> {
    const { all } = this.#engines;
    const [only] = all;
    if (all.length === 1 && only) return this.#ofFolder(only);
    return all.map((engine) => ({ kind: "folder", engine }));
  }

  async #ofFolder(engine: Engine): Promise<DataNode[]> {
    try {
      const state = await engine.request("store/state", null);
      if (state.state === "none") return [];
      if (state.state === "failed") return [failed(engine, failureText(new RemoteFailure(state.failure)))];
      const [sets, offered] = await Promise.all([
        engine.request("datasets/list", null),
        engine.request("datasets/offered", null),
      ]);
      const active = sets.filter(({ stage }) => stage === "active");
      const deleted = sets.filter(({ stage }) => stage === "deleted");
      void this.#look(engine, active);
      const { groups, alone } = byFolder(active);
      return [
        ...groups.map((group) => this.#groupNode(engine, group)),
        ...this.#page(engine, listKey(engine, "sets"), alone, (data) => this.#setNode(engine, data)),
        ...(offered.length === 0 ? [] : [{ kind: "offers", engine, files: offered } as const]),
        ...(deleted.length === 0 ? [] : [{ kind: "trash", engine, sets: deleted } as const]),
      ];
    } catch (error) {
      return [failed(engine, failureText(error))];
    }
  }

  #groupNode(
    engine: Engine,
    { folder, sets }: { folder: string; sets: readonly DatasetSummary[] },
  ): DataNode {
    const isChanged = ({ id }: DatasetSummary): boolean =>
      (this.#working.get(setKey(engine, id))?.state ?? "clean") !== "clean";
    return { kind: "group", engine, folder, sets, changed: sets.filter(isChanged).length };
  }

  /** The first hundreds of a list, as many as were asked for, with the way to more. */
  #page<T>(engine: Engine, key: string, all: readonly T[], nodeOf: (one: T) => DataNode): DataNode[] {
    const most = this.#shown.get(key) ?? pageNodes;
    const nodes = all.slice(0, most).map(nodeOf);
    return all.length > most ? [...nodes, { kind: "more", engine, key, left: all.length - most }] : nodes;
  }

  #setNode(engine: Engine, data: DatasetSummary, within = ""): SetNode {
    return { kind: "set", engine, data, working: this.#working.get(setKey(engine, data.id)), within };
  }

  /** Looks at the working copies that may have changed, and draws the tree anew where one stands otherwise. */
  async #look(engine: Engine, sets: readonly DatasetSummary[]): Promise<void> {
    const stale = this.#stale.get(engine);
    const isUnknown = ({ id }: DatasetSummary): boolean => !this.#working.has(setKey(engine, id));
    const wanted = sets.filter(
      (data) => isUnknown(data) || stale === "all" || (stale?.has(data.id) ?? false),
    );
    this.#stale.delete(engine);
    if (wanted.length === 0) return;
    try {
      const found = await engine.request("datasets/status", { datasets: wanted.map(({ id }) => id) });
      let isOther = false;
      for (const { dataset, working } of found) {
        const key = setKey(engine, dataset);
        isOther ||= JSON.stringify(this.#working.get(key)) !== JSON.stringify(working);
        this.#working.set(key, working);
      }
      if (isOther) this.#changed.fire(undefined);
    } catch {
      // the names stand there without a state; the next change asks again
    }
  }

  async #versionsOf({ engine, data, working }: SetNode): Promise<DataNode[]> {
    try {
      const { history } = await engine.request("datasets/detail", { dataset: data.id });
      const active = history.filter(({ stage }) => stage === "active");
      const key = setKey(engine, data.id);
      const here = working?.state === "clean" ? working.number : undefined;
      return this.#page(engine, key, active, (version) => ({
        kind: "version",
        engine,
        data,
        version,
        isHere: version.number === here,
      }));
    } catch (error) {
      return [failed(engine, failureText(error))];
    }
  }

  getTreeItem(node: DataNode): vscode.TreeItem {
    return dataItem(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: DataNode): vscode.TreeItem {
    if (node.kind === "set") item.tooltip = dataCard(node.data, node.working);
    else if (node.kind === "version") item.tooltip = versionCard(node.data, node.version);
    return item;
  }

  dispose(): void {
    clearTimeout(this.#gathering);
    this.#changed.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

const failed = (engine: Engine, message: string): DataNode => ({ kind: "failure", engine, message });
