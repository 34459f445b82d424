import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure, type FailureCode } from "../../../src/core/base/failure.js";
import { nodePorts, type FilePort } from "../../../src/core/base/ports.js";
import { joinStores } from "../../../src/core/store/join.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { bytesOf, closeSide, damageIn, never, newSide, openSide, type Side } from "./bench-store.js";

const failsWith =
  (code: FailureCode) =>
  (error: unknown): boolean =>
    error instanceof Failure && error.code === code && error.next !== undefined;

const injected = (code: string) => (): never => {
  throw Object.assign(new Error(`${code}: injected`), { code });
};

/** A small disk of its own, or undefined where this user may not make one. */
function mountTmpfs(options: string): { readonly folder: string; readonly unmount: () => void } | undefined {
  const folder = emptyFolder();
  const words = ["-t", "tmpfs", "-o", options, "tmpfs", folder];
  try {
    execFileSync("mount", words, { stdio: "ignore" });
  } catch {
    console.log(
      `      (no real disk here: as root, \`mount ${words.join(" ")}\` would do; faults are injected instead)`,
    );
    return undefined;
  }
  return { folder, unmount: () => execFileSync("umount", ["-l", folder], { stdio: "ignore" }) };
}

describe("a full disk", () => {
  /** Fills a disk of 512 kB, or one whose writes fail from some moment on. */
  function smallDisk(): {
    folder: string;
    files: FilePort;
    fill: () => void;
    free: () => void;
    end: () => void;
  } {
    const mounted = mountTmpfs("size=512k,mode=0755");
    if (!mounted) {
      let full = false;
      const guard =
        <A extends unknown[], R>(work: (...args: A) => R) =>
        (...args: A): R =>
          full ? injected("ENOSPC")() : work(...args);
      const real = nodePorts.files;
      const files: FilePort = {
        ...real,
        openNew: guard((at: string, mode?: number) => real.openNew(at, mode)),
        write: guard((fd: number, bytes: Uint8Array) => real.write(fd, bytes)),
        makeFolder: guard((at: string, mode?: number) => {
          real.makeFolder(at, mode);
        }),
      };
      return {
        folder: emptyFolder(),
        files,
        fill: () => (full = true),
        free: () => (full = false),
        end: () => undefined,
      };
    }
    const ballast = path.join(mounted.folder, "ballast");
    const fill = (): void => {
      const fd = fs.openSync(ballast, "a");
      try {
        for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
          try {
            for (;;) fs.writeSync(fd, Buffer.alloc(size));
          } catch {
            // not so much at once: then less
          }
        }
      } finally {
        fs.closeSync(fd);
      }
    };
    const free = (): void => fs.truncateSync(ballast, 0);
    return { folder: mounted.folder, files: nodePorts.files, fill, free, end: mounted.unmount };
  }

  it("gives a clear failure, loses nothing acknowledged, and is written on once there is room", async () => {
    const disk = smallDisk();
    const side = openSide(path.join(disk.folder, ".loam"), { ...nodePorts, files: disk.files });
    try {
      const run = side.tracking.runs.create({ experiment: "0", name: "r" });
      const ref = { room: "runs" as const, id: run.id };
      await side.tracking.artifacts.put(ref, "model.pkl", bytesOf("first"));
      const kept: number[] = [];
      const log = (step: number): void => {
        run.log({
          metrics: [{ key: "f1", value: step, step, time: 1 }],
          tags: [{ key: `t${step}`, value: "x".repeat(400) }],
        });
        kept.push(step);
      };
      for (let step = 0; step < 10; step++) log(step);
      disk.fill();
      const refused: unknown[] = [];
      for (let step = 10; step < 40; step++) {
        try {
          log(step);
        } catch (error) {
          refused.push(error);
        }
      }
      assert.ok(refused.length > 0);
      for (const error of refused) assert.ok(failsWith("store.full")(error), String(error));
      await assert.rejects(
        side.tracking.artifacts.put(ref, "model.pkl", bytesOf("x".repeat(200_000))),
        failsWith("store.full"),
      );
      assert.throws(() => side.tracking.experiments.create("no room"), failsWith("store.full"));
      assert.throws(() => {
        side.store.objects.put(Buffer.alloc(100_000, "abc"));
        side.store.objects.flush();
      }, failsWith("store.full"));
      disk.free();
      for (let step = 100; step < 110; step++) log(step);
      side.tracking.experiments.create("room");
      await side.tracking.artifacts.put(ref, "other.pkl", bytesOf("second"));
      closeSide(side);
      const reader = openSide(path.join(disk.folder, ".loam"));
      const state = reader.tracking.runs.get(run.id);
      for (const step of kept) assert.equal(state.tag(`t${step}`)?.length, 400, `step ${step}`);
      assert.ok((state.metrics[0]?.summary.count ?? 0) >= kept.length);
      assert.equal(fs.readFileSync(reader.tracking.artifacts.find(ref, "model.pkl").file, "utf8"), "first");
      assert.deepEqual(await damageIn(reader.store), []);
      closeSide(reader);
    } finally {
      disk.end();
    }
  });

  it("cuts a join off, which goes on once there is room", async () => {
    const disk = smallDisk();
    const source = newSide();
    const side = openSide(path.join(disk.folder, ".loam"), { ...nodePorts, files: disk.files });
    try {
      for (let i = 0; i < 6; i++) {
        const run = source.tracking.runs.create({ experiment: "0", name: `run ${i}` });
        await source.tracking.artifacts.put(
          { room: "runs", id: run.id },
          "a.bin",
          bytesOf(Buffer.alloc(40_000, i)),
        );
        source.tracking.runs.release(run.id);
      }
      disk.fill();
      const root = source.store.layout.root;
      await assert.rejects(joinStores(side.store, root, never), failsWith("store.full"));
      assert.deepEqual(await damageIn(side.store), []);
      disk.free();
      await joinStores(side.store, root, never);
      assert.equal((await joinStores(side.store, root, never)).bytes, 0);
      assert.deepEqual(await damageIn(side.store), []);
      assert.equal(fs.readdirSync(side.store.layout.at("local", "uploads")).length, 0);
    } finally {
      closeSide(source);
      closeSide(side);
      disk.end();
    }
  });
});

describe("a store that cannot be written", () => {
  /** A folder with a store and a run, from here on read-only. */
  function readOnly(): { root: string; id: string; side: Side; end: () => void } {
    const mounted = mountTmpfs("size=4m,mode=0755");
    const root = path.join(mounted?.folder ?? emptyFolder(), ".loam");
    const maker = openSide(root);
    const run = maker.tracking.runs.create({ experiment: "0", name: "r" });
    run.log({ params: [{ key: "lr", value: "0.1" }], metrics: [{ key: "f1", value: 1, step: 1, time: 1 }] });
    maker.tracking.experiments.create("churn");
    closeSide(maker);
    if (mounted) {
      execFileSync("mount", ["-o", "remount,ro", mounted.folder], { stdio: "ignore" });
      return { root, id: run.id, side: openSide(root, nodePorts, false), end: mounted.unmount };
    }
    const refuse = injected("EROFS");
    const files = {
      ...nodePorts.files,
      openAppend: refuse,
      openNew: refuse,
      write: refuse,
      rename: refuse,
      link: refuse,
      remove: refuse,
      makeFolder: refuse,
      removeFolder: refuse,
    };
    return { root, id: run.id, side: openSide(root, { ...nodePorts, files }, false), end: () => undefined };
  }

  it("is read and verified; what would write fails clearly", async () => {
    const { root, id, side, end } = readOnly();
    try {
      assert.equal(side.tracking.runs.get(id).param("lr"), "0.1");
      assert.equal(side.tracking.runs.get(id).metrics[0]?.summary.lastValue, 1);
      assert.ok(side.tracking.experiments.byName("churn"));
      assert.deepEqual(await damageIn(side.store), []);
      const ref = { room: "runs" as const, id };
      const refused = failsWith("store.readOnly");
      assert.throws(() => side.tracking.runs.create({ experiment: "0" }), refused);
      assert.throws(() => side.tracking.runs.own(id), refused);
      assert.throws(() => side.tracking.experiments.create("fraud"), refused);
      assert.throws(() => side.store.objects.put(Buffer.from("x")), refused);
      await assert.rejects(side.tracking.artifacts.put(ref, "a", bytesOf("x")), refused);
      const source = newSide();
      await assert.rejects(joinStores(side.store, source.store.layout.root, never), refused);
      closeSide(source);
      assert.throws(() => openSide(path.join(root, "..", "other", ".loam"), side.store.ports), refused);
      const copy = newSide();
      await joinStores(copy.store, root, never);
      assert.equal(copy.tracking.runs.get(id).param("lr"), "0.1", "it can be the other of a join");
      closeSide(copy);
      closeSide(side);
    } finally {
      end();
    }
  });
});
