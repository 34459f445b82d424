import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure } from "../../../src/core/base/failure.js";
import { jobsHere, nodePorts, type Ports } from "../../../src/core/base/ports.js";
import { trackData } from "../../../src/core/datasets/version.js";
import { collectGarbage } from "../../../src/core/store/gc.js";
import { joinStores } from "../../../src/core/store/join.js";
import { keepObjectsIn } from "../../../src/core/store/objects-place.js";
import { verifyStore } from "../../../src/core/store/verify.js";
import { knownKinds, openWorkbench, type Workbench } from "../../../src/core/workbench.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { never } from "./bench-store.js";

const large = Buffer.alloc(300_000, "0123456789abcdef");

/** Another disk: nothing can be renamed to it from beyond. */
function acrossDisks(disk: string, ahead = 0): Ports {
  const { files, clock } = nodePorts;
  const isThere = (at: string): boolean => at.startsWith(disk + path.sep);
  const ports: Ports = {
    ...nodePorts,
    clock: { now: () => clock.now() + ahead },
    files: {
      ...files,
      rename: (from, to) => {
        if (isThere(from) !== isThere(to)) throw Object.assign(new Error("EXDEV"), { code: "EXDEV" });
        files.rename(from, to);
      },
    },
    jobs: jobsHere(() => ports),
  };
  return ports;
}

const failing = (code: string, says: RegExp) => (error: unknown) =>
  error instanceof Failure && error.code === code && says.test(error.message);

describe("the objects of a store on another disk", () => {
  let folder = "";
  let disk = "";
  let root = "";
  beforeEach(() => {
    folder = emptyFolder();
    disk = path.join(fs.realpathSync(emptyFolder()), "big");
    root = path.join(folder, ".loam");
  });
  const open = (ports: Ports = acrossDisks(disk)): Workbench =>
    openWorkbench(folder, ports, { create: true, root, author: "ada" });
  const track = async (bench: Workbench): Promise<void> => {
    fs.writeFileSync(path.join(folder, "small.csv"), "a\n1\n");
    fs.writeFileSync(path.join(folder, "large.bin"), large);
    for (const name of ["small.csv", "large.bin"]) await trackData(bench.datasets, { path: name }, never);
  };
  const damage = async (bench: Workbench): Promise<string[]> => {
    const { problems, foreign } = await verifyStore(bench.store, never, undefined, knownKinds);
    return [...problems.map(({ what }) => what), ...foreign];
  };

  it("are written, read, verified and joined there", async () => {
    open().dispose();
    assert.equal(keepObjectsIn(nodePorts, root, disk), disk);
    const bench = open();
    await track(bench);
    assert.ok(!fs.existsSync(path.join(root, "objects")), "nothing of it is in the store's folder");
    const hash = fs.readdirSync(disk).filter((name) => name.length === 2);
    assert.equal(hash.length, 1, "the large one has a file of its own");
    assert.deepEqual(await damage(bench), []);
    const target = path.join(folder, "out.bin");
    const [set] = bench.datasets.all().filter(({ name }) => name === "large.bin");
    const version = set?.history[0];
    assert.ok(version);
    await bench.datasets.contents.place(version, target, never);
    assert.ok(fs.readFileSync(target).equals(large));
    const copy = openWorkbench(emptyFolder(), nodePorts, { create: true, author: "bob" });
    await joinStores(copy.store, root, never);
    assert.deepEqual(await damage(copy), []);
    assert.equal(copy.store.objects.has(version.content), true);
    copy.dispose();
    bench.dispose();
  });

  it("are collected there, and nothing else of that folder is", async () => {
    open().dispose();
    keepObjectsIn(nodePorts, root, disk);
    const bench = open();
    await track(bench);
    bench.store.objects.put(Buffer.alloc(300_000, "unnamed"));
    bench.dispose();
    const others = ["notes.txt", ".0123456789ab.tmp", "mine/.0123456789ab.tmp", "mine/ab"];
    for (const name of others) {
      fs.mkdirSync(path.dirname(path.join(disk, name)), { recursive: true });
      fs.writeFileSync(path.join(disk, name), "mine");
    }
    const later = open(acrossDisks(disk, 48 * 3600_000));
    const { objects } = await collectGarbage(later.store, knownKinds, { dryRun: false }, never);
    assert.equal(objects.length, 1);
    for (const name of others) assert.equal(fs.readFileSync(path.join(disk, name), "utf8"), "mine");
    assert.deepEqual(
      (await damage(later)).filter((one) => !one.startsWith("objects/")),
      [],
    );
    later.dispose();
  });

  it("may have been moved there by a person, with a link in their place", async () => {
    const bench = open(nodePorts);
    await track(bench);
    bench.dispose();
    assert.throws(() => keepObjectsIn(nodePorts, root, disk), failing("state.wrong", /There are contents/));
    fs.rmSync(disk, { recursive: true });
    fs.renameSync(path.join(root, "objects"), disk);
    fs.symlinkSync(disk, path.join(root, "objects"), "junction");
    assert.throws(open, failing("store.damaged", /is a link/));
    keepObjectsIn(nodePorts, root, disk);
    const moved = open();
    assert.deepEqual(await damage(moved), []);
    moved.dispose();
  });

  it("are not looked for in the folder of another store, nor where they are not", () => {
    open().dispose();
    const other = emptyFolder();
    const theirs = openWorkbench(other, nodePorts, { create: true });
    theirs.store.objects.put(large);
    theirs.dispose();
    const refused = failing("path.invalid", /is the folder of a store already/);
    assert.throws(() => keepObjectsIn(nodePorts, root, path.join(other, ".loam", "objects")), refused);
    assert.throws(() => keepObjectsIn(nodePorts, root, path.join(root, "elsewhere")), refused);
    keepObjectsIn(nodePorts, path.join(other, ".loam", "..", "second"), path.join(disk, "shared"));
    assert.throws(() => keepObjectsIn(nodePorts, root, path.join(disk, "shared")), refused);
    fs.writeFileSync(path.join(disk, "notes.txt"), "mine");
    assert.throws(() => keepObjectsIn(nodePorts, root, disk), failing("path.invalid", /notes\.txt|shared/));

    const empty = path.join(disk, "empty");
    keepObjectsIn(nodePorts, root, empty);
    fs.renameSync(empty, `${empty} unmounted`);
    assert.throws(open, failing("store.damaged", /are not there/));
    keepObjectsIn(nodePorts, root, `${empty} unmounted`);
    open().dispose();
  });
});
