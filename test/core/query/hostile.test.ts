import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Failure } from "../../../src/core/base/failure.js";
import { compile } from "../../../src/core/query/compile.js";
import { expectAt } from "../../../src/core/query/expect.js";
import { limits, parseOrderBy, parseQuery } from "../../../src/core/query/parser.js";
import { printIdentifier } from "../../../src/core/query/tree.js";
import { database, find, run, runs, select } from "./runs.js";

const refused = (work: () => unknown, message: RegExp): void => {
  assert.throws(
    work,
    (error) => error instanceof Failure && error.code === "filter.syntax" && message.test(error.message),
  );
};

const all = [run("a", { tags: { t: "x" } })];

describe("query: hostile input", () => {
  it("runs 64 levels of brackets and nots, and refuses more by column", () => {
    for (const [open, close] of [
      ["(", ")"],
      ["not ", ""],
      ["(not ", ")"],
    ] as const) {
      const levels = open === "(not " ? limits.depth / 2 : limits.depth;
      const nested = (n: number) => open.repeat(n) + "tags.t = 'x'" + close.repeat(n);
      assert.equal(find(all, nested(levels)).length, 1);
      refused(() => parseQuery(nested(levels + 1)), /nested deeper than 64 levels/);
      refused(() => parseQuery(open.repeat(40_000)), /nested deeper/);
    }
    const failure: unknown = (() => {
      try {
        return parseQuery("(".repeat(200));
      } catch (error) {
        return error;
      }
    })();
    assert.ok(failure instanceof Failure);
    assert.equal(failure.data["column"], 65);
  });

  it("runs 500 conditions however they are joined, and refuses more", () => {
    for (const name of ["tags.t", "run_name", "dataset.name", "metrics.m"]) {
      const clause = name === "metrics.m" ? "metrics.m != 1" : `${name} != 'y'`;
      for (const by of [" and ", " or ", " and not ", " or not "]) {
        const text = (n: number) => Array.from({ length: n }, () => clause).join(by);
        const hit = by === " or not " || (by !== " and not " && name === "tags.t");
        assert.equal(find(all, text(limits.conditions)).length, hit ? 1 : 0, name + by);
        refused(() => parseQuery(text(limits.conditions + 1)), /more than 500 conditions/);
      }
    }
  });

  it("runs the longest list and the longest order, and refuses more", () => {
    const list = (n: number) => `metrics.m in (${Array.from({ length: n }, () => "1").join(",")})`;
    assert.equal(find(all, list(limits.values)).length, 0);
    refused(() => parseQuery(list(limits.values + 1)), /more than 20000 values/);
    const names = (n: number) => Array.from({ length: n }, (_, index) => `metrics.m${String(index)}`);
    assert.equal(find(all, `order by ${names(limits.order).join(", ")}`).length, 1);
    assert.equal(find(all, "", { orderBy: names(limits.order) }).length, 1);
    refused(() => parseQuery(`order by ${names(limits.order + 1).join(", ")}`), /more than 32 fields/);
    refused(() => parseOrderBy(names(limits.order + 1)), /more than 32 fields/);
  });

  it("refuses 1 MB of text and patterns that SQLite would not take", () => {
    for (const text of ["x".repeat(1 << 20), `tags.t = '${"x".repeat(1 << 20)}'`, " ".repeat(1 << 20)]) {
      refused(() => parseQuery(text), /longer than 262144 characters/);
      refused(() => parseOrderBy([text]), /longer than/);
    }
    const like = (n: number, letter: string) => `tags.t ilike '${letter.repeat(n)}'`;
    assert.equal(find(all, like(12_000, "a")).length, 0);
    refused(() => compile(parseQuery(like(13_000, "a")), runs, 0), /pattern is too long/);
    refused(() => compile(parseQuery(like(13_000, "ä")), runs, 0), /pattern is too long/);
    assert.equal(find(all, `tags.t like '${"%a".repeat(5000)}'`).length, 0);
  });

  it("passes names and texts to SQL as parameters only", () => {
    const evil = [
      "'; drop table runs; --",
      "x' or '1'='1",
      '"); delete from runs; --',
      "`) or 1=1 --",
      "%' --",
      "\\'; select 1",
      "?1",
      ":a",
      "\u0000",
    ];
    const db = database(all);
    for (const text of evil) {
      const quoted = `'${text.replaceAll("'", "''")}'`;
      for (const prefix of ["params", "tags", "metrics"]) {
        const name = printIdentifier({ prefix, key: text });
        const value = prefix === "metrics" ? "1" : quoted;
        const query = parseQuery(
          `${name} = ${value} or ${name} in (${value}) or run_id = ${quoted} order by ${name} desc`,
        );
        const { where, orderBy } = compile(query, runs, 0);
        assert.ok(!where.includes(text) && !orderBy.includes(text));
        assert.deepEqual(select(db, query), []);
      }
      refused(
        () => compile(parseQuery(`${printIdentifier({ prefix: "", key: text })} = 1`), runs, 0),
        /runs have no/,
      );
    }
    assert.deepEqual(select(db, parseQuery("")), ["a"]);
    db.close();
  });

  it("answers any text with a query or a Failure, and its completion with a list", () => {
    const words = [
      "metrics.a",
      "params.`b`",
      "status",
      "=",
      "!=",
      ">",
      "like",
      "in",
      "not",
      "is",
      "null",
      "(",
      ")",
      ",",
      "and",
      "or",
      "'x'",
      '"y"',
      "1",
      "-2e3",
      "order",
      "by",
      "desc",
      "limit",
      "'",
      "`",
      ";",
      "😀",
      "\ud800",
      ".",
    ];
    const soup = fc.oneof(
      fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((all) => all.join(" ")),
      fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((all) => all.join("")),
      fc.string({ unit: "binary", maxLength: 30 }),
    );
    fc.assert(
      fc.property(
        soup,
        fc.constantFrom("loam" as const, "mlflow" as const),
        fc.nat(40),
        (text, dialect, cursor) => {
          assert.ok(Array.isArray(expectAt(text, cursor, runs, dialect).suggestions));
          try {
            compile(parseQuery(text, dialect), runs, 0);
          } catch (error) {
            assert.ok(error instanceof Failure && error.code === "filter.syntax", String(error));
            const { column, length } = error.data;
            assert.ok(
              Number(column) >= 1 && Number(column) + Number(length) <= text.length + 1,
              error.message,
            );
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});
