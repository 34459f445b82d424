import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { LoamFile } from "../../../src/core/code/loam-file.js";
import { rulesFor, setRules } from "../../../src/core/datasets/quality-rules.js";
import type { QualityRule } from "../../../src/core/datasets/view.js";
import { emptyFolder, newWorkbench } from "../tracking/bench-folder.js";

const text = `# our models
models:
  default: {approvers: 2}   # two pairs of eyes
data:
  # as delivered each night
  train:
    rules:
      # the oldest person on record was 122
      - column: age   # in years
        missing: 5%
        range: [ 0, 122 ]   # plausible
        # asked of legal
      - {column: country, values: [de, at], regex: "^[a-z]+$"}

      # a night without rows is an outage
      - rows: [1, null]
      - column: income
        min: 0     # no debts
        max: 1000  # thousands
      - columns: [shop, day]
        unique: true
  test: {file: test.csv}
`;

describe("rules that are written again", () => {
  const bench = newWorkbench(emptyFolder());
  const file = path.join(path.dirname(bench.store.layout.root), "loam.yaml");
  after(() => {
    bench.dispose();
  });
  const now = (): string => fs.readFileSync(file, "utf8");
  const rules = (): readonly QualityRule[] => rulesFor(bench.store, "train").rules;
  const change = (at: number, rule: QualityRule | undefined): string => {
    setRules(
      bench.store,
      "train",
      rules().flatMap((one, place) => (place === at ? (rule ?? []) : one)),
    );
    return now();
  };
  const find = (kind: QualityRule["kind"], column?: string): number => {
    const at = rules().findIndex(
      (rule) => rule.kind === kind && (column === undefined || ("column" in rule && rule.column === column)),
    );
    assert.ok(at >= 0);
    return at;
  };

  beforeEach(() => {
    fs.writeFileSync(file, text);
  });

  it("leave every other byte of the file where bounds change", () => {
    assert.equal(
      change(find("range", "age"), { kind: "range", column: "age", min: 0, max: 130.5 }),
      text.replace("[ 0, 122 ]", "[0, 130.5]"),
    );
    assert.equal(
      change(find("missing"), { kind: "missing", column: "age", most: 0.1 }),
      text.replace("[ 0, 122 ]", "[0, 130.5]").replace("5%", "0.1"),
    );
    fs.writeFileSync(file, text);
    const income: QualityRule = { kind: "range", column: "income", min: -5, max: 1000 };
    assert.equal(change(find("range", "income"), income), text.replace("min: 0 ", "min: -5 "));
    fs.writeFileSync(file, text);
    const allowed = ["de", "at", "fr, ch"];
    assert.equal(
      change(find("values"), { kind: "values", column: "country", allowed }),
      text.replace("[de, at]", '[de, at, "fr, ch"]'),
    );
  });

  it("keep the comments of those that stay where one goes or comes", () => {
    const gone = change(find("rows"), undefined);
    assert.doesNotMatch(gone, /rows:/);
    for (const comment of text.matchAll(/# .*/g))
      if (!comment[0].includes("outage")) assert.ok(gone.includes(comment[0]), comment[0]);
    const without = change(find("missing"), undefined);
    assert.match(without, /- column: age # in years\n {8}range: \[0, 122\] # plausible/);
    setRules(bench.store, "train", [
      ...rules(),
      { kind: "type", column: "age", type: "integer" },
      { kind: "missing", column: "mail", most: 0 },
    ]);
    assert.match(now(), /range: \[0, 122\] # plausible\n(?: {8}#.*\n)? {8}type: integer\n/);
    assert.match(now(), /unique: true\n {6}- column: mail\n {8}missing: 0\n/);
    assert.match(now(), /# the oldest person on record was 122\n {6}- column: age/);
  });

  it("go with their key where none is left, and nothing else goes", () => {
    setRules(bench.store, "train", []);
    assert.doesNotMatch(now(), /rules:/);
    assert.match(now(), /# two pairs of eyes/);
    assert.match(now(), /# as delivered each night\n {2}train:/);
    assert.deepEqual(rules(), []);
  });

  it("say what was asked for, whatever stood there", () => {
    const column = fc.constantFrom("age", "country", "income", "mail");
    const bound = fc.option(fc.integer({ min: -9, max: 9 }), { nil: null });
    const bounds = fc
      .tuple(bound, bound)
      .filter(([a, b]) => (a !== null || b !== null) && (a ?? -10) <= (b ?? 10))
      .map(([min, max]) => ({ min, max }));
    const rule: fc.Arbitrary<QualityRule> = fc.oneof(
      fc.record({ kind: fc.constant("missing" as const), column, most: fc.constantFrom(0, 0.05, 1) }),
      fc.tuple(column, bounds).map(([of, both]): QualityRule => ({ kind: "range", column: of, ...both })),
      bounds.map((both): QualityRule => ({ kind: "rows", ...both })),
      column.map((of): QualityRule => ({ kind: "unique", columns: [of] })),
      fc.constant<QualityRule>({ kind: "unique", columns: ["shop", "day"] }),
      fc
        .tuple(column, fc.array(fc.oneof(fc.string(), fc.integer(), fc.boolean()), { minLength: 1 }))
        .map(([of, allowed]): QualityRule => ({ kind: "values", column: of, allowed })),
      column.map((of): QualityRule => ({ kind: "regex", column: of, pattern: "a: #{2},[b]" })),
    );
    const bag = (all: readonly QualityRule[]): string[] =>
      all.map((one) => JSON.stringify(sorted(one))).sort();
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), fc.array(rule, { maxLength: 8 }), (first, second) => {
        fs.writeFileSync(file, text);
        setRules(bench.store, "train", first);
        assert.deepEqual(bag(rules()), bag(first));
        setRules(bench.store, "train", second);
        assert.deepEqual(bag(rules()), bag(second));
        assert.deepEqual(LoamFile.of(file, now()).syntaxMistakes(), []);
      }),
      { numRuns: 60 },
    );
  });
});

const sorted = (rule: QualityRule): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(rule).sort(([a], [b]) => (a < b ? -1 : 1)));
