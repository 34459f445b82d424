import * as vscode from "vscode";
import type { Measured, ModelChange, ModelVersionSummary } from "../../protocol/registry.js";
import type { Engine } from "../engines.js";
import { figures, l10n } from "../l10n.js";
import { attemptLong } from "../long-work.js";
import { attempt } from "../output.js";
import { interpreterFor } from "../python.js";
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
    const line = await vscode.window.showInputBox({
      title: vscode.l10n.t("Tag"),
      placeHolder: "team=risk",
      prompt: vscode.l10n.t("key=value; key= takes the tag away"),
      validateInput: (text) => (text.indexOf("=") > 0 ? undefined : vscode.l10n.t("A tag is key=value.")),
    });
    if (line === undefined) return;
    const at = line.indexOf("=");
    const [key, value] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    const made = { kind: "tag", key, value: value === "" ? null : value } as const;
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

/** Makes an ONNX file of a version with the folder's Python, and says whether it answers the same. */
export const convert = ({ engine, versions: [version] }: ChosenVersions): Promise<void> =>
  attempt(async () => {
    if (!version || !mayLoad()) return;
    const trusted = await isTrusted(engine, version);
    if (trusted === undefined) return;
    const top = engine.folder.uri.fsPath;
    const python = await interpreterFor(vscode.Uri.joinPath(engine.folder.uri, "model.py"), top);
    await attemptLong(
      engine,
      vscode.l10n.t("Converting {0} to ONNX", fullName(version)),
      async (work, signal) => {
        const params = { model: version.model, version: version.id, python, trusted, work };
        const { equal, told } = await engine.request("models/convert", params, signal);
        if (equal) void vscode.window.showInformationMessage(l10n.told(told));
        else void vscode.window.showWarningMessage(l10n.told(told));
      },
    );
  });

/** Whether a person said that a version may be loaded though that may run anything; undefined: it may not. */
async function isTrusted(
  engine: ChosenVersions["engine"],
  version: ModelVersionSummary,
): Promise<boolean | undefined> {
  const { trust } = await engine.request("models/version", { model: version.model, version: version.id });
  if (trust?.findings.some(({ danger }) => danger === "dangerous") !== true) return false;
  const allTheSame = vscode.l10n.t("Load and convert");
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t("To convert {0} it has to be loaded.", fullName(version)),
    { modal: true, detail: l10n.told(trust.said) },
    allTheSame,
  );
  return choice === allTheSame ? true : undefined;
}

const milliseconds = (value: number): string =>
  vscode.l10n.t("{0} ms", figures.numbers.alone(Number(value.toPrecision(3))));

/** Loads versions on this machine and measures them, one after the other. */
export const measure = ({ engine, versions }: ChosenVersions): Promise<void> =>
  attempt(async () => {
    const [first] = versions;
    if (!first || !mayLoad()) return;
    const measured = (version: ModelVersionSummary, work: string, signal: AbortSignal): Promise<Measured> =>
      engine.request("models/measure", { model: version.model, version: version.id, work }, signal);
    if (versions.length === 1)
      await attemptLong(engine, vscode.l10n.t("Measuring {0}", fullName(first)), async (work, signal) => {
        tellMeasured(first, await measured(first, work, signal));
      });
    else
      await attemptLong(
        engine,
        vscode.l10n.t("Measuring {0} versions", countText(versions.length)),
        async (work, signal) => {
          const failures: Error[] = [];
          for (const version of versions) {
            signal.throwIfAborted();
            await measured(version, work, signal).catch((error: unknown) => {
              failures.push(error instanceof Error ? error : new Error(String(error)));
            });
          }
          signal.throwIfAborted();
          const done = countText(versions.length - failures.length);
          void vscode.window.showInformationMessage(
            vscode.l10n.t(
              "{0} of {1} versions were measured on this machine.",
              done,
              countText(versions.length),
            ),
          );
          const [failed] = failures;
          if (failed) throw failed; // why the first was not: the others are measured all the same
        },
      );
  });

function tellMeasured(version: ModelVersionSummary, { load, median }: Measured): void {
  const [name, loads, takes] = [fullName(version), milliseconds(load), milliseconds(median)];
  void vscode.window.showInformationMessage(
    version.onnx === "own"
      ? vscode.l10n.t("{0} loads in {1} on this machine; a row takes {2}.", name, loads, takes)
      : vscode.l10n.t(
          "The ONNX file made of {0} loads in {1} on this machine; a row takes {2}.",
          name,
          loads,
          takes,
        ),
  );
}

/** Nothing of a folder is loaded before a person trusts it. */
function mayLoad(): boolean {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t("Manage trust");
  void vscode.window
    .showWarningMessage(
      vscode.l10n.t(
        "This workspace is in Restricted Mode: its models can be browsed and compared, and none is loaded.",
      ),
      manage,
    )
    .then((choice) => {
      if (choice === manage) void vscode.commands.executeCommand("workbench.trust.manage");
    });
  return false;
}
