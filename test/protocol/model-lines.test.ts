import assert from "node:assert/strict";
import { packVersions, unpackVersions, type VersionLine } from "../../src/protocol/model-lines.js";

const version = (number: number, metrics: VersionLine["metrics"]): VersionLine => ({
  ...{ id: `01ARZ3NDEKTSV4RRFFQ6${String(number).padStart(6, "0")}`, model: "5".repeat(16), number },
  ...{ author: "Ada <ada@example.org>", at: 1_700_000_000_000 + number, flavor: "onnx", size: null },
  ...{ runName: "run-1", stage: "None", description: "", tags: { team: "risk" }, aliases: ["champion"] },
  ...{ approval: "approved", metrics, headline: "f1", deleted: number === 2 },
});

describe("versions in one text", () => {
  it("come out as they went in, with metrics of any names that not all of them have", () => {
    const odd = Object.fromEntries<VersionLine["metrics"][string]>([
      ["__proto__", 1],
      ["f1", "NaN"],
    ]);
    const versions = [version(3, { f1: 0.5, loss: 2e-9 }), version(2, {}), version(1, odd)];
    assert.deepEqual(unpackVersions(packVersions("5".repeat(16), versions)), versions);
    assert.deepEqual(unpackVersions(packVersions("5".repeat(16), [])), []);
  });

  it("leave out what no list shows", () => {
    const more = { ...version(1, { f1: 1 }), name: "churn", source: "runs:/1/model", updated: 1 };
    assert.deepEqual(unpackVersions(packVersions(more.model, [more])), [version(1, { f1: 1 })]);
  });
});
