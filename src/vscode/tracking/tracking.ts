import * as vscode from "vscode";
import type { Engine, Engines } from "../engines.js";
import { contextKeys, views, type InnerRunCommandId, type RunCommandId } from "../manifest.js";
import { attempt } from "../output.js";
import type { PageHosts, Panels } from "../panels.js";
import type { Runtime } from "../runtime.js";
import * as changes from "./change-commands.js";
import { diffCode, openCode } from "./code-commands.js";
import { CodeDocuments } from "./code-documents.js";
import { Consoles } from "./consoles.js";
import { Launcher } from "./launch.js";
import { LiveStatus } from "./live-status.js";
import { MetricsView } from "./metrics-view.js";
import { installModule, offerModule } from "./missing-module.js";
import { trackingPageHost } from "./page-host.js";
import { ParamHover } from "./param-hover.js";
import { setUpPython } from "./python-setup.js";
import { RunCommands } from "./run-commands.js";
import { openRun } from "./run-panel.js";
import { RunLenses } from "./run-lenses.js";
import { newestRuns } from "./run-picks.js";
import { askFilter } from "./runs-filter.js";
import type { RunNode, RunsNode } from "./runs-nodes.js";
import { RunsTree } from "./runs-tree.js";
import { Terminals } from "./terminals.js";
import { ValueHints } from "./value-hints.js";

/** The tracking pillar in the editor: view, commands, pages, status, lenses. */
export function registerTracking(
  context: vscode.ExtensionContext,
  engines: Engines,
  runtime: Runtime,
  log: vscode.LogOutputChannel,
  pages: { readonly panels: Panels; readonly hosts: PageHosts },
): vscode.Disposable {
  const tree = new RunsTree(engines);
  const view = vscode.window.createTreeView<RunsNode>(views.runs, {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  void vscode.commands.executeCommand("setContext", contextKeys.started, true);
  const code = new CodeDocuments(engines);
  const { panels, hosts } = pages;
  hosts.add((engine) => trackingPageHost(engine, code));
  const metrics = new MetricsView({ extensionUri: context.extensionUri, hosts }, engines);
  const status = new LiveStatus(engines);
  const lenses = new RunLenses(engines);
  const hints = new ValueHints(engines);
  const hover = new ParamHover(engines);
  const terminals = new Terminals(engines, runtime, context, log);
  const consoles = new Consoles(context.workspaceState);
  const launcher: Launcher = new Launcher(runtime, consoles, (engine, run) => {
    void attempt(() => offerModule(engine, run, launcher));
  });
  const starting = new RunCommands(engines, launcher, context.workspaceState);
  const owned: vscode.Disposable[] = [tree, view, code, status, lenses, hints, hover, terminals, consoles];
  owned.push(
    metrics,
    panels.registerSerializer("run", "runs", "compare"),
    vscode.window.registerWebviewViewProvider(views.metrics, metrics),
  );

  const setFilter = (text: string): void => {
    tree.filter = text;
    view.message = text === "" ? "" : vscode.l10n.t("Filter: {0}", text);
    void vscode.commands.executeCommand("setContext", contextKeys.filtered, text !== "");
  };

  /** The runs that a command is for: those given, else those selected in the view, else one that is picked. */
  const chosen = async (node?: unknown, nodes?: unknown): Promise<changes.ChosenRuns | undefined> => {
    const given =
      Array.isArray(nodes) && nodes.length > 0 ? nodes : node === undefined ? view.selection : [node];
    const runs = given.filter(isRunNode);
    const [first] = runs;
    if (first) {
      const ofOne = runs.filter(({ engine }) => engine === first.engine);
      return { engine: first.engine, runs: ofOne.map(({ run }) => run) };
    }
    return pickRun(engines);
  };
  const onRuns =
    (work: (runs: changes.ChosenRuns) => Thenable<void> | Promise<void>) =>
    (...args: readonly unknown[]): Promise<void> =>
      attempt(async () => {
        // a row that was drawn anew while it was pressed comes as nothing: what is selected is not what was meant
        if (args.length > 0 && args[0] === undefined) {
          void vscode.window.showInformationMessage(
            vscode.l10n.t("The list of runs has just changed. Press once more."),
          );
          return;
        }
        const runs = await chosen(...args);
        if (runs) await work(runs);
      });
  const commands: Readonly<Record<RunCommandId, (...args: never[]) => unknown>> = {
    "loam.runs.run": (file?: vscode.Uri) => starting.run(file),
    "loam.runs.runWith": (file?: vscode.Uri) => starting.runWith(file),
    "loam.runs.runCommand": () => starting.runCommand(),
    "loam.runs.open": onRuns(async ({ engine, runs: [run] }) => {
      if (run) await openRun(panels, engine, run.id);
    }),
    "loam.runs.table": () =>
      attempt(async () => {
        for (const engine of engines.all)
          panels.open(engine, { page: "runs", filter: tree.filter }, tableTitle(engine, engines));
      }),
    "loam.runs.compare": onRuns(async ({ engine, runs }) => {
      if (runs.length < 2) {
        void vscode.window.showInformationMessage(vscode.l10n.t("Select two runs or more to compare."));
        return;
      }
      const title =
        runs.length === 2 ? runs.map(({ name }) => name).join(" ↔ ") : vscode.l10n.t("{0} runs", runs.length);
      panels.open(engine, { page: "compare", runs: runs.map(({ id }) => id) }, title);
    }),
    "loam.runs.rename": onRuns(changes.rename),
    "loam.runs.tag": onRuns(changes.tag),
    "loam.runs.note": onRuns(changes.note),
    "loam.runs.archive": onRuns(changes.archive),
    "loam.runs.unarchive": onRuns(changes.unarchive),
    "loam.runs.delete": onRuns(changes.remove),
    "loam.runs.restore": onRuns(changes.restore),
    "loam.runs.stop": onRuns(changes.stop),
    "loam.runs.rerun": onRuns((runs) => changes.rerun(runs, launcher, false)),
    "loam.runs.rerunWith": onRuns((runs) => changes.rerun(runs, launcher, true)),
    "loam.runs.openCode": onRuns((runs) => openCode(runs, code)),
    "loam.runs.diffCode": onRuns((runs) => diffCode(runs, code)),
    "loam.runs.copyId": onRuns(async ({ runs }) => {
      await vscode.env.clipboard.writeText(runs.map(({ id }) => id).join("\n"));
    }),
    "loam.runs.showLive": () => attempt(() => status.show()),
    "loam.runs.filter": () => attempt(() => askFilter(engines, tree.filter, setFilter)),
    "loam.runs.clearFilter": () => {
      setFilter("");
    },
    "loam.trash.empty": (node?: unknown) =>
      attempt(async () => {
        const engine = isNode(node) ? node.engine : await engines.pick(vscode.l10n.t("Folder of the trash"));
        if (engine) await changes.emptyTrash(engine);
      }),
    "loam.python.setUp": () => setUpPython(engines),
  };
  const inner: Readonly<Record<InnerRunCommandId, (...args: never[]) => unknown>> = {
    "loam.runs.installModule": onRuns((runs) => installModule(runs, launcher)),
    "loam.runs.showMore": () => {
      const [node] = view.selection;
      if (node?.kind === "more") tree.showMore(node);
    },
    "loam.runs.openById": (folder: string, run: string) =>
      attempt(async () => {
        const engine = engines.all.find((one) => one.folder.uri.toString() === folder);
        if (engine) await openRun(panels, engine, run);
      }),
    "loam.runs.filterByFile": (file: vscode.Uri) =>
      attempt(async () => {
        const name = file.path.slice(file.path.lastIndexOf("/") + 1).replaceAll("'", "''");
        setFilter(`tags.\`mlflow.source.name\` like '%${name}'`);
        await vscode.commands.executeCommand(`${views.runs}.focus`);
      }),
  };
  for (const [id, work] of [...Object.entries(commands), ...Object.entries(inner)])
    owned.push(vscode.commands.registerCommand(id, work as (...args: unknown[]) => unknown));
  void consoles.restore(engines);
  return {
    dispose: () => {
      for (const one of owned.reverse()) one.dispose();
    },
  };
}

const isNode = (value: unknown): value is RunsNode =>
  typeof value === "object" && value !== null && "engine" in value && "kind" in value;
const isRunNode = (value: unknown): value is RunNode => isNode(value) && value.kind === "run";

const tableTitle = (engine: Engine, { all }: Engines): string =>
  all.length > 1 ? vscode.l10n.t("Runs of {0}", engine.folder.name) : vscode.l10n.t("Runs");

/** Lets a person pick one of the newest runs of the workspace. */
async function pickRun(engines: Engines): Promise<changes.ChosenRuns | undefined> {
  const found = await Promise.all(
    engines.all.map(async (engine) => {
      const state = await engine.request("store/state", null);
      return state.state === "ready" ? newestRuns(engine) : [];
    }),
  );
  const items = found.flat();
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("There is no run yet. Run a Python file to make one."),
    );
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t({ message: "Run", comment: "one of the runs" }),
    matchOnDescription: true,
  });
  return picked && { engine: picked.engine, runs: [picked.run] };
}
