import assert from "node:assert/strict";
import { ToldLater } from "../../src/vscode/datasets/told-later.js";

describe("names that are told later", () => {
  it("are told once and together, after the last came, and those that come then by themselves", async () => {
    const told: (readonly string[])[] = [];
    let heard = (): void => undefined;
    const next = () => new Promise<void>((resolve) => (heard = resolve));
    const later = new ToldLater(20, (names) => {
      told.push(names);
      heard();
    });
    const first = next();
    for (const name of ["a", "b", "a"]) later.add(name);
    assert.deepEqual(told, []);
    await first;
    const second = next();
    later.add("c");
    await second;
    assert.deepEqual(told, [["a", "b"], ["c"]]);
  });

  it("are told no more once nobody wants to hear of them", async () => {
    const told: (readonly string[])[] = [];
    const gone = new ToldLater(0, (names) => told.push(names));
    gone.add("a");
    gone.dispose();
    await new Promise<void>((resolve) => {
      new ToldLater(1, () => {
        resolve();
      }).add("later");
    });
    assert.deepEqual(told, []);
  });
});
