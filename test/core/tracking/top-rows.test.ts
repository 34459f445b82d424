import assert from "node:assert/strict";
import fc from "fast-check";
import { printQuery, type Query } from "../../../src/core/query/tree.js";
import type { SqlValue } from "../../../src/core/store/index-database.js";
import { topRows } from "../../../src/core/tracking/top-rows.js";
import { nowhere, queries, rows } from "../query/arbitrary.js";
import { database, run, runs, select, type RunRow } from "../query/runs.js";

const field = { prefix: "metrics", key: "f1", span: nowhere };

/** What the top of the order gives, where it gives anything, is what a search of everything gives. */
function check(all: readonly RunRow[], questions: readonly Asked[]): number {
  const db = database(all);
  const asRows = {
    rows: (sql: string, params: readonly SqlValue[] = []) =>
      (db.exec(sql, [...params])[0]?.values ?? []) as SqlValue[][],
  };
  try {
    return questions.filter(({ query, depth, limit, offset }) => {
      const scope = { sql: "status != ?", params: ["HIDDEN"] };
      const top = topRows(asRows, { target: runs, scope, query, now: 0, limit, offset }, depth);
      if (!top) return false;
      const wanted = select(db, { ...query, limit: undefined }).slice(offset, offset + limit);
      const found = top.map(([rid]) => all[Number(rid)]?.runId);
      assert.deepEqual(found, wanted, `${printQuery(query)}, depth ${depth}`);
      return true;
    }).length;
  } finally {
    db.close();
  }
}

interface Asked {
  readonly query: Query;
  readonly depth: number;
  readonly limit: number;
  readonly offset: number;
}

describe("the top of an order", () => {
  const page = { limit: fc.integer({ min: 1, max: 3 }), offset: fc.integer({ min: 0, max: 2 }) };

  it("gives the page that a search of everything gives, or none", () => {
    let answered = 0;
    const asked = fc.record({ query: queries, depth: fc.integer({ min: 2, max: 12 }), ...page });
    fc.assert(
      fc.property(rows, fc.array(asked, { minLength: 1, maxLength: 20 }), (all, questions) => {
        answered += check(all, questions);
      }),
      { numRuns: 150 },
    );
    assert.ok(answered > 30, `only ${answered} questions were answered from the top, so this shows little`);
  });

  it("does not cut through runs with equal values", () => {
    let answered = 0;
    const few = fc.record({ f1: fc.integer({ min: 0, max: 4 }), start: fc.integer({ min: 0, max: 9 }) });
    const asked = fc.record({
      query: fc.record({
        dialect: fc.constant("loam" as const),
        filter: fc.constant({ kind: "all" } as const),
        order: fc.constantFrom("asc" as const, "desc" as const).map((direction) => [{ field, direction }]),
        limit: fc.constant(undefined),
      }),
      depth: fc.integer({ min: 4, max: 12 }),
      ...page,
    });
    fc.assert(
      fc.property(
        fc.array(few, { minLength: 8, maxLength: 24 }),
        fc.array(asked, { maxLength: 8 }),
        (values, questions) => {
          const all = values.map(({ f1, start }, n) => run(`r${n}`, { startTime: start, metrics: { f1 } }));
          answered += check(all, questions);
        },
      ),
      { numRuns: 80 },
    );
    assert.ok(answered > 50, `only ${answered} questions were answered from the top, so this shows little`);
  });
});
