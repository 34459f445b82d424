import * as path from "node:path";
import * as vscode from "vscode";
import type { Handlers } from "../../protocol/channel.js";
import { RemoteFailure } from "../../protocol/failure.js";
import type { ModelCommand, RegistryHostRequests } from "../../protocol/pages.js";
import type { ModelVersionSummary } from "../../protocol/registry.js";
import type { Engine } from "../engines.js";
import { attempt } from "../output.js";
import type { ModelNode, VersionNode } from "./models-nodes.js";
import { registerArtifact, type ShowVersion } from "./register-model.js";

/** The only commands that a page may call: those of the protocol, each named here once more at run time. */
const modelCommands: Readonly<Record<ModelCommand, true>> = {
  "loam.models.open": true,
  "loam.models.register": true,
  "loam.models.ask": true,
  "loam.models.approve": true,
  "loam.models.reject": true,
  "loam.models.champion": true,
  "loam.models.alias": true,
  "loam.models.rename": true,
  "loam.models.describe": true,
  "loam.models.tag": true,
  "loam.models.delete": true,
  "loam.models.compare": true,
  "loam.models.measure": true,
  "loam.models.convert": true,
  "loam.models.download": true,
  "loam.models.audit": true,
};

/** What the editor does for the pages of models. */
export function registryPageHost(engine: Engine, show: ShowVersion): Handlers<RegistryHostRequests> {
  return {
    "host/modelCommand": async ({ command, model, versions = [] }) => {
      if (!Object.hasOwn(modelCommands, command))
        throw new RemoteFailure({
          code: "method.unknown",
          message: `A page may not call ${String(command)}.`,
        });
      const nodes =
        versions.length > 0 ? await versionNodes(engine, versions) : await modelNodes(engine, model);
      await vscode.commands.executeCommand(command, nodes[0], nodes);
      return null;
    },
    "host/registerModel": async ({ run, path: name }) => {
      await registerArtifact(engine, run, name, show);
      return null;
    },
    "host/saveText": async ({ name, text }) => {
      await attempt(() => saveText(engine, name, text));
      return null;
    },
    "host/openModelFile": async ({ model, version, file }) => {
      await attempt(() => openFile(engine, { model, version }, file));
      return null;
    },
  };
}

async function modelNodes(engine: Engine, model: string | null): Promise<readonly ModelNode[]> {
  if (model === null) return [];
  return [{ kind: "model", engine, model: await engine.request("models/detail", { model }), newerData: [] }];
}

async function versionNodes(
  engine: Engine,
  refs: readonly { readonly model: string; readonly version: string }[],
): Promise<readonly VersionNode[]> {
  const versions: ModelVersionSummary[] = [];
  for (const ref of refs) versions.push((await engine.request("models/version", ref)).version);
  return versions.map((version) => ({ kind: "version", engine, version }));
}

async function saveText(engine: Engine, name: string, text: string): Promise<void> {
  const offered = vscode.Uri.joinPath(engine.folder.uri, path.basename(name));
  const file = await vscode.window.showSaveDialog({ defaultUri: offered });
  if (!file) return;
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  const open = vscode.l10n.t("Open");
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t("{0} is written.", path.basename(file.fsPath)),
    open,
  );
  if (choice === open) await vscode.commands.executeCommand("vscode.open", file);
}

/** Opens a file of a version to be read, as it was written to a place of its own. */
async function openFile(
  engine: Engine,
  ref: { readonly model: string; readonly version: string },
  file: string,
): Promise<void> {
  const { file: at } = await engine.request("models/file", { ...ref, path: file });
  await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(at));
}
