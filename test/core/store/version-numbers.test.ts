import assert from "node:assert/strict";
import fc from "fast-check";
import { settleNumbers, type NumberClaim } from "../../../src/core/store/version-numbers.js";

const claims = fc
  .array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 })
  .map((numbers) => numbers.map((number, at): NumberClaim => ({ id: `fact ${at}`, number })));

describe("numbers of versions that several clones made", () => {
  it("let the first in order keep its number, and give the other the next above all claims", () => {
    const settled = settleNumbers([
      { id: "here 3", number: 3 },
      { id: "there 3", number: 3 },
      { id: "there 4", number: 4 },
    ]);
    assert.deepEqual(Object.fromEntries(settled), {
      "here 3": { number: 3, claimed: 3 },
      "there 4": { number: 4, claimed: 4 },
      "there 3": { number: 5, claimed: 3 },
    });
  });

  it("are each given once, and stay as they were asked for where nobody else asked", () => {
    fc.assert(
      fc.property(claims, (all) => {
        const settled = settleNumbers(all);
        const numbers = [...settled.values()].map(({ number }) => number);
        assert.equal(settled.size, all.length);
        assert.equal(new Set(numbers).size, numbers.length, "two versions have one number");
        for (const { id, number } of all) {
          assert.equal(settled.get(id)?.claimed, number);
          const asked = all.filter((claim) => claim.number === number);
          if (asked.length === 1) assert.equal(settled.get(id)?.number, number);
        }
      }),
    );
  });
});
