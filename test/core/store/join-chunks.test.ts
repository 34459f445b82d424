import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../../src/core/base/ports.js";
import { sha256 } from "../../../src/core/store/canonical.js";
import { noteDamaged } from "../../../src/core/store/damaged.js";
import { Objects } from "../../../src/core/store/objects.js";
import type { StoredObject } from "../../../src/core/store/stored-objects.js";
import { verifyStore } from "../../../src/core/store/verify.js";
import { closeSide, damageIn, join, knownKinds, never, newSide, openSide, type Side } from "./bench-store.js";

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
    a = newSide();
    b = newSide();
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

    const whole = newSide();
    try {
      put(whole, first);
      const mended = await join(b, whole);
      assert.ok(mended.bytes < 3 * mb, "only that chunk was missing");
      assert.ok(read(b, hash).equals(first));
    } finally {
      closeSide(whole);
    }
  });

  it("mends what a verification found damaged here: chunks, manifests and facts, and only from what is whole there", async () => {
    const hash = put(a, first);
    const manifest = a.store.manifests.write(
      Buffer.from(`{"hash":"${hash}","path":"","size":${first.length}}\n`),
    );
    a.store.manifests.flush();
    const id = a.tracking.experiments.create("churn");
    await join(b, a);
    const inB = (...parts: string[]): string => b.store.layout.at(...parts);
    const broken = b.store.objects.chunksIn(listOf(b, hash))?.[2]?.hash ?? assert.fail();
    const [month = ""] = fs.readdirSync(inB("ledger"));
    const fact = path.join(inB("ledger", month), fs.readdirSync(inB("ledger", month))[0] ?? "");
    const spoil = (): void => {
      damage(b, broken);
      fs.writeFileSync(inB("manifests", manifest.slice(0, 2), manifest.slice(2)), "torn");
      fs.writeFileSync(fact, "{}");
      fs.rmSync(inB("local", "ledger"), { recursive: true });
      closeSide(b);
      b = openSide(inB(), nodePorts, false);
    };
    const verify = async (side: Side): Promise<number> => {
      const { problems, damaged } = await verifyStore(side.store, never, undefined, knownKinds);
      noteDamaged(side.store, damaged);
      return problems.filter(({ severity }) => severity === "damage").length;
    };
    spoil();
    const before = await join(b, a);
    assert.equal(before.mended, 0, "nobody knows of it yet");
    assert.equal(await verify(b), 4, "the chunk, the list that has it, the manifest and the fact");
    damage(a, broken);
    const half = await join(b, a);
    assert.equal(half.mended, 2);
    assert.match(half.left[0]?.why ?? "", /is damaged/);
    assert.equal(await verify(b), 2, "what is damaged there too stays as it is");

    const whole = newSide();
    try {
      put(whole, first);
      assert.equal((await join(b, whole)).mended, 2);
    } finally {
      closeSide(whole);
    }
    assert.deepEqual(await damageIn(b.store), []);
    assert.ok(read(b, hash).equals(first));
    closeSide(b);
    b = openSide(inB(), nodePorts, false);
    b.tracking.experiments.look();
    assert.equal(b.tracking.experiments.get(id).name, "churn");
    assert.ok(!fs.existsSync(inB("local", "damaged.json")), "nothing is left to be mended");
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
