import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { readSnapshotFile } from "../../../src/core/code/read.js";
import { Playground } from "./playground.js";

describe("the cache of file states", () => {
  let play: Playground;
  beforeEach(() => {
    play = new Playground();
  });
  afterEach(() => {
    play.dispose();
  });

  const file = (name: string): string => path.join(play.store, "cache", name);
  const read = async (name: string): Promise<string> =>
    (await readSnapshotFile(play.store, (await play.snapshot()).commit, name)).toString();
  /** The cache says of `a.py` what `b.py` is: whether it is believed shows in the next snapshot. */
  const lie = (laterBy: number): void => {
    play.editCache("code-stat.json", (cache) => {
      const verdict = cache.rows.find(([name]) => name === "b.py")?.[6] ?? "";
      for (const row of cache.rows) if (row[0] === "a.py") row[6] = verdict;
      cache.at += laterBy;
    });
  };

  it("spares the reading of files that were at rest", async () => {
    play.write({ "a.py": "aaa", "b.py": "bbb" });
    await play.snapshot();
    lie(10_000);
    assert.equal(await read("a.py"), "bbb");
  });

  it("is not believed about files as young as itself", async () => {
    play.write({ "a.py": "aaa", "b.py": "bbb" });
    await play.snapshot();
    lie(0);
    assert.equal(await read("a.py"), "aaa");
  });

  it("sees a change of equal length that keeps the time of writing", async () => {
    play.write({ "a.py": "aaa" });
    fs.utimesSync(play.at("work", "a.py"), 1000, 1000);
    assert.equal(await read("a.py"), "aaa");
    play.editCache("code-stat.json", (cache) => (cache.at += 10_000));
    play.write({ "a.py": "bbb" });
    fs.utimesSync(play.at("work", "a.py"), 1000, 1000);
    assert.equal(await read("a.py"), "bbb");
  });

  it("is the work of one folder only", async () => {
    play.write({ "a.py": "aaa", "b.py": "bbb" });
    await play.snapshot();
    lie(10_000);
    play.editCache("code-stat.json", (cache) => Object.assign(cache, { root: play.at("elsewhere") }));
    assert.equal(await read("a.py"), "aaa");
  });

  it("may be damaged in any way", async () => {
    play.repository({ "a.py": "aaa", "b.py": "bbb" });
    const { commit } = await play.snapshot();
    play.editCache("code-stat.json", (cache) => (cache.at += 10_000));
    const good = new Map(
      ["code-stat.json", "code-head.json"].map((name) => [name, fs.readFileSync(file(name))]),
    );
    const damage = fc.record({
      at: fc.nat(2000),
      length: fc.nat(30),
      bytes: fc.uint8Array({ maxLength: 30 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, fc.constantFrom(...good.keys()), async ({ at, length, bytes }, name) => {
        for (const [one, content] of good) fs.writeFileSync(file(one), content);
        const content = good.get(name) ?? Buffer.alloc(0);
        const from = at % content.length;
        fs.writeFileSync(
          file(name),
          Buffer.concat([content.subarray(0, from), bytes, content.subarray(from + length)]),
        );
        const snapshot = await play.snapshot();
        assert.equal(snapshot.commit, commit);
        assert.equal(snapshot.changed.state === "known" && snapshot.changed.count, 0);
      }),
      { numRuns: 60 },
    );
  });

  it("may hold nonsense under a good checksum", async () => {
    play.write({ "a.py": "aaa" });
    await play.snapshot();
    for (const rows of [
      null,
      7,
      [null],
      [["a.py"]],
      [["a.py", 3, 1, 1, 1, 1, "-nonsense"]],
      [["a.py", "3"]],
    ]) {
      play.editCache("code-stat.json", (cache) => Object.assign(cache, { rows }));
      assert.equal(await read("a.py"), "aaa");
    }
  });

  it("may be impossible to write", async () => {
    play.write({ "a.py": "aaa", "../store/cache": "a file in its place" });
    assert.equal(await read("a.py"), "aaa");
  });
});
