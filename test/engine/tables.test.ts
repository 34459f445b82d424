import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { DatasetPlace } from "../../src/protocol/datasets.js";
import type { Progress } from "../../src/protocol/work.js";
import { emptyFolder } from "../core/tracking/bench-folder.js";
import { RunningEngine } from "./engine.js";

describe("the engine, of tables", function () {
  let folder = "";
  let engine: RunningEngine;
  before(() => {
    folder = emptyFolder();
    engine = new RunningEngine(folder);
  });
  after(() => engine.end());

  const write = (name: string, text: string): void => {
    fs.writeFileSync(path.join(folder, name), text);
  };

  it("profiles, compares, pages through rows, proposes rules and checks versions against them", async () => {
    const rows = Array.from({ length: 30 }, (_, n) => `${n},${n % 3 === 0 ? "red" : "blue"},${n * 2}`);
    write("t.csv", `id,colour,x\n${rows.join("\n")}\n`);
    const { dataset } = await engine.ask("datasets/track", { path: "t.csv", name: "t" });
    rows[4] = "4,blue,1000";
    write("t.csv", `id,colour,x\n${rows.slice(1).join("\n")}\n`);
    const second = await engine.ask("datasets/version", { dataset, message: "" });
    const { history } = await engine.ask("datasets/detail", { dataset });
    const old: DatasetPlace = { dataset, version: history[1]?.id ?? "" };
    const fresh: DatasetPlace = { dataset, version: second.version };
    assert.deepEqual(await engine.ask("datasets/tables", old), [""]);

    const told: Progress[] = [];
    engine.channel.on("work/progressed", (progress) => told.push(progress));
    const profile = await engine.ask("datasets/profile", { ...old, work: "p" });
    assert.deepEqual(
      [profile.rows, profile.columns.map(({ type }) => type)],
      [30, ["integer", "text", "integer"]],
    );
    assert.ok(told.some(({ work }) => work === "p"));
    assert.equal((await engine.ask("datasets/profile", { dataset, version: null })).rows, 29);

    const { diff, handle } = await engine.ask("datasets/diff", {
      before: old,
      after: fresh,
      keys: null,
      tolerance: { absolute: 0, relative: 0 },
    });
    assert.deepEqual([diff.keys, diff.keysFrom], [["id"], "guessed"]);
    assert.deepEqual([diff.added, diff.removed, diff.changed, diff.same], [0, 1, 1, 28]);
    const page = { handle, changes: ["changed"] as const, from: 0, most: 10 };
    const changed = await engine.ask("datasets/diffRows", page);
    assert.deepEqual(changed.rows, [
      { change: "changed", before: [4, "blue", 8], after: [4, "blue", 1000], cells: [2] },
    ]);

    const proposed = await engine.ask("datasets/proposeRules", old);
    assert.ok(proposed.some((rule) => rule.kind === "values" && rule.column === "colour"));
    await engine.ask("datasets/setRules", { dataset, rules: proposed });
    const kept = await engine.ask("datasets/rules", { dataset });
    assert.deepEqual(kept.rules, proposed);
    assert.equal(path.basename(kept.file), "loam.yaml");
    const results = await engine.ask("datasets/check", fresh as { dataset: string; version: string });
    const failed = results.filter(({ outcome }) => outcome !== "passed");
    assert.deepEqual(
      failed.map(({ column, found }) => [column, found]),
      [["x", "1 of 29 rows, such as 1000"]],
    );
    const [newest] = (await engine.ask("datasets/detail", { dataset })).history;
    assert.deepEqual(newest?.checks, results);

    const overlap = await engine.ask("datasets/overlap", { a: old, b: fresh });
    assert.deepEqual([overlap.exact, overlap.normalised], [28, 28]);
  });

  it("checks a version by itself as soon as it is made, where there are rules", async () => {
    write("loam.yaml", "data:\n  u:\n    rules:\n      - column: a\n        range: [0, 5]\n");
    write("u.csv", "a\n1\n2\n");
    const { dataset } = await engine.ask("datasets/track", { path: "u.csv", name: "u" });
    const [first] = (await engine.ask("datasets/detail", { dataset })).history;
    assert.equal(first?.checks?.[0]?.outcome, "passed");
    write("u.csv", "a\n1\n9\n");
    await engine.ask("datasets/version", { dataset, message: "" });
    const [second] = (await engine.ask("datasets/detail", { dataset })).history;
    assert.equal(second?.checks?.[0]?.found, "1 of 2 rows, such as 9");
  });

  it("stops when it is told to, and says what is no table", async () => {
    write("big.csv", `a,b\n${Array.from({ length: 20_000 }, (_, n) => `${n},x${n}`).join("\n")}\n`);
    const { dataset } = await engine.ask("datasets/track", { path: "big.csv", name: "big" });
    const stop = new AbortController();
    const asked = engine.ask("datasets/profile", { dataset, version: null }, stop.signal);
    stop.abort();
    await assert.rejects(asked, { code: "cancelled" });
    assert.equal((await engine.ask("datasets/profile", { dataset, version: null })).rows, 20_000);
    write("note.txt", "no table");
    const note = await engine.ask("datasets/track", { path: "note.txt", name: "note" });
    const place = { dataset: note.dataset, version: null };
    await assert.rejects(engine.ask("datasets/profile", place), { code: "table.unreadable" });
    assert.deepEqual(await engine.ask("datasets/tables", place), []);
  });
});
