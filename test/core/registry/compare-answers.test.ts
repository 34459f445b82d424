import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../../src/core/base/failure.js";
import { compareAnswers, type ExpectedAnswer } from "../../../src/core/registry/compare-answers.js";
import type { Tensor } from "../../../src/core/registry/inference.js";

const expected = (labels: boolean, ...values: ExpectedAnswer["values"]): ExpectedAnswer => ({
  name: "Y",
  labels,
  values,
});
const answered = (...values: Tensor["values"]): readonly Tensor[] => [
  { name: "Y", type: "float32", shape: [values.length], values },
];

describe("what a model and its ONNX file answer", () => {
  it("is equal within the tolerance, and within that part of large numbers", () => {
    const compare = (a: number, b: number): boolean =>
      compareAnswers([expected(false, a)], answered(b), 1e-5).equal;
    assert.ok(compare(0, 0.9e-5));
    assert.ok(!compare(0, 1.2e-5));
    assert.ok(compare(1e6, 1e6 + 9));
    assert.ok(!compare(1e6, 1e6 + 21));
    assert.ok(!compare(-1, 1));
  });

  it("tells the greatest difference, and how many classes are others", () => {
    assert.deepEqual(compareAnswers([expected(false, 1, 2, 3)], answered(1, 2.5, 3.25), 1e-5), {
      greatest: 0.5,
      labelsDiffer: 0,
      equal: false,
    });
    const labels = [expected(true, "a", "b", "é"), { ...expected(true, true, false, 7), name: "Z" }];
    const others: readonly Tensor[] = [
      ...answered("a", "c", "é"),
      { name: "Z", type: "int64", shape: [3], values: [1, 0, "7"] },
    ];
    assert.deepEqual(compareAnswers(labels, others, 1e-5), { greatest: 0, labelsDiffer: 1, equal: false });
  });

  it("knows what is no number: equal to itself, and as far as can be from all others", () => {
    assert.deepEqual(compareAnswers([expected(false, null)], answered(Number.NaN), 1e-5).equal, true);
    const apart = compareAnswers([expected(false, null, 1)], answered(1, Number.NaN), 1e-5);
    assert.deepEqual(apart, { greatest: Number.MAX_VALUE, labelsDiffer: 0, equal: false });
    assert.equal(compareAnswers([expected(false, Infinity)], answered(Infinity), 1e-5).equal, true);
    assert.equal(compareAnswers([expected(false, Infinity)], answered(-Infinity), 1e-5).equal, false);
  });

  it("is refused where an output is missing or has another size", () => {
    const wrong = (error: unknown): boolean =>
      error instanceof Failure &&
      error.code === "value.invalid" &&
      /answers Y with \d values/.test(error.message);
    assert.throws(() => compareAnswers([expected(false, 1, 2)], answered(1), 1e-5), wrong);
    assert.throws(() => compareAnswers([expected(false, 1)], [], 1e-5), wrong);
  });

  it("is equal to itself, and what is told is fit for JSON", () => {
    const value = fc.oneof(fc.double(), fc.integer());
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (a, b) => {
        assert.ok(compareAnswers([expected(false, ...a)], answered(...a), 0).equal);
        const length = Math.min(a.length, b.length);
        const told = compareAnswers(
          [expected(false, ...a.slice(0, length))],
          answered(...b.slice(0, length)),
          1e-5,
        );
        assert.deepEqual(JSON.parse(JSON.stringify(told)), told);
      }),
    );
  });
});
