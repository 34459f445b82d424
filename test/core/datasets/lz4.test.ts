import assert from "node:assert/strict";
import { expandLz4 } from "../../../src/core/datasets/lz4.js";

const bytes = (hex: string): Buffer => Buffer.from(hex, "hex");
/** As pyarrow writes it: 40 times `abc`, then 300 times `a`. */
const plain = bytes("04224d18604082120000003f6162630300630f0100ff1450616161616100000000");
/** As Polars writes it, with checksums of block and content: whole numbers of 64 bits. */
const summed = bytes(
  "04224d185440ae1d00000013000100130108001302080013030800130408008005000000000000006694a2c30000000019bd3764",
);

describe("LZ4", () => {
  it("is expanded, with checksums and without", () => {
    assert.equal(Buffer.from(expandLz4(plain, 420)).toString(), "abc".repeat(40) + "a".repeat(300));
    const numbers = new BigInt64Array(expandLz4(summed, 48).buffer as ArrayBuffer);
    assert.deepEqual([...numbers], [0n, 1n, 2n, 3n, 4n, 5n]);
    assert.equal(
      Buffer.from(expandLz4(plain, undefined)).length,
      420,
      "of what length it may be is not known",
    );
    assert.throws(() => expandLz4(plain, undefined, 419), RangeError);
    const stored = Buffer.concat([
      plain.subarray(0, 7),
      bytes("03000080"),
      Buffer.from("abc"),
      bytes("00000000"),
    ]);
    assert.equal(Buffer.from(expandLz4(stored, 3)).toString(), "abc");
  });

  it("is refused where it is another thing, of another length, or cut off", () => {
    assert.throws(() => expandLz4(Buffer.from("no frame at all"), 3), /no frame/);
    for (const length of [419, 421, -1, 1e9]) assert.throws(() => expandLz4(plain, length), `${length}`);
    for (let end = 0; end < plain.length; end++) assert.throws(() => expandLz4(plain.subarray(0, end), 420));
  });
});
