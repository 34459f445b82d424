import * as vscode from "vscode";
import type { Engine, Engines } from "../engines.js";
import type { Panels } from "../panels.js";
import { isModelNode, pickVersion, versionsAmong, type ChosenVersions } from "./chosen-versions.js";
import { fullName, versionName } from "./version-words.js";

/** Opens the page of a model: of all its versions, or of one of them. */
export async function openModel(
  panels: Panels,
  engine: Engine,
  model: string,
  version?: string,
): Promise<void> {
  const { name } = await engine.request("models/detail", { model });
  panels.open(engine, { page: "model", model, ...(version === undefined ? {} : { version }) }, name);
}

/** Opens the page that compares versions: with the champion, or one with another that is picked. */
export async function openVersions(
  panels: Panels,
  { engine, versions }: ChosenVersions,
  withChampion: boolean,
): Promise<void> {
  const [first] = versions;
  if (!first) return;
  const { aliases, history, ...model } = await engine.request("models/detail", { model: first.model });
  const own = [...versions].sort((a, b) => a.number - b.number);
  if (withChampion) {
    const champion = history.find(({ number, deleted }) => number === aliases["champion"] && !deleted);
    if (!champion) {
      void vscode.window.showInformationMessage(vscode.l10n.t("{0} has no champion yet.", first.name));
      return;
    }
    const others = own.filter(({ id }) => id !== champion.id);
    if (others.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("{0} is the champion itself. Choose another version.", fullName(first)),
      );
      return;
    }
    open(panels, engine, [champion, ...others]);
    return;
  }
  if (own.length > 1) {
    open(panels, engine, versions);
    return;
  }
  const title = vscode.l10n.t("Compare {0} with", fullName(first));
  const other = await pickVersion({ engine, model: { ...model, aliases } }, title, first.id);
  if (other) open(panels, engine, [other, first]);
}

function open(panels: Panels, engine: Engine, versions: ChosenVersions["versions"]): void {
  const oneModel = new Set(versions.map(({ model }) => model)).size === 1;
  const names = versions.map((version) => (oneModel ? versionName(version.number) : fullName(version)));
  const title = oneModel ? `${versions[0]?.name ?? ""} ${names.join(" ↔ ")}` : names.join(" ↔ ");
  const refs = versions.map(({ model, id }) => ({ model, version: id }));
  panels.open(engine, { page: "compareVersions", versions: refs }, title);
}

/** Opens the audit of a model that is given, else of all models of each folder. */
export function openAudit(panels: Panels, engines: Engines, nodes: readonly unknown[]): void {
  const versions = versionsAmong(nodes);
  const model = nodes.find(isModelNode);
  const engine = versions?.engine ?? model?.engine;
  const id = versions?.versions[0]?.model ?? model?.model.id;
  const name = versions?.versions[0]?.name ?? model?.model.name;
  if (engine && id !== undefined)
    panels.open(engine, { page: "audit", model: id }, vscode.l10n.t("Audit of {0}", name ?? ""));
  else
    for (const one of engines.all)
      panels.open(
        one,
        { page: "audit", model: null },
        engines.all.length > 1 ? vscode.l10n.t("Audit of {0}", one.folder.name) : vscode.l10n.t("Audit"),
      );
}
