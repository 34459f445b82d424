import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure } from "../../../src/core/base/failure.js";
import { jobsHere, nodePorts, type FilePort } from "../../../src/core/base/ports.js";
import { restoreData } from "../../../src/core/datasets/restore.js";
import { makeVersion, trackData } from "../../../src/core/datasets/version.js";
import { workingState } from "../../../src/core/datasets/working-copy.js";
import { openWorkbench, type Workbench } from "../../../src/core/workbench.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { never } from "../store/bench-store.js";

const failing = (code: string): Error => Object.assign(new Error(`${code}: made up`), { code });

describe("data that is not as one would wish", () => {
  let folder: string;
  let files: FilePort;
  const open: Workbench[] = [];
  beforeEach(() => {
    folder = emptyFolder();
    files = nodePorts.files;
  });
  afterEach(() => {
    for (const bench of open.splice(0)) bench.dispose();
  });

  /** A workbench whose disk, also that of its jobs, is what `files` is at its opening. */
  const bench = (): Workbench => {
    const own = { ...nodePorts, files };
    const opened = openWorkbench(
      folder,
      { ...own, jobs: jobsHere(() => own) },
      { create: true, author: "tester", root: path.join(folder, ".loam") },
    );
    open.push(opened);
    return opened;
  };
  const write = (name: string, text: string | Buffer): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  };
  const failsWith =
    (code: string, message: RegExp) =>
    (error: unknown): boolean =>
      error instanceof Failure && error.code === code && message.test(error.message);

  for (const [size, what] of [
    [10, "small"],
    [9_000_000, "large"],
  ] as const)
    it(`a ${what} file that cannot be read is named, and nothing is versioned`, async () => {
      write("data/a.csv", "x\n");
      const secret = write("data/secret.csv", Buffer.alloc(size, "x"));
      const refuse = (at: string): void => {
        if (at === secret) throw failing("EACCES");
      };
      files = {
        ...nodePorts.files,
        openRead: (at) => (refuse(at), nodePorts.files.openRead(at)),
        readAll: (at) => (refuse(at), nodePorts.files.readAll(at)),
      };
      const { datasets } = bench();
      await assert.rejects(
        trackData(datasets, { path: "data" }, never),
        failsWith("path.invalid", /Cannot read .*secret\.csv: EACCES/),
      );
      assert.deepEqual(datasets.all(), []);
    });

  it("a folder that cannot be listed is named, and the working copy is shown as unreadable", async () => {
    write("data/a.csv", "x\n");
    const inner = path.dirname(write("data/inner/b.csv", "y\n"));
    const { dataset } = await trackData(bench().datasets, { path: "data" }, never);
    files = {
      ...nodePorts.files,
      list: (at) => {
        if (at === inner || at === `${inner}/`) throw failing("EACCES");
        return nodePorts.files.list(at);
      },
    };
    const { datasets } = bench();
    const state = await workingState(datasets, datasets.get(dataset), never);
    assert.equal(state.state, "unreadable");
    await assert.rejects(
      makeVersion(datasets, dataset, { message: "" }, never),
      failsWith("path.invalid", /inner/),
    );
    assert.equal(datasets.get(dataset).versions, 1);
    files = {
      ...files,
      stat: (at) => {
        if (path.dirname(at) === inner) throw failing("EACCES");
        return nodePorts.files.stat(at);
      },
    };
    await assert.rejects(
      trackData(bench().datasets, { path: "data/inner" }, never),
      failsWith("path.invalid", /^Cannot read [^:]*inner:/),
    );
  });

  for (const [size, what] of [
    [10, "small"],
    [9_000_000, "large"],
  ] as const)
    it(`a ${what} file that changes while it is read is read again, and told where it goes on`, async () => {
      const restless = write("data/log.csv", Buffer.alloc(size, "a"));
      write("data/still.csv", "x\n");
      let changes = 0;
      let most = 1;
      const change = (at: string): void => {
        if (at === restless && changes++ < most)
          fs.writeFileSync(restless, Buffer.alloc(size, `b${changes}`));
      };
      files = {
        ...nodePorts.files,
        openRead: (at) => {
          const fd = nodePorts.files.openRead(at);
          change(at);
          return fd;
        },
        readAll: (at) => {
          const bytes = nodePorts.files.readAll(at);
          change(at);
          return bytes;
        },
      };
      const { datasets } = bench();
      const once = await trackData(datasets, { path: "data" }, never);
      assert.deepEqual(once.added.changed, []);
      const { hash } = datasets.contents.manifest(once.added).get("log.csv");
      const stored = Buffer.concat([...datasets.contents.slices(hash)].map((part) => Buffer.from(part)));
      assert.ok(stored.equals(fs.readFileSync(restless)), "what stands there now is what is stored");
      [changes, most] = [0, 100];
      const often = await makeVersion(datasets, once.dataset, { message: "" }, never);
      assert.deepEqual(often.added.changed, ["log.csv"]);
    });

  it("names that differ in case alone are not written where a disk takes them for one; nothing is lost", async () => {
    write("data/A.csv", "upper");
    write("data/a.csv", "lower");
    write("data/dir/x", "1");
    write("data/DIR/y", "2");
    const { dataset, version } = await trackData(bench().datasets, { path: "data" }, never);
    const folding = (at: string): string => {
      const parent = path.dirname(at);
      const name = path.basename(at);
      const found = fs.existsSync(parent)
        ? fs.readdirSync(parent).find((one) => one.toLowerCase() === name.toLowerCase())
        : undefined;
      return path.join(parent, found ?? name);
    };
    files = { ...nodePorts.files, stat: (at) => nodePorts.files.stat(folding(at)) };
    const { datasets } = bench();
    const to = path.join(folder, "copy");
    await assert.rejects(
      restoreData(datasets, { dataset, version, to }, never),
      failsWith("path.invalid", /cannot tell (A\.csv and a\.csv|DIR and dir) apart/),
    );
    assert.equal(fs.existsSync(to), false);
    assert.deepEqual(fs.readdirSync(folder).sort(), [".loam", "data"]);
    const one = path.join(folder, "one.csv");
    await restoreData(datasets, { dataset, version, file: "a.csv", to: one }, never);
    assert.equal(fs.readFileSync(one, "utf8"), "lower");
  });

  it("a link on the way is not written through, and what belongs to no version is not overwritten", async () => {
    write("data/sub/a.csv", "x\n");
    const { datasets } = bench();
    const { dataset, version } = await trackData(datasets, { path: "data" }, never);
    const elsewhere = path.join(folder, "elsewhere");
    fs.mkdirSync(elsewhere);
    fs.rmSync(path.join(folder, "data", "sub"), { recursive: true });
    fs.symlinkSync(elsewhere, path.join(folder, "data", "sub"));
    const wish = { dataset, version, overwrite: "discard" } as const;
    await assert.rejects(restoreData(datasets, wish, never), failsWith("path.invalid", /sub is no folder/));
    assert.deepEqual(fs.readdirSync(elsewhere), []);
    fs.unlinkSync(path.join(folder, "data", "sub"));
    fs.mkdirSync(path.join(folder, "data", "sub"));
    fs.symlinkSync(elsewhere, path.join(folder, "data", "sub", "a.csv"));
    await assert.rejects(restoreData(datasets, wish, never), failsWith("content.changed", /in the way/));
  });

  it("a link above a data set is neither read nor written through, and what it names is tracked where it is", async () => {
    write("data/x.csv", "first\n");
    const { datasets } = bench();
    const { dataset, version } = await trackData(datasets, { path: "data/x.csv" }, never);
    const elsewhere = emptyFolder();
    fs.writeFileSync(path.join(elsewhere, "x.csv"), "not ours\n");
    fs.renameSync(path.join(folder, "data"), path.join(folder, "real"));
    fs.symlinkSync(elsewhere, path.join(folder, "data"));
    const isRefused = failsWith("path.invalid", /data is a link/);
    for (const overwrite of ["discard", "version"] as const)
      await assert.rejects(restoreData(datasets, { dataset, version, overwrite }, never), isRefused);
    await assert.rejects(makeVersion(datasets, dataset, { message: "" }, never), isRefused);
    assert.equal((await workingState(datasets, datasets.get(dataset), never)).state, "unreadable");
    fs.unlinkSync(path.join(elsewhere, "x.csv"));
    await assert.rejects(restoreData(datasets, { dataset, version }, never), isRefused);
    assert.deepEqual(fs.readdirSync(elsewhere), []);
    fs.writeFileSync(path.join(elsewhere, "y.csv"), "outside\n");
    await assert.rejects(
      trackData(datasets, { path: "data/y.csv" }, never),
      failsWith("path.invalid", /y\.csv is not in/),
    );
    fs.symlinkSync("real", path.join(folder, "also"));
    const other = await trackData(datasets, { path: "also/x.csv" }, never);
    assert.equal(datasets.get(other.dataset).path, "real/x.csv");
  });

  it("a folder that is reached over a link is the same folder", async () => {
    write("x.csv", "x\n");
    const link = path.join(emptyFolder(), "link");
    fs.symlinkSync(folder, link);
    const { datasets } = bench();
    const { dataset } = await trackData(datasets, { path: path.join(link, "x.csv") }, never);
    assert.equal(datasets.get(dataset).path, "x.csv");
  });

  it("files that are each in some version come back without a word, though all together are in none", async () => {
    for (const name of ["a", "b", "c"]) write(`data/${name}`, "1");
    const { datasets } = bench();
    const { dataset, version } = await trackData(datasets, { path: "data" }, never);
    for (const name of ["a", "b"]) write(`data/${name}`, "2");
    await makeVersion(datasets, dataset, { message: "" }, never);
    write("data/a", "1"); // as where a restore was cut off
    fs.unlinkSync(path.join(folder, "data", "c"));
    const { written } = await restoreData(datasets, { dataset, version }, never);
    assert.equal(written, 2);
    write("data/b", "3");
    const isRefused = failsWith("content.changed", /changes that are in no version/);
    await assert.rejects(restoreData(datasets, { dataset, version }, never), isRefused);
  });

  it("what is in a version whose content is not in this store is not overwritten", async () => {
    write("data/a", "1");
    const { datasets } = bench();
    const first = await trackData(datasets, { path: "data" }, never);
    write("data/a", "2");
    const second = await makeVersion(datasets, first.dataset, { message: "" }, never);
    assert.equal(second.number, 2);
    fs.rmSync(path.join(folder, ".loam", "objects"), { recursive: true });
    write("other", "1"); // the first content is here again, as where only that was joined
    const again = bench();
    await trackData(again.datasets, { path: "other" }, never);
    const wish = { dataset: first.dataset, version: first.version };
    const isRefused = failsWith("content.changed", /changes that are in no version/);
    await assert.rejects(restoreData(again.datasets, wish, never), isRefused);
    assert.equal(fs.readFileSync(path.join(folder, "data", "a"), "utf8"), "2");
    await restoreData(again.datasets, { ...wish, overwrite: "version" }, never);
    await restoreData(again.datasets, { ...wish, version: second.version }, never);
    assert.equal(fs.readFileSync(path.join(folder, "data", "a"), "utf8"), "2");
  });

  it("a file comes back to where a folder is now, and a folder to where a file is", async () => {
    write("data/a/b", "below");
    write("data/c", "beside");
    const { datasets } = bench();
    const first = await trackData(datasets, { path: "data" }, never);
    fs.rmSync(path.join(folder, "data", "a"), { recursive: true });
    write("data/a", "in its place");
    const { dataset, version } = first;
    const second = await makeVersion(datasets, dataset, { message: "" }, never);
    const back = await restoreData(datasets, { dataset, version }, never);
    assert.deepEqual([back.written, back.removed, back.same], [1, 1, 1]);
    assert.equal(fs.readFileSync(path.join(folder, "data", "a", "b"), "utf8"), "below");
    await restoreData(datasets, { dataset, version: second.version }, never);
    assert.equal(fs.readFileSync(path.join(folder, "data", "a"), "utf8"), "in its place");
    fs.mkdirSync(path.join(folder, "else"));
    fs.rmSync(path.join(folder, "data"), { recursive: true });
    await restoreData(datasets, { dataset, version }, never);
    assert.deepEqual(fs.readdirSync(folder).sort(), [".loam", "data", "else"]);
    assert.equal(fs.readFileSync(path.join(folder, "data", "c"), "utf8"), "beside");
  });

  for (const there of [true, false])
    it(`a large file whose chunks are damaged is not brought ${there ? "over" : "to where"} ${there ? "what is there" : "nothing is"}`, async () => {
      const first = crypto.randomBytes(20_000_000);
      write("data/large", first);
      write("data/small", "1");
      const { datasets, store } = bench();
      const { dataset, version } = await trackData(datasets, { path: "data" }, never);
      write("data/large", "another");
      await makeVersion(datasets, dataset, { message: "" }, never);
      const packs = store.layout.at("objects", "packs");
      for (const name of fs.readdirSync(packs).filter((one) => one.endsWith(".pack"))) {
        const fd = fs.openSync(path.join(packs, name), "r+");
        const size = fs.fstatSync(fd).size;
        if (size > 10_000_000) fs.writeSync(fd, "damage", 11_000_000);
        fs.closeSync(fd);
      }
      if (!there) fs.rmSync(path.join(folder, "data"), { recursive: true });
      await assert.rejects(
        restoreData(datasets, { dataset, version }, never),
        failsWith("store.damaged", /^data@1: large cannot be restored. The object [0-9a-f]{64} is damaged/),
      );
      if (there) assert.equal(fs.readFileSync(path.join(folder, "data", "large"), "utf8"), "another");
      assert.deepEqual(fs.readdirSync(folder), there ? [".loam", "data"] : [".loam"]);
      if (there) assert.deepEqual(fs.readdirSync(path.join(folder, "data")), ["large", "small"]);
    });

  it("what another writes while files come is not overwritten, and nothing is left beside it", async () => {
    for (let i = 0; i < 300; i++) write(`data/f${i}`, "first");
    const one = await trackData(bench().datasets, { path: "data" }, never);
    for (let i = 0; i < 300; i++) write(`data/f${i}`, "second one");
    await makeVersion(bench().datasets, one.dataset, { message: "" }, never);
    let left = 150;
    files = {
      ...nodePorts.files,
      openNew: (at, mode) => {
        if (at.startsWith(path.join(folder, "data")) && left-- === 0) write("data/f7", "somebody's");
        return nodePorts.files.openNew(at, mode);
      },
    };
    const { datasets } = bench();
    await assert.rejects(
      restoreData(datasets, { dataset: one.dataset, version: one.version }, never),
      failsWith("content.changed", /changes that are in no version/),
    );
    assert.equal(fs.readFileSync(path.join(folder, "data", "f7"), "utf8"), "somebody's");
    assert.equal(fs.readdirSync(path.join(folder, "data")).length, 300);
  });

  it("a manifest from a hostile clone leads nowhere outside", async () => {
    const { datasets, store } = bench();
    write("a.csv", "x\n");
    const { dataset } = await trackData(datasets, { path: "a.csv" }, never);
    const hash = datasets.get(dataset).history[0]?.content ?? "";
    for (const name of ["../evil", "/etc/evil", "a/../../evil", "a//b", ".", "a\0b"]) {
      const line = `{"hash":"${hash}","path":${JSON.stringify(name)},"size":2}\n`;
      const manifest = store.manifests.write(Buffer.from(line));
      const content = { form: "folder", manifest, content: manifest, files: 1, size: 2 } as const;
      await assert.rejects(
        datasets.contents.place(content, path.join(folder, "out"), never),
        failsWith("store.damaged", /its lines/),
        name,
      );
    }
    assert.equal(fs.existsSync(path.join(folder, "out")), false);
  });

  it("a disk that is full half-way through a large file leaves what was there", async () => {
    write("a.bin", crypto.randomBytes(20_000_000));
    const first = await trackData(bench().datasets, { path: "a.bin" }, never);
    write("a.bin", "small");
    await makeVersion(bench().datasets, first.dataset, { message: "" }, never);
    files = {
      ...nodePorts.files,
      write: (fd, bytes, position) => {
        if (position !== undefined && position > 5_000_000) throw failing("ENOSPC");
        return nodePorts.files.write(fd, bytes, position);
      },
    };
    const wish = { dataset: first.dataset, version: first.version };
    await assert.rejects(
      restoreData(bench().datasets, wish, never),
      failsWith("store.full", /Cannot write to .*disk is full/),
    );
    assert.equal(fs.readFileSync(path.join(folder, "a.bin"), "utf8"), "small");
    assert.deepEqual(fs.readdirSync(folder).sort(), [".loam", "a.bin"]);
  });

  it("a full disk half-way leaves what was, and says so", async () => {
    write("a.bin", Buffer.alloc(100));
    const first = await trackData(bench().datasets, { path: "a.bin" }, never);
    write("a.bin", crypto.randomBytes(9_000_000));
    let room = 2;
    files = {
      ...nodePorts.files,
      write: (fd, bytes) => {
        if (bytes.byteLength > 2000 && room-- <= 0) throw failing("ENOSPC");
        return nodePorts.files.write(fd, bytes);
      },
    };
    const { datasets } = bench();
    await assert.rejects(
      makeVersion(datasets, first.dataset, { message: "" }, never),
      failsWith("store.full", /disk is full/),
    );
    assert.equal(datasets.get(first.dataset).versions, 1);
    files = nodePorts.files;
    const again = await makeVersion(bench().datasets, first.dataset, { message: "" }, never);
    assert.equal(again.number, 2);
  });
});
