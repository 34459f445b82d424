import assert from "node:assert/strict";
import fc from "fast-check";
import type { Fact } from "../../../src/core/store/fact.js";
import { Folded, type Fold } from "../../../src/core/store/fold.js";
import { datasetFolds } from "../../../src/core/datasets/model.js";
import { registryFolds } from "../../../src/core/registry/model.js";
import { experimentFolds, modelFolds, runFolds, traceFolds } from "../../../src/core/tracking/model.js";

type AnyFolds = Readonly<Record<string, Fold<Fact>>>;
const pillars = {
  runs: runFolds,
  models: modelFolds,
  traces: traceFolds,
  experiments: experimentFolds,
  datasets: datasetFolds,
  registry: registryFolds,
};

const few = fc.constantFrom("a", "b", "");
/** Every field that a fold looks at, and some that it does not. */
const fields = fc.record({
  key: few,
  value: fc.oneof(few, fc.constantFrom(1, 2, "NaN", "Infinity")),
  name: few,
  digest: few,
  dataset: few,
  model: few,
  run: few,
  path: few,
  version: few,
  alias: few,
  asked: few,
  author: few,
  text: few,
  by: fc.constantFrom("supervisor", "client", "lost"),
  status: fc.constantFrom("FINISHED", "FAILED"),
  stage: fc.constantFrom("active", "deleted"),
  step: fc.nat({ max: 2 }),
  time: fc.nat({ max: 2 }),
});

const factsOf = (kinds: readonly string[]): fc.Arbitrary<Fact[]> =>
  fc
    .array(
      fc.record({
        kind: fc.constantFrom(...kinds, "of.tomorrow"),
        clock: fc.nat({ max: 5 }),
        at: fc.nat({ max: 5 }),
        fields,
      }),
      { maxLength: 30 },
    )
    .map((all) =>
      // Each fact has an id of its own; the clock may tie.
      all.map((one, i) => ({
        ...one.fields,
        kind: one.kind,
        at: one.at,
        clock: one.clock,
        id: `${(i * 7) % 31}-${i}`,
      })),
    );

function stateOf(folds: AnyFolds, facts: readonly Fact[]): unknown {
  const folded = new Folded<Fact>(folds);
  for (const fact of facts) folded.add(fact);
  return Object.keys(folds).map((kind) => [kind, folded.all(kind)]);
}

for (const [pillar, folds] of Object.entries(pillars)) {
  const all = folds as unknown as AnyFolds;
  describe(`folds of ${pillar}`, () => {
    it("give one state for any order, in any slices, with any repetition", () => {
      fc.assert(
        fc.property(factsOf(Object.keys(all)), fc.infiniteStream(fc.nat()), (facts, numbers) => {
          const order = new Map(facts.map((fact) => [fact, numbers.next().value ?? 0]));
          const shuffled = facts.toSorted((x, y) => (order.get(x) ?? 0) - (order.get(y) ?? 0));
          const repeated = shuffled.flatMap((fact, i) => (i % 3 === 0 ? [fact, { ...fact }] : [fact]));
          const cut = Math.floor(facts.length / 2);
          const slices = [...facts.slice(cut), ...facts.slice(0, cut), ...facts];
          const state = stateOf(all, facts);
          for (const others of [shuffled, repeated, slices]) assert.deepEqual(stateOf(all, others), state);
        }),
        { numRuns: 300 },
      );
    });

    it("pass over what a later version wrote, and count it", () => {
      const folded = new Folded<Fact>(all);
      assert.equal(folded.add({ id: "1", kind: "of.tomorrow", at: 1, clock: 1 }), false);
      assert.equal(folded.add({ id: "2", kind: "__proto__", at: 1, clock: 1 }), false);
      assert.equal(folded.unknown, 2);
    });
  });
}

describe("a fold", () => {
  const fact = (id: string, clock: number, value: string): Fact => ({
    id,
    kind: "tag.set",
    key: "t",
    value,
    at: 1,
    clock,
  });
  const kept = (facts: readonly Fact[]): unknown => {
    const folded = new Folded<Fact>(traceFolds as unknown as AnyFolds);
    for (const one of facts) folded.add(one);
    return folded.get("tag.set", "t")?.["value"];
  };

  it("takes the same one of two facts that somebody gave one id, whichever is read first", () => {
    const three = [fact("x", 1, "mine"), fact("x", 9, "altered"), fact("y", 5, "between")];
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ].map((order) => kept(order.flatMap((i) => three[i] ?? [])));
    assert.deepEqual(new Set(orders), new Set(["altered"]));
    assert.equal(kept([fact("x", 1, "b"), fact("x", 1, "a")]), kept([fact("x", 1, "a"), fact("x", 1, "b")]));
  });

  it("says whether a fact changed the state", () => {
    const folded = new Folded<Fact>(traceFolds as unknown as AnyFolds);
    assert.equal(folded.add(fact("a", 2, "x")), true);
    assert.equal(folded.add({ ...fact("a", 2, "x") }), false);
    assert.equal(folded.add(fact("b", 1, "earlier")), false);
    assert.equal(folded.add(fact("c", 3, "later")), true);
  });
});
