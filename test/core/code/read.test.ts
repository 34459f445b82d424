import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { nodeFiles, nodePorts } from "../../../src/core/base/ports.js";
import { modes } from "../../../src/core/code/model.js";
import { ObjectReader, objectIdOf } from "../../../src/core/code/object-reader.js";
import { ObjectWriter } from "../../../src/core/code/object-writer.js";
import { compareSnapshots, listSnapshot, readSnapshotFile } from "../../../src/core/code/read.js";
import { restoreSnapshot } from "../../../src/core/code/restore.js";
import { encodeTree } from "../../../src/core/code/trees.js";
import { badName, badTarget } from "../../../src/core/code/tree-names.js";
import { contents, itOnPosix, never, Playground } from "./playground.js";

type Entry = readonly [name: string, mode: number, content: string | readonly Entry[]];

describe("reading snapshots back", () => {
  let play: Playground;
  beforeEach(() => {
    play = new Playground();
  });
  afterEach(() => {
    play.dispose();
  });

  /** Writes objects past all checks, as a stranger's store could have them. */
  const plant = async (entries: readonly Entry[]): Promise<string> => {
    const objects = new ObjectWriter(nodePorts, path.join(play.store, "code.git"));
    const put = async (type: "blob" | "tree" | "commit", content: Buffer): Promise<string> => {
      const id = objectIdOf(type, content);
      await objects.put(id, type, content);
      return id;
    };
    const trees = new Map<readonly Entry[], string>();
    const tree = async (rows: readonly Entry[]): Promise<string> => {
      const encoded = [];
      for (const [name, mode, content] of rows) {
        const id =
          typeof content === "string"
            ? await put("blob", Buffer.from(content))
            : (trees.get(content) ?? (await tree(content)));
        encoded.push({ name, mode, id });
      }
      const id = await put("tree", encodeTree(encoded));
      trees.set(rows, id);
      return id;
    };
    const text = `tree ${await tree(entries)}\nauthor x <x> 0 +0000\ncommitter x <x> 0 +0000\n\nx\n`;
    const commit = await put("commit", Buffer.from(text));
    await objects.flush();
    return commit;
  };

  itOnPosix("compares two snapshots", async () => {
    play.write({ "a.py": "a", "b.py": "b", "lib/x.py": "x", "lib/y.py": "y", same: "s", "turns/in.py": "i" });
    const before = (await play.snapshot()).commit;
    play.write({ "a.py": "other", "lib/new.py": "n" });
    fs.chmodSync(play.at("work", "b.py"), 0o755);
    play.remove("lib/y.py");
    play.remove("turns");
    play.write({ turns: "a file now" });
    const after = (await play.snapshot()).commit;
    const changes = await compareSnapshots(play.store, before, after);
    assert.deepEqual(
      changes.map((change) => [change.state, change.path]),
      [
        ["modified", "a.py"],
        ["modified", "b.py"],
        ["added", "lib/new.py"],
        ["deleted", "lib/y.py"],
        ["added", "turns"],
        ["deleted", "turns/in.py"],
      ],
    );
    const [first, second] = changes;
    assert.ok(first?.state === "modified" && second?.state === "modified");
    assert.notEqual(first.before.id, first.after.id);
    assert.deepEqual([second.before.kind, second.after.kind], ["file", "executable"]);
    assert.deepEqual(await compareSnapshots(play.store, after, after), []);
  });

  it("says what it does not have", async () => {
    play.write({ "a.py": "a", "lib/x.py": "x" });
    const { commit } = await play.snapshot();
    for (const name of ["b.py", "lib", "lib/", "a.py/x", "../a.py", "", "/a.py"])
      await assert.rejects(readSnapshotFile(play.store, commit, name), { code: "code.notFound" });
    await assert.rejects(listSnapshot(play.store, "0".repeat(40)), { code: "code.notFound" });
    await assert.rejects(listSnapshot(play.store, "../../etc/passwd"), { code: "value.invalid" });
    await assert.rejects(listSnapshot(play.at("nowhere"), commit), { code: "code.notFound" });
  });

  it("reads a store that a person packed anew with git, differences included", async () => {
    const lines = Array.from({ length: 400 }, (_, i) => `line ${i} ${"x".repeat(i % 50)}\n`);
    for (let round = 0; round < 5; round++) {
      play.write({ "a.py": [...lines, `round ${round}\n`].join("") });
      await play.snapshot();
    }
    const { commit } = await play.snapshot();
    const all = play.gitIn(
      "store/code.git",
      "cat-file",
      "--batch-all-objects",
      "--batch-check=%(objectname)",
    );
    const { execFileSync } = await import("node:child_process");
    const folder = path.join(play.store, "code.git", "objects");
    execFileSync("git", ["pack-objects", "-q", path.join(folder, "pack", "pack")], {
      cwd: path.join(play.store, "code.git"),
      input: all,
    });
    for (const name of fs.readdirSync(folder))
      if (/^[0-9a-f]{2}$/.test(name)) fs.rmSync(path.join(folder, name), { recursive: true });
    assert.match(play.gitIn("store/code.git", "verify-pack", "-v", ...packsOf(folder)), /chain length = 1/);
    assert.match((await readSnapshotFile(play.store, commit, "a.py")).toString(), /round 4\n$/);
    assert.equal((await play.snapshot()).commit, commit);
  });

  const packsOf = (folder: string): string[] =>
    fs
      .readdirSync(path.join(folder, "pack"))
      .filter((name) => name.endsWith(".idx"))
      .map((name) => path.join(folder, "pack", name));

  it("refuses what a damaged store gives, whichever byte is wrong", async () => {
    play.write(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}.py`, `content ${i}\n`])));
    const packed = (await play.snapshot()).commit;
    play.write({ "f0.py": "loose\n" });
    const loose = (await play.snapshot()).commit;
    const folder = path.join(play.store, "code.git", "objects");
    const files = fs
      .readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => path.join(folder, name))
      .filter((name) => fs.statSync(name).isFile());
    let refused = 0;
    for (const file of files) {
      const good = fs.readFileSync(file);
      for (let at = 0; at < good.length; at += Math.ceil(good.length / 12)) {
        const bad = Buffer.from(good);
        bad[at] = (bad[at] ?? 0) ^ 0x41;
        fs.writeFileSync(file, bad);
        for (const commit of [packed, loose]) {
          try {
            for (const entry of await listSnapshot(play.store, commit)) {
              const content = await readSnapshotFile(play.store, commit, entry.path);
              assert.match(content.toString(), /^(content \d+|loose)\n$/);
            }
          } catch (error) {
            const code = (error as { code?: unknown }).code;
            assert.ok(code === "store.damaged" || code === "code.notFound", String(error));
            refused++;
          }
        }
      }
      fs.writeFileSync(file, good);
    }
    assert.ok(refused > 20);
  });

  it("does not unpack more than an object may have", async () => {
    const bomb = zlib.deflateSync(
      Buffer.concat([Buffer.from("blob 100000000\0"), Buffer.alloc(100_000_000)]),
    );
    const id = createHash("sha1").update("bomb").digest("hex");
    play.write({ [`store/code.git/objects/${id.slice(0, 2)}/${id.slice(2)}`]: bomb }, "");
    await assert.rejects(new ObjectReader(nodeFiles, path.join(play.store, "code.git")).read(id), {
      code: "store.damaged",
    });
  });

  for (const name of [
    "..",
    ".",
    ".git",
    ".GIT",
    ".git ",
    ".git.",
    ".git::$INDEX_ALLOCATION",
    "git~1",
    ".g\u200cit",
    "a/b",
  ])
    it(`restores nothing of a tree with the name ${JSON.stringify(name)}`, async () => {
      const commit = await plant([
        ["fine.py", modes.file, "x"],
        [name, modes.folder, [["evil", modes.file, "x"]]],
      ]);
      await assert.rejects(restoreSnapshot(play.store, commit, play.at("out"), never), {
        code: "path.invalid",
      });
      assert.equal(fs.existsSync(play.at("out")), false);
      assert.deepEqual(fs.readdirSync(play.root).sort(), ["home", "store"]);
    });

  itOnPosix("makes only links that stay inside, and writes through none", async () => {
    fs.mkdirSync(play.at("target"));
    const commit = await plant([
      ["abs", modes.link, play.at("target")],
      ["up", modes.link, "../target"],
      ["sly", modes.link, "lib/../../target"],
      ["inside", modes.link, "lib/x.py"],
      [
        "lib",
        modes.folder,
        [
          ["x.py", modes.file, "x"],
          ["root", modes.link, ".."],
          ["over", modes.link, "../.."],
        ],
      ],
      ["module", modes.commit, "not an object"],
    ]);
    const restored = await restoreSnapshot(play.store, commit, play.at("out"), never);
    assert.deepEqual(contents(play.at("out")), {
      inside: "-> lib/x.py",
      "lib/root": "-> ..",
      "lib/x.py": "x",
    });
    assert.deepEqual(restored.skipped.map((one) => one.path).sort(), [
      "abs",
      "lib/over",
      "module",
      "sly",
      "up",
    ]);
    assert.deepEqual(fs.readdirSync(play.at("target")), []);
  });

  it("refuses a tree that has a name twice, as a link and as a folder", async () => {
    fs.mkdirSync(play.at("target"));
    const commit = await plant([
      ["a", modes.link, play.at("target")],
      ["a", modes.folder, [["evil", modes.file, "x"]]],
    ]);
    await assert.rejects(restoreSnapshot(play.store, commit, play.at("out"), never), {
      code: "store.damaged",
    });
    assert.deepEqual(fs.readdirSync(play.at("target")), []);
  });

  it("refuses a tree that grows without end", async () => {
    let rows: readonly Entry[] = Array.from({ length: 100 }, (_, i): Entry => [`f${i}`, modes.file, "x"]);
    for (let depth = 0; depth < 4; depth++) {
      const inner = rows;
      rows = Array.from({ length: 100 }, (_, i): Entry => [`d${i}`, modes.folder, inner]);
    }
    const commit = await plant(rows);
    await assert.rejects(listSnapshot(play.store, commit), { code: "value.tooLarge" });
  });

  it("restores into an empty folder only", async () => {
    play.write({ "a.py": "a" });
    const { commit } = await play.snapshot();
    await assert.rejects(restoreSnapshot(play.store, commit, play.at("work"), never), { code: "name.taken" });
    fs.mkdirSync(play.at("empty"));
    assert.equal((await restoreSnapshot(play.store, commit, play.at("empty"), never)).files, 1);
    await assert.rejects(restoreSnapshot(play.store, commit, play.at("new"), AbortSignal.abort()), {
      code: "cancelled",
    });
  });

  it("knows names and targets that lead elsewhere", () => {
    for (const name of ["train.py", "...", "a:b", "git~x", ".gitignore", "日本"])
      assert.equal(badName(name), undefined);
    for (const target of ["../../x", "/x", "C:\\x", "a/..", "\\\\host\\x", "", ".git/hooks"])
      assert.notEqual(badTarget("lib/link", target), undefined, target);
    for (const target of ["../x", "x/y", "./x", "..", "../lib/a"])
      assert.equal(badTarget("lib/link", target), undefined, target);
  });
});
