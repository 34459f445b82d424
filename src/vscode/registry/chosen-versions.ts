import * as vscode from "vscode";
import type { ModelSummary, ModelVersionSummary } from "../../protocol/registry.js";
import type { Engine, Engines } from "../engines.js";
import type { ModelNode, ModelsNode, VersionNode } from "./models-nodes.js";
import { countText, describeModel, describeVersion, versionName } from "./version-words.js";

/** A model of one folder that a command is to do something with. */
export interface ChosenModel {
  readonly engine: Engine;
  readonly model: ModelSummary;
}
/** Versions of one folder that a command is to do something with. */
export interface ChosenVersions {
  readonly engine: Engine;
  readonly versions: readonly ModelVersionSummary[];
}

/** How many versions of a model are offered. */
const mostOffered = 500;

const isNode = (value: unknown): value is ModelsNode =>
  typeof value === "object" && value !== null && "engine" in value && "kind" in value;
export const isModelNode = (value: unknown): value is ModelNode => isNode(value) && value.kind === "model";
const isVersionNode = (value: unknown): value is VersionNode => isNode(value) && value.kind === "version";

/** What a command was called with: a node with the other selected ones, else what is selected in the view. */
export function givenNodes(
  view: { readonly selection: readonly ModelsNode[] },
  [node, nodes]: readonly unknown[],
): readonly unknown[] {
  if (Array.isArray(nodes) && nodes.length > 0) return nodes;
  return node === undefined ? view.selection : [node];
}

/** The versions among some nodes, of the folder of the first one. */
export function versionsAmong(nodes: readonly unknown[]): ChosenVersions | undefined {
  const found = nodes.filter(isVersionNode);
  const [first] = found;
  if (!first) return undefined;
  const ofOne = found.filter(({ engine }) => engine === first.engine);
  return { engine: first.engine, versions: ofOne.map(({ version }) => version) };
}

/** Lets a person pick a model of the workspace; without one it is said how to come to one. */
export async function pickModel(engines: Engines, title: string): Promise<ChosenModel | undefined> {
  const found = await Promise.all(
    engines.all.map(async (engine) => (await modelsOf(engine)).map((model) => ({ engine, model }))),
  );
  const items = found.flat().map((one) => ({
    label: one.model.name,
    description: describeModel(one.model, false),
    ...one,
  }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("There is no model yet. Register one from a run."),
    );
    return undefined;
  }
  return vscode.window.showQuickPick(items, { title, matchOnDescription: true });
}

/** Models of a folder that are not deleted; none where it has no store. */
export async function modelsOf(engine: Engine): Promise<readonly ModelSummary[]> {
  const state = await engine.request("store/state", null);
  if (state.state !== "ready") return [];
  const models = await engine.request("models/list", { filter: "" });
  return models.filter(({ deleted }) => !deleted);
}

/** Lets a person pick a version of a model. `but`: one that is not offered. */
export async function pickVersion(
  { engine, model }: ChosenModel,
  title: string,
  but?: string,
): Promise<ModelVersionSummary | undefined> {
  const { rows, total } = await newestVersions(engine, model.name, mostOffered);
  const items = rows
    .filter(({ id }) => id !== but)
    .map((version) => ({
      label: versionName(version.number),
      description: describeVersion(version),
      version,
    }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(
      but === undefined
        ? vscode.l10n.t("{0} has no version yet.", model.name)
        : vscode.l10n.t("{0} has no other version.", model.name),
    );
    return undefined;
  }
  const left = total - rows.length;
  const placeHolder =
    left === 0
      ? undefined
      : vscode.l10n.t(
          "The newest {0} of {1} versions: older ones are on the model's page",
          countText(rows.length),
          countText(total),
        );
  const options = { title, matchOnDescription: true, ...(placeHolder === undefined ? {} : { placeHolder }) };
  return (await vscode.window.showQuickPick(items, options))?.version;
}

/** So many the engine gives at once. */
const mostAtOnce = 1000;

/** The newest versions of a model, at most `most`, and how many there are. */
export async function newestVersions(
  engine: Engine,
  name: string,
  most: number,
): Promise<{ readonly rows: readonly ModelVersionSummary[]; readonly total: number }> {
  const filter = `name = '${name.replaceAll("'", "''")}' order by version desc`;
  const rows: ModelVersionSummary[] = [];
  for (;;) {
    const page = { filter, from: rows.length, most: Math.min(most - rows.length, mostAtOnce) };
    const found = await engine.request("models/versions", page);
    rows.push(...found.rows);
    if (found.rows.length === 0 || rows.length >= Math.min(most, found.total))
      return { rows, total: found.total };
  }
}
