import assert from "node:assert/strict";
import fc from "fast-check";
import type { Fact } from "../../../src/core/store/fact.js";
import { readFacts } from "../../../src/core/store/journal.js";
import {
  isPointer,
  maskFact,
  maskLines,
  Masks,
  pointersTo,
  pointerTo,
} from "../../../src/core/store/mask.js";
import { Disk, MemoryFiles } from "./memory-files.js";

const ids = ["01M84C688V9YT8SGNJ01298T19", "01M84C688V9YT8SGNJ01298T20", "01M84C688V9YT8SGNJ01298T21"];
const param = fc.record({
  id: fc.constantFrom(...ids),
  at: fc.nat(),
  clock: fc.nat(),
  kind: fc.constant("param.logged"),
  key: fc.string({ maxLength: 5 }),
  value: fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(5, null)),
  command: fc.array(fc.string(), { maxLength: 3 }),
});

const factsIn = (bytes: Buffer): readonly Fact[] => {
  const disk = new Disk();
  disk.plant("/facts", bytes);
  const { facts, damaged } = readFacts(new MemoryFiles(disk), "/facts");
  assert.deepEqual(damaged, []);
  return facts;
};

describe("masking the lines of a file", () => {
  const masks = new Masks().add(ids[0] ?? "", "/value").add(ids[0] ?? "", "/command/1");

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

  it("finds a text wherever it stands in a fact, and nowhere that says which fact it is", () => {
    const fact = {
      id: ids[0] ?? "",
      at: 1,
      clock: 1,
      kind: "launch.started",
      command: ["train.py", "--password=hunter2", ["hunter2"]],
      variables: { "a/b~c": "hunter2", other: 5 },
    };
    const pointers = pointersTo(fact, "hunter2");
    assert.deepEqual(pointers, ["/command/1", "/command/2/0", "/variables/a~1b~0c"]);
    const all = new Masks();
    for (const pointer of pointers) all.add(fact.id, pointer);
    assert.equal(all.size, 3);
    assert.ok(!JSON.stringify(maskFact(fact, all)).includes("hunter2"));
    assert.deepEqual(pointersTo(fact, "launch"), []);
    assert.equal(pointerTo("a/b~c", 0), "/a~1b~0c/0");
    for (const bad of ["", "value", "/id", "/kind", "/clock", "/at"]) assert.ok(!isPointer(bad), bad);
    assert.deepEqual(maskFact(fact, new Masks().add(fact.id, "/nowhere/at/all")), fact);
    assert.deepEqual(maskFact(fact, new Masks().add(fact.id, "/__proto__/x")), fact);
  });
});
