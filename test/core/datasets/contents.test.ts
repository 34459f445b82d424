import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure, type FailureCode } from "../../../src/core/base/failure.js";
import { everything } from "../../../src/core/datasets/selection.js";
import type { Contents } from "../../../src/core/datasets/contents.js";
import { sha256 } from "../../../src/core/store/canonical.js";
import { openWorkbench, type Workbench } from "../../../src/core/workbench.js";
import { nodePorts } from "../../../src/core/base/ports.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { never } from "../store/bench-store.js";

const failsWith =
  (code: FailureCode, message = /./) =>
  (error: unknown): boolean =>
    error instanceof Failure && error.code === code && message.test(error.message);

/** A folder's files by path, with what they hold. */
function treeOf(root: string): Record<string, string> {
  const names = fs.readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    names
      .filter((name) => fs.statSync(path.join(root, name)).isFile())
      .map((name) => [name, sha256(fs.readFileSync(path.join(root, name)))]),
  );
}

describe("contents", () => {
  let folder: string;
  let bench: Workbench;
  let contents: Contents;
  beforeEach(() => {
    folder = emptyFolder();
    bench = openWorkbench(folder, nodePorts, { create: true, author: "tester" });
    contents = bench.datasets.contents;
  });
  afterEach(() => {
    bench.dispose();
  });

  const write = (name: string, content: string | Uint8Array): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    return file;
  };
  const add = (name: string, selection = everything) =>
    contents.add(path.join(folder, name), selection, never);

  it("come back bit for bit, small and large, at another place and in the cache", async () => {
    write("data/empty", "");
    write("data/a/small.csv", "a,b\n1,2\n");
    write("data/a/large.bin", crypto.randomBytes(300_000));
    fs.chmodSync(write("data/run.sh", "#!/bin/sh\n"), 0o755);
    const added = await add("data");
    assert.deepEqual([added.form, added.files, added.content], ["folder", 4, added.manifest]);
    const target = path.join(folder, "elsewhere", "copy");
    await contents.place(added, target, never);
    assert.deepEqual(treeOf(target), treeOf(path.join(folder, "data")));
    assert.equal(fs.statSync(path.join(target, "run.sh")).mode & 0o111, 0o111);
    assert.equal(fs.statSync(path.join(target, "empty")).mode & 0o111, 0);
    const cached = await contents.materialised(added, undefined, never);
    assert.deepEqual(treeOf(cached), treeOf(target));
    const one = await contents.materialised(added, "a/small.csv", never);
    assert.equal(fs.readFileSync(one, "utf8"), "a,b\n1,2\n");
    assert.equal(path.basename(one), "small.csv");
    assert.equal(fs.statSync(one).mode & 0o222, 0);
    await assert.rejects(contents.place(added, target, never), failsWith("name.taken"));
  });

  it("of one file have its hash, whatever it is called", async () => {
    write("a.csv", "x\n1\n");
    write("b.csv", "x\n1\n");
    const [a, b] = [await add("a.csv"), await add("b.csv")];
    assert.deepEqual([a.form, a.content, a.files, a.size], ["file", sha256("x\n1\n"), 1, 4]);
    assert.equal(a.manifest, b.manifest);
    assert.equal(path.basename(await contents.materialised(a, undefined, never, "a.csv")), "a.csv");
  });

  it("have a tree of manifests above 5,000 files, in one order for any names", async () => {
    for (let i = 0; i < 5100; i++) write(`many/${i % 3 === 0 ? "x" : `y/z${i % 7}`}/f${i}`, String(i));
    for (const name of ["x.txt", "x-", "ü", "\uffee", "😀", "y/b"]) write(`many/${name}`, name);
    const added = await add("many");
    const manifest = contents.manifest(added);
    assert.equal(manifest.count, 5106);
    const paths = [...manifest].map((file) => file.path);
    assert.deepEqual(
      paths,
      [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    assert.equal(paths.length, 5106);
    assert.equal(manifest.find("y/z1/f1")?.hash, sha256("1"));
    assert.equal(manifest.find("y/z1/none"), undefined);
    assert.equal(manifest.find("y/z1"), undefined);
    assert.equal((await add("many")).manifest, added.manifest);
    fs.rmSync(path.join(folder, "many", "y", "z1", "f1"));
    const less = await add("many");
    assert.notEqual(less.manifest, added.manifest);
    assert.equal(contents.manifest(less).find("y/z1/f1"), undefined);
  });

  it("take what the patterns and the folder's own rules select, and never git's or Loam's", async () => {
    for (const name of ["a.csv", "b.tmp", "sub/c.csv", "sub/d.txt", "out/e.csv", ".git/config", ".loam/x"])
      write(`data/${name}`, name);
    write("data/.loamignore", "# not these\n*.tmp\n");
    const paths = async (include: string[], ignore: string[]) =>
      [...contents.manifest(await add("data", { include, ignore }))].map((file) => file.path);
    assert.deepEqual(await paths([], []), [".loamignore", "a.csv", "out/e.csv", "sub/c.csv", "sub/d.txt"]);
    assert.deepEqual(await paths(["*.csv"], ["/out/"]), ["a.csv", "sub/c.csv"]);
    assert.deepEqual(await paths(["sub"], ["!b.tmp"]), ["sub/c.csv", "sub/d.txt"]);
    assert.deepEqual(await paths([], ["!b.tmp"]), [
      ".loamignore",
      "a.csv",
      "b.tmp",
      "out/e.csv",
      "sub/c.csv",
      "sub/d.txt",
    ]);
  });

  it("leave links out and say so", async () => {
    write("data/a.csv", "x");
    fs.symlinkSync(path.join(folder, "data"), path.join(folder, "data", "loop"));
    fs.symlinkSync("/etc/passwd", path.join(folder, "data", "stranger"));
    const added = await add("data");
    assert.deepEqual([...contents.manifest(added)].length, 1);
    assert.deepEqual(added.leftOut.map(({ path: at, why }) => `${why} ${at}`).sort(), [
      "link loop",
      "link stranger",
    ]);
    await assert.rejects(add("data/loop"), failsWith("path.invalid", /neither a file nor a folder/));
    await assert.rejects(add("nothing"), failsWith("path.invalid", /nothing at/));
  });

  it("hold names of any script, of 255 bytes, and that differ in case alone", async () => {
    const names = [
      "n".repeat(255),
      "ä".repeat(127),
      "данные.csv",
      "数据.csv",
      "A.csv",
      "a.csv",
      "x\ny",
      'q"uote\\',
    ];
    for (const name of names) write(`data/${name}`, name);
    const added = await add("data");
    assert.equal(added.files, names.length);
    await contents.place(added, path.join(folder, "copy"), never);
    assert.deepEqual(treeOf(path.join(folder, "copy")), treeOf(path.join(folder, "data")));
  });
});
