import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { nodePorts } from "../../../src/core/base/ports.js";
import { readSnapshotFile, listSnapshot } from "../../../src/core/code/read.js";
import { restoreSnapshot } from "../../../src/core/code/restore.js";
import { takeSnapshot } from "../../../src/core/code/snapshot.js";
import { contents, itOnPosix, never, Playground } from "./playground.js";

describe("code snapshot", () => {
  let play: Playground;
  beforeEach(() => {
    play = new Playground();
  });
  afterEach(() => {
    play.dispose();
  });

  const paths = async (commit: string): Promise<string[]> =>
    (await listSnapshot(play.store, commit)).map((entry) => entry.path);

  it("holds tracked, changed and untracked files, and git reads it", async () => {
    play.repository({ "train.py": "one\n", "lib/model.py": "m\n", "old.py": "gone soon\n" });
    play.write({ "train.py": "two\n", "notes.md": "new\n" });
    play.remove("old.py");
    const snapshot = await play.snapshot();
    assert.deepEqual(await paths(snapshot.commit), ["lib/model.py", "notes.md", "train.py"]);
    assert.equal(snapshot.files, 3);
    assert.equal(snapshot.bytes, 10);
    const git = (...args: string[]): string => play.gitIn("store/code.git", ...args);
    assert.equal(git("show", `${snapshot.commit}:train.py`), "two");
    assert.equal(git("rev-parse", `${snapshot.commit}^{tree}`), snapshot.tree);
    git("fsck", "--full", "--strict");
  });

  itOnPosix("gives the tree that git itself would write", async () => {
    play.repository({ "a.py": "a", "a/b.py": "b", "a-b": "c", "é/日本.py": "d", "a.b/c": "" });
    fs.chmodSync(play.at("work", "a.py"), 0o755);
    fs.symlinkSync("a.py", play.at("work", "link"));
    const snapshot = await play.snapshot();
    play.git("add", "-A");
    assert.equal(snapshot.tree, play.git("write-tree"));
  });

  it("leaves out what came after a moment, but for source and what git tracks", async () => {
    play.repository({ "train.py": "a", "table.txt": "0" });
    play.write({ "notes.txt": "before" });
    const { birthtimeMs } = fs.statSync(play.at("work", "notes.txt"));
    while (Date.now() <= birthtimeMs + 20);
    play.write({ "table.txt": "1", "out.txt": "x", "made.py": "b", "deep/out.json": "{}" });
    const { commit, leftOut } = await play.snapshot("work", birthtimeMs + 10);
    assert.deepEqual(await paths(commit), ["made.py", "notes.txt", "table.txt", "train.py"]);
    assert.deepEqual(leftOut.byReason, { later: 2 });
    assert.equal((await readSnapshotFile(play.store, commit, "table.txt")).toString(), "1");
  });

  it("is the same commit for the same code, and another one for another HEAD", async () => {
    play.repository({ "a.py": "a" });
    const first = await play.snapshot();
    assert.equal((await play.snapshot()).commit, first.commit);
    play.git("commit", "-q", "--allow-empty", "-m", "two");
    const later = await play.snapshot();
    assert.equal(later.tree, first.tree);
    assert.notEqual(later.commit, first.commit);
  });

  it("takes the folder alone where there is no repository", async () => {
    play.write({ "a.py": "a", ".gitignore": "out/\n", "out/x.txt": "x", "deep/b.py": "b" });
    const snapshot = await play.snapshot();
    assert.deepEqual(snapshot.head, { state: "none" });
    assert.deepEqual(snapshot.changed, { state: "none" });
    assert.equal(snapshot.root, play.at("work"));
    assert.deepEqual(await paths(snapshot.commit), [".gitignore", "a.py", "deep/b.py"]);
  });

  it("takes the whole work tree around a folder of it", async () => {
    play.repository({ "lib/a.py": "a", "jobs/train/run.py": "r" });
    const snapshot = await play.snapshot("work/jobs/train");
    assert.equal(snapshot.root, play.at("work"));
    assert.equal(snapshot.folder, "jobs/train");
    assert.deepEqual(await paths(snapshot.commit), ["jobs/train/run.py", "lib/a.py"]);
  });

  it("takes a folder that the repository around it ignores as one without a repository", async () => {
    play.repository({ ".gitignore": "*\n", ".profile": "x" });
    play.write({ "project/a.py": "a" });
    const snapshot = await play.snapshot("work/project");
    assert.equal(snapshot.root, play.at("work", "project"));
    assert.deepEqual(snapshot.head, { state: "none" });
    assert.deepEqual(await paths(snapshot.commit), ["a.py"]);
  });

  it("takes of a home folder its own files, and no repository around it for its folders", async () => {
    play.write({ "run.py": "r", ".bashrc": "b", "letters/private.txt": "p", "project/a.py": "a" }, "home");
    const home = await play.snapshot("home");
    assert.deepEqual(await paths(home.commit), ["run.py"]);
    assert.deepEqual(home.leftOut.byReason, { home: 3 });
    play.gitIn("home", "init", "-q");
    play.gitIn("home", "add", ".bashrc");
    assert.deepEqual(await paths((await play.snapshot("home")).commit), [".bashrc", "run.py"]);
    const project = await play.snapshot("home/project");
    assert.deepEqual(project.head, { state: "none" });
    assert.deepEqual(await paths(project.commit), ["a.py"]);
  });

  it("can be taken several times at once", async () => {
    play.repository(
      Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`d${i % 4}/f${i}.py`, `f${i}`])),
    );
    const all = await Promise.all(Array.from({ length: 5 }, () => play.snapshot()));
    assert.equal(new Set(all.map((one) => one.commit)).size, 1);
    play.gitIn("store/code.git", "fsck", "--full", "--strict");
    assert.equal((await play.snapshot()).commit, all[0]?.commit);
  });

  itOnPosix("keeps links as links and the executable bit", async () => {
    play.write({ "run.sh": "#!/bin/sh\n", "sub/a.py": "a" });
    fs.chmodSync(play.at("work", "run.sh"), 0o755);
    fs.symlinkSync("/etc/passwd", play.at("work", "outside"));
    fs.symlinkSync("sub", play.at("work", "folder"));
    const { commit } = await play.snapshot();
    const kinds = (await listSnapshot(play.store, commit)).map((entry) => [entry.path, entry.kind]);
    assert.deepEqual(kinds, [
      ["folder", "link"],
      ["outside", "link"],
      ["run.sh", "executable"],
      ["sub/a.py", "file"],
    ]);
    assert.equal((await readSnapshotFile(play.store, commit, "outside")).toString(), "/etc/passwd");
  });

  it("keeps many files as packs and few as files of their own", async () => {
    play.write({ "a.py": "a" });
    await play.snapshot();
    const packs = (): string[] => {
      const folder = path.join(play.store, "code.git", "objects", "pack");
      return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    };
    assert.deepEqual(packs(), []);
    play.write(Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`m${i % 7}/f${i}.py`, `f${i}\n`])));
    const { commit } = await play.snapshot();
    assert.equal(packs().length, 2);
    assert.equal((await paths(commit)).length, 121);
    play.write({ "m0/f0.py": "changed" });
    await play.snapshot();
    assert.equal(packs().length, 2);
    play.gitIn("store/code.git", "fsck", "--full", "--strict");
  });

  it("writes nothing at all where nothing changed", async () => {
    play.repository({ "a.py": "a", "b/c.py": "c" });
    await play.snapshot();
    const written: string[] = [];
    const files = {
      ...nodePorts.files,
      rename: (from: string, to: string): void => {
        written.push(to);
        nodePorts.files.rename(from, to);
      },
    };
    play.editCache("code-stat.json", (cache) => (cache.at += 10_000));
    const request = { folder: play.at("work"), storeFolder: play.store, ports: { ...nodePorts, files } };
    await takeSnapshot(request, never);
    assert.deepEqual(written, []);
  });

  it("stores objects anew that the store lost", async () => {
    play.write({ "a.py": "a", "b/c.py": "c" });
    const first = await play.snapshot();
    play.editCache("code-stat.json", (cache) => (cache.at += 10_000));
    fs.rmSync(path.join(play.store, "code.git"), { recursive: true });
    const second = await play.snapshot();
    assert.equal(second.commit, first.commit);
    assert.equal((await readSnapshotFile(play.store, second.commit, "b/c.py")).toString(), "c");
  });

  it("has all below a tree that it wrote, whichever write fails", async () => {
    play.write(Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`d${i % 2}/e/f${i}.py`, `f${i}`])));
    const unsynced = { ...nodePorts.files, syncLater: () => Promise.resolve() };
    for (let failing = 0; ; failing++) {
      fs.rmSync(play.store, { recursive: true, force: true });
      let writes = 0;
      const fail = (): void => {
        if (writes++ === failing) throw Object.assign(new Error("full"), { code: "ENOSPC" });
      };
      const files = {
        ...unsynced,
        write: (fd: number, bytes: Uint8Array) => (fail(), nodePorts.files.write(fd, bytes)),
        rename: (from: string, to: string) => (fail(), nodePorts.files.rename(from, to)),
      };
      const request = { folder: play.at("work"), storeFolder: play.store };
      const broken = await takeSnapshot({ ...request, ports: { ...nodePorts, files } }, never).then(
        () => false,
        (error: { code?: unknown }) => {
          assert.equal(error.code, "store.full");
          return true;
        },
      );
      const { commit } = await takeSnapshot({ ...request, ports: { ...nodePorts, files: unsynced } }, never);
      const names = await paths(commit);
      assert.equal(names.length, 5);
      for (const name of names) await readSnapshotFile(play.store, commit, name);
      const left = fs.readdirSync(path.join(play.store, "code.git", "objects"));
      assert.deepEqual(
        left.filter((name) => name.startsWith("tmp_")),
        [],
      );
      if (!broken && writes <= failing) break;
    }
  });

  it("can be cancelled", async () => {
    play.write(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}.py`, "x".repeat(9000) + i])));
    const request = { folder: play.at("work"), storeFolder: play.store, ports: nodePorts };
    await assert.rejects(takeSnapshot(request, AbortSignal.abort()), { code: "cancelled" });
    const controller = new AbortController();
    const running = takeSnapshot(request, controller.signal);
    setImmediate(() => {
      controller.abort();
    });
    await assert.rejects(running, { code: "cancelled" });
  });

  it("says which folder is missing", async () => {
    await assert.rejects(play.snapshot("nowhere"), { code: "path.invalid" });
  });

  it("restores, byte for byte, any tree of text files", async () => {
    const name = fc
      .oneof(
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
        fc.constantFrom(
          "a b",
          'q"uote',
          "it's",
          "日本語",
          "ñandú",
          "Ωμέγα",
          "עברית",
          "-rf",
          "$HOME",
          "~",
          "#x",
          "!y",
        ),
      )
      .map((text) => text.replaceAll(/[/\0\\]/g, "_"))
      .filter((text) => Buffer.byteLength(text) < 100)
      .map((text) => `n${text}`); // so that no rule of names applies
    const file = fc.tuple(
      fc.array(name, { minLength: 1, maxLength: 4 }),
      fc.string({ unit: "binary", maxLength: 300 }),
    );
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 12 }), async (files) => {
        const folder = `work${round++}`;
        fs.mkdirSync(play.at(folder));
        for (const [names, text] of files) {
          try {
            play.write({ [names.join("/")]: text.replaceAll("\0", "") }, folder);
          } catch {
            continue; // a file where a folder would have to be
          }
        }
        const { commit, leftOut, files: count } = await play.snapshot(folder);
        assert.deepEqual(leftOut.files, []);
        const restored = await restoreSnapshot(play.store, commit, play.at(`${folder}-again`), never);
        assert.equal(restored.files, count);
        assert.deepEqual(contents(play.at(`${folder}-again`)), contents(play.at(folder)));
      }),
      { numRuns: 40 },
    );
  });
});
