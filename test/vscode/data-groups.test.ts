import assert from "node:assert/strict";
import { byFolder, nameWithin } from "../../src/vscode/datasets/data-groups.js";

const many = (folder: string, count: number): { path: string }[] =>
  Array.from({ length: count }, (_, at) => ({ path: `${folder}${at}.csv` }));

describe("the data sets of a folder in a tree", () => {
  it("stand one below the other while they are few", () => {
    const sets = many("exports/", 100);
    assert.deepEqual(byFolder(sets), { groups: [], alone: sets });
  });

  it("stand in groups by their folder where they are many, and alone where a folder has few", () => {
    const [exports, deep, few, top] = [many("exports/", 90), many("a/b/", 10), many("c/", 9), many("", 12)];
    const { groups, alone } = byFolder([...top, ...exports, ...few, ...deep]);
    assert.deepEqual(groups, [
      { folder: "a/b", sets: deep },
      { folder: "exports", sets: exports },
    ]);
    assert.deepEqual(alone, [...top, ...few]);
  });

  it("calls what stands below a folder without that folder, and what has a name of its own by that", () => {
    assert.equal(nameWithin("data/part/a.csv", "data/part"), "a.csv");
    assert.equal(nameWithin("data/part-2/a.csv", "data/part"), "data/part-2/a.csv");
    assert.equal(nameWithin("people", "data/part"), "people");
    assert.equal(nameWithin("a.csv", ""), "a.csv");
  });
});
