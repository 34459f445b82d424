import assert from "node:assert/strict";
import { chartSections } from "../../webview/tracking/chart-sections.js";

const named = (...names: readonly string[]): { readonly name: string }[] => names.map((name) => ({ name }));
const many = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const told = (names: readonly string[], leading?: string): [string, string[]][] =>
  chartSections(named(...names), leading).map(({ title, charts }) => [title, charts.map(({ name }) => name)]);

describe("charts of very many metrics", () => {
  it("stand in sections by prefix, those without one before them", () => {
    const [train, layer] = [many("train/", 6), many("layer/mlp/", 7)];
    assert.deepEqual(told(["f1", ...layer, "test/auc", ...train]), [
      ["", ["f1", "test/auc"]],
      ["layer", layer],
      ["train", train],
    ]);
  });

  it("have the one that matters first, out of its section", () => {
    const train = many("train/", 20);
    assert.deepEqual(told(train, "train/0"), [
      ["", ["train/0"]],
      ["train", train.slice(1)],
    ]);
  });

  it("have no titles where there are few, or where no prefix is shared", () => {
    assert.deepEqual(told(many("train/", 12)), [["", many("train/", 12)]]);
    assert.deepEqual(told(many("m", 40)), [["", many("m", 40)]]);
    assert.deepEqual(told(["/a", ...many("", 20)]), [["", ["/a", ...many("", 20)]]]);
  });

  it("stand each exactly once", () => {
    const names = [...many("a/", 9), ...many("b/x/", 2), "b/y", ...many("c", 3), "d/1"];
    const all = told(names, "b/y").flatMap(([, charts]) => charts);
    assert.deepEqual([...all].sort(), [...names].sort());
  });
});
