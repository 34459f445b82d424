import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../../src/core/base/ports.js";
import { collectGarbage } from "../../../src/core/store/gc.js";
import type { Store } from "../../../src/core/store/store.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { closeSide, damageIn, knownKinds, never, openSide, type Side } from "./bench-store.js";

const day = 24 * 3600 * 1000;

describe("collecting garbage", () => {
  let side: Side;
  let later: Side;
  beforeEach(() => {
    const root = path.join(emptyFolder(), ".loam");
    side = openSide(root);
    later = openSide(root, { ...nodePorts, clock: { now: () => Date.now() + day + 60_000 } });
  });
  afterEach(() => {
    closeSide(later);
    closeSide(side);
  });

  /** A run whose environment names an object. */
  const named = (content: Uint8Array): string => {
    const hash = side.store.objects.put(content);
    const run = side.tracking.runs.create({ experiment: "0", name: "r" });
    run.write({
      kind: "environment.recorded",
      platform: "linux",
      cpus: 1,
      memory: 1,
      variables: {},
      packages: hash,
    });
    side.tracking.runs.release(run.id);
    return hash;
  };
  const collect = (dryRun: boolean, from = later) =>
    collectGarbage(from.store, knownKinds, { dryRun }, never);
  const hashesIn = (store: Store): string[] =>
    [...new Set([...store.objects.list()].map((one) => one.hash))].sort();

  it("frees objects that nothing names, out of packs too, and shows them first", async () => {
    const large = crypto.randomBytes(400_000);
    const kept = [named(Buffer.from("small and named")), named(large)];
    const dead = [Buffer.from("small"), crypto.randomBytes(400_000)].map((content) =>
      side.store.objects.put(content),
    );
    side.store.objects.flush();
    const whole = side.store.objects.put(Buffer.from("a pack of its own"));
    side.store.objects.flush();
    const shown = await collect(true);
    assert.deepEqual(shown.objects.map((one) => one.hash).sort(), [...dead, whole].sort());
    assert.ok(shown.bytes > 400_000);
    assert.equal(hashesIn(side.store).length, 5);
    const freed = await collect(false);
    assert.deepEqual(freed.objects.map((one) => one.hash).sort(), [...dead, whole].sort());
    for (const store of [later.store, side.store]) assert.deepEqual(hashesIn(store), [...kept].sort());
    assert.ok(side.store.objects.get(kept[1] ?? "").equals(large));
    assert.equal(fs.readdirSync(side.store.layout.at("objects", "packs")).length, 2);
    assert.deepEqual((await collect(true)).objects, []);
    assert.deepEqual(await damageIn(side.store), []);
  });

  it("keeps what a process holds that put it before: it is stored anew", async () => {
    const hash = side.store.objects.put(Buffer.from("forgotten"));
    side.store.objects.flush();
    assert.ok(side.store.objects.has(hash));
    await collect(false);
    assert.equal(side.store.objects.has(hash), false);
    named(Buffer.from("forgotten"));
    side.store.objects.flush();
    assert.equal(side.store.objects.get(hash).toString(), "forgotten");
  });

  it("keeps what a fact leads to over manifests and lists of chunks, and frees it with the fact's manifest", async () => {
    const { store } = side;
    const hash = store.objects.put(crypto.randomBytes(9 * 1024 * 1024));
    store.objects.flush();
    const inner = store.manifests.write(Buffer.from(`{"hash":"${hash}","path":"data.csv","size":5}\n`));
    const outer = store.manifests.write(
      Buffer.from(`{"files":1,"folder":"a","manifest":"${inner}","size":5}\n`),
    );
    const found = await collect(true);
    assert.deepEqual(found.manifests.map((one) => one.hash).sort(), [inner, outer].sort());
    assert.ok(found.objects.length > 3, "the list and its chunks");
    const run = side.tracking.runs.create({ experiment: "0", name: "r" });
    run.log({ tags: [{ key: "data", value: outer }] });
    side.tracking.runs.release(run.id);
    const kept = await collect(false);
    assert.deepEqual([kept.objects, kept.manifests], [[], []]);
    assert.deepEqual(
      kept.held.map(({ what, id, alone, bytes }) => [what, id, alone === bytes]),
      [["runs", run.id, true]],
    );
    assert.equal(kept.held[0]?.objects, found.objects.length);
    // as on a branch of git that has neither
    fs.rmSync(store.layout.at("manifests"), { recursive: true });
    assert.deepEqual((await collect(false)).objects, []);
    assert.equal(store.objects.get(hash).byteLength, 9 * 1024 * 1024);
  });

  it("keeps with what is young what that leads to, however old: a list never stands without its chunks", async () => {
    const { store } = side;
    const hash = store.objects.put(crypto.randomBytes(9 * 1024 * 1024));
    store.objects.flush();
    const manifest = store.manifests.write(Buffer.from(`{"hash":"${hash}","path":"data.csv","size":5}\n`));
    const young = [
      ...[...store.objects.list()].flatMap((one) => (one.where === "file" ? [one.file] : [])),
      ...store.manifests.placesOf(manifest),
    ];
    assert.ok(young.length > 1);
    const soon = new Date(Date.now() + day);
    for (const file of young) fs.utimesSync(file, soon, soon);
    assert.deepEqual((await collect(false)).objects, []);
    assert.deepEqual(await damageIn(store), []);
    assert.equal(store.objects.get(hash).byteLength, 9 * 1024 * 1024);
    for (const file of young) fs.utimesSync(file, new Date(), new Date());
    assert.ok((await collect(false)).objects.length > 3);
    assert.deepEqual(hashesIn(store), []);
  });

  it("keeps everything while a manifest that a fact names cannot be had, or somebody keeps data", async () => {
    const run = side.tracking.runs.create({ experiment: "0", name: "r" });
    run.log({ tags: [{ key: "data", value: `{"manifest":"${"ab".repeat(32)}"}` }] });
    side.store.objects.put(Buffer.from("unnamed"));
    side.store.objects.flush();
    assert.equal((await collect(true)).objects.length, 1, "a text within a text is no field");
    await side.store.adding.during(async () => {
      const held = await collect(false);
      assert.deepEqual([held.objects.length, /is keeping data/.test(held.keptObjects ?? "")], [0, true]);
    });
    side.store.ledger.append({
      kind: "experiment.created",
      experiment: "7",
      name: "x",
      manifest: "ab".repeat(32),
    } as never);
    const held = await collect(false);
    assert.deepEqual(
      [held.objects.length, /manifest .* is not here/.test(held.keptObjects ?? "")],
      [0, true],
    );
  });

  it("keeps everything of the last day, and all objects while a run is recorded", async () => {
    side.store.objects.put(Buffer.from("unnamed"));
    side.store.objects.flush();
    assert.deepEqual((await collect(true, side)).objects, []);
    side.store.live.announce({ role: "run" });
    const held = await collect(false);
    assert.deepEqual([held.objects.length, /is recording/.test(held.keptObjects ?? "")], [0, true]);
    side.store.live.announce({ role: "engine" });
    assert.equal((await collect(true)).objects.length, 1);
  });

  it("frees what interrupted work left, and nothing of the user's", async () => {
    const run = side.tracking.runs.create({ experiment: "0", name: "r" });
    side.tracking.runs.release(run.id);
    const { layout } = side.store;
    const entity = layout.entity({ room: "runs", id: run.id });
    const plant = (file: string): string => {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, "left over");
      return layout.relative(file);
    };
    const left = [
      plant(layout.at("local", "uploads", "0123456789abcdef")),
      plant(layout.at("ledger", "2026-11", ".0123456789ab.tmp")),
      plant(layout.at("local", "claims", "run", "ab", ".0123456789ab.tmp")),
      plant(layout.at(".0123456789ab.tmp")),
      plant(layout.at("cache", "data", ".0123456789ab.tmp")),
      plant(path.join(entity, ".0123456789ab.tmp")),
      plant(layout.at("objects", "packs", `${"0".repeat(26)}.idx`)),
      plant(layout.at("code.git", "objects", "ab", ".0123456789ab.tmp")),
    ];
    const mine = [
      plant(path.join(entity, "artifacts", ".0123456789ab.tmp")),
      plant(path.join(entity, "artifacts", "x.tmp")),
      plant(layout.at("ledger", "2026-11", "notes.tmp")),
    ];
    assert.deepEqual((await collect(true, side)).leftOvers, [], "it may be under way");
    assert.deepEqual((await collect(true)).leftOvers.map((one) => one.file).sort(), left.sort());
    await collect(false);
    for (const file of left) assert.equal(fs.existsSync(layout.at(file)), false, file);
    for (const file of mine) assert.ok(fs.existsSync(layout.at(file)), file);
  });
});
