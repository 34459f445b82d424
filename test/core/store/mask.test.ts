import assert from "node:assert/strict";
import fc from "fast-check";
import type { Fact } from "../../../src/core/store/fact.js";
import { readFacts } from "../../../src/core/store/journal.js";
import { maskFact, maskLines } from "../../../src/core/store/mask.js";
import { Disk, MemoryFiles } from "./memory-files.js";

const ids = ["01M84C688V9YT8SGNJ01298T19", "01M84C688V9YT8SGNJ01298T20", "01M84C688V9YT8SGNJ01298T21"];
const param = fc.record({
  id: fc.constantFrom(...ids),
  at: fc.nat(),
  clock: fc.nat(),
  kind: fc.constant("param.logged"),
  key: fc.string({ maxLength: 5 }),
  value: fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(5, null)),
});

const factsIn = (bytes: Buffer): readonly Fact[] => {
  const disk = new Disk();
  disk.plant("/facts", bytes);
  const { facts, damaged } = readFacts(new MemoryFiles(disk), "/facts");
  assert.deepEqual(damaged, []);
  return facts;
};

describe("masking the lines of a file", () => {
  const masks = new Map([[ids[0] ?? "", "value"]]);

  it("keeps every byte's place and every other fact, and does nothing the second time", () => {
    fc.assert(
      fc.property(fc.array(param), fc.nat(), (facts, cut) => {
        const whole = Buffer.from(facts.map((fact) => `${JSON.stringify(fact)}\n`).join(""));
        const bytes = whole.subarray(0, whole.byteLength - (cut % 50));
        const masked = maskLines(bytes, masks);
        assert.equal(masked.byteLength, bytes.byteLength);
        assert.deepEqual(maskLines(masked, masks), masked);
        // Whoever reads the file as it was sees through the masks what stands in the other.
        assert.deepEqual(
          factsIn(masked),
          factsIn(bytes).flatMap((fact) => maskFact(fact, masks) ?? []),
        );
        for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1))
          assert.equal(masked[at], 10);
      }),
      { numRuns: 1000 },
    );
  });

  it("leaves nothing of the text, also where its line was torn or cancelled", () => {
    const secret = "hunter2-correct-horse-battery";
    const line = JSON.stringify({
      id: ids[0],
      at: 1,
      clock: 1,
      kind: "param.logged",
      key: "pw",
      value: secret,
    });
    const torn = line.slice(0, -3);
    for (const text of [`${line}\n`, torn, `${torn}\u0018\n`, `${line}\n${torn}`]) {
      const masked = maskLines(Buffer.from(text), masks).toString();
      assert.ok(!masked.includes("hunter2"), masked);
      assert.ok(!masked.includes("battery"), masked);
      assert.equal(masked.length, text.length);
    }
  });

  it("shows at most eight stars", () => {
    const values = ["a", "abc", "x".repeat(100), "é", '"'].map((value) => {
      const fact = { id: ids[0] ?? "", at: 1, clock: 1, kind: "k", value };
      return maskFact(fact, masks)?.["value"];
    });
    assert.deepEqual(values, ["*", "***", "********", "**", "**"]);
  });
});
