import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodeFiles } from "../../../src/core/base/ports.js";
import { discoverStore } from "../../../src/core/store/discover.js";
import { emptyFolder } from "../tracking/bench-folder.js";

describe("the store of a folder", () => {
  let top: string;
  const folder = (...parts: string[]): string => {
    const made = path.join(top, ...parts);
    fs.mkdirSync(made, { recursive: true });
    return made;
  };
  const find = (from: string, workspace?: string) => {
    const { root, exists } = discoverStore(nodeFiles, from, workspace);
    return [path.relative(top, root), exists];
  };
  beforeEach(() => {
    top = fs.realpathSync(emptyFolder());
  });

  it("is the nearest one upwards within the work tree", () => {
    folder("repo", ".git");
    folder("repo", ".loam");
    const deep = folder("repo", "src", "deep");
    assert.deepEqual(find(deep), [path.join("repo", ".loam"), true]);
    folder("repo", "src", ".loam");
    assert.deepEqual(find(deep), [path.join("repo", "src", ".loam"), true]);
  });

  it("is never outside the work tree, nor above a folder that has none", () => {
    folder(".loam");
    folder("repo", ".git");
    const inRepo = folder("repo", "src");
    assert.deepEqual(find(inRepo), [path.join("repo", "src", ".loam"), false]);
    assert.deepEqual(find(inRepo, path.join(top, "repo")), [path.join("repo", ".loam"), false]);
    const plain = folder("plain", "deep");
    assert.deepEqual(find(plain), [path.join("plain", "deep", ".loam"), false]);
    assert.deepEqual(find(top), [".loam", true]);
  });

  it("of a submodule or another work tree is its own", () => {
    folder("repo", ".git");
    folder("repo", ".loam");
    const module = folder("repo", "module");
    fs.writeFileSync(path.join(module, ".git"), "gitdir: ../.git/modules/module\n");
    assert.deepEqual(find(module), [path.join("repo", "module", ".loam"), false]);
  });

  it("is not a file or a link of that name", () => {
    const elsewhere = folder("elsewhere");
    const repo = folder("repo");
    folder("repo", ".git");
    fs.writeFileSync(path.join(repo, ".loam"), "a file");
    assert.deepEqual(find(repo), [path.join("repo", ".loam"), false]);
    fs.unlinkSync(path.join(repo, ".loam"));
    if (process.platform !== "win32") fs.symlinkSync(elsewhere, path.join(repo, ".loam"));
    assert.deepEqual(find(repo), [path.join("repo", ".loam"), false]);
  });

  it("is not made by looking for it", () => {
    const repo = folder("repo");
    find(repo);
    assert.deepEqual(fs.readdirSync(repo), []);
  });
});
