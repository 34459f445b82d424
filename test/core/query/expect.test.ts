import assert from "node:assert/strict";
import { expectAt, type Suggestion } from "../../../src/core/query/expect.js";
import type { Dialect } from "../../../src/core/query/tree.js";
import { runs } from "./runs.js";

const short = (suggestion: Suggestion): string => {
  switch (suggestion.kind) {
    case "prefix":
      return `${suggestion.prefix}.`;
    case "attribute":
      return suggestion.name;
    case "key":
      return `key of ${suggestion.prefix}`;
    case "comparator":
      return suggestion.comparator;
    case "value":
      return `${suggestion.type} for ${suggestion.field}`;
    case "keyword":
      return suggestion.word;
  }
};

/** `|` in the text is the cursor. */
function at(marked: string, dialect: Dialect = "loam"): { partial: string; column: number; all: string } {
  const cursor = marked.indexOf("|");
  const { partial, column, suggestions } = expectAt(marked.replace("|", ""), cursor, runs, dialect);
  return { partial, column, all: suggestions.map(short).join(" ") };
}

const names = "run_id run_name status start_time end_time machine metrics. params. tags. dataset.";

const places: readonly (readonly [marked: string, all: string])[] = [
  ["|", `${names} not order by limit`],
  ["me|", `${names} not order by limit`],
  ["metrics.|", "key of metrics"],
  ["metric.f|", "key of metrics"],
  ["params.a = 'x' and metrics.`val|", "key of metrics"],
  ["dataset.n|", "dataset.name dataset.digest dataset.context"],
  ["attr.st|", "attr.run_id attr.run_name attr.status attr.start_time attr.end_time attr.machine"],
  ["foo.b|", ""],
  ["metrics.f1 |", "= != > >= < <= in not in is null is not null"],
  ["params.a |= 'x'", "= != like ilike in not in is null is not null"],
  ["params.a li|", "= != like ilike in not in is null is not null"],
  ["status |", "= != like ilike in not in is null is not null"],
  ["foo.a |", ""],
  ["metrics.f1 > |", "number for metrics.f1"],
  ["metrics.f1 > 0.|", "number for metrics.f1"],
  ["param.model = |", "text for params.model"],
  ["params.model = 'r|", "text for params.model"],
  ["start_time > '-|7d'", "time for attributes.start_time"],
  ["run_id in ('a', |)", "text for attributes.run_id"],
  ["metrics.f1 is |", "not null"],
  ["metrics.f1 not |", "in"],
  ["metrics.f1 > 1 |", "and or order by limit"],
  ["metrics.f1 > 1 an|", "and or order by limit"],
  ["(metrics.f1 > 1 |", "and or"],
  ["metrics.f1 > 1 and |", `not ${names}`],
  ["not |", `not ${names}`],
  ["order |", "by"],
  ["metrics.f1 > 1 order by |", names],
  ["order by metrics.|", "key of metrics"],
  ["order by start_time |", "asc desc limit"],
  ["limit |", ""],
  ["metrics.f1 > > |", ""],
  ["metrics.f1 > 1 ) |", ""],
];

describe("query: what may follow", () => {
  for (const [marked, all] of places)
    it(`at ${marked}`, () => {
      assert.equal(at(marked).all, all);
    });

  it("says what completing replaces", () => {
    assert.deepEqual(
      [at("status = 'x' and par|ams.a").partial, at("status = 'x' and par|ams.a").column],
      ["par", 18],
    );
    assert.deepEqual([at("status |").partial, at("status |").column], ["", 8]);
    assert.deepEqual([at("status = 'FIN|").partial, at("status = 'FIN|").column], ["'FIN", 10]);
    assert.deepEqual([at("status = 'FIN'|").partial, at("status = 'FIN'|").column], ["", 15]);
  });

  it("keeps to MLflow's part of the grammar where asked", () => {
    const known = "run_id run_name status start_time end_time metrics. params. tags. dataset.";
    assert.equal(at("|", "mlflow").all, known);
    assert.equal(at("metrics.f1 > 1 |", "mlflow").all, "and");
    assert.equal(at("metrics.f1 |", "mlflow").all, "= != > >= < <=");
    assert.equal(at("machine |", "mlflow").all, "");
  });
});
