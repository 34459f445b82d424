import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { verifyStore } from "../../../src/core/store/verify.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { closeSide, damageIn, knownKinds, never, openSide, type Side } from "./bench-store.js";

const identity = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.org", GIT_COMMITTER_NAME: "Ada" };
const env = {
  ...process.env,
  ...identity,
  GIT_COMMITTER_EMAIL: "ada@example.org",
  GIT_CONFIG_GLOBAL: path.join(emptyFolder(), "none"),
  GIT_CONFIG_NOSYSTEM: "1",
};
const git = (folder: string, ...words: string[]): string =>
  execFileSync("git", ["-C", folder, ...words], { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** A clone of the repository on a machine where git turns line ends. */
function clone(origin: string): string {
  const folder = path.join(emptyFolder(), "clone");
  git(path.dirname(folder), "clone", "-q", "-c", "core.autocrlf=true", origin, folder);
  return folder;
}

function withSide<T>(folder: string, work: (side: Side) => T): T {
  const side = openSide(path.join(folder, ".loam"));
  try {
    return work(side);
  } finally {
    closeSide(side);
  }
}

const experimentsIn = (folder: string): [string, string, string][] =>
  withSide(folder, ({ tracking }) => {
    tracking.experiments.refresh();
    const all = tracking.experiments
      .all()
      .map((one): [string, string, string] => [one.id, one.name, one.stage]);
    return all.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  });

const commit = (folder: string, message: string): void => {
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", message);
};

describe("a ledger in git", function () {
  this.timeout(120_000);
  let origin: string;
  let first: string;
  beforeEach(() => {
    origin = path.join(emptyFolder(), "origin.git");
    git(path.dirname(origin), "init", "-q", "--bare", "-b", "main", origin);
    first = clone(origin);
    withSide(first, ({ tracking }) => {
      tracking.experiments.create("churn");
      tracking.runs.create({ experiment: "0", name: "mine alone" });
    });
    git(first, "checkout", "-q", "-b", "main");
    commit(first, "Begin");
    git(first, "push", "-q", "origin", "main");
  });

  it("holds what a team shares and nothing else", () => {
    const tracked = git(first, "ls-files").trim().split("\n");
    const names = tracked.map((file) => file.replace(/ledger\/.*/, "ledger/…"));
    assert.deepEqual([...new Set(names)].sort(), [
      ".loam/.gitattributes",
      ".loam/.gitignore",
      ".loam/format.json",
      ".loam/ledger/…",
    ]);
    assert.equal(git(first, "status", "--porcelain"), "");
  });

  it("merges by itself where both sides went on, though git turns line ends, and shows one state", async () => {
    const second = clone(origin);
    withSide(first, ({ tracking }) => {
      const id = tracking.experiments.ensure("churn").id;
      tracking.experiments.setTag(id, { key: "team", value: "a\r\nb" });
      tracking.experiments.create("fraud");
    });
    withSide(second, ({ tracking }) => {
      tracking.experiments.create("fraud");
      tracking.experiments.create("risk");
      tracking.experiments.rename(tracking.experiments.ensure("churn").id, "churn 2");
    });
    commit(first, "On the one side");
    git(first, "push", "-q", "origin", "main");
    commit(second, "On the other");
    git(second, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main");
    git(second, "push", "-q", "origin", "main");
    git(first, "pull", "-q", "--no-rebase", "origin", "main");
    const third = clone(origin);
    const state = experimentsIn(first);
    assert.deepEqual(
      state.map(([, name]) => name).sort(),
      ["Default", "churn 2", "fraud", "risk"],
      "two that make 'fraud' have one experiment",
    );
    for (const folder of [second, third]) assert.deepEqual(experimentsIn(folder), state);
    for (const folder of [first, second, third]) {
      assert.equal(
        git(folder, "status", "--porcelain"),
        "",
        "reading and opening changes nothing that git sees",
      );
      const side = openSide(path.join(folder, ".loam"));
      assert.deepEqual(await damageIn(side.store), []);
      closeSide(side);
    }
    for (const file of git(third, "ls-files", ".loam").trim().split("\n"))
      assert.ok(
        !fs.readFileSync(path.join(third, file)).includes("\r"),
        `${file} is byte for byte what was written`,
      );
  });

  it("forgets nothing when an older branch is checked out, and leaves no gap for who clones only one branch", async () => {
    git(first, "checkout", "-q", "-b", "feature");
    withSide(first, ({ tracking }) => tracking.experiments.create("of the feature"));
    commit(first, "On a branch");
    git(first, "checkout", "-q", "main");
    const names = (): string[] =>
      experimentsIn(first)
        .map(([, name]) => name)
        .sort();
    assert.deepEqual(names(), ["Default", "churn", "of the feature"]);
    withSide(first, ({ tracking, store }) => {
      store.ledger.refresh();
      assert.equal(store.ledger.unpublished().length, 1, "not on this branch");
      tracking.experiments.create("of main");
    });
    commit(first, "On main");
    git(first, "push", "-q", "origin", "main");
    const second = clone(origin);
    assert.deepEqual(
      experimentsIn(second)
        .map(([, name]) => name)
        .sort(),
      ["Default", "churn", "of main"],
    );
    const side = openSide(path.join(second, ".loam"));
    assert.deepEqual(await damageIn(side.store), []);
    closeSide(side);
    git(first, "merge", "-q", "--no-edit", "feature");
    assert.deepEqual(names(), ["Default", "churn", "of main", "of the feature"]);
    withSide(first, ({ store }) => {
      store.ledger.refresh();
      assert.deepEqual(store.ledger.unpublished(), []);
    });
  });

  it("shows beside each fact's author the commit that added it", async () => {
    withSide(first, ({ tracking }) => tracking.experiments.create("not committed"));
    const side = openSide(path.join(first, ".loam"));
    const { authors, counts } = await verifyStore(side.store, never, undefined, knownKinds);
    closeSide(side);
    assert.equal(counts.ledger, 2);
    const [committed, fresh] = authors.toSorted((a, b) => a.at - b.at);
    const adding = committed?.commit;
    assert.ok(typeof adding === "object");
    assert.deepEqual([committed?.author, adding.author, adding.email], ["tester", "Ada", "ada@example.org"]);
    assert.equal(adding.id, git(first, "rev-parse", "HEAD").trim());
    assert.equal(fresh?.commit, "uncommitted");
  });
});
