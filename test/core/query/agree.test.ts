import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseQuery } from "../../../src/core/query/parser.js";
import { printQuery } from "../../../src/core/query/tree.js";
import { nowhere, queries, rows, wildQueries } from "./arbitrary.js";
import { matches, ordered } from "./naive.js";
import { database, select } from "./runs.js";

const withoutSpans = (tree: unknown): unknown =>
  JSON.parse(
    JSON.stringify(tree, (key, value: unknown) => (key === "span" || key === "at" ? nowhere : value)),
  );

describe("query: printing and running", () => {
  it("reads back what it prints, for any names and texts", () => {
    fc.assert(
      fc.property(wildQueries, (query) => {
        assert.deepEqual(withoutSpans(parseQuery(printQuery(query))), withoutSpans(query));
      }),
      { numRuns: 400 },
    );
  });

  it("finds in SQLite what the naive reading of the tree finds, in the same order", () => {
    let found = 0;
    fc.assert(
      fc.property(rows, fc.array(queries, { minLength: 1, maxLength: 12 }), (all, asked) => {
        const db = database(all);
        try {
          for (const query of asked) {
            const hits = all.filter((row) => matches(row, query.filter));
            const wanted = ordered(hits, query.order).map((row) => row.runId);
            assert.deepEqual(select(db, query), wanted.slice(0, query.limit), printQuery(query));
            found += wanted.length;
          }
        } finally {
          db.close();
        }
      }),
      { numRuns: 250 },
    );
    assert.ok(found > 500, "most random queries find nothing, so this shows little");
  });
});
