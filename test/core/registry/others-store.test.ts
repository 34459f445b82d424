import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { jobsHere, nodePorts, type FilePort, type Ports } from "../../../src/core/base/ports.js";
import { restoreData } from "../../../src/core/datasets/restore.js";
import type { TablePlace } from "../../../src/core/datasets/table-places.js";
import { everything } from "../../../src/core/datasets/selection.js";
import { trackData } from "../../../src/core/datasets/version.js";
import { trustOf } from "../../../src/core/registry/known-trust.js";
import { createModel, tagModel } from "../../../src/core/registry/models.js";
import { addVersion } from "../../../src/core/registry/versions.js";
import { openWorkbench, type Workbench } from "../../../src/core/workbench.js";
import { TabularProcess } from "../../../src/workers/tabular-client.js";
import { never } from "../store/bench-store.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { plainVersion } from "./versions-of.js";

/** The disk as somebody sees it who may read below a folder and write nothing there, and whom `closed` is closed to. */
function asOther(folder: string, closed: string): Ports {
  const { files } = nodePorts;
  const fail = (at: string): never => {
    throw Object.assign(new Error(`EACCES: permission denied, '${at}'`), { code: "EACCES" });
  };
  const isIn = (at: string, below: string): boolean => at.startsWith(below + path.sep);
  const reading = <T>(at: string, read: () => T): T => (isIn(at, closed) ? fail(at) : read());
  const writing = <T>(at: string, write: () => T): T => (isIn(at, folder) ? fail(at) : write());
  const seen: FilePort = {
    ...files,
    stat: (at) => reading(at, () => files.stat(at)),
    readAll: (at) => reading(at, () => files.readAll(at)),
    openRead: (at) => reading(at, () => files.openRead(at)),
    list: (at) => (at === closed || isIn(at, closed) ? fail(at) : files.list(at)),
    makeFolder: (at, mode) => {
      if (!fs.existsSync(at)) writing(at, () => files.makeFolder(at, mode));
    },
    openNew: (at, mode) => writing(at, () => files.openNew(at, mode)),
    openAppend: (at, mode) => writing(at, () => files.openAppend(at, mode)),
    remove: (at) => writing(at, () => files.remove(at)),
  };
  const own = { ...nodePorts, files: seen };
  return { ...own, jobs: jobsHere(() => own) };
}

describe("the store of somebody else", () => {
  const { XDG_CACHE_HOME: before } = process.env;
  let home = "";
  beforeEach(() => {
    home = emptyFolder();
    process.env["XDG_CACHE_HOME"] = home;
  });
  afterEach(() => {
    if (before === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = before;
  });

  it("is looked into as far as it may be read: facts, versions, files, and what loading a model would do", async () => {
    const folder = emptyFolder();
    const root = path.join(folder, ".loam");
    fs.writeFileSync(path.join(folder, "a.csv"), "x\n1\n");
    fs.writeFileSync(path.join(folder, "model.pkl"), "cos\nsystem\n(S'ls'\ntR.");
    const mine = openWorkbench(folder, nodePorts, { create: true, author: "ana", root });
    const { dataset, version } = await trackData(mine.datasets, { path: "a.csv" }, never);
    const artifact = await mine.datasets.contents.add(path.join(folder, "model.pkl"), everything, never);
    addVersion(mine.registry, createModel(mine.registry, "m"), plainVersion({ artifact, flavor: "pickle" }));
    mine.dispose();

    const ports = asOther(folder, path.join(root, "local"));
    const theirs = openWorkbench(folder, ports, { author: "bob", root });
    try {
      assert.deepEqual(
        theirs.datasets.all().map(({ name, history }) => [name, history.length]),
        [["a.csv", 1]],
      );
      const model = theirs.registry.all().find(({ name }) => name === "m");
      const [found] = model?.history ?? [];
      assert.ok(model && found);
      const trust = await trustOf(
        theirs.store,
        theirs.datasets.contents,
        { ...found, artifact, file: "model.pkl" },
        never,
      );
      assert.deepEqual(
        trust?.findings.map(({ what }) => what),
        ["os.system"],
      );
      const to = path.join(emptyFolder(), "b.csv");
      await restoreData(theirs.datasets, { dataset, version, to }, never);
      assert.equal(fs.readFileSync(to, "utf8"), "x\n1\n");
      assert.throws(
        () => {
          tagModel(theirs.registry, model, "a", "b");
        },
        { code: "store.readOnly" },
      );
    } finally {
      theirs.dispose();
    }
  });

  /** A version of a table in a folder of Ana's, as Bob sees it. */
  async function tableOfAna(): Promise<{
    readonly theirs: Workbench;
    readonly root: string;
    readonly place: TablePlace;
  }> {
    const folder = emptyFolder();
    const root = path.join(folder, ".loam");
    fs.writeFileSync(path.join(folder, "a.csv"), "x\n1\n2\n");
    const mine = openWorkbench(folder, nodePorts, { create: true, author: "ana", root });
    const { dataset, version } = await trackData(mine.datasets, { path: "a.csv" }, never);
    mine.dispose();
    const ports = asOther(folder, path.join(root, "local"));
    const theirs = openWorkbench(folder, ports, {
      author: "bob",
      root,
      tabular: (spill, near) => new TabularProcess(spill, near),
    });
    return { theirs, root, place: { dataset, version, file: undefined } };
  }
  const below = (folder: string): string[] =>
    fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name);

  it("has its tables profiled and compared: copies stand in a folder of one's own, and are known again there", async () => {
    const { theirs, root, place } = await tableOfAna();
    try {
      const shared = below(root);
      const table = await theirs.tables.place(place, never);
      assert.equal(path.relative(home, table.table.path).split(path.sep)[0], "loam");
      assert.equal((await theirs.tables.profile(table, never)).rows, 2);
      assert.equal(theirs.tables.knownProfile(place)?.rows, 2);
      const tolerance = { absolute: 0, relative: 0 };
      const { diff } = await theirs.tables.compare(
        { before: table, after: table, keys: null, tolerance },
        never,
      );
      assert.equal(diff.same, 2);
      assert.deepEqual(below(root), shared, "nothing came into the store");
      if (process.platform !== "win32") assert.equal(fs.statSync(path.join(home, "loam")).mode & 0o077, 0);
    } finally {
      theirs.dispose();
    }
  });

  it("has them read by somebody without a home too: what is copied goes with the process", async () => {
    const { theirs, place } = await tableOfAna();
    process.env["XDG_CACHE_HOME"] = path.join(home, "no folder");
    fs.writeFileSync(path.join(home, "no folder"), "");
    let at = "";
    try {
      const { table } = await theirs.tables.place(place, never);
      at = table.path;
      assert.equal(fs.readFileSync(at, "utf8"), "x\n1\n2\n");
      assert.ok(at.startsWith(path.join(os.tmpdir(), "loam-cache-")), at);
    } finally {
      theirs.dispose();
    }
    assert.deepEqual(
      fs.readdirSync(os.tmpdir()).filter((name) => at.includes(name) && name.startsWith("loam-cache-")),
      [],
    );
  });
});
