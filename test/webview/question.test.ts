import assert from "node:assert/strict";
import { Question } from "../../webview/question.js";

/** Lets everything that is settled be told. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a question of a page that is asked again and again", () => {
  let asked: { readonly signal: AbortSignal; readonly answer: (value: number) => void; fail: () => void }[];
  let told: (number | string)[];
  let question: Question<number>;

  beforeEach(() => {
    asked = [];
    told = [];
    question = new Question<number>(
      (signal) =>
        new Promise((resolve, reject) => {
          asked.push({
            signal,
            answer: resolve,
            fail: () => {
              reject(new Error("no"));
            },
          });
        }),
      {
        answered: (value) => void told.push(value),
        failed: (error) => void told.push((error as Error).message),
      },
    );
  });

  it("shows each answer where changes come faster than answers", async () => {
    for (let value = 0; value < 3; value++) {
      for (let change = 0; change < 5; change++) question.ask();
      asked.at(-1)?.answer(value);
      await turn();
    }
    assert.deepEqual(told, [0, 1, 2]);
    assert.equal(asked.length, 4); // the changes since the last answer are asked for once
    assert.ok(asked.every(({ signal }) => !signal.aborted));
  });

  it("asks no more than it was told to", async () => {
    question.ask();
    asked[0]?.answer(1);
    await turn();
    assert.equal(asked.length, 1);
    question.ask();
    asked[1]?.answer(2);
    await turn();
    assert.deepEqual(told, [1, 2]);
  });

  it("goes on after a failure", async () => {
    question.ask();
    question.ask();
    asked[0]?.fail();
    await turn();
    asked[1]?.answer(2);
    await turn();
    assert.deepEqual(told, ["no", 2]);
  });

  it("cancels what is under way when it is closed, and tells nothing more", async () => {
    question.ask();
    question.ask();
    question.close();
    assert.equal(asked[0]?.signal.aborted, true);
    asked[0]?.answer(1);
    await turn();
    assert.deepEqual(told, []);
    assert.equal(asked.length, 1);
  });
});
