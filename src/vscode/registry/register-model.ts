import * as path from "node:path";
import * as vscode from "vscode";
import type { Candidate, ModelSummary, RegisterSource } from "../../protocol/registry.js";
import type { Engine, Engines } from "../engines.js";
import { figures } from "../l10n.js";
import { attemptLong } from "../long-work.js";
import { attempt } from "../output.js";
import { isModelNode, modelsOf } from "./chosen-versions.js";
import { nameOf, type OfferedName } from "./offered-name.js";
import { describeModel, versionName } from "./version-words.js";

/** A run of the tree of runs, as its menu gives it. */
interface RunLike {
  readonly engine: Engine;
  readonly run: { readonly id: string; readonly name: string };
}

function isRun(value: unknown): value is RunLike {
  const { kind, engine, run } = (value ?? {}) as Partial<Record<string, unknown>>;
  return kind === "run" && typeof engine === "object" && typeof run === "object";
}

/** What opens the page of a version that was made. */
export type ShowVersion = (engine: Engine, model: string, version: string) => void;

/** How many runs are offered. */
const mostRuns = 50;

/** Registers something of a run, or a file, as a version of a model: what is not given is asked for. */
export const register = (engines: Engines, show: ShowVersion, given: unknown): Promise<void> =>
  attempt(async () => {
    const engine = await engineOf(engines, given);
    const source = engine && (await sourceOf(engine, given));
    if (!source) return;
    const name = isModelNode(given) ? given.model.name : await askName(engine, source);
    if (name !== undefined) await registerAs(engine, name, source, show);
  });

async function engineOf(engines: Engines, given: unknown): Promise<Engine | undefined> {
  if (isRun(given) || isModelNode(given)) return given.engine;
  if (given instanceof vscode.Uri) return engines.of(given);
  return engines.pick(vscode.l10n.t("Folder of the model"));
}

async function sourceOf(engine: Engine, given: unknown): Promise<RegisterSource | undefined> {
  if (isRun(given)) return pickOfRun(engine, given.run);
  if (given instanceof vscode.Uri) return fileSource(given);
  return pickSource(engine, isModelNode(given) ? given.model.name : undefined);
}

/** Registers an artifact of a run, from its page. */
export async function registerArtifact(
  engine: Engine,
  run: string,
  artifact: string | null,
  show: ShowVersion,
): Promise<void> {
  await attempt(async () => {
    const source: RegisterSource | undefined =
      artifact === null
        ? await pickOfRun(engine, { id: run, name: run.slice(0, 8) })
        : { kind: "artifact", run, path: artifact };
    const name = source && (await askName(engine, source));
    if (source && name !== undefined) await registerAs(engine, name, source, show);
  });
}

function registerAs(engine: Engine, name: string, source: RegisterSource, show: ShowVersion): Thenable<void> {
  return attemptLong(engine, vscode.l10n.t("Registering a version of {0}", name), async (work, signal) => {
    const { model, version, number } = await engine.request(
      "models/register",
      { name, source, work },
      signal,
    );
    show(engine, model, version);
    void vscode.window.showInformationMessage(
      vscode.l10n.t("{0} is registered.", `${name} ${versionName(number)}`),
    );
  });
}

/** Lets a person pick a run and what of it, or a file of the folder. */
async function pickSource(engine: Engine, model: string | undefined): Promise<RegisterSource | undefined> {
  const state = await engine.request("store/state", null);
  const found =
    state.state === "ready"
      ? await engine.request("runs/find", { filter: "", stage: "active", most: mostRuns })
      : { ids: [] };
  const runs = await engine.request("runs/briefs", { ids: found.ids });
  const file = vscode.l10n.t("A file or folder…");
  const now = Date.now();
  const items = [
    ...runs.map((run) => ({
      label: run.name,
      description: [
        run.headline ? `${figures.numbers.alone(Number(run.headline.value))} ${run.headline.name}` : "",
        run.start === null ? "" : figures.when(run.start, now),
      ]
        .filter((part) => part !== "")
        .join(" · "),
      run,
    })),
    { label: file, description: vscode.l10n.t("that comes from no run"), run: undefined },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title:
      model === undefined
        ? vscode.l10n.t("Run to register a model from")
        : vscode.l10n.t("Run to register a version of {0} from", model),
    matchOnDescription: true,
  });
  if (!picked) return undefined;
  return picked.run ? pickOfRun(engine, picked.run) : pickFile(engine);
}

/** A file of the explorer; an MLmodel file stands for the folder that it describes. */
const fileSource = ({ fsPath }: vscode.Uri): RegisterSource => ({
  kind: "file",
  path: path.basename(fsPath) === "MLmodel" ? path.dirname(fsPath) : fsPath,
});

async function pickFile(engine: Engine): Promise<RegisterSource | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("File or folder of the model"),
      canSelectFiles: true,
      canSelectFolders: true,
      defaultUri: engine.folder.uri,
      openLabel: vscode.l10n.t("Register"),
    })) ?? [];
  return file && { kind: "file", path: file.fsPath };
}

/** Lets a person pick what of a run is to be registered: the likeliest stands first. */
async function pickOfRun(
  engine: Engine,
  run: { readonly id: string; readonly name: string },
): Promise<RegisterSource | undefined> {
  const candidates = await engine.request("models/candidates", { run: run.id });
  if (candidates.length === 0) {
    const file = vscode.l10n.t("Choose a file…");
    const choice = await vscode.window.showInformationMessage(
      vscode.l10n.t("{0} logged no files. Log the model as an artifact, or choose its file.", run.name),
      file,
    );
    return choice === file ? pickFile(engine) : undefined;
  }
  const items = candidates.map((candidate) => ({ ...itemOf(candidate), candidate }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("What of {0} to register", run.name),
    matchOnDescription: true,
  });
  return picked?.candidate.source;
}

const itemOf = ({ name, flavor, size }: Candidate): vscode.QuickPickItem => ({
  label: name,
  description: [flavor === "other" ? "" : flavor, figures.numbers.bytes(size)]
    .filter((part) => part !== "")
    .join(" · "),
});

/** Asks for the name of the model: those that are there are offered, any other can be typed. */
async function askName(engine: Engine, source: RegisterSource): Promise<string | undefined> {
  const models = await modelsOf(engine);
  const title = vscode.l10n.t("Name of the model");
  const box = vscode.window.createQuickPick<vscode.QuickPickItem & OfferedName>();
  box.title = title;
  box.placeholder = vscode.l10n.t("Type a new name, or choose a model to add a version to");
  const offer = (): void => {
    box.items = offered(models, box.value.trim(), suggestedName(source));
  };
  const listening = box.onDidChangeValue(offer);
  offer();
  try {
    return await new Promise<string | undefined>((resolve) => {
      box.onDidAccept(() => {
        resolve(nameOf(box.selectedItems[0], box.value));
        box.hide();
      });
      box.onDidHide(() => {
        resolve(undefined);
      });
      box.show();
    });
  } finally {
    listening.dispose();
    box.dispose();
  }
}

function offered(
  models: readonly ModelSummary[],
  typed: string,
  suggested: string,
): (vscode.QuickPickItem & OfferedName)[] {
  const there = models.map((model) => ({
    label: model.name,
    description: describeModel(model, false),
    name: model.name,
    isNew: false,
  }));
  const name = typed === "" ? suggested : typed;
  const isNew = name !== "" && !models.some((model) => model.name === name);
  const made = { label: name, description: vscode.l10n.t("new model"), name, isNew: true, alwaysShow: true };
  if (!isNew) return there;
  return typed === "" ? [...there, made] : [made, ...there];
}

/** A name for a new model by what it is made of. */
function suggestedName(source: RegisterSource): string {
  if (source.kind !== "artifact" && source.kind !== "file") return "";
  const base =
    source.path
      .replace(/[/\\]+$/, "")
      .split(/[/\\]/)
      .at(-1) ?? "";
  return base.replace(/\.[^.]{1,12}$/, "");
}
