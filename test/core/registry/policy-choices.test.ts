import assert from "node:assert/strict";
import * as fs from "node:fs";
import { placeIn } from "../../../src/core/code/loam-place.js";
import { parseGate } from "../../../src/core/registry/gate.js";
import { policyChoices, type KnownModels } from "../../../src/core/registry/policy-choices.js";
import { policyKeys, modelsKeyAt } from "../../../src/core/registry/policy-keys.js";
import { mistakesInModels } from "../../../src/core/registry/policy.js";
import { LoamFile } from "../../../src/core/code/loam-file.js";

const known: KnownModels = {
  models: () => [
    {
      name: "tumour",
      aliases: { champion: 1, shadow: 2 },
      card: "# {{name}}\n\n## Intended use <!-- x -->\n\n## Fairness\n",
    },
    { name: "churn", aliases: { blue: 1 }, card: "" },
  ],
  measures: () =>
    Promise.resolve({ metrics: ["f1", "val loss", "test/loss", "odd: name"], params: ["depth"] }),
  championOf: (name) => (name === "tumour" ? { f1: 0.954 } : {}),
};
const nothing: KnownModels = {
  models: () => [],
  measures: () => Promise.resolve({ metrics: [], params: [] }),
  championOf: () => ({}),
};

/** What a snippet puts in where nothing is changed of it; an editor indents its lines as the first one is. */
const put = (snippet: string, indent: string): string =>
  snippet
    .replaceAll(/\$\{1\|(\w+)[^}]*\}|\$\{1:([^}]*)\}|\$1/g, "$1$2")
    .replaceAll("\n", `\n${indent}`)
    .replaceAll("\\$", "$");

/** What is offered at `|`: the label, and the whole text when it is taken, without what the snippet asks for. */
async function offered(marked: string, of = known) {
  const text = marked.replace("|", "");
  const place = placeIn(text, marked.indexOf("|"));
  assert.ok(place, marked);
  const indent = /^ */.exec(text.slice(text.lastIndexOf("\n", place.from) + 1))?.[0] ?? "";
  const { from, to, choices } = await policyChoices(place, of);
  return choices.map(({ label, snippet, detail }) => ({
    label,
    detail: detail?.text,
    taken: text.slice(0, from) + put(snippet, indent) + text.slice(to),
  }));
}
const labels = async (marked: string, of = known): Promise<string[]> =>
  (await offered(marked, of)).map(({ label }) => label);
const checks = (text: string): string => `models:\n  tumour:\n    checks:\n      - ${text}`;

describe("choices in loam.yaml, of models", () => {
  it("are the models that nothing is said of yet, and what is for all", async () => {
    assert.deepEqual(await labels("models:\n  |"), ["tumour", "churn", "default"]);
    assert.deepEqual(await labels("models:\n  |\n  tumour:\n    approvers: 2"), ["churn", "default"]);
    assert.deepEqual(await labels("models:\n  |", nothing), ["default"]);
  });

  it("are the keys that are not there yet: of each what is put in has no mistake", async () => {
    const found = await offered("models:\n  tumour:\n    approvers: 2\n    |");
    assert.deepEqual(
      found.map(({ label }) => label),
      policyKeys.map(({ name }) => name).filter((name) => name !== "approvers"),
    );
    for (const { taken } of found)
      assert.deepEqual(mistakesInModels(LoamFile.of("", taken.replace(/- $/, "- card complete"))), [], taken);
    const schema = JSON.parse(
      fs.readFileSync(new URL("../../../media/loam.schema.json", import.meta.url), "utf8"),
    ) as {
      readonly properties: {
        readonly models: { readonly additionalProperties: { readonly properties: object } };
      };
    };
    assert.deepEqual(
      Object.keys(schema.properties.models.additionalProperties.properties),
      policyKeys.map(({ name }) => name),
    );
  });

  it("are checks, and metrics and params that runs have, beside what the champion has", async () => {
    const found = await offered(checks("|"));
    assert.deepEqual(
      found.map(({ label }) => label),
      [
        "quality rules",
        "signature unchanged",
        "card complete",
        "metrics.f1",
        "metrics.`val loss`",
        "metrics.test/loss",
        "params.depth",
        "not",
      ],
    );
    assert.equal(found[3]?.detail, "champion: 0.954");
    assert.equal(found[3].taken, checks("metrics.f1 >= "));
    assert.equal(found[5]?.taken, checks("metrics.test/loss <= "));
    assert.deepEqual(await labels(checks("quality rules\n      - q|")), (await labels(checks("|"))).slice(1));
    assert.deepEqual(await labels(checks("|"), nothing), [
      "quality rules",
      "signature unchanged",
      "card complete",
      "not",
    ]);
  });

  it("go on with a condition that is begun, to one that is right", async () => {
    assert.deepEqual(await labels(checks("metrics.f1 |")), ["=", "!=", ">", ">=", "<", "<=", "in", "not in"]);
    const against = await offered(checks("metrics.f1 >= |"));
    assert.deepEqual(
      against.map(({ label }) => label),
      ["champion", "0.954"],
    );
    for (const { taken } of against) parseGate(taken.slice(checks("").length));
    const more = await offered(checks("metrics.f1 >= 0.9 and m|"));
    assert.equal(
      more.find(({ label }) => label === "metrics.f1")?.taken,
      checks("metrics.f1 >= 0.9 and metrics.f1 >= "),
    );
    assert.deepEqual(await labels(checks("metrics.f1 >= 0.9 |")), ["and", "or"]);
    const quoted = await offered(checks('"metrics.f|"'));
    assert.equal(quoted.find(({ label }) => label === "metrics.f1")?.taken, checks('"metrics.f1 >= "'));
    assert.ok(quoted.some(({ label }) => label.includes("odd: name")));
    assert.deepEqual(await labels("models:\n  default:\n    checks: [metrics.f1 >= |]"), ["champion"]);
  });

  it("are aliases, headings of the card, and yes or no", async () => {
    assert.deepEqual(await labels("models:\n  tumour:\n    protected: [|]"), ["champion", "shadow"]);
    assert.deepEqual(await labels("models:\n  default:\n    protected: [champion, |]"), ["shadow", "blue"]);
    assert.deepEqual(await labels("models:\n  tumour:\n    card: [|]"), [
      "Intended use",
      "Limitations",
      "Fairness",
    ]);
    assert.deepEqual(await labels("models:\n  tumour:\n    requester_counts: |"), ["true", "false"]);
    assert.deepEqual(await labels("models:\n  tumour:\n    approvers: |"), []);
  });

  it("have their explanations by the path of the key", () => {
    assert.match(modelsKeyAt(["models", "default"])?.about.text ?? "", /all models/);
    assert.match(modelsKeyAt(["models", "x", "checks"])?.about.text ?? "", /must hold/);
    assert.equal(modelsKeyAt(["models", "checks"]), undefined);
  });
});
