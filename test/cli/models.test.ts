import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { verb } from "../../src/cli/models.js";
import { newWorkbench, emptyFolder } from "../core/tracking/bench-folder.js";
import { bytesOf } from "../core/store/bench-store.js";
import { call, failed, type Called } from "./call.js";

describe("loam models", function () {
  let folder: string;
  let run: string;
  before(async () => {
    folder = emptyFolder();
    const bench = newWorkbench(folder);
    const recorder = bench.tracking.runs.create({ experiment: "0", name: "brave-fox" });
    recorder.log({
      params: [{ key: "depth", value: "4" }],
      metrics: [{ key: "f1", value: 0.9, time: 1, step: 1 }],
    });
    run = recorder.id;
    const put = (name: string): Promise<unknown> =>
      bench.tracking.artifacts.put({ room: "runs", id: run }, name, bytesOf("weights"));
    await put("best.pt");
    await put("plot.png");
    bench.dispose();
    fs.writeFileSync(path.join(folder, "model.pkl"), "pickled");
  });

  const models = (...words: readonly string[]): Promise<Called> => call(verb, [...words, "--dir", folder]);
  const json = async (...words: readonly string[]): Promise<Record<string, unknown>> =>
    JSON.parse((await models(...words, "--json")).out) as Record<string, unknown>;
  const fails = async (code: string, words: RegExp, ...given: readonly string[]): Promise<void> => {
    const failure = await failed(verb, [...given, "--dir", folder]);
    assert.equal(failure.code, code, failure.message);
    assert.match(`${failure.message} ${failure.next ?? ""}`, words);
  };

  it("registers what a word names: a file, an artifact, the likeliest of a run, another version", async () => {
    const sources = [];
    for (const word of ["model.pkl", `${run}:plot.png`, "brave-fox", "it's mine/1"]) {
      const { version } = await json("register", word, "--name", "it's mine");
      const { number, source, flavor } = version as Record<string, unknown>;
      sources.push([number, source, flavor]);
    }
    assert.deepEqual(sources, [
      [1, "model.pkl", "pickle"],
      [2, `runs:/${run}/plot.png`, "other"],
      [3, `runs:/${run}/best.pt`, "torch"],
      [4, "models:/it's mine/1", "pickle"],
    ]);
    await fails("name.invalid", /a-b/, "register", "model.pkl", "--name", "a/b");
    await fails("artifact.notFound", /no version none\/1/, "register", "none/1", "--name", "x");
    await fails("artifact.notFound", /No such artifact/, "register", `${run}:none`, "--name", "x");
    await fails("usage.wrong", /--name/, "register", "model.pkl");
  });

  it("lists and shows models and versions, also by a filter", async () => {
    const { out } = await models("list");
    assert.match(out, /it's mine +4 +4/);
    assert.deepEqual((await json("list", "--filter", "name = 'none'"))["models"], []);
    await models("alias", "it's mine/3", "champion");
    const shown = (await models("show", "it's mine@champion")).out;
    for (const words of [
      /^it's mine\/3\n/,
      /f1 +0\.9/,
      /depth = 4/,
      /brave-fox/,
      /Nobody asked for approval/,
    ])
      assert.match(shown, words);
    assert.match((await models("show", "it's mine")).out, /@champion/);
    await fails("version.notFound", /no alias none/, "show", "it's mine@none");
    await fails("model.notFound", /none/, "show", "none");
  });

  it("changes what it is told to", async () => {
    await models("tag", "it's mine/1", "a=b=c", "x=y");
    await models("tag", "it's mine/1", "--remove", "x");
    await models("describe", "it's mine", "who leaves");
    await models("stage", "it's mine/1", "staging");
    await models("alias", "it's mine", "champion", "--remove");
    const { version } = (await json("show", "it's mine/1")) as { version: Record<string, unknown> };
    assert.deepEqual([version["tags"], version["stage"]], [{ a: "b=c" }, "Staging"]);
    const { model } = (await json("show", "it's mine")) as { model: Record<string, unknown> };
    assert.deepEqual([model["description"], model["aliases"]], ["who leaves", {}]);
    await fails("usage.wrong", /--yes/, "delete", "it's mine/2");
    await models("delete", "it's mine/2", "--yes");
    await fails("version.notFound", /has no version 2/, "show", "it's mine/2");
    await models("rename", "it's mine", "ours");
    await fails("model.notFound", /it's mine/, "show", "it's mine");
    await fails("name.invalid", /reserved/, "alias", "ours/1", "v2");
    await fails("usage.wrong", /NAME\/N/, "alias", "ours", "champion");
  });

  it("writes a card, fills it, and brings files back", async () => {
    const card = path.join(folder, "card.md");
    fs.writeFileSync(card, "f1 is {{metrics.f1}}\n");
    await models("card", "ours/3", "--set", card);
    assert.equal((await models("card", "ours/3")).out, "f1 is 0.9\n");
    assert.equal((await models("card", "ours/3", "--source")).out, "f1 is {{metrics.f1}}\n");
    assert.match((await models("card", "ours")).out, /## Intended use/);
    const { path: written } = await json("download", "ours/1", "--to", "out");
    assert.equal(fs.readFileSync(String(written), "utf8"), "pickled");
    await fails("name.taken", /already/, "download", "ours/1", "--to", "out");
    await fails("code.notFound", /not recorded/, "code", "ours/1", "--to", "code");
  });

  it("arms, lists and disarms webhooks", async () => {
    const { id } = await json("webhooks", "add", "http://127.0.0.1:9/x?k=s", "--event", "alias.moved");
    const { webhooks } = (await json("webhooks", "list")) as { webhooks: readonly Record<string, unknown>[] };
    assert.deepEqual([webhooks.length, webhooks[0]?.["url"]], [1, "http://127.0.0.1:9/x?…"]);
    assert.equal((await models("webhooks", "test", String(id))).code, 1);
    const { err } = await models("alias", "ours/1", "champion");
    assert.match(err, /not delivered yet/);
    await models("webhooks", "remove", String(id));
    assert.match((await models("webhooks", "list")).err, /No webhook is armed/);
    await fails("value.invalid", /no address/, "webhooks", "add", "nowhere");
  });

  it("tells how it is called", async () => {
    await fails("usage.wrong", /register\|list/, "nothing");
    await fails("usage.wrong", /too many/, "audit", "a", "b");
    assert.equal((await models("audit")).code, 0);
  });
});
