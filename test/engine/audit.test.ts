import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import { tagModel } from "../../src/core/registry/models.js";
import { openWorkbench } from "../../src/core/workbench.js";
import type { FactFilter } from "../../src/protocol/registry.js";
import { makeRegistry } from "../bench/make-registry.js";
import { emptyFolder } from "../core/tracking/bench-folder.js";
import { RunningEngine } from "./engine.js";
import { eventually } from "../waiting.js";

const all: FactFilter = { text: "", version: "", person: "", proof: "" };
/** A model, and for each of its versions a registration, two tags and a stage; at last its champion. */
const [versions, facts] = [300, 1202];

describe("the engine, of audits", function () {
  this.timeout(60_000);
  let folder = "";
  let engine: RunningEngine;
  let model = "";

  beforeEach(async () => {
    folder = emptyFolder();
    makeRegistry(folder, { models: 1, versions, called: "big" });
    engine = new RunningEngine(folder);
    model = (await engine.ask("models/list", { filter: "" }))[0]?.id ?? "";
  });
  afterEach(() => engine.end());

  const rows = (handle: string, from: number, most: number, filter: Partial<FactFilter> = {}, words = {}) =>
    engine.ask("models/factRows", { handle, from, most, words, filter: { ...all, ...filter } });

  it("lists facts at once and unchecked, then checked, a window at a time up to the last", async () => {
    const unchecked = await engine.ask("models/facts", { model });
    assert.deepEqual([unchecked.total, unchecked.name], [facts, "big-0"]);
    const first = await rows(unchecked.handle, 0, 2);
    assert.deepEqual(
      first.rows.map(({ what, proof, version, name }) => [what.text, proof, version, name]),
      [
        ["gave the alias champion to version 299", null, 299, "big-0"],
        ["moved version 300 to Staging", null, 300, "big-0"],
      ],
    );
    const checked = await engine.ask("models/audit", { model });
    assert.deepEqual(checked.proofs, { verified: 0, declared: facts, altered: 0, elsewhere: 0 });
    assert.deepEqual(
      [checked.total, checked.problemsTotal, checked.persons],
      [...[facts, 0, ["bench <bench@example.org>"]]],
    );
    assert.deepEqual([checked.versions.length, checked.versions[0]?.number], [200, versions]);
    const last = await rows(checked.handle, facts - 2, 100);
    assert.deepEqual(
      last.rows.map(({ what, proof }) => [what.text, proof]),
      [
        ["registered version 1 from " + last.rows[0]?.what.text.split(" from ")[1], "declared"],
        ["made the model big-0", "declared"],
      ],
    );
    assert.equal((await rows(checked.handle, facts, 100)).rows.length, 0);
    assert.equal((await rows(checked.handle, 0, facts)).rows.length, 1000); // no more in one answer
    const { rows: held } = await engine.ask("models/holdings", {
      handle: checked.holdings.handle,
      ...{ from: versions - 1, most: 9 },
    });
    assert.deepEqual(
      held.map(({ number, code }) => [number, code]),
      [[1, "none"]],
    );
  });

  it("finds facts by words in the person's language, a version, a person and a proof", async () => {
    const { handle, templates } = await engine.ask("models/facts", { model });
    assert.ok(templates.includes("version {0}") && templates.includes("approved {0}"));
    const words = { "set the tag {0} of {1} to {2}": "setzte {0} von {1} auf {2}" };
    assert.equal((await rows(handle, 0, 1, { text: " the TAG team " })).total, versions);
    assert.equal((await rows(handle, 0, 1, { text: "the tag team" }, words)).total, 0);
    const found = await rows(handle, 298, 9, { text: "setzte team" }, words);
    assert.deepEqual([found.total, found.rows.map(({ version }) => version)], [versions, [2, 1]]);
    assert.equal((await rows(handle, 0, 9, { version: `${model} 7` })).total, 4);
    assert.equal((await rows(handle, 0, 9, { person: "nobody" })).total, 0);
    assert.equal((await rows(handle, 0, 9, { proof: "declared" })).total, 0); // nothing is checked yet
    assert.equal((await rows(handle, 0, 9)).total, facts);
  });

  it("names in the checked list what was altered since it was read", async () => {
    const { handle } = await engine.ask("models/facts", { model });
    const [stage] = (await rows(handle, 0, 1, { text: "moved version 300" })).rows;
    assert.ok(stage);
    const ledger = path.join(folder, ".loam", "ledger");
    const name = fs
      .readdirSync(ledger, { recursive: true, encoding: "utf8" })
      .find((file) => file.includes(stage.fact));
    fs.writeFileSync(path.join(ledger, name ?? ""), '{"kind":"version.stage"}');
    const checked = await engine.ask("models/audit", { model });
    assert.deepEqual([checked.proofs.altered, checked.problemsTotal], [1, 1]);
    const altered = await rows(checked.handle, 0, 9, { proof: "altered" });
    assert.deepEqual(
      altered.rows.map(({ fact }) => fact),
      [stage.fact],
    );
    const asked = [stage.fact, (await rows(checked.handle, 0, 1)).rows[0]?.fact ?? "", "0".repeat(26)];
    assert.deepEqual(await engine.ask("models/proofs", { model, facts: asked }), {
      [asked[0] ?? ""]: "altered",
      [asked[1] ?? ""]: "declared",
    });
  });

  it("leaves a list as it was asked for while facts come, and has them in the next", async () => {
    const before = await engine.ask("models/facts", { model });
    const newest = await rows(before.handle, 0, 1);
    const bench = openWorkbench(folder, nodePorts, {});
    tagModel(bench.registry, bench.registry.known(model), "team", "risk");
    bench.dispose();
    const after = await engine.ask("models/facts", { model });
    assert.deepEqual([before.total, after.total], [facts, facts + 1]);
    assert.deepEqual(await rows(before.handle, 0, 1), newest);
    assert.equal(
      (await rows(after.handle, 0, 1)).rows[0]?.what.text,
      "set the tag team of the model to risk",
    );
    await assert.rejects(rows("list-0", 0, 1), { code: "state.wrong" });
  });

  it("tells of what changed since it first looked, and not of what it found then", async () => {
    const told: string[] = [];
    engine.channel.on("models/changed", ({ models }) =>
      told.push(...(models.length === 0 ? ["all"] : models)),
    );
    const bench = openWorkbench(folder, nodePorts, {});
    const other = bench.registry.write({ kind: "registry.created", model: "0".repeat(16), name: "other" });
    bench.dispose();
    await eventually("the change", () => told.includes(other["model"]));
    assert.deepEqual([...new Set(told)], [other["model"]]);
  });
});
