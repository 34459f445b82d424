import assert from "node:assert/strict";
import fc from "fast-check";
import { TreeCounter, type CountedProcess } from "../../src/run/tree-counter.js";

const row = (pid: number, parent: number, own: number, waited = 0, started = pid): CountedProcess => ({
  pid,
  parent,
  started,
  own,
  waited,
});

describe("the sum over a process tree", () => {
  it("counts a child once, while it lives and after its parent waited for it", () => {
    const counter = new TreeCounter();
    assert.equal(counter.add([row(1, 0, 10), row(2, 1, 5)]), 15);
    assert.equal(counter.add([row(1, 0, 10), row(2, 1, 9)]), 19);
    assert.equal(counter.add([row(1, 0, 11, 12)]), 23);
    assert.equal(counter.add([row(1, 0, 11, 12)]), 23);
  });

  it("counts children that came and went between two samples", () => {
    const counter = new TreeCounter();
    assert.equal(counter.add([row(1, 0, 10)]), 10);
    assert.equal(counter.add([row(1, 0, 10, 50)]), 60);
  });

  it("is right where the parent's status was read just before the child's was fetched", () => {
    const counter = new TreeCounter();
    counter.add([row(1, 0, 10), row(2, 1, 100)]);
    assert.equal(counter.add([row(1, 0, 12)]), 112);
    assert.equal(counter.add([row(1, 0, 14, 103)]), 117);
  });

  it("keeps what a child used that nobody waited for, and does not hold it against the next", () => {
    const counter = new TreeCounter();
    counter.add([row(1, 0, 10), row(2, 1, 100)]);
    counter.add([row(1, 0, 10)]);
    counter.add([row(1, 0, 10)]);
    assert.equal(counter.add([row(1, 0, 10, 40)]), 150);
  });

  it("takes a number that was given to another process for a new one", () => {
    const counter = new TreeCounter();
    counter.add([row(1, 0, 0), row(2, 1, 100)]);
    assert.equal(counter.add([row(1, 0, 0, 100), row(2, 1, 7, 0, 99)]), 107);
  });

  it("does not fall where a counter could not be read for once", () => {
    const counter = new TreeCounter();
    assert.equal(counter.add([row(1, 0, 0, 50)]), 50);
    assert.equal(counter.add([row(1, 0, 0, 0)]), 50);
    assert.equal(counter.add([row(1, 0, 0, 60)]), 60);
  });

  it("survives parents that form a loop", () => {
    const counter = new TreeCounter();
    counter.add([row(1, 2, 5), row(2, 1, 5)]);
    assert.equal(counter.add([]), 10);
  });

  type Step =
    | { do: "work"; who: number; amount: number }
    | { do: "fork" | "exit" | "wait" | "orphan"; who: number }
    | { do: "sample" };
  const who = fc.nat(20);
  const stepOf = (kinds: ("fork" | "exit" | "wait" | "orphan")[]): fc.Arbitrary<Step> =>
    fc.oneof(
      fc.record({ do: fc.constant("work" as const), who, amount: fc.nat(50) }),
      fc.record({ do: fc.constantFrom(...kinds), who }),
      fc.constant({ do: "sample" as const }),
    );

  /** A machine in small: the sums after each sample, and what was truly used by then. */
  function play(steps: readonly Step[]): { sum: number; truth: number }[] {
    const live = [{ ...row(1, 0, 0), ended: false }];
    let truth = 0;
    let next = 2;
    const counter = new TreeCounter();
    const seen: { sum: number; truth: number }[] = [];
    for (const step of [...steps, { do: "sample" as const }]) {
      if (step.do === "sample") {
        seen.push({ sum: counter.add(live.map((process) => ({ ...process }))), truth });
        continue;
      }
      const at = step.who % live.length;
      const process = live[at];
      if (!process) continue;
      if (step.do === "work" && !process.ended) {
        live[at] = { ...process, own: process.own + step.amount };
        truth += step.amount;
      } else if (step.do === "fork" && !process.ended) {
        live.push({ ...row(next, process.pid, 0), ended: false });
        next += 1;
      } else if (step.do === "exit" && at > 0) {
        // its children are waited for by nobody from now on, so this world lets only those without any end
        if (!live.some((child) => child.parent === process.pid)) live[at] = { ...process, ended: true };
      } else if (step.do === "wait" && process.ended) {
        const above = live.findIndex((parent) => parent.pid === process.parent);
        const parent = live[above];
        if (parent) live[above] = { ...parent, waited: parent.waited + process.own + process.waited };
        live.splice(at, 1);
      } else if (step.do === "orphan" && at > 0) {
        live.splice(at, 1);
      }
    }
    return seen;
  }

  it("is the truth where every child is waited for, however the samples fall", () => {
    fc.assert(
      fc.property(fc.array(stepOf(["fork", "exit", "wait"]), { maxLength: 200 }), (steps) => {
        for (const { sum, truth } of play(steps)) assert.equal(sum, truth);
      }),
    );
  });

  it("never falls and is never more than the truth, whatever ends how", () => {
    fc.assert(
      fc.property(fc.array(stepOf(["fork", "exit", "wait", "orphan"]), { maxLength: 200 }), (steps) => {
        let before = 0;
        for (const { sum, truth } of play(steps)) {
          assert.ok(sum >= before && sum <= truth, `${before} → ${sum} of ${truth}`);
          before = sum;
        }
      }),
    );
  });
});
