import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Failure } from "../../../src/core/base/failure.js";
import { closePage, openPage, rowsOf, searchDigest } from "../../../src/core/query/page.js";

const of = searchDigest("metrics.f1 > 0.9", ["run_id"], "1");

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
  return "no failure";
};

/** All pages of `total` rows, as a client walks through them. */
function walk(total: number, size: number, limit: number | undefined): readonly (readonly number[])[] {
  const rows = Array.from({ length: total }, (_, index) => index);
  const pages: (readonly number[])[] = [];
  let token: string | undefined;
  do {
    const page = openPage(token, of, size, 5);
    const { limit: take, offset } = rowsOf(page, limit);
    const { rows: shown, next } = closePage(page, rows.slice(offset, offset + take));
    pages.push(shown);
    token = next;
  } while (token !== undefined);
  return pages;
}

describe("query: paging", () => {
  it("shows each row once, in pages of the size asked for, up to the query's limit", () => {
    fc.assert(
      fc.property(
        fc.nat(30),
        fc.integer({ min: 1, max: 8 }),
        fc.option(fc.integer({ min: 1, max: 35 }), { nil: undefined }),
        (total, size, limit) => {
          const pages = walk(total, size, limit);
          const count = Math.min(total, limit ?? total);
          assert.deepEqual(
            pages.flat(),
            Array.from({ length: count }, (_, index) => index),
          );
          assert.equal(pages.length, Math.max(1, Math.ceil(count / size)));
          assert.ok(pages.slice(0, -1).every((page) => page.length === size));
        },
      ),
    );
  });

  it("gives no token on a last page that is exactly full", () => {
    assert.deepEqual(walk(4, 2, undefined), [
      [0, 1],
      [2, 3],
    ]);
    assert.deepEqual(walk(9, 2, 4), [
      [0, 1],
      [2, 3],
    ]);
  });

  it("keeps the moment of the first page on all", () => {
    const first = openPage("", of, 1, 1234.5);
    const { next } = closePage(first, ["a", "b"]);
    assert.deepEqual(openPage(next, of, 7, 9999), { offset: 1, size: 7, now: 1234, of });
  });

  it("refuses tokens that it cannot read, and those of another search", () => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
    const good = { offset: 1, now: 1, of };
    assert.equal(openPage(encode(good), of, 5, 0).offset, 1);
    for (const token of [
      "x",
      "%%%",
      "bnVsbA==",
      encode([]),
      encode({}),
      encode({ ...good, offset: -1 }),
      encode({ ...good, offset: 1.5 }),
      encode({ ...good, offset: "1" }),
      encode({ ...good, now: null }),
      encode({ ...good, of: 3 }),
      "💥",
      "a".repeat(100_000),
    ])
      assert.equal(
        codeOf(() => openPage(token, of, 5, 0)),
        "page.token",
        token.slice(0, 40),
      );
    assert.equal(
      codeOf(() => openPage(encode({ ...good, of: searchDigest("other") }), of, 5, 0)),
      "page.token",
    );
  });

  it("digests texts, order and scope apart", () => {
    const digests = [
      searchDigest("a", ["b"]),
      searchDigest("a", "b"),
      searchDigest("a", ["b", ""]),
      searchDigest("ab"),
      searchDigest("a", ["b"], "1"),
    ];
    assert.equal(new Set(digests).size, digests.length);
    assert.equal(searchDigest("a", ["b"]), digests[0]);
  });
});
