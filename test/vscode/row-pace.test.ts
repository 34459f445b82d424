import assert from "node:assert/strict";
import { mock } from "node:test";
import { RowPace } from "../../src/vscode/tracking/row-pace.js";

describe("when a row of a tree is drawn anew", () => {
  let drawn: string[];
  let now: number;
  let looks: { readonly kind: string; readonly text: string };
  let pace: RowPace<object>;
  const run = {};
  const pass = (ms: number): void => {
    now += ms;
    mock.timers.tick(ms);
  };
  const show = (kind: string, text: string): void => {
    looks = { kind, text };
    pace.show(run, looks);
  };

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    now = 5000;
    mock.method(performance, "now", () => now);
    drawn = [];
    pace = new RowPace((row) => {
      drawn.push(looks.text);
      pace.drawn(row, looks); // as the editor does when it asks for the row
    });
    looks = { kind: "running", text: "0.1" };
    pace.drawn(run, looks);
  });
  afterEach(() => {
    pace.dispose();
    mock.timers.reset();
    mock.restoreAll();
  });

  it("is never drawn where it looks as it did", () => {
    pass(5000);
    show("running", "0.1");
    pass(5000);
    assert.deepEqual(drawn, []);
  });

  it("is drawn every 600 ms at most while its text alone changes, with the text that it has by then", () => {
    for (let tenth = 1; tenth <= 20; tenth++) {
      pass(100);
      show("running", String(tenth));
    }
    assert.deepEqual(drawn, ["5", "11", "17"]);
    pass(1000);
    assert.deepEqual(drawn, ["5", "11", "17", "20"]);
  });

  it("is drawn at once where it becomes something else, and not a second time for what waited", () => {
    pass(100);
    show("running", "0.2");
    show("finished", "0.3");
    pass(3000);
    assert.deepEqual(drawn, ["0.3"]);
  });

  it("is not drawn where it looks again as it did when its time has come", () => {
    pass(100);
    show("running", "0.2");
    pass(100);
    show("running", "0.1");
    pass(3000);
    assert.deepEqual(drawn, []);
  });

  it("is not drawn after the tree is gone", () => {
    pass(100);
    show("running", "0.2");
    pace.dispose();
    pass(3000);
    assert.deepEqual(drawn, []);
  });
});
