import assert from "node:assert/strict";
import { keyAt, placeIn } from "../../../src/core/code/loam-place.js";

/** What is wanted where `|` stands in a text, and what of the text is replaced. */
function at(marked: string): string | undefined {
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  const place = placeIn(text, offset);
  return place && `${place.role} ${place.keys.join("/")} <${text.slice(place.from, place.to)}>`;
}
const inRules = (entry: string): string => `data:\n  a:\n    rules:\n${entry}`;

describe("a place in loam.yaml", () => {
  it("is a key of the map that the cursor is indented to", () => {
    assert.equal(at("|"), "key  <>");
    assert.equal(at("da|"), "key  <da>");
    assert.equal(at("data:\n  |"), "key data <>");
    assert.equal(at("data:\r\n  a:\r\n    |\r\n"), "key data/a <>");
    assert.equal(at("data:\n  a:\n    rules: []\n  |"), "key data <>");
    assert.equal(at("data:\n  tr|\n  b:\n    file: x\n"), "key data <tr>");
    assert.equal(at("data:\n  tr|ain:\n    file: x\n"), "key data <train>");
    assert.equal(at(inRules("      - column: x\n        |\n        missing: 0")), "key data/a/rules/0 <>");
  });

  it("is a value behind its key or dash, or between brackets", () => {
    assert.equal(at(inRules("      - |")), "value data/a/rules/0 <>");
    assert.equal(at(inRules("    - column: a\n    - mi|\n  b:\n    file: x\n")), "value data/a/rules/1 <mi>");
    assert.equal(at(inRules("      - column: me|an # m\n")), "value data/a/rules/0/column <mean>");
    assert.equal(at(inRules("      - columns: [a, |]\n")), "value data/a/rules/0/columns/1 <>");
    assert.equal(
      at(inRules("      - columns: [\n          a,\n          b|\n        ]")),
      "value data/a/rules/0/columns/1 <b>",
    );
    assert.equal(
      at("models:\n  x:\n    checks:\n      - metrics.f1 >= 0.9 and me|\n      - b"),
      "value models/x/checks/0 <metrics.f1 >= 0.9 and me>",
    );
    assert.equal(at("models: {x: {checks: [ca|ca]}}"), "value models/x/checks/0 <caca>");
  });

  it("is found in a text that is half typed, before and behind it", () => {
    assert.equal(at(inRules("      - |\n        missing: 0\n")), "key data/a/rules/0 <>");
    assert.equal(
      at(inRules('      - column: "mean ra|\n        missing: 0\n')),
      'value data/a/rules/0/column <"mean ra>',
    );
    assert.equal(
      at(inRules("      - column: 'mean |radius'\n")),
      "value data/a/rules/0/column <'mean radius'>",
    );
    assert.equal(
      at(inRules("      - columns: [a, |\n        unique: true\n")),
      "value data/a/rules/0/columns/1 <>",
    );
    assert.equal(at(inRules("      - {column: a, |")), "key data/a/rules/0 <>");
    assert.equal(at('a: [\n\nb: "\nc: {\ndata:\n  |'), undefined); // a quote that is never closed swallows all
    assert.equal(at("a: [\n\nc: {\ndata:\n  |"), "key data <>");
    assert.equal(at("data:\n  a: *none\n  |"), "key data <>");
  });

  it("is none in a comment, at a colon without a space, and in what nobody typed", () => {
    assert.equal(at("models:\n  x:\n    # ab|"), undefined);
    assert.equal(at(inRules("      - column:|")), undefined);
    assert.equal(at("models:\n  x:\n    checks:\n      -|"), undefined);
    assert.equal(placeIn("x".repeat(2_000_000), 5), undefined);
  });

  it("knows what stands beside it, and what the file says elsewhere", () => {
    const text = inRules("      - column: x\n        \n        missing: 0\n      - columns: [a, b, ]\n");
    const key = placeIn(text, text.indexOf("        \n") + 8);
    assert.deepEqual(key?.beside, ["column", "missing"]);
    assert.equal(key?.valueAt(["data", "a", "rules", 0, "missing"]), 0);
    assert.equal(key.valueAt(["data", "none", "rules"]), undefined);
    const value = placeIn(text, text.indexOf(" ]") + 1);
    assert.deepEqual(
      [value?.keys, value?.beside, value?.isFlow],
      [["data", "a", "rules", 1, "columns", 2], ["a", "b"], true],
    );
    assert.equal(placeIn("data:\n  a: 1", 9)?.hasColon, true);
  });

  it("of a key that is there is found for its explanation", () => {
    const text = inRules("      - column: rules\n        missing: 0\n");
    assert.deepEqual(keyAt(text, text.indexOf("missing") + 2)?.keys, ["data", "a", "rules", 0, "missing"]);
    assert.deepEqual(keyAt(text, 1), { keys: ["data"], from: 0, to: 4 });
    assert.equal(keyAt(text, text.lastIndexOf("rules") + 1), undefined);
    assert.equal(keyAt("a: [b: {", 3 + 1)?.keys.at(-1), "b");
  });
});
