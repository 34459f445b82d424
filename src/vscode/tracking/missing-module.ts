import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { missingModule, type MissingModule } from "../../protocol/missing-module.js";
import type { RunDetail } from "../../protocol/tracking.js";
import type { Engine } from "../engines.js";
import type { ChosenRuns } from "./change-commands.js";
import type { Launcher } from "./launch.js";
import { setUpFolder } from "./python-setup.js";
import { isTrusted } from "./run-commands.js";

/** Says of a run that has just failed that it lacks a module, if that is why, and offers to install it. */
export async function offerModule(engine: Engine, run: string, launcher: Launcher): Promise<void> {
  const detail = await engine.request("runs/detail", { run });
  const missing = missingModule(detail.ended?.error);
  if (!missing) return;
  const place = environmentOf(detail);
  const install = place === undefined ? vscode.l10n.t("Set up Python") : vscode.l10n.t("Install");
  const choose = vscode.l10n.t("Choose interpreter");
  const hasChoice = vscode.extensions.getExtension("ms-python.python") !== undefined;
  const choice = await vscode.window.showErrorMessage(
    question(detail, missing, place),
    install,
    ...(hasChoice ? [choose] : []),
  );
  if (choice === choose) await vscode.commands.executeCommand("python.setInterpreter");
  if (choice === install) await installFor(engine, detail, missing, launcher);
}

/** Installs what a failed run lacks. */
export async function installModule({ engine, runs: [run] }: ChosenRuns, launcher: Launcher): Promise<void> {
  if (!run || !isTrusted()) return;
  const detail = await engine.request("runs/detail", { run: run.id });
  const missing = missingModule(detail.ended?.error);
  if (missing) await installFor(engine, detail, missing, launcher);
}

function question({ ended }: RunDetail, missing: MissingModule, place: Environment | undefined): string {
  const where = ended?.where;
  const said = where
    ? vscode.l10n.t(
        "Python has no module '{0}' (used by {1}).",
        missing.module,
        `${where.file}:${where.line}`,
      )
    : vscode.l10n.t("Python has no module '{0}'.", missing.module);
  const asked = place
    ? vscode.l10n.t("Install {0} in {1}?", missing.package, path.basename(place.folder))
    : vscode.l10n.t("Make an environment in .venv with what the code needs?");
  return `${said} ${asked}`;
}

/** A virtual or conda environment, whose packages are its own. */
interface Environment {
  readonly folder: string;
  readonly python: string;
}

/** The environment that a run's Python is of; undefined where it is the system's. */
function environmentOf({ environment, launch }: RunDetail): Environment | undefined {
  const said = environment?.executable ?? launch?.command.find((word) => path.isAbsolute(word));
  if (said === undefined) return undefined;
  for (const folder of [path.dirname(path.dirname(said)), path.dirname(said)])
    if (["pyvenv.cfg", "conda-meta"].some((name) => fs.existsSync(path.join(folder, name))))
      return { folder, python: said };
  return undefined;
}

async function installFor(
  engine: Engine,
  detail: RunDetail,
  missing: MissingModule,
  launcher: Launcher,
): Promise<void> {
  const place = environmentOf(detail);
  if (!place) {
    await setUpFolder(engine, [missing.package]);
    return;
  }
  const words = installer(place);
  const title = vscode.l10n.t("Install {0}", missing.package);
  const task = new vscode.Task(
    { type: "loam" },
    engine.folder,
    title,
    "Loam",
    new vscode.ShellExecution(words[0] ?? "", [...words.slice(1), missing.package], {
      cwd: engine.folder.uri.fsPath,
    }),
  );
  const execution = await vscode.tasks.executeTask(task);
  const ended = vscode.tasks.onDidEndTaskProcess(async (event) => {
    if (event.execution !== execution) return;
    ended.dispose();
    if (event.exitCode !== 0) return; // its terminal says why
    const again = vscode.l10n.t("Run again");
    const text = vscode.l10n.t("{0} is installed in {1}.", missing.package, path.basename(place.folder));
    if ((await vscode.window.showInformationMessage(text, again)) !== again) return;
    await launcher.launch(engine, {
      command: [],
      folder: engine.folder.uri.fsPath,
      title: detail.name,
      verb: ["runs", "rerun", detail.id, "--code", "now"],
    });
  });
}

/** The words that install into an environment: its own pip, else uv where that made it without one. */
function installer({ folder, python }: Environment): readonly string[] {
  const libraries = path.join(folder, "lib");
  const versions = fs.existsSync(libraries) ? fs.readdirSync(libraries) : [];
  const places = [...versions.map((version) => path.join("lib", version)), "Lib"];
  const hasPip = places.some((at) => fs.existsSync(path.join(folder, at, "site-packages", "pip")));
  return hasPip || !isOfUv(folder)
    ? [python, "-m", "pip", "install"]
    : ["uv", "pip", "install", "--python", python];
}

function isOfUv(folder: string): boolean {
  const settings = path.join(folder, "pyvenv.cfg");
  return fs.existsSync(settings) && /^uv\s*=/m.test(fs.readFileSync(settings, "utf8"));
}
