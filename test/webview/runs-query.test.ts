import assert from "node:assert/strict";
import fc from "fast-check";
import { parseQuery } from "../../src/core/query/parser.js";
import { printIdentifier, printQuery } from "../../src/core/query/tree.js";
import { wireFailure } from "../../src/engine/wire-failure.js";
import type { Column } from "../../src/protocol/tracking.js";
import { completionsAt, type KnownWords } from "../../webview/tracking/query-completion.js";
import {
  conditions,
  fieldName,
  mistakeAt,
  orderTerms,
  queryParts,
  withCondition,
  withOrder,
  withoutCondition,
  withTerm,
} from "../../webview/tracking/query-text.js";
import { rankedMetrics } from "../../webview/tracking/ranked-metrics.js";

const columns: readonly Column[] = [
  { kind: "metric", name: "f1", runs: 9, interest: 0 },
  { kind: "metric", name: "val_f1", runs: 4, interest: 0 },
  { kind: "param", name: "learning rate", runs: 9, interest: 0 },
  { kind: "param", name: "model", runs: 9, interest: 0 },
  { kind: "tag", name: "mlflow.user", runs: 9, interest: 0 },
];
const known: KnownWords = { columns, values: (field) => (field === "params.model" ? ["rf", "it's"] : []) };

/** The texts offered where `|` stands. */
function offered(text: string): string[] {
  const at = text.indexOf("|");
  return completionsAt(text.replace("|", ""), at, known).items.map((item) => item.text);
}

describe("text of a query", () => {
  it("is cut at its order and limit, and joined again", () => {
    const text = "metrics.f1 > 0.9 and tags.x = 'order by y' order by metrics.f1 desc, start_time limit 5";
    assert.deepEqual(queryParts(text), {
      filter: "metrics.f1 > 0.9 and tags.x = 'order by y'",
      order: "metrics.f1 desc, start_time",
      limit: "limit 5",
    });
    assert.deepEqual(orderTerms(text), [
      { field: "metrics.f1", direction: "desc" },
      { field: "start_time", direction: "asc" },
    ]);
    assert.equal(
      withOrder(text, [{ field: "name", direction: "asc" }]),
      "metrics.f1 > 0.9 and tags.x = 'order by y' order by name limit 5",
    );
    assert.equal(withOrder("order by name", []), "");
  });

  it("is ordered by one field or by more, each in its place", () => {
    const text = "a.b = 1 order by name, metrics.f1 desc limit 5";
    assert.equal(withTerm(text, "state", "asc", false), "a.b = 1 order by state limit 5");
    assert.equal(withTerm(text, "name", "desc", true), "a.b = 1 order by name desc, metrics.f1 desc limit 5");
    assert.equal(
      withTerm(text, "state", "asc", true),
      "a.b = 1 order by name, metrics.f1 desc, state limit 5",
    );
    assert.equal(withTerm(text, "name", null, true), "a.b = 1 order by metrics.f1 desc limit 5");
    assert.equal(withTerm(text, "name", null, false), "a.b = 1 limit 5");
  });

  it("has conditions that come and go", () => {
    const text = "metrics.f1 > 0.9 and (a.b = 1 or not params.c in ('x', 'y')) order by name";
    assert.deepEqual(conditions(text), ["metrics.f1 > 0.9", "(a.b = 1 or not params.c in ('x', 'y'))"]);
    assert.equal(withoutCondition(text, 1), "metrics.f1 > 0.9 order by name");
    assert.deepEqual(conditions("a = 1 or b = 2 and c = 3"), ["a = 1 or b = 2 and c = 3"]);
    assert.equal(withCondition("a = 1 or b = 2", "c = 3"), "(a = 1 or b = 2) and c = 3");
    assert.equal(withCondition("order by name", "c = 3"), "c = 3 order by name");
  });

  it("names every metric, param and tag as the grammar reads it", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        const { filter } = parseQuery(`${fieldName("metric", name)} > 1`);
        assert.ok(filter.kind === "compare");
        assert.deepEqual([filter.field.prefix, filter.field.key], ["metrics", name]);
      }),
    );
    assert.equal(fieldName("param", "learning rate"), "params.`learning rate`");
    assert.equal(fieldName("tag", "mlflow.user"), printIdentifier({ prefix: "tags", key: "mlflow.user" }));
  });

  it("keeps its meaning when its order is changed to what it was", () => {
    const names = fc.constantFrom("metrics.f1", "params.`learning rate`", "name", "tags.a.b");
    const simple = fc
      .tuple(names, fc.constantFrom("= 'x'", "in ('a', 'b')", "is not null", "like '%limit 3%'"))
      .map((p) => p.join(" "));
    const filters = fc.array(simple, { maxLength: 3 }).map((all) => all.join(" and "));
    const orders = fc.uniqueArray(fc.tuple(names, fc.constantFrom("", " desc", " asc")), {
      selector: ([name]) => name,
      maxLength: 3,
    });
    fc.assert(
      fc.property(filters, orders, fc.boolean(), (filter, order, limit) => {
        const by = order.map((part) => part.join("")).join(", ");
        const text = [filter, by === "" ? "" : `order by ${by}`, limit ? "limit 7" : ""].join(" ").trim();
        assert.equal(printQuery(parseQuery(withOrder(text, orderTerms(text)))), printQuery(parseQuery(text)));
        for (const one of conditions(text)) parseQuery(one);
      }),
    );
  });

  it("is told where its mistake is", () => {
    for (const text of ["metrics.f1 >> 2", "a", "metrics.f1 > 0.9 und b", "'"]) {
      try {
        parseQuery(text);
        assert.fail(`${text} has no mistake`);
      } catch (error) {
        const failure = wireFailure(error);
        const at = mistakeAt(failure);
        assert.ok(at !== undefined && at >= 0 && at <= text.length, failure.message);
      }
    }
    assert.equal(mistakeAt({ code: "store.io", message: "The folder is gone." }), undefined);
  });
});

describe("metrics of a folder", () => {
  it("stand in the order in which they matter, rare ones behind", () => {
    const metric = (name: string, runs: number, interest: number): Column => ({
      kind: "metric",
      name,
      runs,
      interest,
    });
    const all = [
      metric("system/cpu", 9, -4),
      metric("a", 9, 0),
      metric("b", 8, 0),
      metric("old_f1", 1, 4),
      metric("loss", 6, 3),
      metric("f1", 5, 4),
    ];
    assert.deepEqual(rankedMetrics(all), ["f1", "loss", "a", "b", "old_f1", "system/cpu"]);
  });
});

describe("completion of a query", () => {
  it("offers names, those of people first", () => {
    const all = offered("|");
    assert.equal(all[0], "metrics.f1");
    assert.ok(
      all.includes("params.`learning rate`") && all.includes("start_time") && all.includes("order by"),
    );
    assert.ok(all.indexOf("tags.mlflow.user") > all.indexOf("params.model"));
    assert.deepEqual(offered("metrics.v|"), ["metrics.val_f1"]);
    assert.deepEqual(offered("f1|"), ["metrics.f1", "metrics.val_f1"]);
    assert.deepEqual(offered("params.`lea|"), ["params.`learning rate`"]);
  });

  it("offers what goes with the kind of a name", () => {
    assert.ok(offered("metrics.f1 |").includes(">=") && !offered("metrics.f1 |").includes("like"));
    assert.deepEqual(offered("params.model l|"), ["like"]);
    assert.deepEqual(offered("params.model = |"), ["'rf'", "'it''s'"]);
    assert.deepEqual(offered("params.model in ('rf', |"), ["'rf'", "'it''s'"]);
    assert.ok(offered("state = |").includes("'failed'"));
    assert.ok(offered("start_time > |").includes("'-7d'"));
  });

  it("goes on after a condition and in the order", () => {
    assert.deepEqual(offered("metrics.f1 > 1 |"), ["and", "or", "order by"]);
    assert.deepEqual(offered("metrics.f1 > 1 and metrics.val|"), ["metrics.val_f1"]);
    assert.deepEqual(offered("order by metrics.f1 |"), ["desc", "asc"]);
    assert.deepEqual(offered("order by metrics.f1 desc, params.m|"), ["params.model"]);
    assert.deepEqual(offered("metrics.f1 is |"), ["null", "not null"]);
  });

  it("offers nothing after a mistake", () => {
    assert.deepEqual(offered("metrics.f1 >> |"), []);
    assert.deepEqual(offered("metrics.f1 1 |"), []);
  });

  it("never throws, and only replaces what stands before the cursor", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(40), (text, at) => {
        const cursor = Math.min(at, text.length);
        const { from, to } = completionsAt(text, cursor, known);
        assert.ok(from <= cursor && to >= cursor && to <= text.length);
      }),
    );
  });
});
