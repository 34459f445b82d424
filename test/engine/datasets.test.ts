import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Progress } from "../../src/protocol/work.js";
import { emptyFolder } from "../core/tracking/bench-folder.js";
import { write as writeFiles } from "../run/loam.js";
import { RunningEngine } from "./engine.js";

describe("the engine, of data sets", function () {
  let folder = "";
  let engine: RunningEngine;
  beforeEach(() => {
    folder = emptyFolder();
    engine = new RunningEngine(folder);
  });
  afterEach(() => engine.end());

  const write = (name: string, text: string): void => {
    writeFiles(folder, { [name]: text });
  };

  it("tracks, versions, compares and restores, making the store with the first of it", async () => {
    write("data/a.csv", "x\n1\n");
    write("data/b.txt", "grüße");
    const told: Progress[] = [];
    engine.channel.on("work/progressed", (progress) => told.push(progress));
    const { dataset, number } = await engine.ask("datasets/track", { path: "data", work: "w" });
    assert.equal(number, 1);
    assert.deepEqual([told.at(-1)?.work, told.at(-1)?.done], ["w", told.at(-1)?.total]);
    write("data/a.csv", "x\n2\n");
    assert.deepEqual((await engine.ask("datasets/status", {}))[0]?.working, {
      state: "changed",
      number: 1,
      added: 0,
      changed: 1,
      removed: 0,
    });
    const made = await engine.ask("datasets/version", { dataset, message: "two" });
    assert.deepEqual([made.number, made.made], [2, true]);
    const again = await engine.ask("datasets/version", { dataset, message: "" });
    assert.deepEqual([again.number, again.made], [2, false]);
    const { history } = await engine.ask("datasets/detail", { dataset });
    const [second, first] = history;
    assert.deepEqual([first?.message, second?.message, second?.parent], ["", "two", first?.id]);
    const place = { dataset, version: first?.id ?? "" };
    const compared = await engine.ask("datasets/compareFiles", {
      before: place,
      after: { dataset, version: null },
    });
    assert.deepEqual(compared.counts, { added: 0, removed: 0, changed: 1, mode: 0 });
    const window = { text: "", from: 0, most: 10 };
    const { changes, total } = await engine.ask("datasets/fileChanges", {
      ...window,
      handle: compared.handle,
      changes: [],
    });
    assert.deepEqual([total, changes[0]?.path, changes[0]?.change], [1, "a.csv", "changed"]);
    const content = await engine.ask("datasets/content", { ...place, file: "b.txt", most: 4 });
    assert.deepEqual([content.text, content.cut, content.size], ["grü", true, 7]);
    const { handle } = await engine.ask("datasets/listFiles", place);
    const listed = await engine.ask("datasets/files", { ...window, handle, from: 1 });
    assert.deepEqual([listed.files[0]?.path, listed.total], ["b.txt", 2]);
    write("data/a.csv", "changed");
    const restore = { dataset, version: place.version };
    await assert.rejects(engine.ask("datasets/restore", restore), { code: "content.changed" });
    assert.equal(fs.readFileSync(path.join(folder, "data", "a.csv"), "utf8"), "changed");
    const report = await engine.ask("datasets/restore", { ...restore, overwrite: "version" });
    assert.deepEqual([report.written, report.same, report.kept], [1, 1, 3]);
    assert.equal(fs.readFileSync(path.join(folder, "data", "a.csv"), "utf8"), "x\n1\n");
  });

  it("says of each file and data set whether it is read as a table, whichever ending of one it has", async () => {
    const tables = ["a.csv", "b.tsv.gz", "c.pq", "d.ipc", "e.arrows", "f.jsonl", "g.PARQUET", "h.feather"];
    for (const name of [...tables, "i.txt", "j.csv.md"]) write(`data/${name}`, name);
    const folder = await engine.ask("datasets/track", { path: "data" });
    const isTableOf = (listed: readonly { readonly path: string; readonly isTable: boolean }[]): string[] =>
      listed.filter(({ isTable }) => isTable).map(({ path: of }) => of);
    const place = { dataset: folder.dataset, version: null };
    const window = { text: "", from: 0, most: 100 };
    const list = await engine.ask("datasets/listFiles", place);
    const listed = await engine.ask("datasets/files", { ...window, handle: list.handle });
    assert.deepEqual(isTableOf(listed.files).sort(), [...tables].sort());
    assert.deepEqual([...(await engine.ask("datasets/tables", place))].sort(), [...tables].sort());
    const [first] = (await engine.ask("datasets/detail", { dataset: folder.dataset })).history;
    for (const name of ["c.pq", "i.txt"]) write(`data/${name}`, "another");
    const before = { dataset: folder.dataset, version: first?.id ?? "" };
    const { handle } = await engine.ask("datasets/compareFiles", { before, after: place });
    const { changes } = await engine.ask("datasets/fileChanges", { ...window, handle, changes: [] });
    assert.deepEqual(
      changes.map(({ path: of, isTable }) => [of, isTable]),
      [
        ["c.pq", true],
        ["i.txt", false],
      ],
    );
    write("train.csv.gz", "x");
    const file = await engine.ask("datasets/track", { path: "train.csv.gz" });
    const alone = await engine.ask("datasets/listFiles", { dataset: file.dataset, version: null });
    assert.deepEqual(
      isTableOf((await engine.ask("datasets/files", { ...window, handle: alone.handle })).files),
      [""],
    );
    assert.deepEqual(isTableOf(await engine.ask("datasets/list", null)), ["train.csv.gz"]);
  });

  it("says what changed in the ledger, and refuses to look outside of the data", async () => {
    write("a.csv", "x\n1\n");
    const { dataset } = await engine.ask("datasets/track", { path: "a.csv", name: "train" });
    await engine.ask("datasets/change", {
      dataset,
      change: {
        kind: "alias",
        alias: "gold",
        version: (await engine.ask("datasets/detail", { dataset })).history[0]?.id ?? null,
      },
    });
    assert.deepEqual((await engine.ask("datasets/list", null))[0]?.aliases, { gold: 1 });
    await assert.rejects(
      engine.ask("datasets/content", { dataset, version: null, file: "../../etc/passwd", most: 10 }),
      { code: "path.invalid" },
    );
    await assert.rejects(engine.ask("datasets/track", { path: "/etc" }), { code: "path.invalid" });
  });
});
