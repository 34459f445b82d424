import assert from "node:assert/strict";
import * as fs from "node:fs";
import type { Snapshot } from "../../../src/core/code/model.js";
import { listSnapshot } from "../../../src/core/code/read.js";
import { fingerprint, itOnPosix, Playground } from "./playground.js";

/** A repository of each kind: how it is made, the folder of the snapshot, and what is to be seen of it. */
interface Kind {
  readonly name: string;
  readonly make: (play: Playground) => void;
  readonly folder?: string;
  readonly check: (snapshot: Snapshot, play: Playground) => void;
  /** Without a git binary the rest is the same, unless said here. */
  readonly checkWithoutGit?: (snapshot: Snapshot, play: Playground) => void;
}

const files = { "a.py": "a\n", "lib/b.py": "b\n" };

const changedOf = (snapshot: Snapshot): unknown =>
  snapshot.changed.state === "known"
    ? snapshot.changed.files.map((file) => `${file.state} ${file.path}`)
    : snapshot.changed.state;

const onMain =
  (folder: string, changed: readonly string[]) =>
  (snapshot: Snapshot, play: Playground): void => {
    const commit = play.gitIn(folder, "rev-parse", "HEAD");
    assert.deepEqual(snapshot.head, { state: "branch", commit, branch: "main", remote: null });
    assert.deepEqual(changedOf(snapshot), changed);
  };

const kinds: readonly Kind[] = [
  {
    name: "a plain one with a change",
    make: (play) => {
      play.repository(files);
      play.write({ "a.py": "other", "new.py": "n" });
    },
    check: onMain("work", ["modified a.py", "untracked new.py"]),
  },
  {
    name: "one with packed refs and objects",
    make: (play) => {
      play.repository(files);
      play.write({ "lib/b.py": "b".repeat(5000) });
      play.git("commit", "-q", "-a", "-m", "two");
      play.git("gc", "-q");
      assert.equal(fs.existsSync(play.at("work", ".git", "refs", "heads", "main")), false);
    },
    check: onMain("work", []),
  },
  {
    name: "a detached HEAD",
    make: (play) => {
      play.repository(files);
      play.git("checkout", "-q", "--detach");
      play.git("remote", "add", "origin", "https://me:pw@example.com/x.git");
    },
    check: (snapshot, play) => {
      const remote = "https://***@example.com/x.git";
      assert.deepEqual(snapshot.head, { state: "detached", commit: play.git("rev-parse", "HEAD"), remote });
      assert.deepEqual(changedOf(snapshot), []);
    },
  },
  {
    name: "an unborn branch",
    make: (play) => {
      play.git("init", "-q", "-b", "first");
      play.write(files);
      play.git("add", "a.py");
    },
    check: (snapshot) => {
      assert.deepEqual(snapshot.head, { state: "unborn", branch: "first", remote: null });
      assert.deepEqual(changedOf(snapshot), ["added a.py", "untracked lib/b.py"]);
    },
  },
  {
    name: "a worktree of its own",
    make: (play) => {
      play.repository(files, "origin");
      play.gitIn("origin", "worktree", "add", "-q", "-b", "side", "../work");
      play.write({ "lib/b.py": "changed" });
    },
    check: (snapshot, play) => {
      const commit = play.git("rev-parse", "HEAD");
      assert.deepEqual(snapshot.head, { state: "branch", commit, branch: "side", remote: null });
      assert.deepEqual(changedOf(snapshot), ["modified lib/b.py"]);
    },
  },
  {
    name: "a submodule from within",
    make: (play) => {
      play.repository(files, "inner");
      play.repository({ "top.py": "t" });
      play.git("submodule", "--quiet", "add", "../inner", "sub");
      play.write({ "sub/new.py": "n" });
    },
    folder: "work/sub",
    check: (snapshot, play) => {
      assert.equal(snapshot.root, play.at("work", "sub"));
      assert.equal(
        "commit" in snapshot.head && snapshot.head.commit,
        play.gitIn("inner", "rev-parse", "HEAD"),
      );
      assert.deepEqual(changedOf(snapshot), ["untracked new.py"]);
    },
  },
  {
    name: "a shallow clone",
    make: (play) => {
      play.repository(files, "origin");
      play.gitIn("origin", "commit", "-q", "--allow-empty", "-m", "two");
      play.gitIn("", "clone", "-q", "--depth", "1", `file://${play.at("origin")}`, "work");
    },
    check: (snapshot, play) => {
      const commit = play.gitIn("origin", "rev-parse", "HEAD");
      const remote = `file://${play.at("origin")}`;
      assert.deepEqual(snapshot.head, { state: "branch", commit, branch: "main", remote });
      assert.deepEqual(changedOf(snapshot), []);
    },
  },
  {
    name: "a clone that borrows its objects",
    make: (play) => {
      play.repository(files, "origin");
      play.gitIn("", "clone", "-q", "--shared", "origin", "work");
    },
    check: (snapshot) => {
      assert.deepEqual(changedOf(snapshot), []);
    },
    checkWithoutGit: (snapshot) => {
      assert.ok(snapshot.changed.state === "unknown");
      assert.match(snapshot.changed.reason, /HEAD's files cannot be read/);
    },
  },
  {
    name: "an index of version 4",
    make: (play) => {
      play.repository(files);
      play.write({ "lib/c.py": "c", "lib/d.py": "d" });
      play.git("add", "lib/c.py");
      play.git("update-index", "--index-version", "4");
    },
    check: onMain("work", ["added lib/c.py", "untracked lib/d.py"]),
  },
  {
    name: "a split index",
    make: (play) => {
      play.repository({ ...files, ".gitignore": "forced.py\n", "forced.py": "f" });
      play.git("update-index", "--split-index");
      play.write({ "a.py": "other" });
    },
    check: onMain("work", ["modified a.py"]),
  },
  {
    name: "a sparse checkout",
    make: (play) => {
      play.repository({ ...files, "big/c.py": "c", "big/d.py": "d" });
      play.git("sparse-checkout", "set", "--cone", "lib");
      assert.equal(fs.existsSync(play.at("work", "big")), false);
    },
    check: onMain("work", []),
  },
  {
    name: "a sparse index",
    make: (play) => {
      play.repository({ ...files, "big/c.py": "c", "big/d.py": "d" });
      play.git("sparse-checkout", "set", "--cone", "--sparse-index", "lib");
    },
    check: onMain("work", []),
  },
  {
    name: "SHA-256 objects",
    make: (play) => {
      play.git("init", "-q", "-b", "main", "--object-format=sha256");
      play.write(files);
      play.git("add", "-A");
      play.git("commit", "-q", "-m", "one");
      play.write({ "a.py": "other" });
      fs.utimesSync(play.at("work", "lib", "b.py"), 1, 1); // the index cannot tell any more that it is the same
    },
    check: onMain("work", ["modified a.py"]),
    checkWithoutGit: (snapshot, play) => {
      const commit = play.git("rev-parse", "HEAD");
      assert.deepEqual(snapshot.head, { state: "branch", commit, branch: "main", remote: null });
      assert.ok(snapshot.changed.state === "unknown");
      assert.match(snapshot.changed.reason, /SHA-256/);
    },
  },
  {
    name: "refs in a reftable that no git here reads",
    make: (play) => {
      play.repository(files);
      play.git("config", "core.repositoryformatversion", "1");
      play.git("config", "extensions.refstorage", "reftable");
      play.write({ ".git/HEAD": "ref: refs/heads/.invalid\n" });
    },
    check: (snapshot) => {
      assert.ok(snapshot.head.state === "unknown");
      assert.match(snapshot.head.reason, /reftable: fatal: /);
      assert.equal(changedOf(snapshot), "unknown");
    },
    checkWithoutGit: (snapshot) => {
      assert.equal(snapshot.head.state, "unknown");
    },
  },
  {
    name: "a .git file that leads nowhere",
    make: (play) => {
      play.write({ ...files, ".git": "gitdir: ../gone\n" });
    },
    check: (snapshot) => {
      assert.deepEqual(snapshot.head, {
        state: "unknown",
        reason: "the folder that .git leads to is missing",
      });
    },
  },
  {
    name: "a HEAD that leads out of the repository",
    make: (play) => {
      play.repository(files);
      play.write({ ".git/HEAD": "ref: refs/../../a.py\n" });
    },
    check: (snapshot) => {
      assert.equal(snapshot.head.state, "unknown");
    },
  },
  {
    name: "an index that is damaged",
    make: (play) => {
      play.repository(files);
      const index = fs.readFileSync(play.at("work", ".git", "index"));
      play.write({ ".git/index": index.subarray(0, 100), "a.py": "other" });
    },
    check: onMain("work", ["modified a.py"]),
  },
  {
    name: "an empty folder called .git",
    make: (play) => {
      play.write(files);
      fs.mkdirSync(play.at("work", ".git"));
    },
    check: (snapshot) => {
      assert.deepEqual(snapshot.head, { state: "none" });
    },
  },
];

describe("HEAD and what differs from it", () => {
  let play: Playground;
  beforeEach(() => {
    play = new Playground();
  });
  afterEach(() => {
    play.dispose();
  });

  for (const kind of kinds) {
    const run = async (): Promise<Snapshot> => {
      kind.make(play);
      const git = play.at("work", ".git");
      const before = fs.statSync(git).isDirectory() ? fingerprint(git) : [];
      const snapshot = await play.snapshot(kind.folder);
      if (fs.statSync(git).isDirectory()) assert.deepEqual(fingerprint(git), before);
      return snapshot;
    };

    it(kind.name, async () => {
      const snapshot = await run();
      kind.check(snapshot, play);
    });

    it(`${kind.name}, without a git binary`, async () => {
      // The repository itself is made with git.
      const making = { ...kind, make: kind.make };
      making.make(play);
      const snapshot = await play.withoutGit(() => play.snapshot(kind.folder));
      (kind.checkWithoutGit ?? kind.check)(snapshot, play);
    });
  }

  itOnPosix("takes the answer of a git that reads reftables", async () => {
    play.repository(files);
    const commit = play.git("rev-parse", "HEAD");
    play.git("config", "extensions.refstorage", "reftable");
    const script = `#!/bin/sh
test "$GIT_OPTIONAL_LOCKS" = 0 || exit 9
case "$*" in
*symbolic-ref*) echo refs/heads/topic ;;
*rev-parse*) echo ${commit} ;;
*) exit 1 ;;
esac
`;
    play.write({ git: script }, "bin");
    fs.chmodSync(play.at("bin", "git"), 0o755);
    const before = process.env["PATH"];
    process.env["PATH"] = play.at("bin");
    try {
      const snapshot = await play.snapshot();
      assert.deepEqual(snapshot.head, { state: "branch", commit, branch: "topic", remote: null });
      assert.deepEqual(changedOf(snapshot), []); // its trees are read here
    } finally {
      process.env["PATH"] = before;
    }
  });

  it("keeps the commit of a submodule, and of a repository in the repository", async () => {
    play.repository(files, "inner");
    play.repository({ "top.py": "t" });
    play.git("submodule", "--quiet", "add", "../inner", "sub");
    play.git("commit", "-q", "-m", "sub");
    play.repository({ "x.py": "x" }, "work/nested");
    const snapshot = await play.snapshot();
    const entries = await listSnapshot(play.store, snapshot.commit);
    const submodules = entries.filter((entry) => entry.kind === "submodule");
    assert.deepEqual(
      submodules.map((entry) => [entry.path, entry.id]),
      [
        ["nested", play.gitIn("work/nested", "rev-parse", "HEAD")],
        ["sub", play.gitIn("inner", "rev-parse", "HEAD")],
      ],
    );
    assert.equal(snapshot.leftOut.byReason.submodule, 2);
    assert.deepEqual(changedOf(snapshot), ["untracked nested"]);
    play.gitIn("work/sub", "commit", "-q", "--allow-empty", "-m", "on");
    assert.deepEqual(changedOf(await play.snapshot()), ["untracked nested", "modified sub"]);
  });

  it("leaves .git byte for byte as it was, times of the index too, after 20 snapshots", async () => {
    play.repository(files);
    // An index whose times no longer fit is what `git status` would refresh.
    fs.utimesSync(play.at("work", "a.py"), 1000, 1000);
    play.write({ "lib/b.py": "changed", "new.py": "n" });
    const before = fingerprint(play.at("work", ".git"));
    for (let round = 0; round < 20; round++) {
      play.write({ "new.py": `n${round}` });
      await play.snapshot();
    }
    assert.deepEqual(fingerprint(play.at("work", ".git")), before);
    play.git("status"); // proves that the fingerprint sees what git does there
    assert.notDeepEqual(fingerprint(play.at("work", ".git")), before);
  });
});
