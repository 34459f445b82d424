import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import { takeSnapshot } from "../../src/core/code/snapshot.js";
import type { Workbench } from "../../src/core/workbench.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { storeRun } from "./stored-runs.js";

const page = fs.readFileSync(path.join(import.meta.dirname, "..", "..", "docs", "store-format.md"), "utf8");

/** The code blocks of the page in a language. */
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map(([, code = ""]) => code);

describe("docs/store-format.md", () => {
  let bench: Workbench;
  beforeEach(() => {
    bench = newWorkbench();
  });
  afterEach(() => bench.dispose());

  it("reads a store with Python alone", () => {
    const id = storeRun(bench, { name: "a", metrics: { f1: [0.5, NaN], loss: 1e-300 }, start: 1000 });
    const code = blocks("python").find((block) => block.includes("struct")) ?? "";
    const python = process.platform === "win32" ? "python" : "python3";
    const out = execFileSync(python, ["-c", code], { cwd: bench.folder, encoding: "utf8" });
    assert.deepEqual(out.trim().split(/\r?\n/).sort(), [
      `${id} f1 0 1000.0 0.5`,
      `${id} f1 1 1001.0 nan`,
      `${id} loss 0 1000.0 1e-300`,
    ]);
  });

  it("reads the code of a run with git", async () => {
    fs.writeFileSync(path.join(bench.folder, "train.py"), "print(1)\n");
    const storeFolder = bench.store.layout.root;
    const request = { folder: bench.folder, storeFolder, ports: nodePorts };
    const { commit } = await takeSnapshot(request, new AbortController().signal);
    const [command = ""] = (blocks("sh")[0] ?? "").split("\n");
    const words = command.replace("COMMIT", commit).split(" ").slice(1);
    assert.equal(execFileSync("git", words, { cwd: bench.folder, encoding: "utf8" }), "print(1)\n");
  });
});
