import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";

/** The part of the Python extension's API that is used here; the extension may be missing. */
interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
  };
}

const isWindows = process.platform === "win32";
const inEnvironment = isWindows ? ["Scripts", "python.exe"] : ["bin", "python"];

/** Where a folder's virtual environment usually stands. */
const usualFolders = [".venv", "venv", "env"];

/** The interpreter that the Python extension has chosen for a file; undefined without that extension. */
async function chosenInterpreter(file: vscode.Uri): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>("ms-python.python");
  if (!extension) return undefined;
  const api = extension.isActive ? extension.exports : await extension.activate();
  const chosen = api.environments?.getActiveEnvironmentPath(file).path;
  if (chosen === undefined || chosen === "" || chosen === "python") return undefined;
  const inside = path.join(chosen, ...inEnvironment); // it may name an environment's folder
  return fs.existsSync(inside) ? inside : chosen;
}

/**
 * The Python to run a file with: the Python extension's choice, else a virtual environment beside the file or above it
 * within the workspace folder, else the one on the PATH.
 */
export async function interpreterFor(file: vscode.Uri, top: string): Promise<string> {
  const chosen = await chosenInterpreter(file).catch(() => undefined);
  if (chosen !== undefined) return chosen;
  for (let at = path.dirname(file.fsPath); ; at = path.dirname(at)) {
    for (const name of usualFolders) {
      const python = path.join(at, name, ...inEnvironment);
      if (fs.existsSync(python)) return python;
    }
    if (at === top || path.dirname(at) === at) break;
  }
  return isWindows ? "python" : "python3";
}
