import type { LineageFocus } from "../../src/protocol/registry.js";
import type { Page } from "../bridge.js";
import { callModel, callRuns, openData } from "./calls.js";
import type { LineageNode } from "./lineage-names.js";

/** Opens what a node stands for; false where it cannot be opened. */
export function openNode(page: Page, node: LineageNode): boolean {
  switch (node.kind) {
    case "data":
      if (node.givenUp) return false;
      openData(page, node.dataset, node.version);
      return true;
    case "run":
      if (node.state === "elsewhere") return false;
      callRuns(page, "loam.runs.open", [node.run]);
      return true;
    case "version":
      callModel(page, "loam.models.open", node.model, [{ model: node.model, version: node.version }]);
      return true;
    case "file":
      if (node.files > 1) return false;
      page.ask.request("host/openFile", { path: node.path }).catch(() => undefined); // the editor tells what went wrong
      return true;
  }
}

export function canOpen(node: LineageNode): boolean {
  if (node.kind === "run") return node.state !== "elsewhere";
  if (node.kind === "data") return node.givenUp === null;
  return node.kind !== "file" || node.files === 1;
}

/** What the graph would start from at a node; undefined for a file: nothing leads to it. */
export function focusAt(node: LineageNode): LineageFocus | undefined {
  switch (node.kind) {
    case "data":
      return node.givenUp ? undefined : { kind: "data", version: node.version };
    case "run":
      return node.state === "elsewhere" ? undefined : { kind: "run", run: node.run };
    case "version":
      return { kind: "version", version: node.version };
    case "file":
      return undefined;
  }
}
