import * as vscode from "vscode";
import type { ModelChange } from "../../protocol/registry.js";
import { askTag } from "../ask-tag.js";
import type { Engine } from "../engines.js";
import { attemptLong } from "../long-work.js";
import { attempt } from "../output.js";
import type { ChosenModel, ChosenVersions } from "./chosen-versions.js";
import { countText, fullName, versionName } from "./version-words.js";

/** A model, or one version of it, that is to be changed. */
export type Changed =
  ({ readonly kind: "model" } & ChosenModel) | ({ readonly kind: "versions" } & ChosenVersions);

const change = (engine: Engine, model: string, made: ModelChange): Promise<null> =>
  engine.request("models/change", { model, change: made });

export const rename = ({ engine, model }: ChosenModel): Promise<void> =>
  attempt(async () => {
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t("Rename {0}", model.name),
      value: model.name,
      validateInput: (text) => (text.trim() === "" ? vscode.l10n.t("A model needs a name.") : undefined),
    });
    if (name !== undefined && name !== model.name) await change(engine, model.id, { kind: "rename", name });
  });

export const describe = (chosen: Changed): Promise<void> =>
  attempt(async () => {
    const { engine } = chosen;
    const of: Described | undefined =
      chosen.kind === "model"
        ? { model: chosen.model.id, name: chosen.model.name, before: chosen.model.description, part: {} }
        : versionOf(chosen);
    if (!of) return;
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t("Description of {0}", of.name),
      value: of.before,
      prompt: vscode.l10n.t("Nothing takes it away"),
    });
    if (text === undefined) return;
    await change(engine, of.model, { kind: "describe", text, ...of.part });
  });

export const tag = (chosen: Changed): Promise<void> =>
  attempt(async () => {
    const asked = await askTag(vscode.l10n.t("Tag"), "team=risk");
    if (!asked) return;
    const made = { kind: "tag", ...asked } as const;
    if (chosen.kind === "model") await change(chosen.engine, chosen.model.id, made);
    else
      for (const { model, id } of chosen.versions)
        await change(chosen.engine, model, { ...made, version: id });
  });

interface Described {
  readonly model: string;
  readonly name: string;
  readonly before: string;
  readonly part: { readonly version?: string };
}

const versionOf = ({ versions: [version] }: ChosenVersions): Described | undefined =>
  version && {
    model: version.model,
    name: fullName(version),
    before: version.description,
    part: { version: version.id },
  };

/** Deletes a model or versions for ever, after saying what goes. */
export const remove = (chosen: Changed): Promise<void> =>
  attempt(async () => {
    const { engine } = chosen;
    const forEver = vscode.l10n.t("Delete for ever");
    const asked = async (question: string, detail: string): Promise<boolean> =>
      (await vscode.window.showWarningMessage(question, { modal: true, detail }, forEver)) === forEver;
    const kept = vscode.l10n.t(
      "What was asked, approved and by whom stays in the ledger for the audit. This cannot be undone.",
    );
    if (chosen.kind === "model") {
      const { model } = chosen;
      const aliases = Object.entries(model.aliases).map(
        ([alias, number]) => `${alias} (${versionName(number)})`,
      );
      const goes =
        aliases.length === 0 ? "" : `${vscode.l10n.t("Its aliases go with it: {0}.", aliases.join(", "))} `;
      const question =
        model.versions === 1
          ? vscode.l10n.t("Delete {0} with its version for ever?", model.name)
          : vscode.l10n.t(
              "Delete {0} with its {1} versions for ever?",
              model.name,
              countText(model.versions),
            );
      if (await asked(question, goes + kept)) await change(engine, model.id, { kind: "delete" });
      return;
    }
    const names = chosen.versions.map(fullName).join(", ");
    if (await asked(vscode.l10n.t("Delete {0} for ever?", names), kept))
      for (const { model, id } of chosen.versions)
        await change(engine, model, { kind: "delete", version: id });
  });

/** Writes the files of a version as plain files into a folder that is picked. */
export const download = ({ engine, versions: [version] }: ChosenVersions): Promise<void> =>
  attempt(async () => {
    if (!version) return;
    const [into] =
      (await vscode.window.showOpenDialog({
        title: vscode.l10n.t("Folder for the files of {0}", fullName(version)),
        canSelectFiles: false,
        canSelectFolders: true,
        defaultUri: engine.folder.uri,
        openLabel: vscode.l10n.t("Download here"),
      })) ?? [];
    if (!into) return;
    const to = into.fsPath;
    await attemptLong(engine, vscode.l10n.t("Downloading {0}", fullName(version)), async (work, signal) => {
      const params = { model: version.model, version: version.id, to, work };
      const { path: written } = await engine.request("models/download", params, signal);
      const show = vscode.l10n.t("Show in its folder");
      void vscode.window
        .showInformationMessage(vscode.l10n.t("{0} is at {1}.", fullName(version), written), show)
        .then((choice) => {
          if (choice === show)
            void vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(written));
        });
    });
  });
