import assert from "node:assert/strict";
import { verb } from "../../src/cli/runs.js";
import type { Workbench } from "../../src/core/workbench.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { call, failed } from "./call.js";
import { storeRun } from "./stored-runs.js";

describe("loam runs tag, delete, restore", () => {
  let bench: Workbench;
  const at = (): readonly string[] => ["--dir", bench.folder];

  beforeEach(() => {
    bench = newWorkbench();
    storeRun(bench, { name: "a", tags: { team: "risk", old: "x" } });
    storeRun(bench, { name: "b" });
  });
  afterEach(() => bench.dispose());

  const tagsOf = async (name: string): Promise<Record<string, string>> => {
    const { out } = await call(verb, ["show", name, "--json", ...at()]);
    const { tags } = JSON.parse(out) as { tags: Record<string, string> };
    return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith("mlflow.")));
  };
  const stageOf = (name: string): string => {
    const id = [...names.entries()].find(([, other]) => other === name)?.[0] ?? "";
    return bench.tracking.runs.stageOf(bench.tracking.runs.get(id));
  };
  let names: Map<string, string>;
  beforeEach(async () => {
    const { out } = await call(verb, ["list", "--json", ...at()]);
    const { runs } = JSON.parse(out) as { runs: { id: string; name: string }[] };
    names = new Map(runs.map(({ id, name }) => [id, name]));
  });

  it("sets and removes tags, with = in values and nothing in them", async () => {
    const { err } = await call(verb, ["tag", "a", "team=churn=2", "empty=", "--remove", "old", ...at()]);
    assert.equal(err, "a: 2 tags set, 1 tag removed.\n");
    assert.deepEqual(await tagsOf("a"), { team: "churn=2", empty: "" });
    const { out } = await call(verb, ["tag", "a", "n=1", "--json", ...at()]);
    assert.equal((JSON.parse(out) as { run: { tags: Record<string, string> } }).run.tags["n"], "1");
  });

  it("changes nothing where a part of it is wrong", async () => {
    const wrong: readonly (readonly [readonly string[], string, RegExp])[] = [
      [["x=1", "y"], "usage.wrong", /^A tag is KEY=VALUE, not 'y'\.$/],
      [["x=1", "=2"], "usage.wrong", /not '=2'\.$/],
      [["x=1", `y=${"v".repeat(8001)}`], "value.tooLarge", /^The value of 'y' is longer than 8000/],
      [["x=1", "--remove", "nope"], "tag.notFound", /^a has no tag 'nope'\.$/],
      [[], "usage.wrong", /^There is no tag to set or remove\.$/],
    ];
    for (const [words, code, message] of wrong) {
      const failure = await failed(verb, ["tag", "a", ...words, ...at()]);
      assert.equal(failure.code, code);
      assert.match(failure.message, message);
    }
    assert.equal((await failed(verb, ["tag", "a", "--remove", "nope", ...at()])).next, "It has: team, old");
    assert.deepEqual(await tagsOf("a"), { team: "risk", old: "x" });
    assert.equal((await failed(verb, ["tag", "a", "x\u0000=1", ...at()])).code, "value.invalid");
  });

  it("deletes several at once, says how to undo it, and does", async () => {
    const { err } = await call(verb, ["delete", "a", "b", ...at()]);
    const undo = /^2 runs deleted\. To undo: loam runs restore ([0-9a-f]{32} [0-9a-f]{32})\n$/.exec(err)?.[1];
    assert.deepEqual([stageOf("a"), stageOf("b")], ["deleted", "deleted"]);
    assert.equal((await failed(verb, ["tag", "a", "x=1", ...at()])).code, "run.deleted");
    const restored = await call(verb, ["restore", ...(undo?.split(" ") ?? []), ...at()]);
    assert.equal(restored.err, "2 runs restored.\n");
    assert.deepEqual([stageOf("a"), stageOf("b")], ["active", "active"]);
  });

  it("deletes none where one of them is not found", async () => {
    assert.equal((await failed(verb, ["delete", "a", "nope", ...at()])).code, "run.notFound");
    assert.equal(stageOf("a"), "active");
    assert.equal((await failed(verb, ["delete", ...at()])).code, "usage.wrong");
  });

  it("tells with --json how the runs stand", async () => {
    const { out } = await call(verb, ["delete", "a", "a", "--json", ...at()]);
    const { runs } = JSON.parse(out) as { runs: { name: string; stage: string }[] };
    assert.deepEqual(
      runs.map(({ name, stage }) => [name, stage]),
      [["a", "deleted"]],
    );
  });

  it("does not bring a run back without its experiment", async () => {
    const id = storeRun(bench, { name: "inner", experiment: "churn" });
    const { experiments } = bench.tracking;
    experiments.setStage(experiments.byName("churn")?.id ?? "", "deleted");
    const failure = await failed(verb, ["restore", id, ...at()]);
    assert.equal(failure.code, "experiment.deleted");
    assert.match(failure.next ?? "", /restore_experiment/);
  });
});
