import * as vscode from "vscode";
import { RemoteFailure } from "../../protocol/failure.js";
import type { Engine, Engines } from "../engines.js";
import { contextKeys } from "../manifest.js";
import { failureText } from "../output.js";
import { newestVersions } from "./chosen-versions.js";
import { modelKey, treeItem, type ModelNode, type ModelsNode } from "./models-nodes.js";
import { versionCard } from "./version-words.js";

/** How many versions a model shows at first, and more each time. */
const pageVersions = 100;
/** How long changes are gathered before the tree asks again, in ms. */
const gatherMs = 250;

/** The registered models of the workspace, in them their versions, newest first. */
export class ModelsTree implements vscode.TreeDataProvider<ModelsNode>, vscode.Disposable {
  readonly #engines: Engines;
  readonly #changed = new vscode.EventEmitter<ModelsNode | undefined>();
  readonly #badge = new vscode.EventEmitter<number>();
  readonly #subscriptions: vscode.Disposable[] = [];
  /** How many versions each model shows. */
  readonly #shown = new Map<string, number>();
  #gathering: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.#changed.event;
  /** How many models have a champion that saw older data than there is. */
  readonly onBadge = this.#badge.event;
  #empty = false;

  constructor(engines: Engines) {
    this.#engines = engines;
    const soon = (): void => {
      this.refresh();
    };
    this.#subscriptions.push(
      engines.onChange(soon),
      engines.each((engine) =>
        vscode.Disposable.from(
          engine.onModelsChanged(soon),
          engine.onDatasetsChanged(soon),
          engine.onStoreChanged(soon),
        ),
      ),
    );
  }

  /** Asks again for all that is shown, soon. */
  refresh(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#changed.fire(undefined);
    }, gatherMs);
  }

  showMore({ engine, model }: Extract<ModelsNode, { kind: "more" }>): void {
    const key = modelKey(engine, model);
    this.#shown.set(key, (this.#shown.get(key) ?? pageVersions) + pageVersions);
    this.#changed.fire(undefined);
  }

  async getChildren(node?: ModelsNode): Promise<ModelsNode[]> {
    if (!node) {
      const roots = await this.#roots();
      const empty = roots.length === 0;
      if (empty !== this.#empty)
        void vscode.commands.executeCommand("setContext", contextKeys.noModels, empty);
      this.#empty = empty;
      return roots;
    }
    if (node.kind === "folder") return this.#ofFolder(node.engine);
    if (node.kind === "model") return this.#ofModel(node);
    return [];
  }

  async #roots(): Promise<ModelsNode[]> {
    const { all } = this.#engines;
    const [only] = all;
    const found = await Promise.all(all.map((engine) => this.#ofFolder(engine)));
    const outdated = found.flat().filter((node) => node.kind === "model" && node.newerData.length > 0);
    this.#badge.fire(outdated.length);
    if (all.length === 1 && only) return found[0] ?? [];
    return all.flatMap((engine, at) =>
      (found[at]?.length ?? 0) > 0 ? [{ kind: "folder" as const, engine }] : [],
    );
  }

  async #ofFolder(engine: Engine): Promise<ModelsNode[]> {
    try {
      const state = await engine.request("store/state", null);
      if (state.state === "none") return [];
      if (state.state === "failed") return [failed(engine, failureText(new RemoteFailure(state.failure)))];
      const models = await engine.request("models/list", { filter: "" });
      const newer = await newerDataOf(engine);
      return models
        .filter(({ deleted }) => !deleted)
        .map((model) => ({ kind: "model", engine, model, newerData: newer.get(model.id) ?? [] }));
    } catch (error) {
      return [failed(engine, failureText(error))];
    }
  }

  async #ofModel({ engine, model }: ModelNode): Promise<ModelsNode[]> {
    try {
      const most = this.#shown.get(modelKey(engine, model.id)) ?? pageVersions;
      const { rows, total } = await newestVersions(engine, model.name, most);
      const nodes: ModelsNode[] = rows.map((version) => ({ kind: "version", engine, version }));
      const left = total - rows.length;
      return left > 0 ? [...nodes, { kind: "more", engine, model: model.id, left }] : nodes;
    } catch (error) {
      return [failed(engine, failureText(error))];
    }
  }

  getTreeItem(node: ModelsNode): vscode.TreeItem {
    return treeItem(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: ModelsNode): vscode.TreeItem {
    if (node.kind === "version") item.tooltip = versionCard(node.version, Date.now());
    return item;
  }

  dispose(): void {
    clearTimeout(this.#gathering);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    this.#badge.dispose();
  }
}

const failed = (engine: Engine, message: string): ModelsNode => ({ kind: "failure", engine, message });

/** Names of the data sets that have newer versions than each model's champion saw; none where that cannot be told. */
async function newerDataOf(engine: Engine): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  try {
    for (const { model, name } of await engine.request("lineage/newerData", null))
      found.set(model, [...(found.get(model) ?? []), name]);
  } catch {
    // the models are shown all the same
  }
  return found;
}
