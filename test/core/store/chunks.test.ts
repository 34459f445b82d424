import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { Failure } from "../../../src/core/base/failure.js";
import { nodePorts } from "../../../src/core/base/ports.js";
import { sha256 } from "../../../src/core/store/canonical.js";
import { chunksOf, largestChunk } from "../../../src/core/store/chunker.js";
import { Layout } from "../../../src/core/store/layout.js";
import { Objects } from "../../../src/core/store/objects.js";
import { emptyFolder } from "../tracking/bench-folder.js";

const mb = 1024 * 1024;
const sizesOf = (bytes: Uint8Array, slices = 1): number[] => {
  const parts = Array.from({ length: slices }, (_, i) =>
    bytes.subarray(
      Math.floor((i * bytes.byteLength) / slices),
      Math.floor(((i + 1) * bytes.byteLength) / slices),
    ),
  );
  return [...chunksOf(parts)].map((chunk) => chunk.byteLength);
};
/** The same bytes each time. */
const noise = (size: number): Buffer =>
  crypto.createCipheriv("aes-128-ctr", Buffer.alloc(16, 1), Buffer.alloc(16)).update(Buffer.alloc(size));

describe("large content", () => {
  const content = noise(20 * mb);
  let layout: Layout;
  const open = (): Objects => new Objects(nodePorts, layout);
  beforeEach(() => {
    layout = new Layout(path.join(emptyFolder(), ".loam"));
    fs.mkdirSync(layout.root);
  });

  it("is cut where its bytes say, the same in any slices, and everywhere as in the first version", () => {
    const sizes = sizesOf(content);
    assert.deepEqual(sizes.slice(0, 4), [1114935, 1133151, 1239866, 1289416]);
    assert.ok(
      sizes.every((size) => size <= largestChunk) && sizes.slice(0, -1).every((size) => size > 256 * 1024),
    );
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5000 }), (slices) => {
        assert.deepEqual(sizesOf(content, slices), sizes);
      }),
      { numRuns: 5 },
    );
    assert.deepEqual(
      sizesOf(Buffer.alloc(9 * mb)),
      [4 * mb, 4 * mb, mb],
      "also where nothing tells bytes apart",
    );
  });

  it("goes to the disk while it is stored, and a failure there does not spare the sync behind it", async () => {
    const fail = (): never => {
      throw Object.assign(new Error("EIO"), { code: "EIO" });
    };
    const opened = { early: 0, last: 0 };
    const files = {
      ...nodePorts.files,
      syncLater: async () => {
        opened.early++;
        await Promise.resolve();
        fail();
      },
      sync: () => {
        opened.last++;
        fail();
      },
    };
    const objects = new Objects({ ...nodePorts, files }, layout);
    for (const part of chunksOf([content])) {
      objects.putChunk(part);
      await new Promise(setImmediate);
    }
    assert.equal(opened.early, 2, "of 20 MB");
    assert.equal(opened.last, 0);
    assert.throws(
      () => {
        objects.flush();
      },
      (error) => error instanceof Failure && error.code === "store.io",
    );
    assert.equal(opened.last, 1);
    objects.drop();
  });

  it("comes back, and takes little more room when a byte is inserted or a part is appended", () => {
    const objects = open();
    const hash = objects.put(content);
    assert.equal(hash, sha256(content));
    const before = objects.grown;
    const inserted = Buffer.concat([content.subarray(0, 7 * mb), Buffer.from("x"), content.subarray(7 * mb)]);
    objects.put(inserted);
    assert.ok(objects.grown - before < 3 * mb, `${objects.grown - before} bytes`);
    const middle = objects.grown;
    objects.put(Buffer.concat([content, noise(200_000)]));
    assert.ok(objects.grown - middle < 3 * mb, `${objects.grown - middle} bytes`);
    const other = open();
    for (const bytes of [content, inserted]) assert.ok(other.get(sha256(bytes)).equals(bytes));
  });

  it("names the chunk that is damaged or gone, is not here then, and is whole again once it is put anew", () => {
    open().put(content);
    const hash = sha256(content);
    const [list] = fs.readdirSync(layout.at("objects", hash.slice(0, 2)));
    assert.equal(list, `${hash.slice(2)}.chunks`);
    const first = fs.readFileSync(layout.at("objects", hash.slice(0, 2), list), "latin1").slice(0, 64);
    const packs = layout.at("objects", "packs");
    const pack = path.join(packs, fs.readdirSync(packs).find((name) => name.endsWith(".pack")) ?? "");
    const bytes = fs.readFileSync(pack);
    bytes[16 + 48 + 10] = (bytes[16 + 48 + 10] ?? 0) ^ 1;
    fs.writeFileSync(pack, bytes);
    const damaged = (error: unknown): boolean =>
      error instanceof Failure && error.code === "store.damaged" && error.message.includes(first);
    assert.throws(() => open().get(hash), damaged);
    for (const name of fs.readdirSync(packs)) fs.rmSync(path.join(packs, name));
    const objects = open();
    assert.equal(objects.has(hash), false);
    assert.throws(
      () => objects.get(hash),
      (error) => error instanceof Failure && error.code === "artifact.notFound",
    );
    objects.put(content);
    assert.ok(open().get(hash).equals(content));
  });
});
