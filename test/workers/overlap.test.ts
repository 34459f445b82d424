import assert from "node:assert/strict";
import { never, tableFile, tabular } from "./tabular-here.js";

describe("the overlap of two tables", function () {
  const train = tableFile("train.csv", "name,x,only\nAnna  Maria,1.5,1\nBo,2,1\nCafe\u0301,3,1\n");
  const test = tableFile("test.csv", "x,name\n1.50,anna maria\n2,Bo\n3,Café\n9,Dora\n");

  it("counts rows of the second that stand in the first, exactly and evened out", async () => {
    const overlap = await tabular.overlap({ a: train, b: test, columns: null }, never);
    assert.deepEqual([overlap.rowsA, overlap.rowsB, overlap.exact, overlap.normalised], [3, 4, 1, 3]);
    assert.deepEqual([...overlap.columns].sort(), ["name", "x"]);
    assert.deepEqual(
      overlap.sample.map(({ kind, cells }) => [kind, cells[0]]),
      [
        ["normalised", 1.5],
        ["exact", 2],
        ["normalised", 3],
      ],
    );
  });

  it("looks at chosen columns alone, and says which ones there are not", async () => {
    const { exact, columns, shared } = await tabular.overlap({ a: train, b: test, columns: ["x"] }, never);
    assert.equal(exact, 3);
    assert.deepEqual([columns, shared], [["x"], ["x", "name"]]);
    await assert.rejects(tabular.overlap({ a: train, b: test, columns: ["only"] }, never), {
      code: "value.invalid",
      next: "Choose among x or name.",
    });
    const other = tableFile("other.csv", "z\n1\n");
    await assert.rejects(tabular.overlap({ a: train, b: other, columns: null }, never), {
      message: "The two tables have no column in common.",
    });
  });
});
