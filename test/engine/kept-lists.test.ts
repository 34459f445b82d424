import assert from "node:assert/strict";
import { pathFilter } from "../../src/core/datasets/path-filter.js";
import { KeptLists } from "../../src/engine/kept-lists.js";

const never = new AbortController().signal;
const all = { by: "", fits: () => true };

describe("lists that are read a window at a time", () => {
  const numbers = (upTo: number) => async () => Array.from({ length: upTo }, (_, at) => at);

  it("give windows of what fits, whatever was asked for before", async () => {
    const lists = new KeptLists<number>();
    const { handle, entries } = await lists.open(numbers(100), never);
    assert.equal(entries.length, 100);
    const even = { by: "even", fits: (one: number) => one % 2 === 0 };
    for (let again = 0; again < 2; again++) {
      assert.deepEqual(await lists.window(handle, { from: 1, most: 2 }, even, never), {
        entries: [2, 4],
        total: 50,
      });
      assert.deepEqual(await lists.window(handle, { from: 98, most: 9 }, all, never), {
        entries: [98, 99],
        total: 100,
      });
    }
  });

  it("look for a longer word where the shorter one was found, and for what was chosen before not at all", async () => {
    const lists = new KeptLists<number>();
    const { handle } = await lists.open(numbers(100), never);
    const looked: Record<string, number> = {};
    const holding = (by: string) => ({
      by,
      fits: (one: number) => {
        looked[by] = (looked[by] ?? 0) + 1;
        return String(one).includes(by);
      },
      within: (earlier: string) => by.includes(earlier),
    });
    const found = async (by: string): Promise<readonly number[]> =>
      (await lists.window(handle, { from: 0, most: 100 }, holding(by), never)).entries;
    const ofNine = await found("9");
    assert.equal(ofNine.length, 19);
    assert.deepEqual(await found("98"), [98]);
    assert.deepEqual(await found("9"), ofNine);
    assert.deepEqual(
      await found("7"),
      await numbers(100)().then((all) => all.filter((one) => `${one}`.includes("7"))),
    );
    assert.deepEqual(looked, { 9: 100, 98: 19, 7: 100 });
  });

  it("are made anew where their entries were let go, the oldest first", async () => {
    const lists = new KeptLists<number>();
    let made = 0;
    const large = async () => {
      made++;
      return numbers(200_000)();
    };
    const first = await lists.open(large, never);
    const second = await lists.open(large, never);
    const last = { from: 199_999, most: 5 };
    assert.deepEqual((await lists.window(second.handle, last, all, never)).entries, [199_999]);
    assert.equal(made, 2);
    assert.deepEqual((await lists.window(first.handle, last, all, never)).entries, [199_999]);
    assert.equal(made, 3);
  });

  it("are gone behind many others, and that is said", async () => {
    const lists = new KeptLists<number>();
    const { handle } = await lists.open(numbers(1), never);
    for (let others = 0; others < 100; others++) await lists.open(numbers(1), never);
    await assert.rejects(lists.window(handle, { from: 0, most: 1 }, all, never), { code: "state.wrong" });
  });
});

describe("a filter of paths", () => {
  const fitting = (text: string): string[] =>
    ["images/Cat-01.PNG", "images/dog.png", "labels.csv", "a cat.csv"].filter(pathFilter(text));

  it("wants every word somewhere, in any case, and takes * for anything", () => {
    assert.deepEqual(fitting(" "), ["images/Cat-01.PNG", "images/dog.png", "labels.csv", "a cat.csv"]);
    assert.deepEqual(fitting("cat"), ["images/Cat-01.PNG", "a cat.csv"]);
    assert.deepEqual(fitting("csv CAT"), ["a cat.csv"]);
    assert.deepEqual(fitting("images/*.png"), ["images/Cat-01.PNG", "images/dog.png"]);
    assert.deepEqual(fitting("*"), ["images/Cat-01.PNG", "images/dog.png", "labels.csv", "a cat.csv"]);
    assert.deepEqual(fitting("png*images"), []);
    assert.deepEqual(fitting("[("), []);
  });
});
