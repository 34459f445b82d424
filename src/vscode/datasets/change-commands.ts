import * as vscode from "vscode";
import type { DatasetChange } from "../../protocol/datasets.js";
import { askTag } from "../ask-tag.js";
import { attempt } from "../output.js";
import { versionOf, type ChosenData } from "./data-choice.js";
import { versionName } from "./data-words.js";
import { askPatterns } from "./patterns.js";

const change = async ({ engine, data }: ChosenData, made: DatasetChange): Promise<void> => {
  await engine.request("datasets/change", { dataset: data.id, change: made });
};

export async function rename(chosen: ChosenData): Promise<void> {
  const { data } = chosen;
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t("Rename {0}", data.name),
    value: data.name,
    prompt: vscode.l10n.t("Its file or folder keeps its name"),
    validateInput: (text) => (text.trim() === "" ? vscode.l10n.t("A data set needs a name.") : undefined),
  });
  if (name !== undefined && name.trim() !== data.name)
    await change(chosen, { kind: "rename", name: name.trim() });
}

export async function describe(chosen: ChosenData): Promise<void> {
  const { data } = chosen;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t("Describe {0}", data.name),
    value: data.description,
    prompt: vscode.l10n.t("Markdown; nothing takes the description away"),
  });
  if (text !== undefined && text !== data.description) await change(chosen, { kind: "describe", text });
}

/** Chooses whether what changed becomes a version before a run that reads it. */
export async function auto(chosen: ChosenData): Promise<void> {
  const { data } = chosen;
  const items = [
    { label: vscode.l10n.t("By hand"), wanted: false },
    { label: vscode.l10n.t("Before each tracked run, where something changed"), wanted: true },
  ].map((item) => ({
    ...item,
    ...(item.wanted === data.auto ? { description: vscode.l10n.t("as it is now") } : {}),
  }));
  const title = vscode.l10n.t("When are versions of {0} made?", data.name);
  const picked = await vscode.window.showQuickPick(items, { title });
  if (picked) await change(chosen, { kind: "auto", auto: picked.wanted });
}

/** Chooses which files of a folder belong to the data set. */
export async function select(chosen: ChosenData): Promise<void> {
  const { data } = chosen;
  if (data.form === "file") {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("{0} is one file: there is nothing to choose.", data.name),
    );
    return;
  }
  const patterns = await askPatterns(data);
  if (patterns) await change(chosen, { kind: "selection", ...patterns });
}

/** Tags the version that is meant, else the data set. */
export async function tag(chosen: ChosenData): Promise<void> {
  const { data, versions } = chosen;
  const [version] = versions;
  const asked = await askTag(
    version
      ? vscode.l10n.t("Tag {0} of {1}", versionName(version), data.name)
      : vscode.l10n.t("Tag {0}", data.name),
    "source=warehouse",
  );
  if (!asked) return;
  await change(chosen, { kind: "tag", ...asked, ...(version ? { version: version.id } : {}) });
}

/** Gives a version an alias, moves one to it, or takes one from it. */
export async function alias(chosen: ChosenData): Promise<void> {
  const { data } = chosen;
  const version = await versionOf(chosen, vscode.l10n.t("Give which version of {0} an alias?", data.name));
  if (!version) return;
  const fresh = {
    label: vscode.l10n.t("New alias…"),
    iconPath: new vscode.ThemeIcon("add"),
    name: undefined,
  };
  const items = Object.entries(data.aliases).map(([name, number]) => ({
    label: name,
    name,
    description:
      number === version.number
        ? vscode.l10n.t("take it away")
        : vscode.l10n.t("move it here from {0}", versionName({ number })),
  }));
  const title = vscode.l10n.t("Alias for {0} of {1}", versionName(version), data.name);
  const picked = items.length === 0 ? fresh : await vscode.window.showQuickPick([...items, fresh], { title });
  if (!picked) return;
  const typed =
    picked.name ??
    (await vscode.window.showInputBox({
      title,
      placeHolder: "train",
      prompt: vscode.l10n.t("A name that one version has"),
    }));
  const name = typed?.trim() ?? "";
  if (name === "") return;
  const isHere = picked.name !== undefined && data.aliases[name] === version.number;
  await change(chosen, { kind: "alias", alias: name, version: isHere ? null : version.id });
}

export async function message(chosen: ChosenData): Promise<void> {
  const { data } = chosen;
  const version = await versionOf(
    chosen,
    vscode.l10n.t("Change the message of which version of {0}?", data.name),
  );
  if (!version) return;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t("Message of {0} of {1}", versionName(version), data.name),
    value: version.message,
  });
  if (text !== undefined && text !== version.message)
    await change(chosen, { kind: "message", version: version.id, text: text.trim() });
}

/** Deletes the versions that are meant, else the data set; its files stay. */
export async function remove(chosen: ChosenData): Promise<void> {
  const { data, versions } = chosen;
  const parts = versions.length === 0 ? [{}] : versions.map(({ id }) => ({ version: id }));
  for (const part of parts) await change(chosen, { kind: "delete", ...part });
  const undo = vscode.l10n.t("Undo");
  const text =
    versions.length === 0
      ? vscode.l10n.t("{0} is in the trash. Its files are as they were.", data.name)
      : vscode.l10n.t("{0} of {1} is in the trash.", versions.map(versionName).join(", "), data.name);
  void vscode.window.showInformationMessage(text, undo).then((choice) =>
    attempt(async () => {
      if (choice === undo) for (const part of parts) await change(chosen, { kind: "restore", ...part });
    }),
  );
}

export async function undelete(chosen: ChosenData): Promise<void> {
  const { versions } = chosen;
  const parts = versions.length === 0 ? [{}] : versions.map(({ id }) => ({ version: id }));
  for (const part of parts) await change(chosen, { kind: "restore", ...part });
}
