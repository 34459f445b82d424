import * as vscode from "vscode";
import type { Handlers } from "../../protocol/channel.js";
import type { DataCommand, DatasetHostRequests } from "../../protocol/pages.js";
import { RemoteFailure } from "../../protocol/failure.js";
import type { Engine } from "../engines.js";
import type { DataDocuments } from "./data-documents.js";
import type { DataNode } from "./data-nodes.js";
import { placeOf } from "./working-place.js";

/** The only commands that a page may call: those of the protocol, each named here once more at run time. */
const dataCommands: Readonly<Record<DataCommand, true>> = {
  "loam.data.open": true,
  "loam.data.version": true,
  "loam.data.restore": true,
  "loam.data.restoreTo": true,
  "loam.data.rename": true,
  "loam.data.describe": true,
  "loam.data.auto": true,
  "loam.data.select": true,
  "loam.data.tag": true,
  "loam.data.alias": true,
  "loam.data.message": true,
  "loam.data.delete": true,
  "loam.data.undelete": true,
  "loam.data.track": true,
};

/** What the editor does for the pages of data sets. */
export function dataPageHost(
  engine: Engine,
  documents: DataDocuments,
  openRules: (engine: Engine, dataset: string) => Promise<void>,
): Handlers<Omit<DatasetHostRequests, "host/openLineage">> {
  return {
    "host/dataCommand": async ({ command, dataset, version, file }) => {
      if (!Object.hasOwn(dataCommands, command))
        throw new RemoteFailure({
          code: "method.unknown",
          message: `A page may not call ${String(command)}.`,
        });
      if (dataset === null) {
        if (command === "loam.data.track" && file !== undefined)
          await vscode.commands.executeCommand("loam.data.trackThis", await placeOf(engine, { path: file }));
        else await vscode.commands.executeCommand(command);
        return null;
      }
      const { history, ...data } = await engine.request("datasets/detail", { dataset });
      const found = history.find(({ id }) => id === version);
      const node: DataNode = found
        ? { kind: "version", engine, data, version: found, isHere: false }
        : { kind: "set", engine, data, working: undefined, within: "" };
      await vscode.commands.executeCommand(command, node, undefined, file);
      return null;
    },
    "host/openDataFile": async ({ dataset, version, file }) => {
      await documents.open(engine, dataset, version, file);
      return null;
    },
    "host/diffDataFile": async ({ dataset, before, after, file }) => {
      await documents.diff(engine, dataset, before, after, file);
      return null;
    },
    "host/openRules": async ({ dataset }) => {
      await openRules(engine, dataset);
      return null;
    },
  };
}
