import * as path from "node:path";
import * as vscode from "vscode";
import { RemoteFailure } from "../../protocol/failure.js";
import type { DatasetVersionSummary, RestoreReport } from "../../protocol/datasets.js";
import { figures, l10n } from "../l10n.js";
import { attempt } from "../output.js";
import type { Panels } from "../panels.js";
import { versionOf, type ChosenData } from "./data-choice.js";
import { openData } from "./data-panel.js";
import { versionName } from "./data-words.js";
import { attemptLong } from "../long-work.js";

/** Makes a version of the working copy, with a message. */
export async function makeVersion(panels: Panels, { engine, data }: ChosenData): Promise<void> {
  const message = await vscode.window.showInputBox({
    title: vscode.l10n.t("New version of {0}", data.name),
    prompt: vscode.l10n.t("What is new in it"),
    placeHolder: vscode.l10n.t("Message, or nothing"),
  });
  if (message === undefined) return;
  const before = data.latest?.number;
  await attemptLong(engine, vscode.l10n.t("Making a version of {0}", data.name), async (work, signal) => {
    const asked = { dataset: data.id, message: message.trim(), work };
    const { number, version, made } = await engine.request("datasets/version", asked, signal);
    if (!made) {
      const text = vscode.l10n.t(
        "{0} is as in {1}: there is nothing new.",
        data.name,
        versionName({ number }),
      );
      void vscode.window.showInformationMessage(text);
      return;
    }
    const show = vscode.l10n.t("Show changes");
    const text = vscode.l10n.t("{0} is kept as {1}.", data.name, versionName({ number }));
    const choices = before === undefined ? [] : [show];
    void vscode.window.showInformationMessage(text, ...choices).then((choice) => {
      if (choice === show) openData(panels, engine, data, { version, tab: "diff" });
    });
  });
}

/** Brings a version, or one file of it, back into the folder; asks before changed data goes. */
export async function restore(chosen: ChosenData): Promise<void> {
  const { data } = chosen;
  const version = await versionOf(chosen, vscode.l10n.t("Restore which version of {0}?", data.name));
  if (version) await bringBack(chosen, version);
}

type Overwrite = "version" | "discard" | undefined;

async function bringBack(chosen: ChosenData, version: DatasetVersionSummary): Promise<void> {
  const { engine, data, file } = chosen;
  const name = nameOf(chosen, version);
  const [status] = await engine.request("datasets/status", { datasets: [data.id] });
  const before = status?.working.state === "clean" ? status.working.number : null;
  const ask = async (overwrite: Overwrite): Promise<RestoreReport | "changed" | undefined> => {
    let report: RestoreReport | "changed" | undefined;
    await attemptLong(engine, vscode.l10n.t("Restoring {0}", name), async (work, signal) => {
      const asked = {
        dataset: data.id,
        version: version.id,
        ...(file === undefined ? {} : { file }),
        ...(overwrite === undefined ? {} : { overwrite }),
        work,
      };
      try {
        report = await engine.request("datasets/restore", asked, signal);
      } catch (error) {
        if (!isChanged(error) || overwrite !== undefined) throw error;
        report = "changed";
      }
    });
    return report;
  };
  let report = await ask(undefined);
  if (report === "changed") {
    const choice = await askOverwrite(chosen, name);
    if (choice === undefined) return;
    report = await ask(choice);
  }
  if (!report || report === "changed") return;
  await tellRestored(chosen, name, report, before);
}

const isChanged = (error: unknown): boolean =>
  error instanceof RemoteFailure && error.code === "content.changed";

const nameOf = ({ data, file }: ChosenData, version: DatasetVersionSummary): string =>
  file === undefined
    ? vscode.l10n.t("{0} of {1}", versionName(version), data.name)
    : vscode.l10n.t("{0} of {1}", file, versionName(version));

const mostNamed = 5;

/** Names what would go, and asks what is to become of it. */
async function askOverwrite({ engine, data }: ChosenData, name: string): Promise<Overwrite> {
  const keep = vscode.l10n.t("Keep as a version first");
  const discard = vscode.l10n.t("Restore without keeping");
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t("Restore {0} over changes that are in no version?", name),
    { modal: true, detail: await changesOf(engine, data) },
    keep,
    discard,
  );
  if (choice === keep) return "version";
  return choice === discard ? "discard" : undefined;
}

/** What of the working copy is in no version, in words. */
async function changesOf(engine: ChosenData["engine"], data: ChosenData["data"]): Promise<string> {
  if (!data.latest) return vscode.l10n.t("{0} is in no version yet.", data.path);
  const { handle, total } = await engine.request("datasets/compareFiles", {
    before: { dataset: data.id, version: data.latest.id },
    after: { dataset: data.id, version: null },
  });
  const first = { handle, text: "", changes: [], from: 0, most: mostNamed };
  const { changes } = await engine.request("datasets/fileChanges", first);
  const named = changes.map((change) => {
    const file = change.path === "" ? data.path : change.path;
    if (change.change === "added") return vscode.l10n.t("{0} is new", file);
    if (change.change === "removed") return vscode.l10n.t("{0} was removed", file);
    return change.after
      ? vscode.l10n.t("{0} was changed ({1})", file, figures.numbers.bytes(change.after.size))
      : vscode.l10n.t("{0} was changed", file);
  });
  const since = vscode.l10n.t("Since {0}:", versionName(data.latest));
  const more = total > named.length ? [vscode.l10n.t("and {0} more", total - named.length)] : [];
  return [since, ...named, ...more].join("\n");
}

/** Says what was restored, with the way back where what was there before is in a version. */
async function tellRestored(
  chosen: ChosenData,
  name: string,
  { written, removed, kept }: RestoreReport,
  before: number | null,
): Promise<void> {
  const { engine, data } = chosen;
  const count = l10n.plural(written + removed, "{0} file", "{0} files");
  const back = kept ?? before;
  const text =
    kept === null
      ? vscode.l10n.t("{0} is restored ({1}).", name, count)
      : vscode.l10n.t(
          "{0} is restored ({1}). What was there is {2}.",
          name,
          count,
          versionName({ number: kept }),
        );
  const undo = vscode.l10n.t("Undo");
  void vscode.window.showInformationMessage(text, ...(back === null ? [] : [undo])).then((choice) =>
    attempt(async () => {
      if (choice !== undo) return;
      const { history } = await engine.request("datasets/detail", { dataset: data.id });
      const version = history.find(({ number }) => number === back);
      if (version) await bringBack({ engine, data, versions: [] }, version);
    }),
  );
}

/** Brings a version to a place that a person chooses. */
export async function restoreTo(chosen: ChosenData): Promise<void> {
  const { engine, data, file } = chosen;
  const version = await versionOf(chosen, vscode.l10n.t("Restore which version of {0}?", data.name));
  if (!version) return;
  const base = path.posix.basename(file ?? data.path);
  const ending = path.posix.extname(base);
  const suggested = `${base.slice(0, base.length - ending.length)}-${versionName(version)}${ending}`;
  const to = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Restore {0} to", nameOf(chosen, version)),
    saveLabel: vscode.l10n.t("Restore"),
    defaultUri: vscode.Uri.joinPath(engine.folder.uri, suggested),
  });
  if (!to) return;
  const name = nameOf(chosen, version);
  await attemptLong(engine, vscode.l10n.t("Restoring {0}", name), async (work, signal) => {
    const asked = {
      dataset: data.id,
      version: version.id,
      ...(file === undefined ? {} : { file }),
      to: to.fsPath,
      work,
    };
    const report = await engine.request("datasets/restore", asked, signal);
    const reveal = vscode.l10n.t("Show in explorer");
    const text = vscode.l10n.t("{0} is at {1}.", name, report.path);
    void vscode.window.showInformationMessage(text, reveal).then((choice) => {
      if (choice === reveal)
        void vscode.commands.executeCommand("revealInExplorer", vscode.Uri.file(report.path));
    });
  });
}
