import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as fc from "fast-check";
import { nodePorts } from "../../../src/core/base/ports.js";
import { unpackerOf } from "../../../src/core/registry/unpackers.js";
import { emptyFolder } from "../tracking/bench-folder.js";

const python = process.platform === "win32" ? "python" : "python3";
const script = `
import bz2, lzma, random, sys
draw = random.Random(7)
text = b" ".join(b"%d" % draw.randrange(5000) for _ in range(60000))
for name, content in (("text", text), ("zeros", bytes(40_000_000)), ("empty", b"")):
    for ending, packed in (
        ("xz", lzma.compress(content)),
        ("best.xz", lzma.compress(content, preset=9)),
        ("crc32.xz", lzma.compress(content, check=lzma.CHECK_CRC32)),
        ("lzma", lzma.compress(content, lzma.FORMAT_ALONE)),
        ("best.lzma", lzma.compress(content, lzma.FORMAT_ALONE, preset=9)),
        ("bz2", bz2.compress(content)),
        ("small.bz2", bz2.compress(content, 1)),
    ):
        open(sys.argv[1] + "/" + name + "." + ending, "wb").write(packed)
open(sys.argv[1] + "/text", "wb").write(text)
`;
const threads = { jobs: nodePorts.jobs, signal: new AbortController().signal };
const kinds = ["xz", "best.xz", "crc32.xz", "lzma", "best.lzma", "bz2", "small.bz2"];

describe("what joblib packed", function () {
  let folder = "";
  before(() => {
    folder = emptyFolder();
    execFileSync(python, ["-c", script, folder]);
  });
  const packed = (name: string): Buffer => fs.readFileSync(path.join(folder, name));
  const unpack = (bytes: Buffer, most = 100_000_000): Promise<Buffer> => {
    const unpacker = unpackerOf(bytes, threads);
    assert.ok(unpacker);
    return unpacker.unpack(bytes, most);
  };

  it("comes out as Python put it in", async () => {
    for (const kind of kinds) {
      assert.ok((await unpack(packed(`text.${kind}`))).equals(packed("text")), kind);
      assert.equal((await unpack(packed(`zeros.${kind}`))).length, 40_000_000, kind);
      assert.equal((await unpack(packed(`empty.${kind}`))).length, 0, kind);
    }
  });

  it("is given up where it is a bomb, before more than the bound is held", async () => {
    for (const kind of kinds) {
      const bomb = packed(`zeros.${kind}`);
      assert.ok(bomb.length < 10_000, kind);
      const before = process.memoryUsage().arrayBuffers;
      await assert.rejects(unpack(bomb, 1_000_000), RangeError, kind);
      assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000, kind);
      const text = packed("text");
      assert.equal((await unpack(packed(`text.${kind}`), text.length)).length, text.length, kind);
      await assert.rejects(unpack(packed(`text.${kind}`), text.length - 1), RangeError, kind);
    }
  });

  it("asks for no more memory than its bound, whatever dictionary it claims", async () => {
    const claims = packed("text.lzma");
    claims.writeUInt32LE(0x7fff_0000, 1);
    await unpack(claims, 1_000_000);
  });

  it("fails where it is damaged, and ends whatever the bytes are", async () => {
    const whole = new Map(kinds.map((kind) => [kind, packed(`text.${kind}`)]));
    const change = fc.record({
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
      by: fc.integer({ min: 1, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...kinds),
        fc.array(change, { maxLength: 4 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        async (kind, changes, part) => {
          const good = whole.get(kind) ?? assert.fail();
          const bytes = Buffer.from(good.subarray(0, Math.max(16, Math.floor(good.length * part))));
          for (const { at, by } of changes) {
            const place = 14 + Math.floor(at * (bytes.length - 14)); // behind what says how it is packed
            bytes[place] = (bytes[place] ?? 0) ^ by;
          }
          const same = bytes.equals(good);
          const outcome = await unpack(bytes, 2_000_000).catch((error: unknown) => error);
          if (same) assert.ok(outcome instanceof Buffer && outcome.equals(packed("text")));
          // the old LZMA has no checksum: what comes of it is another thing, or too much
          else if (!kind.endsWith("lzma") && bytes.length < good.length)
            assert.ok(outcome instanceof Error, kind);
          else assert.ok(outcome instanceof Error || outcome instanceof Buffer);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("that is not packed, or in another way, has none that unpacks it", () => {
    for (const head of ["80049501", "28b52ffd04", "504b0304", ""])
      assert.equal(unpackerOf(Buffer.from(head, "hex"), threads), undefined);
  });
});
