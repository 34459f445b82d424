import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../../src/core/base/ports.js";
import { sha256 } from "../../../src/core/store/canonical.js";
import { joinStores } from "../../../src/core/store/join.js";
import type { JoinReport } from "../../../src/core/store/join-report.js";
import { Objects, type StoredObject } from "../../../src/core/store/objects.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { closeSide, damageIn, never, openSide, type Side } from "./bench-store.js";

const mb = 1024 * 1024;
/** The same bytes each time. */
const noise = (size: number, key: number): Buffer =>
  crypto.createCipheriv("aes-128-ctr", Buffer.alloc(16, key), Buffer.alloc(16)).update(Buffer.alloc(size));

describe("joining large content", () => {
  const first = noise(12 * mb, 1);
  const second = Buffer.concat([first.subarray(0, 5 * mb), Buffer.from("inserted"), first.subarray(5 * mb)]);
  let a: Side;
  let b: Side;
  beforeEach(() => {
    a = openSide(path.join(emptyFolder(), ".loam"));
    b = openSide(path.join(emptyFolder(), ".loam"));
  });
  afterEach(() => {
    closeSide(a);
    closeSide(b);
  });

  const put = ({ store }: Side, content: Buffer): string => {
    const hash = store.objects.put(content);
    store.objects.flush();
    return hash;
  };
  const join = (to: Side, from: Side): Promise<JoinReport> =>
    joinStores(to.store, from.store.layout.root, never);
  /** As another process reads it. */
  const read = ({ store }: Side, hash: string): Buffer => new Objects(nodePorts, store.layout).get(hash);
  const listOf = ({ store }: Side, hash: string): StoredObject =>
    [...store.objects.list()].find((one) => one.hash === hash && store.objects.isList(one)) ?? assert.fail();
  /** Changes a byte of an object where it stands in its pack. */
  const damage = ({ store }: Side, hash: string): void => {
    const stored = [...store.objects.list()].find((one) => one.hash === hash);
    assert.ok(stored?.where === "pack");
    const bytes = fs.readFileSync(stored.pack.file);
    const at = stored.object.offset + 48 + 100;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    fs.writeFileSync(stored.pack.file, bytes);
  };

  it("brings both ways what the other lacks of it, chunk by chunk, and nothing twice", async () => {
    const [ofA, ofB] = [put(a, first), put(b, second)];
    const there = await join(b, a);
    assert.ok(there.bytes < 4 * mb, `${there.bytes} bytes came, of which most was there`);
    assert.deepEqual(there.left, []);
    const back = await join(a, b);
    assert.ok(back.bytes < 4 * mb, `${back.bytes} bytes`);
    for (const side of [a, b]) {
      assert.ok(read(side, ofA).equals(first) && read(side, ofB).equals(second));
      assert.deepEqual(await damageIn(side.store), []);
    }
    for (const again of [await join(a, b), await join(b, a)])
      assert.deepEqual([again.objects.added, again.bytes], [0, 0]);
  });

  it("names the chunk that is damaged there, takes the others, and the content once that is whole", async () => {
    const hash = put(a, first);
    const chunks = a.store.objects.chunksIn(listOf(a, hash)) ?? [];
    const broken = chunks[3]?.hash ?? assert.fail();
    const other = put(a, second);
    damage(a, broken);
    const report = await join(b, a);
    const left = report.left.map(({ file, why }) => `${file}: ${why}`).join("\n");
    assert.match(left, new RegExp(`^objects: ${broken}: The object ${broken} is damaged`, "m"));
    assert.match(left, new RegExp(`^objects: ${hash}: .*${broken}`, "m"));
    assert.equal(b.store.objects.has(hash), false);
    assert.deepEqual(await damageIn(b.store), [], "what came is whole");
    const isNeeded = a.store.objects.chunksIn(listOf(a, other))?.some((chunk) => chunk.hash === broken);
    assert.equal(b.store.objects.has(other), isNeeded === false);

    const whole = openSide(path.join(emptyFolder(), ".loam"));
    try {
      put(whole, first);
      const mended = await join(b, whole);
      assert.ok(mended.bytes < 3 * mb, "only that chunk was missing");
      assert.ok(read(b, hash).equals(first));
    } finally {
      closeSide(whole);
    }
  });

  it("takes no list whose chunks are of another content, though each of them is whole", async () => {
    const hash = put(a, first);
    const list = listOf(a, hash);
    assert.ok(list.where === "file");
    const [one = "", two = "", ...rest] = fs.readFileSync(list.file, "latin1").split("\n");
    fs.writeFileSync(list.file, [two, one, ...rest].join("\n"));
    const report = await join(b, a);
    assert.deepEqual(
      report.left.map(({ file }) => file),
      [`objects: ${hash}`],
    );
    assert.match(report.left[0]?.why ?? "", /its chunks are of another content/);
    assert.equal(b.store.objects.has(hash), false);
    assert.equal(put(b, first), sha256(first));
    assert.ok(read(b, hash).equals(first), "so that it can be stored here");
  });
});
