import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import * as vscode from "vscode";

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly views?: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsContainers?: Readonly<Record<string, readonly { readonly id: string }[]>>;
  };
}

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension("loam.loam");
  assert.ok(found, "the extension is not installed");
  return found;
}

describe("the extension in the editor", () => {
  const manifest = extension().packageJSON as Manifest;
  const contributed = manifest.contributes.commands.map(({ command }) => command);

  before(() => extension().activate());

  it("activates on the example", () => {
    assert.equal(extension().isActive, true);
    assert.equal(vscode.workspace.workspaceFolders?.length, 1);
  });

  it("has every command of its manifest", async () => {
    const there = await vscode.commands.getCommands(true);
    assert.deepEqual(
      contributed.filter((command) => !there.includes(command)),
      [],
    );
  });

  it("has no command beside those of its manifest and those that the editor makes for its views", async () => {
    const { views = {}, viewsContainers = {} } = manifest.contributes;
    const ids = [...Object.values(views).flat(), ...Object.values(viewsContainers).flat()].map(
      ({ id }) => id,
    );
    const made = (command: string): boolean => ids.some((id) => command.startsWith(`${id}.`));
    const there = await vscode.commands.getCommands(true);
    const beside = there.filter(
      (command) => command.startsWith("loam.") && !contributed.includes(command) && !made(command),
    );
    assert.deepEqual(beside, []);
  });

  it("makes no store by being opened", () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    assert.equal(fs.existsSync(path.join(folder.uri.fsPath, ".loam")), false);
  });
});
