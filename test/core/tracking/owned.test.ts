import assert from "node:assert/strict";
import * as fs from "node:fs";
import { packPoints, seriesKey } from "../../../src/core/store/points.js";
import { newWorkbench } from "./bench-folder.js";

describe("a run that this process writes", () => {
  it("shows what a join or git brought to it meanwhile", () => {
    const bench = newWorkbench();
    const run = bench.tracking.runs.create({ experiment: "0", name: "live", start: 5 });
    run.log({ metrics: [{ key: "loss", value: 1, step: 1, time: 1 }], tags: [{ key: "team", value: "a" }] });
    const ref = { room: "runs", id: run.id } as const;
    const facts = bench.store.layout.facts(ref, "0000000a");
    const points = bench.store.layout.points(ref, "0000000a");
    const add = (file: string, content: string | Buffer): void => {
      fs.appendFileSync(file, content);
    };
    const at = Date.now() + 1000;
    const tag = (n: number, value: string): string =>
      `${JSON.stringify({ id: `other-${n}`, kind: "tag.set", at: at + n, clock: at + n, author: "x", key: "team", value })}\n`;
    const key = seriesKey({ name: "loss", model: null, dataset: null, digest: null });
    const seen = (): unknown => {
      const state = bench.tracking.runs.get(run.id);
      const [loss] = state.metrics;
      return [
        state.tags.find((one) => one.key === "team")?.value,
        loss?.summary.lastValue,
        loss?.summary.count,
      ];
    };
    assert.deepEqual(seen(), ["a", 1, 1]);
    add(facts, tag(1, "b"));
    add(points, packPoints([{ key, step: 2, time: 2, value: 2 }]));
    assert.deepEqual(seen(), ["b", 2, 2]);
    assert.deepEqual(seen(), ["b", 2, 2]);
    run.log({ metrics: [{ key: "loss", value: 3, step: 3, time: 3 }] });
    add(facts, tag(2, "c"));
    assert.deepEqual(seen(), ["c", 3, 3]);
    run.log({ tags: [{ key: "team", value: "d" }] });
    assert.deepEqual(seen(), ["d", 3, 3]);
    bench.dispose();
  });
});
