import assert from "node:assert/strict";
import { nameOf } from "../../src/vscode/registry/offered-name.js";

describe("the name of a model that is typed or chosen", () => {
  const there = { name: "churn", isNew: false };
  const suggested = { name: "model", isNew: true };

  it("is the one that is chosen, also where only its beginning is typed", () => {
    assert.equal(nameOf(there, ""), "churn");
    assert.equal(nameOf(there, "chu"), "churn");
    assert.equal(nameOf(suggested, ""), "model");
  });

  it("is what is typed where the list does not have it yet", () => {
    assert.equal(nameOf(suggested, " tumour "), "tumour");
    assert.equal(nameOf({ name: "tumo", isNew: true }, "tumour"), "tumour");
    assert.equal(nameOf(undefined, "tumour"), "tumour");
  });

  it("is none where nothing is chosen and nothing typed", () => {
    assert.equal(nameOf(undefined, " "), undefined);
  });
});
