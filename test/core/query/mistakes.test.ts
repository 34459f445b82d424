import assert from "node:assert/strict";
import { Failure } from "../../../src/core/base/failure.js";
import { compile } from "../../../src/core/query/compile.js";
import { parseOrderBy, parseQuery } from "../../../src/core/query/parser.js";
import type { Dialect } from "../../../src/core/query/tree.js";
import { runs } from "./runs.js";

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return error;
  }
  return assert.fail("nothing was refused");
}

/** `[column+length] message` of what is wrong with a text. */
function wrong(text: string, dialect: Dialect = "loam", orderBy: readonly string[] = []): string {
  const failure = failureOf(() =>
    compile(
      { ...parseQuery(text, dialect), ...(dialect === "mlflow" ? { order: parseOrderBy(orderBy) } : {}) },
      runs,
      0,
    ),
  );
  assert.equal(failure.code, "filter.syntax");
  const { column, length } = failure.data;
  return `[${String(column)}+${String(length)}] ${failure.message}`;
}

const mistakes: readonly (readonly [text: string, message: string])[] = [
  ["metrics.f1 >", "[13+0] Column 13: the text ends, expected a number or a text in quotes."],
  [
    "metrics.f1",
    "[11+0] Column 11: the text ends, expected a comparator (=, !=, >, >=, <, <=, like, ilike, in, not in, is null or is not null).",
  ],
  [
    "metrics.f1 0.5",
    "[12+3] Column 12: found '0.5', expected a comparator (=, !=, >, >=, <, <=, like, ilike, in, not in, is null or is not null).",
  ],
  [
    "metrics.f1 > 0.5 metrics.a > 1",
    "[18+9] Column 18: found 'metrics.a', expected and, or, order by or limit.",
  ],
  ["metrics.f1 == 0.5", "[12+2] Column 12: cannot read '==': write =."],
  ["metrics.f1 <> 0.5", "[12+2] Column 12: cannot read '<>': write !=."],
  ["params.model = rf", "[16+2] Column 16: found 'rf', expected a number or a text in quotes, such as 'rf'."],
  ["params.model = 'rf", "[16+3] Column 16: cannot read \"'rf\": close the '."],
  ["metrics.`f1 > 3", "[1+15] Column 1: cannot read 'metrics.`f1 > 3': close the `."],
  ["(metrics.f1 > 1", "[16+0] Column 16: the text ends, expected and, or or ')'."],
  ["metrics.f1 > 1)", "[15+1] Column 15: found ')', expected and, or, order by or limit."],
  ["metrics.f1 > 1 and", "[19+0] Column 19: the text ends, expected not, '(' or a name such as metrics.f1."],
  ["and metrics.f1 > 1", "[1+3] Column 1: found 'and', expected not, '(' or a name such as metrics.f1."],
  ["metrics.f1 > 1 && a = 'b'", "[16+2] Column 16: cannot read '&&': write and."],
  ["metrics.f1 > 1; drop table runs", "[15+1] Column 15: cannot read ';': a text holds one filter."],
  [
    "parms.lr = '1'",
    "[1+8] Column 1: runs have no 'parms', expected attributes, metrics, params, tags or dataset; did you mean params?",
  ],
  [
    "metricz.lr = 1",
    "[1+10] Column 1: runs have no 'metricz', expected attributes, metrics, params, tags or dataset; did you mean metrics?",
  ],
  [
    "statu = 'x'",
    "[1+5] Column 1: runs have no 'statu', expected run_id, run_name, status, start_time, end_time or machine; did you mean status?",
  ],
  [
    "accuracy > 0.9",
    "[1+8] Column 1: runs have no 'accuracy', expected run_id, run_name, status, start_time, end_time or machine; did you mean metrics.accuracy, params.accuracy or tags.accuracy?",
  ],
  ["metrics > 3", "[1+7] Column 1: 'metrics' needs a key, such as metrics.name."],
  [
    "run_idd = 'x'",
    "[1+7] Column 1: runs have no 'run_idd', expected run_id, run_name, status, start_time, end_time or machine; did you mean run_id?",
  ],
  [
    "attributes.foo = 'x'",
    "[1+14] Column 1: runs have no 'attributes.foo', expected run_id, run_name, status, start_time, end_time or machine.",
  ],
  [
    "dataset.nme = 'x'",
    "[1+11] Column 1: runs have no 'dataset.nme', expected name, digest or context; did you mean name?",
  ],
  [
    "constructor = 'x'",
    "[1+11] Column 1: runs have no 'constructor', expected run_id, run_name, status, start_time, end_time or machine; did you mean metrics.constructor, params.constructor or tags.constructor?",
  ],
  [
    "metrics.a like 'x'",
    "[11+4] Column 11: metrics.a takes =, !=, >, >=, <, <=, in, not in, is null or is not null, found 'like'.",
  ],
  [
    "metrics.a > 'x'",
    "[13+3] Column 13: metrics.a is a number, found 'x', expected a number without quotes.",
  ],
  [
    "start_time > 'soon'",
    "[14+6] Column 14: start_time is a time, found 'soon', expected a date such as '2026-11-01', '2026-11-01T10:00', '-7d', 'today' or 'yesterday'.",
  ],
  [
    "start_time = 'today'",
    "[14+7] Column 14: start_time is exact to the millisecond, found 'today', expected a range for a date, with >= and <.",
  ],
  ["start_time > -7d", "[14+3] Column 14: cannot read '-7d': put text, dates and spans of time in quotes."],
  [
    "params.a > 3",
    "[10+1] Column 10: params.a takes =, !=, like, ilike, in, not in, is null or is not null, found '>'.",
  ],
  [
    "status > 'a'",
    "[8+1] Column 8: status takes =, !=, like, ilike, in, not in, is null or is not null, found '>'.",
  ],
  ["params.a is nul", "[13+3] Column 13: found 'nul', expected not or null."],
  [
    "params.a not like 'x'",
    "[14+4] Column 14: found 'like', expected in; not goes before the whole condition.",
  ],
  ["params.a in 'x'", "[13+3] Column 13: found \"'x'\", expected '('."],
  ["params.model = 'it's'", "[20+1] Column 20: found 's', expected and, or, order by or limit."],
  ["params.a in ()", "[14+1] Column 14: found ')', expected a number or a text in quotes."],
  ["params.a in ('x' 'y')", "[18+3] Column 18: found \"'y'\", expected ')' or ','."],
  ["metrics. > 3", "[1+8] Column 1: 'metrics.' lacks a key after the dot."],
  ["metrics.a.`b` > 3", "[1+13] Column 1: cannot read 'metrics.a.`b`': put the whole key in backticks."],
  ["metrics.`` > 3", "[1+10] Column 1: a name in quotes is empty."],
  ["order metrics.a", "[7+9] Column 7: found 'metrics.a', expected by."],
  ["order by", "[9+0] Column 9: the text ends, expected a name such as metrics.f1."],
  ["order by metrics.a up", "[20+2] Column 20: found 'up', expected asc, desc, ',' or limit."],
  ["order by metrics.a, metric.a desc", "[21+8] Column 21: metric.a is in the order twice."],
  ["limit 0", "[7+1] Column 7: found '0', expected a whole number from 1."],
  ["limit 1.5", "[7+3] Column 7: found '1.5', expected a whole number from 1."],
  ["limit x", "[7+1] Column 7: found 'x', expected a whole number from 1."],
  ["limit 3 order by metrics.a", "[9+5] Column 9: found 'order', expected the end of the text."],
  ["'abc' = 'x'", "[1+5] Column 1: found \"'abc'\", expected not, '(' or a name such as metrics.f1."],
  ["metrics.a > 1e999", "[13+5] Column 13: cannot read '1e999': a number of this size is out of range."],
  ["limit = 3", "[7+1] Column 7: found '=', expected a whole number from 1."],
  [
    "params.a = 'x' or or params.b = 'y'",
    "[19+2] Column 19: found 'or', expected not, '(' or a name such as metrics.f1.",
  ],
  ["not", "[4+0] Column 4: the text ends, expected not, '(' or a name such as metrics.f1."],
  ["!params.a = 'x'", "[1+1] Column 1: cannot read '!': write != or not."],
  [
    "metrics.f1 > 0.9 order by foo.bar",
    "[27+7] Column 27: runs cannot be ordered by 'foo', expected attributes, metrics, params, tags or dataset.",
  ],
  ["metrics.a > 1abc", "[13+4] Column 13: cannot read '1abc': put text, dates and spans of time in quotes."],
  ["order by 3", "[10+1] Column 10: found '3', expected a name such as metrics.f1."],
  ["params.x = #", "[12+1] Column 12: cannot read '#': put names in backticks and text in quotes."],
];

const mlflowMistakes: readonly (readonly [text: string, message: string])[] = [
  [
    "metrics.a > 1 or metrics.b > 2",
    "[15+2] Column 15: found 'or', but MLflow filters have only conditions joined by and.",
  ],
  ["(metrics.a > 1)", "[1+1] Column 1: found '(', but MLflow filters have only conditions joined by and."],
  [
    "not metrics.a > 1",
    "[1+3] Column 1: found 'not', but MLflow filters have only conditions joined by and.",
  ],
  [
    "metrics.a > 1 order by metrics.a",
    "[15+5] Column 15: found 'order', but MLflow filters have only conditions joined by and.",
  ],
  [
    "metrics.a > 1 limit 3",
    "[15+5] Column 15: found 'limit', but MLflow filters have only conditions joined by and.",
  ],
  [
    "metrics.a > '1'",
    "[13+3] Column 13: metrics.a is a number, found '1', expected a number without quotes.",
  ],
  ["params.a = 1", "[12+1] Column 12: params.a is text, found '1', expected quotes around it."],
  [
    "status = FINISHED",
    "[10+8] Column 10: found 'FINISHED', expected a number or a text in quotes, such as 'FINISHED'.",
  ],
  [
    "start_time > '2026-11-01'",
    "[14+12] Column 14: start_time is a time, found '2026-11-01', expected ms since the epoch without quotes.",
  ],
  ["metrics.a is null", "[11+2] Column 11: metrics.a takes =, !=, >, >=, < or <=, found 'is null'."],
  [
    "params.a in ('x')",
    "[10+2] Column 10: params.a takes =, !=, like, ilike, is null or is not null, found 'in'.",
  ],
  ["status in ('x')", "[8+2] Column 8: status takes =, !=, like or ilike, found 'in'."],
  [
    "machine = 'x'",
    "[1+7] Column 1: runs have no 'machine', expected run_id, run_name, status, start_time or end_time; did you mean metrics.machine, params.machine or tags.machine?",
  ],
  ["metrics.a > 1;", "[14+1] Column 14: cannot read ';': a text holds one filter."],
  [
    "dataset.name is null",
    "[14+2] Column 14: dataset.name takes =, !=, like, ilike, in or not in, found 'is null'.",
  ],
  ["order = 'x'", "[1+5] Column 1: found 'order', but MLflow filters have only conditions joined by and."],
];

describe("query: mistakes", () => {
  for (const [text, message] of mistakes)
    it(`names the place in ${text}`, () => {
      assert.equal(wrong(text), message);
    });

  for (const [text, message] of mlflowMistakes)
    it(`names the place in ${text} for MLflow`, () => {
      assert.equal(wrong(text, "mlflow"), message);
    });

  const orders: readonly (readonly [entries: readonly string[], message: string])[] = [
    [["metrics.a", "metric.a desc"], "[1+8] order_by entry 2, column 1: metric.a is in the order twice."],
    [["created", "start_time"], "[1+10] order_by entry 2, column 1: start_time is in the order twice."],
    [["metrics.a foo"], "[11+3] order_by entry 1, column 11: found 'foo', expected asc or desc."],
    [["run_id, status"], "[7+1] order_by entry 1, column 7: found ',', expected asc or desc."],
    [[""], "[1+0] order_by entry 1, column 1: the text ends, expected a name such as metrics.f1."],
    [
      ["dataset.name"],
      "[1+12] order_by entry 1, column 1: runs cannot be ordered by 'dataset', expected attributes, metrics, params or tags.",
    ],
    [
      ["attributes.machine"],
      "[1+18] order_by entry 1, column 1: runs cannot be ordered by 'attributes.machine', expected run_id, run_name, status, start_time or end_time.",
    ],
  ];
  for (const [entries, message] of orders)
    it(`names the place in order_by ${JSON.stringify(entries)}`, () => {
      assert.equal(wrong("", "mlflow", entries), message);
    });

  it("carries the place as numbers, for a squiggle", () => {
    assert.deepEqual(failureOf(() => parseOrderBy(["run_id", "status up"])).data, {
      column: 8,
      length: 2,
      entry: 2,
    });
    assert.deepEqual(failureOf(() => parseQuery("a\n  = 😀")).data, { column: 7, length: 2, entry: 0 });
  });

  it("cuts what it repeats of a long text", () => {
    const failure = failureOf(() => compile(parseQuery(`${"x".repeat(5000)}.y = 1`), runs, 0));
    assert.ok(failure.message.length < 200, failure.message);
  });
});
