import * as path from "node:path";
import * as vscode from "vscode";
import { missingModule, type MissingModule } from "../../protocol/missing-module.js";
import type { RunDetail } from "../../protocol/tracking.js";
import type { Engine } from "../engines.js";
import {
  chooseInterpreter,
  environmentOf,
  installPackage,
  mayChooseInterpreter,
  setUpFolder,
  type Environment,
} from "../python-packages.js";
import type { ChosenRuns } from "./change-commands.js";
import type { Launcher } from "./launch.js";
import { isTrusted } from "./run-commands.js";

/** Says of a run that has just failed that it lacks a module, if that is why, and offers to install it. */
export async function offerModule(engine: Engine, run: string, launcher: Launcher): Promise<void> {
  const detail = await engine.request("runs/detail", { run });
  const missing = missingModule(detail.ended?.error);
  if (!missing) return;
  const place = environmentOfRun(detail);
  const install = place === undefined ? vscode.l10n.t("Set up Python") : vscode.l10n.t("Install");
  const choose = vscode.l10n.t("Choose interpreter");
  const choice = await vscode.window.showErrorMessage(
    question(detail, missing, place),
    install,
    ...(mayChooseInterpreter() ? [choose] : []),
  );
  if (choice === choose) await chooseInterpreter();
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

/** The environment that a run's Python is of; undefined where it is the system's. */
function environmentOfRun({ environment, launch }: RunDetail): Environment | undefined {
  const python = environment?.executable ?? launch?.command.find((word) => path.isAbsolute(word));
  return python === undefined ? undefined : environmentOf(python);
}

async function installFor(
  engine: Engine,
  detail: RunDetail,
  missing: MissingModule,
  launcher: Launcher,
): Promise<void> {
  const place = environmentOfRun(detail);
  if (!place) await setUpFolder(engine, [missing.package]);
  else
    await installPackage(engine, place, missing.package, {
      label: vscode.l10n.t("Run again"),
      work: () =>
        launcher.launch(engine, {
          command: [],
          folder: engine.folder.uri.fsPath,
          title: detail.name,
          verb: ["runs", "rerun", detail.id, "--code", "now"],
        }),
    });
}
