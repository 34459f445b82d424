import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { nodePorts, type Ports } from "../../../src/core/base/ports.js";
import { openWorkbench, type Workbench } from "../../../src/core/workbench.js";

const made: string[] = [];
process.once("exit", () => {
  for (const folder of made) fs.rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that goes with the test process. */
export function emptyFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-test-"));
  made.push(folder);
  return folder;
}

/** A workbench over a new store, closed by `dispose`. */
export const newWorkbench = (folder = emptyFolder(), ports: Ports = nodePorts): Workbench =>
  openWorkbench(folder, ports, { create: true, author: "tester" });
