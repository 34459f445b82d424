import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure, type FailureCode } from "../../../src/core/base/failure.js";
import { nodePorts } from "../../../src/core/base/ports.js";
import { entityFiles, readEntity } from "../../../src/core/store/entity-reader.js";
import {
  isModelId,
  isRunId,
  isTraceId,
  isUlid,
  monthOfUuid,
  newModelId,
  newRunId,
  newUlid,
} from "../../../src/core/store/ids.js";
import { entityFileOf, isEntityId, parseEntityKey, shardOfEntity } from "../../../src/core/store/layout.js";
import { Store } from "../../../src/core/store/store.js";
import { TouchedReader } from "../../../src/core/store/touched.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { closeSide, openSide, seededRandom } from "./bench-store.js";

const failsWith =
  (code: FailureCode) =>
  (error: unknown): boolean =>
    error instanceof Failure && error.code === code;

const newRoot = (): string => path.join(emptyFolder(), ".loam");
const ids = { clock: { now: () => Date.UTC(2026, 10, 23) }, random: seededRandom("ids") };

describe("a store", () => {
  it("is made by the first action alone, with what git is to share and no more", () => {
    const root = newRoot();
    assert.throws(() => Store.open(nodePorts, root, { create: false }), failsWith("store.none"));
    assert.equal(fs.existsSync(root), false);
    const store = Store.open(nodePorts, root, { create: true });
    assert.deepEqual(fs.readdirSync(root).sort(), [".gitattributes", ".gitignore", "format.json", "local"]);
    assert.deepEqual(JSON.parse(fs.readFileSync(path.join(root, "format.json"), "utf8")), {
      format: 1,
      needs: [],
    });
    if (process.platform !== "win32") assert.equal(fs.statSync(path.join(root, "local")).mode & 0o777, 0o700);
    store.dispose();
    fs.writeFileSync(path.join(root, ".gitignore"), "changed by its owner\n");
    fs.unlinkSync(path.join(root, ".gitattributes"));
    Store.open(nodePorts, root, { create: true }).dispose();
    assert.equal(fs.readFileSync(path.join(root, ".gitignore"), "utf8"), "changed by its owner\n");
    assert.ok(fs.existsSync(path.join(root, ".gitattributes")), "what a cut-off creation left out is added");
  });

  it("of a later version is refused, nothing touched", () => {
    for (const format of [
      { format: 1, needs: ["tomorrow"] },
      { format: 2, needs: [] },
    ]) {
      const root = newRoot();
      fs.mkdirSync(root);
      fs.writeFileSync(path.join(root, "format.json"), JSON.stringify(format));
      assert.throws(() => Store.open(nodePorts, root, { create: true }), failsWith("store.needs"));
      assert.deepEqual(fs.readdirSync(root), ["format.json"]);
    }
  });

  it("gives each process files of its own, so that no append needs a lock", () => {
    const root = newRoot();
    const [one, two] = [openSide(root), openSide(root)];
    const run = one.tracking.runs.create({ experiment: "0", name: "r" });
    const ref = { room: "runs" as const, id: run.id };
    const body = { kind: "tag.set", key: "t", value: "2" };
    two.store.writer(ref).facts([two.store.source.make(body)], () => undefined);
    run.log({ tags: [{ key: "u", value: "1" }] });
    const names = [...entityFiles(nodePorts.files, one.store.layout, ref).keys()].sort();
    const expected = [one, two].map((side) => `facts-${side.store.self.writer}.jsonl`);
    assert.deepEqual(names, expected.sort());
    closeSide(two);
    closeSide(one);
    const reader = openSide(root);
    assert.equal(reader.tracking.runs.get(run.id).tags.length, 3);
    closeSide(reader);
  });

  it("keeps only so many files open, and still writes to every run", () => {
    const files = { ...nodePorts.files, sync: () => undefined, syncLater: () => Promise.resolve() };
    const side = openSide(newRoot(), { ...nodePorts, files });
    const runs = Array.from({ length: 1000 }, (_, i) =>
      side.tracking.runs.create({ experiment: "0", name: String(i) }),
    );
    for (const run of runs) run.log({ metrics: [{ key: "f1", value: 1, step: 1, time: 1 }] });
    if (process.platform === "linux") assert.ok(fs.readdirSync("/proc/self/fd").length < 900);
    for (const run of runs.slice(0, 5)) run.log({ tags: [{ key: "t", value: "again" }] });
    closeSide(side);
    const reader = openSide(side.store.layout.root);
    for (const run of runs.slice(0, 5)) assert.equal(reader.tracking.runs.get(run.id).tag("t"), "again");
    closeSide(reader);
  });

  it("closes every file, also when a last sync fails", () => {
    const opened = new Set<number>();
    const files = {
      ...nodePorts.files,
      openAppend: (file: string, mode?: number) => {
        const fd = nodePorts.files.openAppend(file, mode);
        opened.add(fd);
        return fd;
      },
      close: (fd: number) => {
        opened.delete(fd);
        nodePorts.files.close(fd);
      },
      sync: () => {
        throw Object.assign(new Error("EIO"), { code: "EIO" });
      },
    };
    const store = Store.open({ ...nodePorts, files }, newRootWithStore(), { create: false });
    for (let i = 0; i < 3; i++)
      store
        .writer({ room: "runs", id: newRunId(nodePorts) })
        .facts([store.source.make({ kind: "k" })], () => undefined);
    assert.ok(opened.size >= 3);
    assert.throws(() => store.dispose(), failsWith("store.io"));
    assert.equal(opened.size, 0);
  });

  it("syncs again what a failed sync left", async () => {
    let fail = true;
    let synced = 0;
    const files = {
      ...nodePorts.files,
      syncLater: async (fd: number) => {
        if (fail) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        await nodePorts.files.syncLater(fd);
        synced++;
      },
    };
    const store = Store.open({ ...nodePorts, files }, newRootWithStore(), { create: false });
    store
      .writer({ room: "runs", id: newRunId(nodePorts) })
      .facts([store.source.make({ kind: "k" })], () => undefined);
    await store.sync();
    assert.equal(synced, 0);
    fail = false;
    await store.sync();
    assert.equal(synced, 1);
    await store.sync();
    assert.equal(synced, 1, "what is durable is not synced again");
    store.dispose();
  });
});

const newRootWithStore = (): string => {
  const root = newRoot();
  Store.open(nodePorts, root, { create: true }).dispose();
  return root;
};

describe("what a process touches", () => {
  it("is told before the first write, and again when the disk did not take it", () => {
    const root = newRootWithStore();
    let room: number | undefined;
    const files = {
      ...nodePorts.files,
      write: (fd: number, bytes: Uint8Array) => {
        if (room === undefined || bytes.byteLength > 60) return nodePorts.files.write(fd, bytes);
        const taken = room;
        room = taken === 0 ? undefined : 0;
        if (taken === 0) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
        return nodePorts.files.write(fd, bytes.subarray(0, taken));
      },
    };
    const store = Store.open({ ...nodePorts, files }, root, { create: false });
    const reader = new TouchedReader(nodePorts, store.layout);
    const refs = Array.from({ length: 3 }, () => ({ room: "runs" as const, id: newRunId(nodePorts) }));
    for (const [i, ref] of refs.entries()) {
      if (i === 1) room = 5;
      store.writer(ref).facts([store.source.make({ kind: "k" })], () => undefined);
    }
    assert.deepEqual(reader.poll(), [refs[0], refs[2]], "the torn line hides no other");
    for (const ref of refs) store.writer(ref).facts([store.source.make({ kind: "k" })], () => undefined);
    const told = (): string[] => reader.poll().map((ref) => ref.id);
    assert.deepEqual(told().sort(), refs.map((ref) => ref.id).sort());
    assert.equal(told().length, 3, "they are still being written");
    store.dispose();
  });

  it("does not stop a write when nothing can be told", () => {
    const root = newRootWithStore();
    const makeFolder = (at: string, mode?: number): void => {
      if (at.endsWith("touched")) throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
      nodePorts.files.makeFolder(at, mode);
    };
    const store = Store.open({ ...nodePorts, files: { ...nodePorts.files, makeFolder } }, root, {
      create: false,
    });
    const ref = { room: "runs" as const, id: newRunId(nodePorts) };
    store.writer(ref).facts([store.source.make({ kind: "k" })], () => undefined);
    assert.equal(readEntity(nodePorts.files, store.layout, ref, new Map(), () => undefined).facts.length, 1);
    store.dispose();
  });

  it("is nothing that a stranger's file could make of it", () => {
    const store = Store.open(nodePorts, newRootWithStore(), { create: false });
    fs.mkdirSync(store.layout.touched, { recursive: true });
    fs.writeFileSync(
      path.join(store.layout.touched, "0000000a"),
      "+runs/../..\n+etc/passwd\n+\n-\nrubbish\n",
    );
    fs.writeFileSync(path.join(store.layout.touched, "notes"), `+runs/${newRunId(nodePorts)}\n`);
    assert.deepEqual(new TouchedReader(nodePorts, store.layout).poll(), []);
    store.dispose();
  });
});

describe("ids", () => {
  it("hold their month and are told from anything else", () => {
    const [run, model] = [newRunId(ids), newModelId(ids)];
    assert.ok(isRunId(run) && isModelId(model) && isUlid(newUlid(ids)) && isTraceId("tr-1"));
    assert.equal(monthOfUuid(run), "2026-11");
    assert.equal(shardOfEntity({ room: "runs", id: run }), "2026-11");
    assert.equal(shardOfEntity({ room: "logged", id: model }), "2026-11");
    assert.equal(shardOfEntity({ room: "traces", id: "tr-A/".slice(0, 4) }), "t-_a");
    for (const bad of [
      "",
      "..",
      "../..",
      `${run}0`,
      run.toUpperCase(),
      `${run.slice(0, 31)}/`,
      "con",
      "a\nb",
    ]) {
      assert.ok(!isEntityId("runs", bad) && !isEntityId("logged", bad), bad);
      assert.equal(parseEntityKey(`runs/${bad}`), undefined);
    }
    assert.equal(parseEntityKey(`elsewhere/${run}`), undefined);
    assert.deepEqual(parseEntityKey(`runs/${run}`), { room: "runs", id: run });
    assert.ok(!isTraceId("../x") && !isTraceId(".x") && !isTraceId("a/b") && !isTraceId("x".repeat(129)));
  });

  it("of files of an entity say whose they are", () => {
    assert.deepEqual(entityFileOf("facts-0000000a.jsonl"), { kind: "facts", writer: "0000000a" });
    assert.deepEqual(entityFileOf("points-0000000a.bin"), { kind: "points", writer: "0000000a" });
    for (const other of [
      "facts-0000000a.bin",
      "points-0000000a.jsonl",
      "facts-0000000A.jsonl",
      "facts-.jsonl",
      "x",
    ])
      assert.deepEqual(entityFileOf(other), { kind: "other" });
  });
});
