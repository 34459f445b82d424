import assert from "node:assert/strict";
import { verb } from "../../src/cli/runs.js";
import { newRunId } from "../../src/core/store/ids.js";
import { nodePorts } from "../../src/core/base/ports.js";
import { idsWithPrefix, tellingDigits } from "../../src/core/tracking/run-ids.js";
import type { Workbench } from "../../src/core/workbench.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { call, failed } from "./call.js";
import { storeRun } from "./stored-runs.js";

describe("runs are named", () => {
  let bench: Workbench;
  let ids: readonly string[];

  const at = (): readonly string[] => ["--dir", bench.folder];
  const found = async (word: string): Promise<{ id: string; err: string }> => {
    const { out, err } = await call(verb, ["show", word, "--json", ...at()]);
    return { id: (JSON.parse(out) as { id: string }).id, err };
  };

  beforeEach(() => {
    bench = newWorkbench();
    const now = Date.now();
    ids = ["twin", "quote's", "twin", "latest"].map((name, n) =>
      storeRun(bench, { name, start: now - 60_000 + n * 1000 }),
    );
  });
  afterEach(() => bench.dispose());

  it("by their id or a beginning of it that is theirs alone", async () => {
    const [first = ""] = ids;
    const sorted = [...ids].sort();
    const digits = tellingDigits(sorted, first, 4);
    assert.deepEqual(await found(first), { id: first, err: "" });
    assert.equal((await found(first.slice(0, digits))).id, first);
    const failure = await failed(verb, ["show", first.slice(0, 4), ...at()]);
    assert.equal(failure.code, "run.notFound");
    assert.match(failure.message, /^4 ids begin with '[0-9a-f]{4}'\.$/);
    for (const id of ids) assert.ok(failure.next?.includes(id.slice(0, tellingDigits(sorted, id, 8))));
  });

  it("by their name, of several the newest, with a word about it", async () => {
    const twin = await found("twin");
    assert.equal(twin.id, ids[2]);
    assert.match(twin.err, /^'twin' is the name of 2 runs; this is the newest, [0-9a-f]+\.\n$/);
    assert.deepEqual(await found("quote's"), { id: ids[1], err: "" });
  });

  it("as latest, which is the newest that is not deleted", async () => {
    assert.equal((await found("latest")).id, ids[3]);
    await call(verb, ["delete", ids[3] ?? "", ...at()]);
    assert.equal((await found("latest")).id, ids[2]);
    await call(verb, ["restore", "latest", ...at()]);
    assert.equal((await found("latest")).id, ids[3]);
    assert.equal((await failed(verb, ["restore", "latest", ...at()])).message, "There is no deleted run.");
  });

  it("with the deleted ones behind the others, but for restore", async () => {
    await call(verb, ["delete", ids[2] ?? "", ...at()]);
    assert.equal((await found("twin")).id, ids[0]);
    await call(verb, ["restore", "twin", ...at()]);
    assert.equal((await found("twin")).id, ids[2]);
  });

  it("or a failure says how", async () => {
    for (const word of ["nope", "abc", "0".repeat(32), "x".repeat(500), "'; drop table runs"]) {
      const failure = await failed(verb, ["show", word, ...at()]);
      assert.equal(failure.code, "run.notFound");
      assert.match(failure.message, /^There is no run '/);
      assert.match(failure.next ?? "", /loam runs list$/);
      assert.ok(failure.message.length < 120);
    }
    const empty = newWorkbench();
    assert.match(
      (await failed(verb, ["show", "latest", "--dir", empty.folder])).next ?? "",
      /^Track one with/,
    );
    empty.dispose();
  });

  it("by the shortest beginning among thousands", () => {
    const sorted = Array.from({ length: 5000 }, () => newRunId(nodePorts)).sort();
    for (const id of sorted) {
      const digits = tellingDigits(sorted, id, 8);
      assert.deepEqual(idsWithPrefix(sorted, id.slice(0, digits)), [id]);
      if (digits > 8) assert.ok(idsWithPrefix(sorted, id.slice(0, digits - 1)).length > 1);
    }
  });
});
