import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { EngineRequests } from "../../src/protocol/engine.js";
import { toldText } from "../../src/protocol/told.js";
import { emptyFolder } from "../core/tracking/bench-folder.js";
import { RunningEngine } from "./engine.js";

describe("the engine, of models", function () {
  let folder = "";
  let engine: RunningEngine;
  beforeEach(() => {
    folder = emptyFolder();
    const git = (...words: readonly string[]): unknown =>
      execFileSync("git", ["-C", folder, ...words], { stdio: "pipe" });
    git("init", "-q");
    git("config", "user.name", "Ada");
    git("config", "user.email", "ada@example.org");
    engine = new RunningEngine(folder);
  });
  afterEach(() => engine.end());

  const register = (text: string): Promise<EngineRequests["models/register"]["result"]> => {
    fs.writeFileSync(path.join(folder, "model.pkl"), text);
    return engine.ask("models/register", { name: "churn", source: { kind: "file", path: "model.pkl" } });
  };

  it("registers, shows beside the champion, approves and audits, making the store with the first of it", async () => {
    fs.writeFileSync(
      path.join(folder, "loam.yaml"),
      "models: {churn: {protected: [champion], checks: [card complete]}}\n",
    );
    const { model, version, number } = await register("one");
    assert.equal(number, 1);
    const page = await engine.ask("models/version", { model, version });
    assert.deepEqual(
      [page.identity, page.mayApprove, page.protectedAliases, page.champion],
      ["Ada <ada@example.org>", false, ["champion"], null],
    );
    assert.deepEqual(
      page.gates.map(({ name, outcome }) => [name, outcome]),
      [["card complete", "failed"]],
    );
    const champion = { kind: "alias", alias: "champion", version } as const;
    await assert.rejects(engine.ask("models/change", { model, change: champion }), {
      code: "approval.missing",
    });
    await engine.ask("models/ask", { model, version, comment: "please" });
    const decide = { model, version, verdict: "approved", comment: "good" } as const;
    await assert.rejects(engine.ask("models/decide", decide), { code: "approval.missing" });
    const card = await engine.ask("models/card", { model, version: null, text: null });
    const source = toldText(card.source, {});
    assert.match(source, /\{\{metrics\}\}/);
    const text = source.replaceAll(/<!--.*?-->/g, "Letters to those who may leave.");
    await engine.ask("models/change", { model, change: { kind: "card", text } });
    assert.equal((await engine.ask("models/version", { model, version })).mayApprove, true);
    await engine.ask("models/decide", decide);
    await engine.ask("models/change", { model, change: champion });
    const second = await register("two");
    const beside = await engine.ask("models/version", { model, version: second.version });
    assert.deepEqual([beside.champion?.number, beside.version.number], [1, 2]);
    assert.match(beside.card.text, /# churn, version 2/);
    const [listed] = await engine.ask("models/list", { filter: "" });
    assert.deepEqual([listed?.versions, listed?.aliases, listed?.latest?.number], [2, { champion: 1 }, 2]);
    const found = await engine.ask("models/versions", { filter: "version_number = 1", from: 0, most: 10 });
    assert.deepEqual([found.total, found.rows[0]?.approval], [1, "approved"]);
    const { problems, holdings } = await engine.ask("models/audit", { model });
    assert.deepEqual(problems, []);
    const window = { handle: holdings.handle, from: 0, most: 10 };
    const { rows: held } = await engine.ask("models/holdings", window);
    assert.deepEqual(
      held.map(({ artifact }) => artifact),
      ["whole", "whole"],
    );
    assert.deepEqual(await engine.ask("models/files", { model, version }), [{ path: "model.pkl", size: 3 }]);
    const { path: written } = await engine.ask("models/download", {
      model,
      version,
      to: path.join(folder, "out"),
    });
    assert.equal(fs.readFileSync(written, "utf8"), "one");
  });

  it("tells which models changed, and refuses what is not there", async () => {
    const changed: (readonly string[])[] = [];
    engine.channel.on("models/changed", ({ models }) => changed.push(models));
    const { model } = await register("one");
    while (!changed.flat().includes(model)) await new Promise((resolve) => setTimeout(resolve, 20));
    await assert.rejects(engine.ask("models/detail", { model: "0".repeat(16) }), { code: "model.notFound" });
    await assert.rejects(engine.ask("models/version", { model, version: "none" }), {
      code: "version.notFound",
    });
    await assert.rejects(engine.ask("models/change", { model, change: { kind: "rename", name: "a/b" } }), {
      code: "name.invalid",
    });
    const { id } = await engine.ask("webhooks/add", {
      url: "https://example.org/x",
      events: [],
      secret: "s",
    });
    assert.deepEqual(
      (await engine.ask("webhooks/list", null)).map(({ id: one }) => one),
      [id],
    );
    await engine.ask("webhooks/remove", { id });
    assert.deepEqual(await engine.ask("webhooks/list", null), []);
  });
});
