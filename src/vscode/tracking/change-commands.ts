import * as vscode from "vscode";
import { figures, l10n } from "../l10n.js";
import type { RunBrief, RunChange, RunDetail, TrashContents } from "../../protocol/tracking.js";
import { askTag } from "../ask-tag.js";
import type { Engine } from "../engines.js";
import { attempt, attemptWithProgress } from "../output.js";
import type { Launcher } from "./launch.js";
import { isTrusted } from "./run-commands.js";

/** Runs of one folder that a command is to do something with. */
export interface ChosenRuns {
  readonly engine: Engine;
  readonly runs: readonly RunBrief[];
}

const change = (engine: Engine, run: string, made: RunChange): Promise<null> =>
  engine.request("runs/change", { run, change: made });

/** Does something with all, and offers to undo it. */
async function withUndo(
  chosen: ChosenRuns,
  made: RunChange,
  undone: RunChange,
  said: (name: string) => string,
): Promise<void> {
  const { engine, runs } = chosen;
  for (const { id } of runs) await change(engine, id, made);
  const undo = vscode.l10n.t("Undo");
  const [first] = runs;
  const name = runs.length === 1 && first ? first.name : l10n.plural(runs.length, "{0} run", "{0} runs");
  const choice = await vscode.window.showInformationMessage(said(name), undo);
  if (choice === undo) for (const { id } of runs) await change(engine, id, undone);
}

export const rename = ({ engine, runs: [run] }: ChosenRuns): Promise<void> =>
  attempt(async () => {
    if (!run) return;
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t("Rename {0}", run.name),
      value: run.name,
      validateInput: (text) => (text.trim() === "" ? vscode.l10n.t("A run needs a name.") : undefined),
    });
    if (name !== undefined && name !== run.name) await change(engine, run.id, { kind: "rename", name });
  });

export const tag = ({ engine, runs }: ChosenRuns): Promise<void> =>
  attempt(async () => {
    const asked = await askTag(vscode.l10n.t("Tag"), "team=risk");
    if (!asked) return;
    const { key, value } = asked;
    for (const { id } of runs)
      await change(engine, id, value === null ? { kind: "untag", key } : { kind: "tag", key, value });
  });

export const note = ({ engine, runs: [run] }: ChosenRuns): Promise<void> =>
  attempt(async () => {
    if (!run) return;
    const { tags } = await engine.request("runs/detail", { run: run.id });
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t("Note on {0}", run.name),
      value: tags["mlflow.note.content"] ?? "",
      prompt: vscode.l10n.t("Markdown; nothing takes the note away"),
    });
    if (text !== undefined) await change(engine, run.id, { kind: "note", text });
  });

export const archive = (chosen: ChosenRuns): Promise<void> =>
  attempt(() =>
    withUndo(chosen, { kind: "archive", archived: true }, { kind: "archive", archived: false }, (name) =>
      vscode.l10n.t("{0} is archived.", name),
    ),
  );

export const unarchive = ({ engine, runs }: ChosenRuns): Promise<void> =>
  attempt(async () => {
    for (const { id } of runs) await change(engine, id, { kind: "archive", archived: false });
  });

export const remove = (chosen: ChosenRuns): Promise<void> =>
  attempt(() =>
    withUndo(chosen, { kind: "delete" }, { kind: "restore" }, (name) =>
      vscode.l10n.t("{0} is in the trash.", name),
    ),
  );

export const restore = ({ engine, runs }: ChosenRuns): Promise<void> =>
  attempt(async () => {
    for (const { id } of runs) await change(engine, id, { kind: "restore" });
  });

/** Frees the trash of a folder, after saying what goes and what stays. */
export const emptyTrash = (engine: Engine): Promise<void> =>
  attempt(async () => {
    const trash = await engine.request("trash/list", null);
    const stays = trash.held.map(({ name, by }) =>
      vscode.l10n.t("{0} stays: {1} came of it.", name, by.join(", ")),
    );
    const counts = countsOf(trash);
    if (counts.length === 0) {
      const empty = vscode.l10n.t("The trash is empty.");
      void vscode.window.showInformationMessage([empty, ...stays].join(" "));
      return;
    }
    const free = vscode.l10n.t("Delete for ever");
    const choice = await vscode.window.showWarningMessage(
      vscode.l10n.t("Delete {0} for ever, with all artifacts?", l10n.listed(counts)),
      { modal: true, detail: [whatGoes(trash), ...stays].join("\n") },
      free,
    );
    if (choice !== free) return;
    await attemptWithProgress(vscode.l10n.t("Emptying the trash"), async (signal) => {
      const { busy, kept } = await engine.request("trash/empty", null, signal);
      const left = [
        ...(busy > 0
          ? [
              l10n.plural(
                busy,
                "{0} thing is still being written, and was left alone.",
                "{0} things are still being written, and were left alone.",
              ),
            ]
          : []),
        ...(kept ? [vscode.l10n.t("Content of the last day stays for now. Later frees it: loam gc")] : []),
      ];
      if (left.length > 0) void vscode.window.showInformationMessage(left.join(" "));
    });
  });

function countsOf({ runs, logged, traces, data, models }: TrashContents): readonly string[] {
  const counts = [
    runs > 0 && l10n.plural(runs, "{0} run", "{0} runs"),
    logged > 0 && l10n.plural(logged, "{0} logged model", "{0} logged models"),
    traces > 0 && l10n.plural(traces, "{0} trace", "{0} traces"),
    data > 0 && l10n.plural(data, "{0} data version", "{0} data versions"),
    models > 0 && l10n.plural(models, "{0} model version", "{0} model versions"),
  ];
  return counts.filter((count) => count !== false);
}

function whatGoes({ names, bytes, runs, data, models }: TrashContents): string {
  const more = runs + data + models - names.length;
  const named = names.join(", ") + (more > 0 ? vscode.l10n.t(" and {0} more", more) : "");
  const size = figures.numbers.bytes(bytes);
  return vscode.l10n.t("{0}. This cannot be undone.", named === "" ? size : `${named}: ${size}`);
}

export const stop = ({ engine, runs }: ChosenRuns): Thenable<void> =>
  attemptWithProgress(
    runs.length === 1 && runs[0]
      ? vscode.l10n.t("Stopping {0}", runs[0].name)
      : l10n.plural(runs.length, "Stopping {0} run", "Stopping {0} runs"),
    async (signal) => {
      await Promise.all(runs.map(({ id }) => engine.request("runs/stop", { run: id }, signal)));
    },
  );

const codeChoices = (
  run: RunDetail,
): readonly (vscode.QuickPickItem & { readonly code: "same" | "now" })[] => [
  { label: vscode.l10n.t("With the code as it is now"), code: "now" },
  ...(run.code === null
    ? []
    : [{ label: vscode.l10n.t("With the code as it was in {0}", run.name), code: "same" as const }]),
];

/** Repeats a run; `withParams` asks for other params first. */
export const rerun = (
  { engine, runs: [run] }: ChosenRuns,
  launcher: Launcher,
  withParams: boolean,
): Promise<void> =>
  attempt(async () => {
    if (!run || !isTrusted()) return;
    if (!run.launched) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t(
          "{0} was not started by Loam, so its command is not known. Run its script from the editor.",
          run.name,
        ),
      );
      return;
    }
    const detail = await engine.request("runs/detail", { run: run.id });
    const choice = await vscode.window.showQuickPick(codeChoices(detail), {
      title: vscode.l10n.t("Run {0} again", run.name),
    });
    if (!choice) return;
    const params = withParams ? await changedParams(detail) : [];
    if (!params) return;
    await launcher.launch(engine, {
      command: [],
      folder: engine.folder.uri.fsPath,
      title: run.name,
      verb: [
        "runs",
        "rerun",
        run.id,
        "--code",
        choice.code,
        ...params.flatMap((param) => ["--param", param]),
      ],
    });
  });

/** Asks which params to change and to what, as `key=value`; undefined where the person gave up. */
async function changedParams(run: RunDetail): Promise<string[] | undefined> {
  const items = Object.entries(run.params).map(([label, description]) => ({ label, description }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("{0} has no params to change.", run.name));
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Params to change"),
    canPickMany: true,
  });
  if (!picked) return undefined;
  const changed: string[] = [];
  for (const { label, description } of picked) {
    const value = await vscode.window.showInputBox({ title: label, value: description });
    if (value === undefined) return undefined;
    changed.push(`${label}=${value}`);
  }
  return changed;
}
