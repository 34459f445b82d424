import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { cardTemplate, fillCard, missingHeadings } from "../../../src/core/registry/card.js";
import { ownHeadings } from "../../../src/core/registry/policy.js";
import type { ModelVersionDetail } from "../../../src/core/registry/view.js";
import { toldText, type Bundle } from "../../../src/protocol/told.js";

const version: ModelVersionDetail = {
  ...{ id: "1", model: "m", name: "churn_v2", number: 3, claimed: 3, author: "Ada <ada@example.org>" },
  ...{
    at: Date.UTC(2026, 10, 1),
    updated: 0,
    source: "runs:/1/model",
    flavor: "onnx",
    onnx: "own",
    size: 12,
    run: "r",
  },
  ...{
    runName: "brave|fox",
    logged: null,
    stage: "None",
    description: "Who **leaves**",
    tags: { team: "risk" },
  },
  ...{
    aliases: ["champion"],
    approval: "approved",
    metrics: { f1: 0.93, loss: "NaN" },
    headline: "f1",
    published: true,
  },
  ...{
    deleted: false,
    artifact: null,
    file: null,
    example: null,
    experiment: "0",
    link: null,
    card: "",
    converted: null,
  },
  params: { depth: "4", html: "<script>\nx" },
  signature: {
    source: "onnx",
    inputs: [{ name: "x", type: "float32", shape: [null, 4] }],
    outputs: [],
    params: [],
  },
  code: { commit: "c".repeat(40), head: "a".repeat(40), changed: 0 },
  data: [{ dataset: "d", version: "v", name: "train", number: 7, content: "f".repeat(64) }],
  environment: { python: "3.11.4", platform: "linux", packages: null },
  approvals: [
    {
      ...{
        id: "a",
        author: "Ada",
        at: Date.UTC(2026, 10, 2),
        comment: "small",
        gates: [],
        state: "approved",
      },
      policy: { approvers: 1, requesterCounts: false },
      verdicts: [
        {
          id: "b",
          author: "Bob",
          at: Date.UTC(2026, 10, 3),
          verdict: "approved",
          comment: "ok",
          gates: [],
          counts: true,
        },
      ],
    },
  ],
};

describe("a model's card", () => {
  it("says each fact where its name stands", () => {
    const said = (card: string): string => fillCard(card, version).text;
    assert.equal(said("{{metrics.f1}} {{ params.depth }} {{tags.team}} {{version}}"), "0.93 4 risk 3");
    const long = { ...version, metrics: { f1: 0.9500000000000001 } };
    assert.equal(fillCard("{{metrics.f1}} {{metrics.loss}}", long).text, "0.95 –");
    assert.equal(
      said("{{data}}"),
      "| Data set | Version | SHA-256 |\n| --- | --- | --- |\n| train | 7 | ffffffffffff |",
    );
    assert.match(said("{{signature}}"), /input \| x \| float32 \\\[\?, 4\\\]/);
    assert.match(said("{{approvals}}"), /approved \| Bob \| 2026-11-03 \| ok/);
    assert.equal(said("{{description}}"), "Who **leaves**");
    assert.equal(said("{{metrics.auc}} {{nothing}} {{a.b}}"), "– {{nothing}} {{a.b}}");
  });

  it("lets no value be markup", () => {
    assert.equal(
      fillCard("{{run}} {{name}} {{params.html}}", version).text,
      "brave\\|fox churn\\_v2 \\<script\\> x",
    );
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        const filled = fillCard("{{params}}", { ...version, params: { key: value } }).text;
        assert.equal(filled.split("\n").length, 3);
        assert.equal(filled.match(/(?<!\\)(?:\\\\)*\|/g)?.length, 9);
        assert.doesNotMatch(filled, /(?<!\\)(?:\\\\)*</);
      }),
    );
  });

  it("begins with a template that lacks what only a person can say", () => {
    assert.deepEqual(missingHeadings(cardTemplate.text, ownHeadings), ownHeadings);
    const filled = fillCard(cardTemplate.text, version).text;
    assert.equal(fillCard("", version).text, filled);
    assert.doesNotMatch(filled, /\{\{|<!--/);
    assert.match(
      filled,
      /^# churn\\_v2, version 3\n\nWho \*\*leaves\*\*\n\n## Intended use\n\n## Performance/,
    );
  });

  it("has a beginning in every language, whose headings are found by the English ones", () => {
    const folder = path.join(import.meta.dirname, "../../../media/l10n");
    for (const file of fs.readdirSync(folder)) {
      const bundle = JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")) as Bundle;
      const begun = toldText(cardTemplate, bundle);
      const own = [...cardTemplate.text.matchAll(/^## (.*)$/gm)].map(([, heading = ""]) => heading);
      assert.deepEqual(missingHeadings(begun.replaceAll(/\{\{\w+\}\}/g, "text"), own), ownHeadings, file);
      const written = begun.replaceAll(/^<!--.*-->$/gm, "Letters to those who may leave.");
      assert.notEqual(written, begun);
      assert.deepEqual(missingHeadings(written, ownHeadings), []);
      const filled = toldText(fillCard("", version), bundle);
      assert.match(filled, /\| 0[.]93 \|/);
      assert.match(filled, new RegExp(`\\| ${bundle["input"] ?? ""} \\| x \\|`));
    }
  });

  it("counts text below a heading and its smaller ones, not comments and places for facts", () => {
    const card =
      "# Intended use\n<!-- who\nelse -->\n{{name}}\n## Data ##\nfrom\n# Limitations\n\n### Towns\nfew\n";
    assert.deepEqual(missingHeadings(card, ["intended use", "Data", "Limitations", "Risks"]), ["Risks"]);
    assert.deepEqual(missingHeadings("## Data\n<!-- x -->\n{{data}}\n", ["Data"]), ["Data"]);
  });
});
