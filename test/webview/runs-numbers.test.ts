import assert from "node:assert/strict";
import type { RunSummary } from "../../src/protocol/tracking.js";
import { RunNumbers } from "../../webview/tracking/runs-numbers.js";

const rows = (...values: readonly (number | "NaN")[]): RunSummary[] =>
  values.map((loss) => ({ metrics: { loss } }) as unknown as RunSummary);

describe("numbers in the list of runs", () => {
  const texts = (...values: readonly number[]): string[] => {
    const numbers = new RunNumbers();
    numbers.take(rows(...values));
    return values.map((value) => numbers.text("loss", value));
  };

  it("have the same decimals all down a column, by its spread", () => {
    assert.deepEqual(texts(0.0991, 0.09796, 0.0912, 0.1), ["0.09910", "0.09796", "0.09120", "0.10000"]);
    assert.deepEqual(texts(0.2, 0.2007, 0.0688, 0.94), ["0.200", "0.201", "0.069", "0.940"]);
    assert.deepEqual(texts(12, 1200.5, 0), ["12", "1,201", "0"]);
  });

  it("keep two digits where they are small, and are told by themselves where all are whole or the same", () => {
    assert.deepEqual(texts(0.9, 0.5, 0.0000123), ["0.900", "0.500", "1.2e-5"]);
    assert.deepEqual(texts(3, 1000000), ["3", "1,000,000"]);
    assert.deepEqual(texts(0.123456), ["0.1235"]);
  });

  it("say when what was told reads otherwise now", () => {
    const numbers = new RunNumbers();
    assert.equal(numbers.take(rows(0.5, 0.9, "NaN")), false);
    assert.equal(numbers.text("loss", 0.5), "0.500");
    assert.equal(numbers.take(rows(0.6)), false);
    assert.equal(numbers.take(rows(500)), true);
    assert.equal(numbers.text("loss", 0.5), "0.5");
    assert.equal(numbers.text("loss", 7.5), "8");
    assert.equal(numbers.text("loss", "NaN"), "NaN");
  });
});
