import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { eventually, loam, runsOf, type ListedRun } from "./example.js";

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
  return eventually(
    `the end of run ${id}`,
    async () =>
      (await runsOf(cli, folder)).find(
        (run) => run.id === id && !["running", "scheduled"].includes(run.state),
      ),
    60,
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

  it("records a script that fails, with its error", async () => {
    fs.writeFileSync(path.join(folder, "broken.py"), "import no_such_module\n");
    const { id } = await pressRun("broken.py");
    assert.equal((await ended(id)).state, "failed");
    const shown = await loam(cli, folder, ["runs", "show", id]);
    assert.match(JSON.stringify(shown), /ModuleNotFoundError: No module named 'no_such_module'/);
  });
});
