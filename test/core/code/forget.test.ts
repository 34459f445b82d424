import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../../src/core/base/ports.js";
import { forgetObjects, objectsOnlyIn } from "../../../src/core/code/forget.js";
import { listSnapshot, readSnapshotFile } from "../../../src/core/code/read.js";
import { takeSnapshot } from "../../../src/core/code/snapshot.js";
import { never, Playground } from "./playground.js";

describe("a snapshot that is forgotten", () => {
  let play: Playground;
  beforeEach(() => {
    play = new Playground();
    fs.mkdirSync(play.at("work"));
  });
  afterEach(() => play.dispose());

  const snapshot = async (): Promise<string> => {
    const request = { folder: play.at("work"), storeFolder: play.store, ports: nodePorts };
    return (await takeSnapshot(request, never)).commit;
  };
  const forget = async (commit: string, ...others: readonly string[]): Promise<number> => {
    const ids = await objectsOnlyIn(play.store, commit, others, never);
    await forgetObjects(play.store, ids, nodePorts, never);
    return ids.length;
  };
  const filesOf = async (commit: string): Promise<string> => {
    const entries = await listSnapshot(play.store, commit);
    const texts = entries.map(
      async ({ path: name }) => `${name}=${(await readSnapshotFile(play.store, commit, name)).toString()}`,
    );
    return (await Promise.all(texts)).join(" ");
  };
  /** What git finds in the code store, damage included. */
  const objects = (): string[] => {
    const words = [
      "--git-dir",
      play.at("store", "code.git"),
      "cat-file",
      "--batch-all-objects",
      "--batch-check",
    ];
    return execFileSync("git", words, { encoding: "utf8" }).trim().split("\n").filter(Boolean);
  };
  const packs = (): string[] => {
    const folder = path.join(play.at("store", "code.git"), "objects", "pack");
    return fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
  };

  it("takes what only it had along, and leaves the others whole", async () => {
    play.write({ "keep.py": "1", "lib/a.py": "2", "lib/deep/b.py": "3" });
    const before = await snapshot();
    play.write({ "lib/secret.py": "KEY = 'hunter2'" });
    const bad = await snapshot();
    play.write({ "lib/secret.py": "KEY = ''", "keep.py": "4" });
    const after = await snapshot();
    // the commit, its root, `lib` and the secret
    assert.equal(await forget(bad, before, after), 4);
    await assert.rejects(listSnapshot(play.store, bad), { code: "code.notFound" });
    assert.equal(await filesOf(before), "keep.py=1 lib/a.py=2 lib/deep/b.py=3");
    assert.equal(await filesOf(after), "keep.py=4 lib/a.py=2 lib/deep/b.py=3 lib/secret.py=KEY = ''");
    assert.equal(await snapshot(), after);
  });

  it("is taken out of packs, which stay good for git", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 120 }, (_, n) => [`d${n % 7}/f${n}.py`, `x = ${n}`]),
    );
    play.write({ ...many, "secret.py": "KEY = 'hunter2'" });
    const bad = await snapshot();
    play.remove("secret.py");
    const good = await snapshot();
    const count = objects().length;
    const old = packs();
    assert.equal(old.length, 2, "a pack and its index");
    assert.equal(await forget(bad, good), 3);
    assert.equal(objects().length, count - 3);
    assert.equal(packs().length, 2);
    assert.notDeepEqual(packs(), old);
    assert.match(await filesOf(good), /d0\/f0\.py=x = 0 /);
    execFileSync("git", ["--git-dir", play.at("store", "code.git"), "fsck", "--strict", good], {
      stdio: "pipe",
    });
  });

  it("leaves an empty store where it was the only one", async () => {
    play.write(Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`f${n}.py`, `x = ${n}`])));
    await forget(await snapshot());
    assert.deepEqual(objects(), []);
    assert.deepEqual(packs(), []);
  });

  it("may be forgotten again, and beside others that cannot be read", async () => {
    play.write({ "a.py": "1" });
    const one = await snapshot();
    play.write({ "a.py": "2" });
    const two = await snapshot();
    const ids = await objectsOnlyIn(play.store, one, [two, "0".repeat(40), "no id", one], never);
    await forgetObjects(play.store, ids, nodePorts, never);
    await forgetObjects(play.store, ids, nodePorts, never);
    await assert.rejects(objectsOnlyIn(play.store, one, [two], never), { code: "code.notFound" });
    assert.equal(await filesOf(two), "a.py=2");
  });
});
