import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { eventually } from "../waiting.js";
import { given, loam, runsOf, type ListedRun } from "./example.js";

const [workspace] = vscode.workspace.workspaceFolders ?? [];
const folder = workspace?.uri.fsPath ?? "";
const cli = path.join(vscode.extensions.getExtension("loam.loam")?.extensionPath ?? "", "dist", "cli.js");

/** Presses Run on a file of the example and gives the run that comes of it. */
async function pressRun(script: string): Promise<ListedRun> {
  const before = new Set((await runsOf(cli, folder)).map(({ id }) => id));
  const file = vscode.Uri.file(path.join(folder, script));
  await vscode.window.showTextDocument(file);
  // It may resolve when the run has started or when it has ended; both are right.
  const pressed = Promise.resolve(vscode.commands.executeCommand("loam.runs.run", file));
  const run = await Promise.race([
    eventually(`a run of ${script}`, async () =>
      (await runsOf(cli, folder)).find(({ id }) => !before.has(id)),
    ),
    pressed.then(() => new Promise<never>(() => undefined)),
  ]);
  return run;
}

async function ended(id: string): Promise<ListedRun> {
  return eventually(`the end of run ${id}`, async () =>
    (await runsOf(cli, folder)).find((run) => run.id === id && !["running", "scheduled"].includes(run.state)),
  );
}

describe("Run on a Python file", () => {
  it("records a script that only prints, with its metrics", async () => {
    const { id } = await pressRun("train_plain.py");
    const run = await ended(id);
    assert.equal(run.state, "finished");
    assert.equal(run.tags["mlflow.source.name"], "train_plain.py");
    assert.ok((run.metrics["accuracy"] ?? 0) > 0.9, JSON.stringify(run.metrics));
  });

  it("shows over a param of the code what its values came to", async () => {
    const file = vscode.Uri.file(path.join(folder, "train_plain.py"));
    const python = path.join(folder, ".venv", process.platform === "win32" ? "Scripts" : "bin", "python");
    const words = ["run", "--quiet", "--", python, "train_plain.py", "--epochs", "5"];
    await promisify(execFile)(given("LOAM_NODE"), [cli, ...words], { cwd: folder });
    const document = await vscode.workspace.openTextDocument(file);
    const at = document.positionAt(document.getText().indexOf("--epochs") + 3);
    const card = await eventually("the hover", async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        "vscode.executeHoverProvider",
        file,
        at,
      );
      const texts = hovers.flatMap(({ contents }) => contents as vscode.MarkdownString[]);
      return texts.map(({ value }) => value).find((text) => text.includes("**epochs**"));
    });
    assert.match(card, /in 1 run of this file/);
    assert.match(card, /\| 5 \| 1 \| 0\.9\d+ \| 0\.9\d+ \|/);
  });

  it("records a script that fails, with its error", async () => {
    fs.writeFileSync(path.join(folder, "broken.py"), "import no_such_module\n");
    const { id } = await pressRun("broken.py");
    assert.equal((await ended(id)).state, "failed");
    const shown = await loam(cli, folder, ["runs", "show", id]);
    assert.match(JSON.stringify(shown), /ModuleNotFoundError: No module named 'no_such_module'/);
  });
});
