import * as vscode from "vscode";
import type { Engine, Engines } from "../engines.js";
import { views, type InnerModelCommandId, type ModelCommandId } from "../manifest.js";
import { attempt } from "../output.js";
import type { PageHosts, Panels } from "../panels.js";
import * as changes from "./change-commands.js";
import {
  givenNodes,
  isModelNode,
  pickModel,
  pickVersion,
  versionsAmong,
  type ChosenModel,
  type ChosenVersions,
} from "./chosen-versions.js";
import { chooseAlias, ask, decide, setChampion } from "./decision-commands.js";
import type { ModelsNode } from "./models-nodes.js";
import { ModelsTree } from "./models-tree.js";
import { convert, measure } from "./onnx-commands.js";
import { registryPageHost } from "./page-host.js";
import { register } from "./register-model.js";
import { openAudit, openModel, openVersions } from "./registry-panels.js";
import { addWebhook, manageWebhooks } from "./webhook-commands.js";

/** The registry pillar in the editor: view, commands, pages. */
export function registerRegistry(
  engines: Engines,
  { panels, hosts }: { readonly panels: Panels; readonly hosts: PageHosts },
): vscode.Disposable {
  const tree = new ModelsTree(engines);
  const view = vscode.window.createTreeView<ModelsNode>(views.models, {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const show = (engine: Engine, model: string, version: string): void => {
    void attempt(() => openModel(panels, engine, model, version));
  };
  hosts.add((engine) => registryPageHost(engine, show));
  const owned: vscode.Disposable[] = [
    tree,
    view,
    panels.registerSerializer("model", "compareVersions", "audit"),
    tree.onBadge((count) => {
      view.badge =
        count === 0
          ? undefined
          : {
              value: count,
              tooltip:
                count === 1
                  ? vscode.l10n.t("The champion of a model saw older data than there is")
                  : vscode.l10n.t("Champions of {0} models saw older data than there is", count),
            };
    }),
  ];

  /** The versions that a command is for: those given, else those selected in the view, else one that is picked. */
  const chosenVersions = async (
    args: readonly unknown[],
    title: string,
  ): Promise<ChosenVersions | undefined> => {
    const nodes = givenNodes(view, args);
    const found = versionsAmong(nodes);
    if (found) return found;
    const given = nodes.find(isModelNode);
    const chosen = given ?? (await pickModel(engines, title));
    const version = chosen && (await pickVersion(chosen, title));
    return version && { engine: chosen.engine, versions: [version] };
  };
  const chosenModel = async (args: readonly unknown[], title: string): Promise<ChosenModel | undefined> =>
    givenNodes(view, args).find(isModelNode) ?? pickModel(engines, title);
  const onVersions =
    (title: string, work: (chosen: ChosenVersions) => Thenable<void> | Promise<void>) =>
    (...args: readonly unknown[]): Promise<void> =>
      attempt(async () => {
        const chosen = isStale(args) ? undefined : await chosenVersions(args, title);
        if (chosen) await work(chosen);
      });
  const onModel =
    (title: string, work: (chosen: ChosenModel) => Thenable<void> | Promise<void>) =>
    (...args: readonly unknown[]): Promise<void> =>
      attempt(async () => {
        const chosen = isStale(args) ? undefined : await chosenModel(args, title);
        if (chosen) await work(chosen);
      });
  /** A model where one is given, else versions. */
  const onEither =
    (title: string, work: (chosen: changes.Changed) => Thenable<void> | Promise<void>) =>
    (...args: readonly unknown[]): Promise<void> =>
      attempt(async () => {
        if (isStale(args)) return;
        const nodes = givenNodes(view, args);
        const model = nodes.find(isModelNode);
        const versions = versionsAmong(nodes);
        if (versions) await work({ kind: "versions", ...versions });
        else {
          const chosen = model ?? (await pickModel(engines, title));
          if (chosen) await work({ kind: "model", engine: chosen.engine, model: chosen.model });
        }
      });

  const commands: Readonly<Record<ModelCommandId, (...args: never[]) => unknown>> = {
    "loam.models.open": (...args: readonly unknown[]) =>
      attempt(async () => {
        if (isStale(args)) return;
        const nodes = givenNodes(view, args);
        const found = versionsAmong(nodes);
        const [version] = found?.versions ?? [];
        if (found && version) await openModel(panels, found.engine, version.model, version.id);
        else {
          const chosen =
            nodes.find(isModelNode) ?? (await pickModel(engines, vscode.l10n.t("Model to open")));
          if (chosen) await openModel(panels, chosen.engine, chosen.model.id);
        }
      }),
    "loam.models.register": (...args: readonly unknown[]) => {
      const [given] = givenNodes(view, args);
      return register(engines, show, args.length > 0 ? args[0] : isModelNode(given) ? given : undefined);
    },
    "loam.models.ask": onVersions(vscode.l10n.t("Version to request approval of"), ask),
    "loam.models.approve": onVersions(vscode.l10n.t("Version to approve"), (chosen) =>
      decide(chosen, "approved"),
    ),
    "loam.models.reject": onVersions(vscode.l10n.t("Version to reject"), (chosen) =>
      decide(chosen, "rejected"),
    ),
    "loam.models.champion": onVersions(vscode.l10n.t("Version to set as champion"), setChampion),
    "loam.models.alias": onVersions(vscode.l10n.t("Version to give an alias to"), chooseAlias),
    "loam.models.compare": onVersions(vscode.l10n.t("Version to compare"), (chosen) =>
      openVersions(panels, chosen, false),
    ),
    "loam.models.compareChampion": onVersions(
      vscode.l10n.t("Version to compare with the champion"),
      (chosen) => openVersions(panels, chosen, true),
    ),
    "loam.models.rename": onModel(vscode.l10n.t("Model to rename"), changes.rename),
    "loam.models.describe": onEither(vscode.l10n.t("Model to describe"), changes.describe),
    "loam.models.tag": onEither(vscode.l10n.t("Model to tag"), changes.tag),
    "loam.models.delete": onEither(vscode.l10n.t("Model to delete"), changes.remove),
    "loam.models.download": onVersions(vscode.l10n.t("Version to download"), changes.download),
    "loam.models.convert": onVersions(vscode.l10n.t("Version to convert"), convert),
    "loam.models.measure": onVersions(vscode.l10n.t("Version to measure"), measure),
    "loam.models.audit": (...args: readonly unknown[]) => {
      openAudit(panels, engines, givenNodes(view, args));
    },
    "loam.webhooks.add": () => addWebhook(engines),
    "loam.webhooks.manage": () => manageWebhooks(engines),
  };
  const inner: Readonly<Record<InnerModelCommandId, (...args: never[]) => unknown>> = {
    "loam.models.showMore": () => {
      const [node] = view.selection;
      if (node?.kind === "more") tree.showMore(node);
    },
  };
  for (const [id, work] of [...Object.entries(commands), ...Object.entries(inner)])
    owned.push(vscode.commands.registerCommand(id, work as (...args: unknown[]) => unknown));
  return {
    dispose: () => {
      for (const one of owned.reverse()) one.dispose();
    },
  };
}

/** A row that was drawn anew while it was pressed comes as nothing: what is selected is not what was meant. */
function isStale(args: readonly unknown[]): boolean {
  if (args.length === 0 || args[0] !== undefined) return false;
  void vscode.window.showInformationMessage(
    vscode.l10n.t("The list of models has just changed. Press once more."),
  );
  return true;
}
