import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import fc from "fast-check";
import type { ChangeState, LeftOutFile, Snapshot } from "../../../src/core/code/model.js";
import { listSnapshot } from "../../../src/core/code/read.js";
import { itOnPosix, Playground } from "./playground.js";

const changedOf = (snapshot: Snapshot): string[] => {
  assert.ok(snapshot.changed.state === "known");
  return snapshot.changed.files.map((file) => `${file.state} ${file.path}`);
};

const leftOutOf = (snapshot: Snapshot, path: string): LeftOutFile | undefined =>
  snapshot.leftOut.files.find((file) => file.path === path);

describe("what differs from HEAD", () => {
  let play: Playground;
  beforeEach(() => {
    play = new Playground();
  });
  afterEach(() => {
    play.dispose();
  });

  /** `git status` in the words of a snapshot. A rename is a deleted and an added file. */
  const status = (): string[] => {
    const text = play.git("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames");
    return text
      .split("\0")
      .filter(Boolean)
      .map((line): [ChangeState, string] => {
        const [staged, worked] = [line.charAt(0), line.charAt(1)];
        const path = line.slice(3);
        const there = fs.existsSync(play.at("work", path));
        if (staged === "?") return ["untracked", path];
        if (staged === "A") return [there ? "added" : "deleted", path];
        return [
          there && staged !== "D" ? "modified" : worked === "D" || !there ? "deleted" : "modified",
          path,
        ];
      })
      .sort(([, a], [, b]) => (a < b ? -1 : 1))
      .map(([state, path]) => `${state} ${path}`);
  };

  itOnPosix("is what git status says, for random changes", async () => {
    const path = fc.constantFrom(
      "a.py",
      "b.py",
      "lib/a.py",
      "lib/deep/x.py",
      "out/a.txt",
      "lib/out/y.txt",
      "z.log",
    );
    const content = fc.constantFrom("one\n", "two\n", "same\n", "");
    const step = fc.oneof(
      fc.record({ do: fc.constant("write" as const), path, content }),
      fc.record({ do: fc.constant("remove" as const), path }),
      fc.record({ do: fc.constant("add" as const), path }),
      fc.record({ do: fc.constant("mode" as const), path }),
      fc.record({ do: fc.constant("touch" as const), path }),
    );
    let round = 0;
    const rules = { ".gitignore": "out/\n!lib/out/\n*.log\n", "lib/.gitignore": "!*.log\n/deep/x.p?\n" };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(path, content), { maxLength: 6 }),
        fc.array(step, { maxLength: 8 }),
        async (committed, steps) => {
          fs.rmSync(play.at("work"), { recursive: true, force: true });
          play.repository({ ...rules, ...Object.fromEntries(committed) });
          for (const one of steps) {
            const file = play.at("work", one.path);
            if (one.do === "write") play.write({ [one.path]: one.content });
            else if (!fs.existsSync(file)) continue;
            else if (one.do === "remove") fs.rmSync(file);
            else if (one.do === "add") play.git("add", "-f", one.path);
            else if (one.do === "mode") fs.chmodSync(file, 0o755);
            else fs.utimesSync(file, 1000 + round, 1000);
          }
          round++;
          const snapshot = await play.snapshot();
          // What was added and then deleted again is in neither; an index entry alone is no file.
          const expected = status().filter((line) =>
            line.startsWith("deleted") ? committed.some(([name]) => line === `deleted ${name}`) : true,
          );
          assert.deepEqual(changedOf(snapshot), expected);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("does not count line ends that git converts", async () => {
    play.repository({ "a.py": "1\n2\n", "b.py": "1\n2\n", ".gitattributes": "b.py -text\n" });
    play.git("config", "core.autocrlf", "true");
    play.write({ "a.py": "1\r\n2\r\n", "b.py": "1\r\n2\r\n" });
    assert.deepEqual(changedOf(await play.snapshot()), ["modified b.py"]);
    play.git("config", "core.autocrlf", "false");
    assert.deepEqual(changedOf(await play.snapshot()), ["modified a.py", "modified b.py"]);
    play.write({ ".gitattributes": "*.py text=auto\n" });
    assert.deepEqual(changedOf(await play.snapshot()), ["modified .gitattributes"]);
  });

  it("has no change in a fresh clone with CRLF, and keeps what is on the disk", async () => {
    play.repository({ "a.py": "1\n2\n", "data.csv": "x\n".repeat(100) }, "origin");
    play.gitIn("", "-c", "core.autocrlf=true", "clone", "-q", "-c", "core.autocrlf=true", "origin", "work");
    assert.equal(fs.readFileSync(play.at("work", "a.py"), "utf8"), "1\r\n2\r\n");
    assert.deepEqual(changedOf(await play.snapshot()), []);
  });

  itOnPosix("believes the index about files that a filter changes", async () => {
    play.repository({ "a.py": "x", ".gitattributes": "*.ipynb filter=strip\n" });
    play.git("config", "filter.strip.clean", "tr a-z A-Z");
    play.write({ "n.ipynb": "cells\n" });
    fs.utimesSync(play.at("work", "n.ipynb"), 1000, 1000);
    play.git("add", "-A");
    play.git("commit", "-q", "-m", "notebook");
    assert.equal(play.git("show", "HEAD:n.ipynb"), "CELLS");
    assert.deepEqual(changedOf(await play.snapshot()), []);
  });

  it("leaves out the content of LFS files and notes HEAD's pointer", async () => {
    const content = "0123456789".repeat(500);
    const sha256 = createHash("sha256").update(content).digest("hex");
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${content.length}\n`;
    play.repository({ ".gitattributes": "*.dat filter=lfs -text\n", "m.dat": pointer, "kept.dat": pointer });
    play.write({ "m.dat": content });
    const id = play.git("rev-parse", "HEAD:m.dat");
    const expected = {
      path: "m.dat",
      reason: "lfs",
      bytes: content.length,
      head: id,
      sameAsHead: true,
      pointer: { sha256, bytes: content.length },
    };
    for (const take of [() => play.snapshot(), () => play.withoutGit(() => play.snapshot())]) {
      const snapshot = await take();
      assert.deepEqual(changedOf(snapshot), []);
      assert.deepEqual(leftOutOf(snapshot, "m.dat"), expected);
      const paths = (await listSnapshot(play.store, snapshot.commit)).map((entry) => entry.path);
      assert.deepEqual(paths, [".gitattributes", "kept.dat"]); // a pointer that was never filled is text
    }
    play.write({ "m.dat": content.replace("0", "9") });
    const changed = await play.snapshot();
    assert.deepEqual(changedOf(changed), ["modified m.dat"]);
    assert.equal(leftOutOf(changed, "m.dat")?.sameAsHead, false);
  });

  it("notes what HEAD has of tracked files that it leaves out", async () => {
    const csv = "a,b\n".repeat(20_000);
    const png = Buffer.from([0x89, 0x50, 0, 1, 2]);
    play.repository({ "t.csv": csv, "p.png": png, ".env": "K=1", "q.png": png, "node_modules/x/i.js": "1" });
    play.write({ "p.png": Buffer.from([0x89, 0x50, 0, 1, 3]) });
    play.remove("q.png");
    play.write({ "node_modules/x/i.js": "2" });
    const snapshot = await play.snapshot();
    assert.deepEqual(changedOf(snapshot), [
      "modified node_modules/x/i.js",
      "modified p.png",
      "deleted q.png",
    ]);
    const notes = snapshot.leftOut.files.map(({ path, reason, sameAsHead }) => [path, reason, sameAsHead]);
    assert.deepEqual(notes.sort(), [
      [".env", "secret", true],
      ["node_modules/", "environment", null],
      ["p.png", "binary", false],
      ["t.csv", "data", true],
    ]);
    assert.equal(leftOutOf(snapshot, "t.csv")?.head, play.git("rev-parse", "HEAD:t.csv"));
  });

  itOnPosix("takes a folder that became a link for a change, not for files", async () => {
    play.repository({ "lib/a.py": "a", "other/a.py": "a" });
    play.remove("lib");
    fs.symlinkSync("other", play.at("work", "lib"));
    assert.deepEqual(changedOf(await play.snapshot()), ["untracked lib", "deleted lib/a.py"]);
  });

  it("respects every place of ignore rules, and what is tracked all the same", async () => {
    play.write({ ".config/git/ignore": "*.global\n" }, "home");
    play.repository({ "kept.log": "k", "out/kept.py": "k", ".gitignore": "*.log\nout/\n" });
    play.write({
      ".git/info/exclude": "*.info\n",
      "sub/.gitignore": "*.nested\n!*.log\n",
      "x.global": "",
      "x.info": "",
      "x.log": "",
      "out/x.py": "",
      "sub/x.nested": "",
      "sub/x.log": "",
      "x.nested": "",
    });
    const snapshot = await play.snapshot();
    const paths = (await listSnapshot(play.store, snapshot.commit)).map((entry) => entry.path);
    const expected = ["kept.log", "out/kept.py", "sub/.gitignore", "sub/x.log", "x.nested"];
    assert.deepEqual(paths, [".gitignore", ...expected]);
    assert.equal(snapshot.leftOut.byReason.ignored, 4);
    play.git("config", "core.excludesFile", play.at("mine"));
    play.write({ mine: "sub/\n" }, "");
    const other = await play.snapshot();
    assert.deepEqual(
      (await listSnapshot(play.store, other.commit)).map((entry) => entry.path),
      [".gitignore", "kept.log", "out/kept.py", "x.global", "x.nested"],
    );
  });

  it("names what a sparse checkout does not have", async () => {
    play.repository({ "lib/a.py": "a", "big/c.py": "c" });
    play.git("sparse-checkout", "set", "--cone", "lib");
    assert.deepEqual(leftOutOf(await play.snapshot(), "big/c.py")?.reason, "sparse");
  });
});
