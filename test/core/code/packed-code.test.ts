import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../../src/core/base/ports.js";
import { forgetObjects, objectsOnlyIn } from "../../../src/core/code/forget.js";
import { packCode } from "../../../src/core/code/pack-code.js";
import { packedCodeFile } from "../../../src/core/code/packed-code.js";
import { listSnapshot, readSnapshotFile } from "../../../src/core/code/read.js";
import { restoreSnapshot } from "../../../src/core/code/restore.js";
import { takeSnapshot } from "../../../src/core/code/snapshot.js";
import { faultOfCodePack } from "../../../src/core/store/code-pack.js";
import { never, Playground } from "./playground.js";

describe("code that travels with the ledger", () => {
  let play: Playground;
  let commit: string;
  const file = (): string => packedCodeFile(play.store, commit);
  const fault = (): string | undefined => faultOfCodePack(nodePorts.files, file(), commit)?.text;
  const pack = (): Promise<boolean> => packCode(play.store, commit, nodePorts, never);
  const loseCodeStore = (): void => {
    fs.rmSync(play.at("store", "code.git"), { recursive: true });
  };
  beforeEach(async () => {
    play = new Playground();
    play.write({
      "train.py": "print(1)\n",
      "lib/deep/a.py": "x = 1\n".repeat(30_000),
      "lib/empty.py": "",
      "lib/same.py": "print(1)\n",
    });
    const request = { folder: play.at("work"), storeFolder: play.store, ports: nodePorts };
    ({ commit } = await takeSnapshot(request, never));
  });
  afterEach(() => play.dispose());

  it("can be read, listed and restored where the code store is not", async () => {
    const listed = await listSnapshot(play.store, commit);
    assert.equal(await pack(), true);
    loseCodeStore();
    assert.deepEqual(await listSnapshot(play.store, commit), listed);
    assert.equal((await readSnapshotFile(play.store, commit, "lib/deep/a.py")).length, 180_000);
    const restored = await restoreSnapshot(play.store, commit, play.at("out"), never);
    assert.equal(restored.files, 4);
    assert.equal(fs.readFileSync(play.at("out", "lib", "same.py"), "utf8"), "print(1)\n");
  });

  it("is a pack that git reads", async () => {
    await pack();
    const bare = play.at("bare.git");
    execFileSync("git", ["init", "-q", "--bare", bare], { stdio: "ignore" });
    execFileSync("git", ["--git-dir", bare, "unpack-objects", "-q"], { input: fs.readFileSync(file()) });
    execFileSync("git", ["--git-dir", bare, "fsck", "--full", "--strict", commit], { stdio: "pipe" });
    const names = execFileSync("git", ["--git-dir", bare, "ls-tree", "-r", "--name-only", commit]);
    assert.equal(names.toString(), "lib/deep/a.py\nlib/empty.py\nlib/same.py\ntrain.py\n");
  });

  it("has the same bytes wherever it is packed, so that clones merge", async () => {
    await pack();
    const other = play.at("other-store");
    const request = { folder: play.at("work"), storeFolder: other, ports: nodePorts };
    assert.equal((await takeSnapshot(request, never)).commit, commit);
    const gitDir = ["--git-dir", path.join(other, "code.git")];
    const objects = path.join(other, "code.git", "objects");
    const all = execFileSync("git", [
      ...gitDir,
      "cat-file",
      "--batch-all-objects",
      "--batch-check=%(objectname)",
    ]);
    execFileSync("git", [...gitDir, "pack-objects", "-q", path.join(objects, "pack", "pack")], {
      input: all,
    });
    for (const name of fs.readdirSync(objects))
      if (/^[0-9a-f]{2}$/.test(name)) fs.rmSync(path.join(objects, name), { recursive: true });
    await packCode(other, commit, nodePorts, never);
    assert.ok(fs.readFileSync(packedCodeFile(other, commit)).equals(fs.readFileSync(file())));
  });

  it("is not written where the code is not here, and says so", async () => {
    loseCodeStore();
    assert.equal(await pack(), false);
    assert.equal(fs.existsSync(file()), false);
  });

  it("is found damaged wherever a byte was altered or it was cut off, and made anew", async () => {
    await pack();
    const good = fs.readFileSync(file());
    assert.equal(fault(), undefined);
    for (const at of [5, 20, Math.floor(good.length / 2), good.length - 1]) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 1;
      fs.writeFileSync(file(), bad);
      assert.notEqual(fault(), undefined, String(at));
    }
    for (const length of [0, 10, 100, good.length - 1]) {
      fs.writeFileSync(file(), good.subarray(0, length));
      assert.notEqual(fault(), undefined, String(length));
    }
    assert.equal(await pack(), true);
    assert.ok(fs.readFileSync(file()).equals(good));
  });

  it("is found lacking where it is whole but of other code", async () => {
    await pack();
    const other = file();
    play.write({ "train.py": "print(2)\n" });
    const request = { folder: play.at("work"), storeFolder: play.store, ports: nodePorts };
    ({ commit } = await takeSnapshot(request, never));
    fs.copyFileSync(other, file());
    assert.equal(fault(), "it lacks the commit that its name says");
    loseCodeStore();
    await assert.rejects(listSnapshot(play.store, commit), { code: "code.notFound" });
  });

  it("goes with the snapshot that is forgotten", async () => {
    await pack();
    const ids = await objectsOnlyIn(play.store, commit, [], never);
    await forgetObjects(play.store, ids, nodePorts, never);
    assert.deepEqual(fs.readdirSync(path.dirname(file())), []);
  });
});
