import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure, type FailureCode } from "../../../src/core/base/failure.js";
import { nodeFiles, nodePorts } from "../../../src/core/base/ports.js";
import { joinStores } from "../../../src/core/store/join.js";
import type { EntityRef } from "../../../src/core/store/layout.js";
import { packPoints } from "../../../src/core/store/points.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { bytesOf, closeSide, damageIn, join, never, openSide, type Side } from "./bench-store.js";
import { foldedState } from "./history-state.js";

const failsWith =
  (code: FailureCode) =>
  (error: unknown): boolean =>
    error instanceof Failure && error.code === code;

const stateOf = (side: Side): unknown => foldedState(nodeFiles, side);

/** Every file below a folder, with its content. */
function snapshot(folder: string): Record<string, string> {
  const all: Record<string, string> = {};
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const { mtimeMs, mode } = fs.lstatSync(file);
    all[file] = `${mode} ${mtimeMs} ${entry.isFile() ? fs.readFileSync(file, "latin1") : ""}`;
  }
  return all;
}

describe("joining", () => {
  const open: Side[] = [];
  let a: Side;
  let b: Side;
  const newSide = (folder = emptyFolder()): Side => {
    const side = openSide(path.join(folder, ".loam"));
    open.push(side);
    return side;
  };
  const newRun = (side: Side): EntityRef => {
    const run = side.tracking.runs.create({ experiment: "0", name: "r", start: 1 });
    run.log({ metrics: [{ key: "f1", value: 0.5, step: 1, time: 1 }], params: [{ key: "lr", value: "1" }] });
    side.tracking.runs.release(run.id);
    return { room: "runs", id: run.id };
  };
  beforeEach(() => {
    a = newSide();
    b = newSide();
  });
  afterEach(() => {
    for (const side of open.splice(0)) closeSide(side);
  });

  it("takes over what the other has, and does not touch the other", async () => {
    const ref = newRun(b);
    b.tracking.experiments.create("churn");
    b.tracking.traces.save("tr-1", "0", {});
    b.tracking.models.create({ experiment: "0", name: "m" });
    b.store.objects.put(Buffer.from("a list of packages"));
    b.store.objects.flush();
    await b.tracking.artifacts.put(ref, "con/a:b.txt", bytesOf("artifact"));
    fs.writeFileSync(path.join(b.store.layout.entity(ref), "console.log"), "hello\n");
    const before = snapshot(b.store.layout.root);
    const report = await join(a, b);
    assert.deepEqual(snapshot(b.store.layout.root), before);
    assert.deepEqual(report.entities, { added: 3, extended: 0, same: 0 });
    assert.deepEqual([report.ledger.added, report.objects.added, report.artifacts.added], [1, 1, 1]);
    assert.deepEqual([report.left, report.kept], [[], []]);
    assert.deepEqual(stateOf(a), stateOf(b));
    assert.equal(fs.readFileSync(path.join(a.store.layout.entity(ref), "console.log"), "utf8"), "hello\n");
    assert.deepEqual(await damageIn(a.store), []);
    assert.deepEqual(fs.readdirSync(a.store.layout.at("local", "uploads")), []);
  });

  it("changes nothing when repeated", async () => {
    newRun(b);
    newRun(a);
    await join(a, b);
    const files = (): Record<string, string> => {
      const all = snapshot(a.store.layout.root);
      return Object.fromEntries(Object.entries(all).filter(([file]) => !file.includes("local")));
    };
    const before = files();
    const report = await join(a, b);
    assert.deepEqual(report.entities, { added: 0, extended: 0, same: 1 });
    assert.equal(report.bytes, 0);
    assert.deepEqual(files(), before);
  });

  it("extends what the other went on with, and keeps what ours went on with", async () => {
    const ref = newRun(a);
    await join(b, a);
    const inB = b.tracking.runs.own(ref.id);
    assert.ok("log" in inB);
    inB.log({ metrics: [{ key: "loss", value: 2, step: 2, time: 2 }], tags: [{ key: "t", value: "b" }] });
    const inA = a.tracking.runs.own(ref.id);
    assert.ok("log" in inA);
    inA.log({ metrics: [{ key: "f1", value: 0.9, step: 3, time: 3 }] });
    a.tracking.runs.release(ref.id);
    const first = await join(a, b);
    assert.deepEqual(first.entities, { added: 0, extended: 1, same: 0 });
    const run = a.tracking.runs.get(ref.id);
    assert.equal(run.metrics.length, 2);
    assert.equal(run.metrics.find((one) => one.name === "f1")?.summary.lastValue, 0.9);
    await join(b, a);
    assert.deepEqual(stateOf(a), stateOf(b));
  });

  it("finishes a copy whose end was torn, and tells readers which runs changed", async () => {
    const ref = newRun(b);
    await join(a, b);
    const facts = a.store.layout.facts(ref, b.store.self.writer);
    const points = a.store.layout.points(ref, b.store.self.writer);
    const whole = [fs.readFileSync(facts), fs.readFileSync(points)];
    fs.truncateSync(facts, 100);
    fs.truncateSync(points, 13);
    const report = await join(a, b);
    assert.equal(report.entities.extended, 1);
    assert.deepEqual([fs.readFileSync(facts), fs.readFileSync(points)], whole);
    const touched = fs.readFileSync(path.join(a.store.layout.touched, a.store.self.writer), "utf8");
    assert.match(touched, new RegExp(`\\+runs/${ref.id}`));
  });

  describe("two copies of one writer's file that went different ways", () => {
    let ref: EntityRef;
    const line = (id: string, key: string): string =>
      `${JSON.stringify({ id, at: 1, clock: 5, kind: "param.logged", key, value: "v" })}\n`;
    const record = (step: number): Buffer => packPoints([{ key: 3n, step, time: 1, value: 1 }]);
    const declared = `${JSON.stringify({ id: "d", at: 1, clock: 1, kind: "metric.declared", key: "0000000000000003", name: "x", model: null, dataset: null, digest: null })}\n`;
    const write = (side: Side, facts: string, points: Buffer): void => {
      const folder = side.store.layout.entity(ref);
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, "facts-0000000c.jsonl"), facts);
      fs.writeFileSync(path.join(folder, "points-0000000c.bin"), points);
    };
    beforeEach(() => {
      ref = newRun(a);
      write(
        a,
        declared + line("1", "same") + line("2", "a"),
        Buffer.concat([record(1), record(2), record(3)]),
      );
      write(
        b,
        declared + line("1", "same") + line("3", "b") + line("4", "bb"),
        Buffer.concat([record(1), record(20)]),
      );
    });

    it("are both kept, and said so", async () => {
      const report = await join(a, b);
      assert.equal(report.kept.length, 2);
      assert.match(report.kept[0]?.as ?? "", /facts-[0-9a-f]{8}\.jsonl$/);
      const params = a.tracking.runs.get(ref.id).params.map((one) => one.key);
      assert.deepEqual(params.sort(), ["a", "b", "bb", "lr", "same"]);
      assert.deepEqual(await damageIn(a.store), []);
      const again = await join(a, b);
      assert.deepEqual([again.kept, again.bytes], [[], 0]);
    });

    it("come to one state, with every point once, however often and whichever way they are joined", async () => {
      await join(a, b);
      await join(b, a);
      await join(a, b);
      await join(b, a);
      assert.deepEqual(stateOf(a), stateOf(b));
      const { points } =
        (stateOf(a) as Record<string, { points: [string, number][] }>)[`runs/${ref.id}`] ?? {};
      assert.deepEqual(new Set(points?.map(([, times]) => times)), new Set([1]));
      assert.equal(points?.length, 5, "one of the run's own, the shared one, two here and one there");
    });

    it("go on under their names when the other goes on", async () => {
      await join(a, b);
      fs.appendFileSync(b.store.layout.facts(ref, "0000000c"), line("9", "more"));
      const report = await join(a, b);
      assert.deepEqual([report.kept, report.entities.extended], [[], 1]);
      assert.equal(a.tracking.runs.get(ref.id).param("more"), "v");
    });
  });

  it("keeps both of two consoles that differ", async () => {
    const ref = newRun(a);
    await join(b, a);
    const console = (side: Side): string => path.join(side.store.layout.entity(ref), "console.log");
    fs.writeFileSync(console(a), "one\n");
    fs.writeFileSync(console(b), "two\n");
    const report = await join(a, b);
    assert.match(report.kept[0]?.as ?? "", /console-[0-9a-f]{8}\.log$/);
    assert.equal(fs.readFileSync(console(a), "utf8"), "one\n");
    assert.equal(
      fs.readFileSync(a.store.layout.at(...(report.kept[0]?.as ?? "").split("/")), "utf8"),
      "two\n",
    );
    await join(b, a);
    assert.deepEqual(
      fs.readdirSync(b.store.layout.entity(ref)).filter((name) => name.endsWith(".log")).length,
      2,
    );
    const again = await join(a, b);
    assert.deepEqual([again.kept, again.bytes], [[], 0]);
  });

  it("does not append to a file that a process here is writing", async () => {
    const folder = emptyFolder();
    const [here, writer] = [newSide(folder), newSide(folder)];
    writer.store.live.announce({ role: "run" });
    const run = writer.tracking.runs.create({ experiment: "0", name: "r" });
    const file = writer.store.layout.facts({ room: "runs", id: run.id }, writer.store.self.writer);
    const there = path.join(b.store.layout.entity({ room: "runs", id: run.id }), path.basename(file));
    fs.mkdirSync(path.dirname(there), { recursive: true });
    fs.writeFileSync(there, `${fs.readFileSync(file, "utf8")}{"id":"x","kind":"k","at":1,"clock":1}\n`);
    const before = fs.readFileSync(file);
    const report = await join(here, b);
    assert.deepEqual(fs.readFileSync(file), before);
    assert.match(report.left[0]?.why ?? "", /a process here is writing/);
  });

  it("remembers the facts of other branches without putting them on ours", async () => {
    b.tracking.experiments.create("on the branch");
    fs.rmSync(b.store.layout.ledger, { recursive: true });
    const report = await join(a, b);
    assert.deepEqual(report.ledger, { added: 0, remembered: 1 });
    assert.equal(a.store.ledger.unpublished().length, 1);
    assert.ok(a.tracking.experiments.byName("on the branch"));
  });

  it("takes the rooms of later pillars as files that only grow", async () => {
    const place = (side: Side, ...parts: string[]): string => side.store.layout.at(...parts);
    const plant = (file: string, text: string): void => {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    };
    plant(place(b, "predictions", "d1", "2026-11-23", "01.jsonl"), "1\n2\n");
    plant(place(a, "predictions", "d1", "2026-11-23", "01.jsonl"), "1\n");
    plant(place(a, "monitors", "m", "x.json"), "mine");
    plant(place(b, "monitors", "m", "x.json"), "theirs");
    const content = "a manifest";
    const hash = (await import("../../../src/core/store/canonical.js")).sha256(content);
    plant(place(b, "manifests", hash.slice(0, 2), hash.slice(2)), content);
    const report = await join(a, b);
    assert.equal(fs.readFileSync(place(a, "predictions", "d1", "2026-11-23", "01.jsonl"), "utf8"), "1\n2\n");
    assert.equal(fs.readFileSync(place(a, "manifests", hash.slice(0, 2), hash.slice(2)), "utf8"), content);
    assert.equal(report.kept.length, 1);
    assert.equal(fs.readFileSync(place(a, ...(report.kept[0]?.as ?? "").split("/")), "utf8"), "theirs");
    assert.equal((await join(a, b)).bytes, 0);
  });

  it("refuses itself, what lies in it, what is no store, and one that needs a later version", async () => {
    const root = a.store.layout.root;
    await assert.rejects(joinStores(a.store, root, never), failsWith("join.differs"));
    await assert.rejects(joinStores(a.store, path.join(root, "runs"), never), failsWith("store.none"));
    fs.mkdirSync(path.join(root, "inside"));
    await assert.rejects(joinStores(a.store, path.join(root, "inside"), never), failsWith("join.differs"));
    await assert.rejects(
      joinStores(a.store, path.join(emptyFolder(), "none"), never),
      failsWith("store.none"),
    );
    fs.writeFileSync(b.store.layout.format, '{"format": 1, "needs": ["tomorrow"]}');
    await assert.rejects(join(a, b), failsWith("store.needs"));
  });

  it("runs one at a time, and can be called off", async () => {
    newRun(b);
    const folder = path.dirname(a.store.layout.root);
    const other = newSide(folder);
    const [first, second] = await Promise.allSettled([join(a, b), join(other, b)]);
    assert.equal(first.status, "fulfilled");
    assert.ok(second.status === "rejected" && failsWith("state.wrong")(second.reason));
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(joinStores(a.store, b.store.layout.root, stop.signal), failsWith("cancelled"));
    await join(other, b);
  });

  it("makes all that it brought durable before it says so", async () => {
    newRun(b);
    const synced = new Set<string>();
    const opened = new Map<number, string>();
    const files = {
      ...nodePorts.files,
      openAppend: (file: string, mode?: number) => {
        const fd = nodePorts.files.openAppend(file, mode);
        opened.set(fd, file);
        return fd;
      },
      syncLater: async (fd: number) => {
        await nodePorts.files.syncLater(fd);
        synced.add(path.basename(opened.get(fd) ?? ""));
      },
    };
    const side = openSide(path.join(emptyFolder(), ".loam"), { ...nodePorts, files });
    open.push(side);
    await join(side, b);
    const { writer } = b.store.self;
    assert.ok(synced.has(`facts-${writer}.jsonl`) && synced.has(`points-${writer}.bin`));
  });
});
