import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure, type FailureCode } from "../../../src/core/base/failure.js";
import { nodePorts } from "../../../src/core/base/ports.js";
import { collectGarbage } from "../../../src/core/store/gc.js";
import { joinStores } from "../../../src/core/store/join.js";
import type { EntityRef } from "../../../src/core/store/layout.js";
import { purgeSecret, type Secret } from "../../../src/core/store/purge.js";
import { emptyTrash, freePurged, purgedElsewhere } from "../../../src/core/store/trash.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { bytesOf, closeSide, damageIn, knownKinds, never, openSide, type Side } from "./bench-store.js";

const failsWith =
  (code: FailureCode, message = /./) =>
  (error: unknown): boolean =>
    error instanceof Failure && error.code === code && message.test(`${error.message} ${error.next ?? ""}`);

const secretText = "correct-horse-battery-staple";

/** Every byte of a folder's files. */
function bytesBelow(folder: string): string {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

describe("purging", () => {
  const open: Side[] = [];
  const newSide = (folder = emptyFolder()): Side => {
    const side = openSide(path.join(folder, ".loam"));
    open.push(side);
    return side;
  };
  afterEach(() => {
    for (const side of open.splice(0)) closeSide(side);
  });

  const runWith = async (side: Side): Promise<EntityRef> => {
    const run = side.tracking.runs.create({ experiment: "0", name: "r", start: 1 });
    run.log({
      params: [
        { key: "password", value: secretText },
        { key: "lr", value: "0.1" },
      ],
      metrics: [{ key: "f1", value: 0.5, step: 1, time: 1 }],
    });
    const ref = { room: "runs" as const, id: run.id };
    await side.tracking.artifacts.put(ref, "keys/id.pem", bytesOf(secretText));
    await side.tracking.artifacts.put(ref, "plot.txt", bytesOf("a plot"));
    fs.writeFileSync(path.join(side.store.layout.entity(ref), "console.log"), `password is ${secretText}\n`);
    side.tracking.runs.release(run.id);
    return ref;
  };
  const param = (ref: EntityRef): Secret => ({
    what: "fact",
    ref,
    matches: (fact) => fact.kind === "param.logged" && fact["key"] === "password",
    field: "value",
  });

  it("takes a param's value out of its file and nothing else", async () => {
    const side = newSide();
    const ref = await runWith(side);
    const file = side.store.layout.facts(ref, side.store.self.writer);
    const before = fs.readFileSync(file);
    const done = await purgeSecret(side.store, param(ref), never);
    const after = fs.readFileSync(file);
    assert.equal(after.byteLength, before.byteLength);
    assert.ok(!after.includes(secretText));
    assert.deepEqual(done.alsoIn, ["console.log"], "where else it stands is said");
    assert.match(done.beyond.join(" "), /Git history is beyond it/);
    const run = side.tracking.runs.get(ref.id);
    assert.deepEqual(run.params, [
      { key: "password", value: "********" },
      { key: "lr", value: "0.1" },
    ]);
    assert.equal(run.metrics[0]?.summary.lastValue, 0.5);
    assert.deepEqual(await damageIn(side.store), []);
    const again = side.tracking.runs.own(ref.id);
    assert.ok("log" in again);
    again.log({ tags: [{ key: "after", value: "purge" }] });
    assert.equal(side.tracking.runs.get(ref.id).tag("after"), "purge");
  });

  it("takes a text out of every fact, the command among them", async () => {
    const side = newSide();
    const ref = await runWith(side);
    const run = side.tracking.runs.own(ref.id);
    assert.ok("log" in run);
    run.write({ kind: "recorder.note", text: `started as train.py --password=${secretText}` });
    run.log({ tags: [{ key: "note", value: `it is ${secretText}` }] });
    side.tracking.runs.release(ref.id);
    const done = await purgeSecret(side.store, { what: "text", ref, text: secretText }, never);
    assert.deepEqual(done.alsoIn, ["console.log"]);
    const facts = fs.readFileSync(side.store.layout.facts(ref, side.store.self.writer), "utf8");
    assert.ok(!facts.includes(secretText));
    const state = side.tracking.runs.get(ref.id);
    assert.deepEqual(
      [state.param("password"), state.tag("note"), state.param("lr")],
      ["********", "********", "0.1"],
    );
    const short = purgeSecret(side.store, { what: "text", ref, text: "0.1" }, never);
    await assert.rejects(short, failsWith("value.invalid", /by chance/));
  });

  it("frees a console and an artifact, and what is written there later is new", async () => {
    const side = newSide();
    const ref = await runWith(side);
    await purgeSecret(side.store, { what: "console", ref }, never);
    await purgeSecret(side.store, { what: "artifact", ref, path: "keys/id.pem" }, never);
    await purgeSecret(side.store, param(ref), never);
    assert.ok(!bytesBelow(side.store.layout.root).includes(secretText));
    assert.deepEqual(
      side.tracking.artifacts.list(ref, "").map((one) => one.name),
      ["keys", "plot.txt"],
    );
    assert.deepEqual(await damageIn(side.store), []);
    await side.tracking.artifacts.put(ref, "keys/id.pem", bytesOf("public"));
    const other = newSide();
    await joinStores(other.store, side.store.layout.root, never);
    assert.equal(fs.readFileSync(other.tracking.artifacts.find(ref, "keys/id.pem").file, "utf8"), "public");
  });

  it("frees a snapshot through the pillar that keeps it, and says for ever that it is gone", async () => {
    const side = newSide();
    const ref = await runWith(side);
    const commit = "c".repeat(40);
    let asked = 0;
    const free = (): Promise<void> => {
      asked++;
      assert.ok(side.store.purged.isPurgedSnapshot(commit), "the ledger says so before anything is freed");
      return Promise.resolve();
    };
    await purgeSecret(side.store, { what: "snapshot", ref, commit, objects: ["d".repeat(40)], free }, never);
    assert.equal(asked, 1);
    assert.ok(side.store.purged.codeObjects.has("d".repeat(40)));
  });

  it("drops the caches, which may hold the secret too", async () => {
    const side = newSide();
    const ref = await runWith(side);
    fs.mkdirSync(side.store.layout.cache, { recursive: true });
    fs.writeFileSync(path.join(side.store.layout.cache, "index.sqlite"), secretText);
    await purgeSecret(side.store, param(ref), never);
    assert.equal(fs.existsSync(side.store.layout.cache), false);
  });

  it("survives a join from a copy that still has the secret, and reaches that copy", async () => {
    const [side, other] = [newSide(), newSide()];
    const ref = await runWith(side);
    await joinStores(other.store, side.store.layout.root, never);
    await purgeSecret(side.store, param(ref), never);
    await purgeSecret(side.store, { what: "console", ref }, never);
    await purgeSecret(side.store, { what: "artifact", ref, path: "keys/id.pem" }, never);
    const back = await joinStores(side.store, other.store.layout.root, never);
    assert.deepEqual([back.kept, back.entities.extended], [[], 0]);
    assert.equal(back.purged, 2);
    assert.ok(!bytesBelow(side.store.layout.root).includes(secretText));

    const there = await joinStores(other.store, side.store.layout.root, never);
    assert.deepEqual(there.pending.map((item) => item.what).sort(), ["artifact", "console", "fact"]);
    assert.equal(
      other.tracking.runs.get(ref.id).param("password"),
      "********",
      "readers do not show it any more",
    );
    await freePurged(other.store, await purgedElsewhere(other.store, never), never);
    assert.ok(!bytesBelow(other.store.layout.root).includes(secretText));
    assert.deepEqual(await purgedElsewhere(other.store, never), []);
    for (const one of [side, other]) assert.deepEqual(await damageIn(one.store), []);
  });

  it("masks a secret that the other's writer went on behind, wherever it was purged", async () => {
    const [side, other] = [newSide(), newSide()];
    const ref = await runWith(side);
    await joinStores(other.store, side.store.layout.root, never);
    await purgeSecret(other.store, param(ref), never);
    const run = side.tracking.runs.own(ref.id);
    assert.ok("log" in run);
    run.log({ params: [{ key: "later", value: "1" }] });
    const report = await joinStores(other.store, side.store.layout.root, never);
    assert.deepEqual(report.kept, []);
    assert.equal(other.tracking.runs.get(ref.id).param("later"), "1");
    const facts = fs.readFileSync(other.store.layout.facts(ref, side.store.self.writer), "utf8");
    assert.ok(!facts.includes(secretText));
  });

  it("waits for whoever writes to the run", async () => {
    const folder = emptyFolder();
    const [side, writer] = [newSide(folder), newSide(folder)];
    const ref = await runWith(side);
    const run = writer.tracking.runs.own(ref.id);
    assert.ok("log" in run);
    await assert.rejects(
      purgeSecret(side.store, param(ref), never),
      failsWith("state.wrong", /still being written/),
    );
    writer.tracking.runs.release(ref.id);
    await purgeSecret(side.store, param(ref), never);
  });

  it("says when there is nothing of the kind", async () => {
    const side = newSide();
    const { id } = side.tracking.runs.create({ experiment: "0", name: "r" });
    side.tracking.runs.release(id);
    const ref = { room: "runs" as const, id };
    const secrets: Secret[] = [param(ref), { what: "console", ref }, { what: "artifact", ref, path: "x" }];
    for (const secret of secrets)
      await assert.rejects(
        purgeSecret(side.store, secret, never),
        failsWith("value.invalid", /nothing to purge/),
      );
    assert.deepEqual(side.store.purged.items(), []);
  });

  describe("the trash", () => {
    it("frees what is deleted, for ever: no join brings it back and no reader shows it", async () => {
      const [side, other] = [newSide(), newSide()];
      const ref = await runWith(side);
      await joinStores(other.store, side.store.layout.root, never);
      const emptied = await emptyTrash(side.store, [ref], () => true, knownKinds, never);
      assert.deepEqual(emptied.freed, [ref]);
      assert.ok(emptied.bytes > 500);
      assert.equal(fs.existsSync(side.store.layout.entity(ref)), false);
      const back = await joinStores(side.store, other.store.layout.root, never);
      assert.equal(back.purged, 1);
      assert.equal(fs.existsSync(side.store.layout.entity(ref)), false);

      const there = await joinStores(other.store, side.store.layout.root, never);
      assert.equal(there.pending.length, 1);
      assert.throws(() => other.tracking.runs.get(ref.id), failsWith("run.notFound"));
      assert.ok(fs.existsSync(other.store.layout.entity(ref)), "nobody's files go without a person's word");
      await freePurged(other.store, await purgedElsewhere(other.store, never), never);
      assert.equal(fs.existsSync(other.store.layout.entity(ref)), false);
    });

    it("leaves what was restored meanwhile, and what is being written", async () => {
      const folder = emptyFolder();
      const [side, writer] = [newSide(folder), newSide(folder)];
      const [restored, busy] = [await runWith(side), await runWith(side)];
      assert.ok("log" in writer.tracking.runs.own(busy.id));
      const emptied = await emptyTrash(
        side.store,
        [restored, busy],
        (ref) => ref.id !== restored.id,
        knownKinds,
        never,
      );
      assert.deepEqual([emptied.freed, emptied.busy], [[], [busy]]);
      assert.deepEqual(side.store.purged.items(), []);
    });

    it("frees nothing that is not named as purged", async () => {
      const side = newSide();
      const ref = await runWith(side);
      const item = { what: "entity" as const, entity: `runs/${ref.id}` };
      await assert.rejects(freePurged(side.store, [item], never), failsWith("state.wrong"));
      assert.ok(fs.existsSync(side.store.layout.entity(ref)));
    });

    it("is resumed where it was cut off, and forgotten where its fact was not yet written", async () => {
      const folder = emptyFolder();
      const side = newSide(folder);
      const [first, second] = [await runWith(side), await runWith(side)];
      // Ends while it frees: the fact is there, a part of the files too.
      const files = {
        ...nodePorts.files,
        removeFolder: () => {
          throw Object.assign(new Error("gone"), { code: "EIO" });
        },
      };
      const cut = openSide(path.join(folder, ".loam"), { ...nodePorts, files });
      open.push(cut);
      await assert.rejects(
        emptyTrash(cut.store, [first], () => true, knownKinds, never),
        failsWith("store.io"),
      );
      assert.ok(fs.existsSync(side.store.layout.entity(first)));
      const intents = side.store.layout.at("local", "purging");
      assert.equal(fs.readdirSync(intents).length, 1);
      const never2 = { items: [{ what: "entity", entity: `runs/${second.id}` }] };
      fs.writeFileSync(path.join(intents, "0.json"), JSON.stringify(never2));
      await emptyTrash(side.store, [], () => true, knownKinds, never);
      assert.equal(fs.existsSync(side.store.layout.entity(first)), false);
      assert.ok(fs.existsSync(side.store.layout.entity(second)), "an intent alone purges nothing");
      assert.deepEqual(fs.readdirSync(intents), []);
    });

    it("and the collector refuse while there are facts of a later version", async () => {
      const side = newSide();
      const ref = await runWith(side);
      const later = { id: "z", kind: "of.tomorrow", at: 1, clock: 1 };
      fs.appendFileSync(side.store.layout.facts(ref, "0000000f"), `${JSON.stringify(later)}\n`);
      const refused = failsWith("state.wrong", /of\.tomorrow \(1\).*Update Loam/);
      await assert.rejects(
        emptyTrash(side.store, [ref], () => true, knownKinds, never),
        refused,
      );
      await assert.rejects(collectGarbage(side.store, knownKinds, { dryRun: true }, never), refused);
      assert.ok(fs.existsSync(side.store.layout.entity(ref)));
    });

    it("removes links, and not what they lead to", async () => {
      const side = newSide();
      const ref = await runWith(side);
      const mine = emptyFolder();
      fs.writeFileSync(path.join(mine, "thesis.txt"), "mine");
      fs.symlinkSync(mine, path.join(side.store.layout.artifacts(ref), "link"));
      await emptyTrash(side.store, [ref], () => true, knownKinds, never);
      assert.equal(fs.existsSync(side.store.layout.entity(ref)), false);
      assert.equal(fs.readFileSync(path.join(mine, "thesis.txt"), "utf8"), "mine");
    });
  });
});
