import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import type { Engine } from "./engines.js";
import { attempt } from "./output.js";

const isWindows = process.platform === "win32";

/** A virtual or conda environment, whose packages are its own. */
export interface Environment {
  readonly folder: string;
  readonly python: string;
}

/** The environment that an interpreter is of; undefined where it is the system's. */
export function environmentOf(python: string): Environment | undefined {
  for (const folder of [path.dirname(path.dirname(python)), path.dirname(python)])
    if (["pyvenv.cfg", "conda-meta"].some((name) => fs.existsSync(path.join(folder, name))))
      return { folder, python };
  return undefined;
}

/** Whether there is an extension that lets a person choose. */
export const mayChooseInterpreter = (): boolean =>
  vscode.extensions.getExtension("ms-python.python") !== undefined;

export const chooseInterpreter = async (): Promise<void> => {
  await vscode.commands.executeCommand("python.setInterpreter");
};

/** Makes `.venv` in a folder, with its `requirements.txt` and these packages, as a task that one can watch. */
export async function setUpFolder(engine: Engine, packages: readonly string[]): Promise<void> {
  const { uri, name } = engine.folder;
  const python = path.join(".venv", ...(isWindows ? ["Scripts", "python.exe"] : ["bin", "python"]));
  const wanted = [
    ...(fs.existsSync(path.join(uri.fsPath, "requirements.txt")) ? ["-r requirements.txt"] : []),
    ...packages,
  ];
  const steps = [
    `${isWindows ? "python" : "python3"} -m venv .venv`,
    ...(wanted.length > 0 ? [`${python} -m pip install ${wanted.join(" ")}`] : []),
  ];
  const task = new vscode.Task(
    { type: "loam" },
    engine.folder,
    vscode.l10n.t("Set up Python in {0}", name),
    "Loam",
    new vscode.ShellExecution(steps.join(isWindows ? "; " : " && "), { cwd: uri.fsPath }),
  );
  await vscode.tasks.executeTask(task);
}

/** Installs a package as a task that one can watch; once it is there, offers to go on. */
export async function installPackage(
  engine: Engine,
  place: Environment,
  name: string,
  next: { readonly label: string; readonly work: () => Promise<unknown> },
): Promise<void> {
  const [program = "", ...words] = installer(place);
  const execution = await vscode.tasks.executeTask(
    new vscode.Task(
      { type: "loam" },
      engine.folder,
      vscode.l10n.t("Install {0}", name),
      "Loam",
      new vscode.ShellExecution(program, [...words, name], { cwd: engine.folder.uri.fsPath }),
    ),
  );
  const ended = vscode.tasks.onDidEndTaskProcess((event) => {
    if (event.execution !== execution) return;
    ended.dispose();
    if (event.exitCode !== 0) return; // its terminal says why
    void attempt(async () => {
      const text = vscode.l10n.t("{0} is installed in {1}.", name, path.basename(place.folder));
      if ((await vscode.window.showInformationMessage(text, next.label)) === next.label) await next.work();
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
