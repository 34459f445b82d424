import * as path from "node:path";
import * as vscode from "vscode";
import { RemoteFailure } from "../../protocol/failure.js";
import type { Handlers } from "../../protocol/channel.js";
import type { RunCommand, TrackingHostRequests } from "../../protocol/pages.js";
import type { Engine } from "../engines.js";
import type { CodeDocuments } from "./code-documents.js";

/** The only commands that a page may call: those of the protocol, each named here once more at run time. */
const runCommands: Readonly<Record<RunCommand, true>> = {
  "loam.runs.open": true,
  "loam.runs.rename": true,
  "loam.runs.tag": true,
  "loam.runs.note": true,
  "loam.runs.archive": true,
  "loam.runs.unarchive": true,
  "loam.runs.delete": true,
  "loam.runs.restore": true,
  "loam.runs.stop": true,
  "loam.runs.rerun": true,
  "loam.runs.rerunWith": true,
  "loam.runs.compare": true,
  "loam.runs.openCode": true,
  "loam.runs.diffCode": true,
  "loam.runs.installModule": true,
  "loam.runs.copyId": true,
};

/** What the editor does for the pages of runs. What a page names is checked: it shows what a run's own files say. */
export function trackingPageHost(engine: Engine, code: CodeDocuments): Handlers<TrackingHostRequests> {
  return {
    "host/openFile": async ({ path: name, line }) => {
      const file = await fileOf(engine, name);
      const document = await vscode.workspace.openTextDocument(file);
      const at = new vscode.Position(Math.max(0, Math.min(document.lineCount, line ?? 1) - 1), 0);
      await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at), preview: true });
      return null;
    },
    "host/openArtifact": async ({ run, path: name }) => {
      const { file } = await engine.request("runs/artifact", { run, path: name, most: 0 });
      await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(file));
      return null;
    },
    "host/openCode": async ({ run, path: name }) => {
      await code.open(engine, run, name);
      return null;
    },
    "host/diffCode": async ({ run, path: name, against }) => {
      await code.diff(engine, run, name, against);
      return null;
    },
    "host/command": async ({ command, runs }) => {
      if (!Object.hasOwn(runCommands, command))
        throw new RemoteFailure({
          code: "method.unknown",
          message: `A page may not call ${String(command)}.`,
        });
      const briefs = await engine.request("runs/briefs", { ids: runs });
      const nodes = briefs.map((run) => ({ kind: "run" as const, engine, run }));
      await vscode.commands.executeCommand(command, nodes[0], nodes);
      return null;
    },
    "host/runFile": async ({ file }) => {
      await vscode.commands.executeCommand(
        "loam.runs.run",
        file === null ? undefined : await fileOf(engine, file),
      );
      return null;
    },
    "host/copy": async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      return null;
    },
  };
}

/** A file that a run's console or code names: below the workspace folder, or absolute where a traceback says so. */
async function fileOf(engine: Engine, name: string): Promise<vscode.Uri> {
  const file = vscode.Uri.file(path.resolve(engine.folder.uri.fsPath, name));
  try {
    const { type } = await vscode.workspace.fs.stat(file);
    if ((type & vscode.FileType.File) !== 0) return file;
  } catch {
    // told below
  }
  throw new RemoteFailure({
    code: "path.invalid",
    message: vscode.l10n.t("There is no file {0} any more.", name),
    next: vscode.l10n.t("It may have been moved or renamed since the run."),
  });
}
