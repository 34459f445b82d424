import assert from "node:assert/strict";
import { said } from "../../../src/core/base/said.js";
import { relaxed, relaxes } from "../../../src/core/datasets/relax-rule.js";
import { readRulesText } from "../../../src/core/datasets/rules-text.js";
import type { ColumnProfile, QualityRule, TableProfile } from "../../../src/core/datasets/view.js";

describe("loam.yaml in an editor, of data", () => {
  it("says where the rules of each data set stand, in the order in which they are asked", () => {
    const text = [
      "# ours",
      "data:",
      "  'my data':",
      "    rules:",
      "      - column: age",
      "        missing: 0.05",
      "        range: [0, 120]",
      "      - rows: [10, null]",
      "  other:",
      "    rules: []",
    ].join("\n");
    assert.deepEqual(readRulesText(text), {
      mistakes: [],
      sets: [
        {
          name: "my data",
          line: 3,
          rules: [
            {
              at: 0,
              line: 5,
              said: said`${"age"} missing in at most ${"5 %"}`,
              rule: { kind: "missing", column: "age", most: 0.05 },
            },
            {
              at: 1,
              line: 5,
              said: said`${"age"} between ${0} and ${120}`,
              rule: { kind: "range", column: "age", min: 0, max: 120 },
            },
            { at: 2, line: 8, said: said`rows at least ${10}`, rule: { kind: "rows", min: 10, max: null } },
          ],
        },
        { name: "other", line: 9, rules: [] },
      ],
    });
  });

  it("says mistakes at their lines, those of YAML itself too", () => {
    const [wrong] = readRulesText(
      "data:\n  a:\n    rules:\n      - column: x\n        range: [3, 1]\n",
    ).mistakes;
    assert.deepEqual([wrong?.line, wrong?.field], [5, "data.a.rules[0].range"]);
    const [broken] = readRulesText('data:\n  a: "\n').mistakes;
    assert.ok(broken);
    assert.deepEqual(readRulesText("").sets, []);
  });
});

describe("a rule that is relaxed", () => {
  const column = (more: Partial<ColumnProfile>): ColumnProfile => ({
    name: "x",
    type: "integer",
    nativeType: "BIGINT",
    count: 90,
    missing: 10,
    distinct: 2,
    distinctIsExact: true,
    numbers: null,
    lengths: null,
    top: [
      { value: "a", count: 60 },
      { value: "c", count: 30 },
    ],
    ...more,
  });
  const profile = (more: Partial<ColumnProfile> = {}): TableProfile => ({
    rows: 100,
    format: "csv",
    columns: [column(more)],
    duplicates: 0,
    sample: [],
    notes: [],
  });
  const numbers = {
    min: -4,
    max: 200,
    mean: 1,
    deviation: 1,
    quantiles: [],
    zeros: 0,
    nonFinite: 0,
    histogram: { edges: [], counts: [] },
  };

  it("holds of what the version has, and is no narrower than it was", () => {
    const of = (rule: QualityRule, more: Partial<ColumnProfile> = {}) => relaxed(rule, profile(more));
    assert.deepEqual(of({ kind: "missing", column: "x", most: 0.02 }), {
      kind: "missing",
      column: "x",
      most: 0.1,
    });
    assert.deepEqual(of({ kind: "missing", column: "x", most: 0.5 }), {
      kind: "missing",
      column: "x",
      most: 0.5,
    });
    assert.deepEqual(of({ kind: "range", column: "x", min: 0, max: null }, { numbers }), {
      kind: "range",
      column: "x",
      min: -4,
      max: null,
    });
    assert.deepEqual(of({ kind: "rows", min: 200, max: 300 }), { kind: "rows", min: 100, max: 300 });
    assert.deepEqual(of({ kind: "type", column: "x", type: "date" }), {
      kind: "type",
      column: "x",
      type: "integer",
    });
    assert.deepEqual(of({ kind: "values", column: "x", allowed: ["a", "b"] }), {
      kind: "values",
      column: "x",
      allowed: ["a", "b", "c"],
    });
  });

  it("is none where nobody knows what to allow", () => {
    assert.equal(relaxes({ kind: "unique", columns: ["x"] }), "never");
    assert.equal(relaxes({ kind: "values", column: "x", allowed: [] }), "by profile");
    assert.equal(relaxes({ kind: "range", column: "x", min: 0, max: 1 }), "always");
    assert.equal(relaxed({ kind: "unique", columns: ["x"] }, profile()), undefined);
    assert.equal(relaxed({ kind: "values", column: "x", allowed: [] }, profile({ distinct: 50 })), undefined);
    assert.equal(relaxed({ kind: "range", column: "gone", min: 0, max: 1 }, profile()), undefined);
  });
});
