import * as vscode from "vscode";
import type { DatasetTab } from "../../protocol/pages.js";
import type { Engine, Engines } from "../engines.js";
import { views, type DataCommandId, type InnerDataCommandId } from "../manifest.js";
import { attempt } from "../output.js";
import type { PageHosts, Panels } from "../panels.js";
import * as changes from "./change-commands.js";
import { compare, compareWorking } from "./compare-commands.js";
import { chosenOf, pickData, type ChosenData } from "./data-choice.js";
import { DataDocuments } from "./data-documents.js";
import { dataPageHost } from "./data-host.js";
import { isDataNode, isOffered } from "./data-node-test.js";
import type { DataNode } from "./data-nodes.js";
import { openData } from "./data-panel.js";
import { DataTree } from "./data-tree.js";
import { DataWatch } from "./data-watch.js";
import { openRules } from "./open-rules.js";
import { check, relax } from "./rules-commands.js";
import { RulesDiagnostics } from "./rules-diagnostics.js";
import { RulesLenses } from "./rules-lenses.js";
import { track } from "./track-commands.js";
import { makeVersion, restore, restoreTo } from "./version-commands.js";
import { placeOf } from "./working-place.js";

/** The pillar of data in the editor: view, commands, pages, what changed in the folder. */
export function registerDatasets(
  engines: Engines,
  { panels, hosts }: { readonly panels: Panels; readonly hosts: PageHosts },
): vscode.Disposable {
  const tree = new DataTree(engines);
  const view = vscode.window.createTreeView<DataNode>(views.data, {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const documents = new DataDocuments(engines);
  hosts.add((engine) => dataPageHost(engine, documents, openRules));
  const owned: vscode.Disposable[] = [
    tree,
    view,
    documents,
    new DataWatch(engines),
    new RulesDiagnostics(engines),
    new RulesLenses(engines),
    panels.registerSerializer("dataset"),
  ];

  /** What a command is for: what was pressed, else what is selected in the view, else what is picked. */
  const chosen = async (node?: unknown, nodes?: unknown, file?: unknown): Promise<ChosenData | undefined> => {
    const given =
      Array.isArray(nodes) && nodes.length > 0 ? nodes : node === undefined ? view.selection : [node];
    const found = chosenOf(given) ?? (await pickData(engines));
    return found && typeof file === "string" ? { ...found, file } : found;
  };
  const onData =
    (work: (chosen: ChosenData) => Promise<void>) =>
    (...args: readonly unknown[]): Promise<void> =>
      attempt(async () => {
        // a row that was drawn anew while it was pressed comes as nothing: what is selected is not what was meant
        if (args.length > 0 && args[0] === undefined) {
          void vscode.window.showInformationMessage(
            vscode.l10n.t("The list of data has just changed. Press once more."),
          );
          return;
        }
        const found = await chosen(...args);
        if (found) await work(found);
      });
  const trackGiven = (given: unknown, more: unknown): Promise<void> => {
    if (isOffered(given)) {
      const { engine, file } = given;
      return attempt(async () => {
        await track(panels, engines, [await placeOf(engine, { path: file.path })]);
      });
    }
    const uris = Array.isArray(more) && more.length > 0 ? (more as readonly unknown[]) : [given];
    return track(
      panels,
      engines,
      uris.filter((uri): uri is vscode.Uri => uri instanceof vscode.Uri),
    );
  };
  /** Opens the page at one of its parts. */
  const at = (tab: DatasetTab) =>
    onData(async ({ engine, data, versions: [version] }) => {
      openData(panels, engine, data, { tab, ...(version ? { version: version.id } : {}) });
    });
  const commands: Readonly<Record<DataCommandId, (...args: never[]) => unknown>> = {
    "loam.data.track": () => track(panels, engines, []),
    "loam.data.trackThis": trackGiven,
    "loam.data.open": onData(async ({ engine, data, versions: [version] }) => {
      openData(panels, engine, data, version ? { version: version.id } : {});
    }),
    "loam.data.version": onData((one) => makeVersion(panels, one)),
    "loam.data.restore": onData(restore),
    "loam.data.restoreTo": onData(restoreTo),
    "loam.data.compare": onData((one) => compare(panels, one)),
    "loam.data.compareWorking": onData((one) => compareWorking(panels, one)),
    "loam.data.profile": at("profile"),
    "loam.data.rules": at("rules"),
    "loam.data.overlap": at("overlap"),
    "loam.data.rename": onData(changes.rename),
    "loam.data.describe": onData(changes.describe),
    "loam.data.auto": onData(changes.auto),
    "loam.data.select": onData(changes.select),
    "loam.data.tag": onData(changes.tag),
    "loam.data.alias": onData(changes.alias),
    "loam.data.message": onData(changes.message),
    "loam.data.delete": onData(changes.remove),
    "loam.data.undelete": onData(changes.undelete),
    "loam.data.reveal": onData(async ({ engine, data }) => {
      await vscode.commands.executeCommand("revealInExplorer", await placeOf(engine, data));
    }),
    "loam.data.copyPath": onData(async ({ data }) => {
      await vscode.env.clipboard.writeText(data.path);
    }),
    "loam.data.copyId": onData(async ({ data, versions }) => {
      await vscode.env.clipboard.writeText(versions.map(({ id }) => id).join("\n") || data.id);
    }),
    "loam.data.refresh": () => {
      tree.refresh();
    },
  };
  const inFolder = (folder: string, work: (engine: Engine) => Promise<void>): Promise<void> =>
    attempt(async () => {
      const engine = engines.all.find((one) => one.folder.uri.toString() === folder);
      if (engine) await work(engine);
    });
  const inner: Readonly<Record<InnerDataCommandId, (...args: never[]) => unknown>> = {
    "loam.data.showMore": (node: unknown) => {
      if (isDataNode(node) && node.kind === "more") tree.showMore(node);
    },
    "loam.data.openById": (folder: string, dataset: string, version?: string) =>
      inFolder(folder, async (engine) => {
        const data = await engine.request("datasets/detail", { dataset });
        openData(panels, engine, data, version === undefined ? {} : { version });
      }),
    "loam.data.openRulesById": (folder: string, dataset: string) =>
      inFolder(folder, async (engine) => {
        openData(panels, engine, await engine.request("datasets/detail", { dataset }), { tab: "rules" });
      }),
    "loam.data.check": (folder: string, dataset: string) =>
      inFolder(folder, (engine) => check(engine, dataset)),
    "loam.data.relax": (folder: string, dataset: string, version: string, at: number) =>
      inFolder(folder, (engine) => relax(engine, dataset, version, at)),
  };
  for (const [id, work] of [...Object.entries(commands), ...Object.entries(inner)])
    owned.push(vscode.commands.registerCommand(id, work as (...args: unknown[]) => unknown));
  return {
    dispose: () => {
      for (const one of owned.reverse()) one.dispose();
    },
  };
}
