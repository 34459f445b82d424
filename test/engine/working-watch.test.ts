import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { trackData } from "../../src/core/datasets/version.js";
import { WorkingWatch } from "../../src/engine/working-watch.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { eventually } from "../waiting.js";

describe("watching working copies", () => {
  it("says which data set changed, came back or went, and makes no version", async () => {
    const bench = newWorkbench();
    const never = new AbortController().signal;
    const file = path.join(bench.folder, "data", "a.csv");
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, "x\n");
    fs.writeFileSync(path.join(bench.folder, "b.csv"), "y\n");
    const { dataset } = await trackData(bench.datasets, { path: "data" }, never);
    await trackData(bench.datasets, { path: "b.csv" }, never);
    const told: string[] = [];
    const watch = new WorkingWatch(
      () => bench,
      (ids) => told.push(...ids),
      5,
    );
    watch.begin();
    let count = 0;
    await eventually("a change", () => {
      fs.writeFileSync(file, `x\n${count++}\n`); // the first look only takes note
      return told.length > 0;
    });
    told.length = 0;
    fs.rmSync(path.dirname(file), { recursive: true });
    await eventually("that it went", () => told.length > 0);
    watch.dispose();
    assert.deepEqual([...new Set(told)], [dataset]);
    assert.equal(bench.datasets.get(dataset).history.length, 1);
    bench.dispose();
  });
});
