import * as vscode from "vscode";
import type { DatasetHostRequests } from "../../protocol/pages.js";
import type { LineageFocus } from "../../protocol/registry.js";
import type { Engine, Engines } from "../engines.js";
import type { LineageCommandId } from "../manifest.js";
import { attempt } from "../output.js";
import type { PageHosts, Panels } from "../panels.js";

/** What a graph starts from, as the panel names it. */
interface Chosen {
  readonly engine: Engine;
  readonly focus: LineageFocus;
  readonly name: string;
}

/** The lineage of data, runs and models in the editor: its page, and the command of all trees that opens it. */
export function registerLineage(
  engines: Engines,
  { panels, hosts }: { readonly panels: Panels; readonly hosts: PageHosts },
): vscode.Disposable {
  const open = ({ engine, focus, name }: Chosen): void => {
    panels.open(engine, { page: "lineage", focus }, vscode.l10n.t("Lineage of {0}", name));
  };
  hosts.add<Pick<DatasetHostRequests, "host/openLineage">>((engine) => ({
    "host/openLineage": async ({ focus }) => {
      open({ engine, focus, name: await nameOf(engine, focus) });
      return null;
    },
  }));
  const commands: Readonly<Record<LineageCommandId, (node?: unknown) => Promise<void>>> = {
    "loam.lineage.show": (node) =>
      attempt(async () => {
        const chosen = chosenOf(node) ?? (await pick(engines));
        if (chosen) open(chosen);
      }),
  };
  return vscode.Disposable.from(
    panels.registerSerializer("lineage"),
    ...Object.entries(commands).map(([id, work]) => vscode.commands.registerCommand(id, work)),
  );
}

/** The parts of nodes of any tree that say what they stand for. */
interface Node {
  readonly engine: Engine;
  readonly run?: { readonly id: string; readonly name: string };
  readonly data?: {
    readonly name: string;
    readonly latest: { readonly id: string; readonly number: number } | null;
  };
  readonly model?: {
    readonly name: string;
    readonly latest: { readonly id: string; readonly number: number } | null;
  };
  readonly version?: { readonly id: string; readonly number: number; readonly name?: string };
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "engine" in value && "kind" in value;

/** What a node of a tree stands for: of a data set or a model as a whole its newest version. */
function chosenOf(node: unknown): Chosen | undefined {
  if (!isNode(node)) return undefined;
  const { engine, run, data, model, version } = node;
  if (run) return { engine, focus: { kind: "run", run: run.id }, name: run.name };
  const found = version ?? data?.latest ?? model?.latest;
  if (!found) return undefined;
  const { id, number } = found;
  const name = `${data?.name ?? model?.name ?? version?.name ?? ""} v${number}`;
  return { engine, focus: { kind: data ? "data" : "version", version: id }, name };
}

async function nameOf(engine: Engine, focus: LineageFocus): Promise<string> {
  const { nodes } = await engine.request("lineage/graph", { focus, most: 1 });
  const [node] = nodes;
  if (node?.kind === "run") return node.name;
  return node && "number" in node ? `${node.name} v${node.number}` : "";
}

/** Lets a person pick a model or data set, at its newest version. */
async function pick(engines: Engines): Promise<Chosen | undefined> {
  const found = await Promise.all(engines.all.map(offersOf));
  const picked = await vscode.window.showQuickPick(found.flat(), {
    title: vscode.l10n.t("Lineage of what?"),
    matchOnDescription: true,
  });
  return picked?.chosen;
}

async function offersOf(engine: Engine): Promise<(vscode.QuickPickItem & { readonly chosen: Chosen })[]> {
  const state = await engine.request("store/state", null);
  if (state.state !== "ready") return [];
  const [models, data] = await Promise.all([
    engine.request("models/list", { filter: "" }),
    engine.request("datasets/list", null),
  ]);
  return [
    ...models.map((model) => ({ node: { kind: "model", engine, model }, icon: "package" })),
    ...data
      .filter(({ stage }) => stage === "active")
      .map((set) => ({ node: { kind: "set", engine, data: set }, icon: "database" })),
  ].flatMap(({ node, icon }) => {
    const chosen = chosenOf(node);
    return chosen ? [{ label: `$(${icon}) ${chosen.name}`, description: engine.folder.name, chosen }] : [];
  });
}
