import assert from "node:assert/strict";
import { verb as data } from "../../src/cli/data-lineage.js";
import { verb as models } from "../../src/cli/models-lineage.js";
import { verb as show } from "../../src/cli/runs-show.js";
import { verb as compare } from "../../src/cli/runs-compare.js";
import type { LineageGraph } from "../../src/core/registry/view.js";
import { lineageFolder, type LineageFolder } from "../webview/lineage-folder.js";
import { call, failed } from "./call.js";

describe("loam data lineage, loam models lineage", () => {
  let world: LineageFolder;
  before(async () => {
    world = await lineageFolder();
  });
  const told = async (verb: typeof data, ...words: readonly string[]): Promise<string> => {
    const { out, code } = await call(verb, [...words, "--dir", world.folder]);
    assert.equal(code, 0);
    return out.replace(/[a-z]+-[a-z]+-\d+/g, "A-RUN");
  };

  it("tells what a model came from, with what is newer, not versioned and changed", async () => {
    const out = await told(models, "churn@champion");
    const [title, from, run, ...rest] = out.trimEnd().split("\n");
    assert.deepEqual([title, from, run], ["churn/2  champion", "came from", "└─ A-RUN  finished  f1 0.954"]);
    assert.deepEqual(
      rest
        .slice(0, 3)
        .map((line) => line.replace(/^ {3}[├└]─ /, ""))
        .sort(),
      [
        "data/customers.csv@1  450 kB  changed while read",
        "data/lookup/zip-codes-of-all-regions.csv  not versioned",
        "data/train.csv@1  3.2 kB  2 is newer",
      ],
    );
    assert.deepEqual(rest.slice(3), ["led to", "└─ nothing that is known"]);
  });

  it("tells what data led to", async () => {
    const lines = (await told(data, "data/train.csv@1")).trimEnd().split("\n");
    assert.deepEqual(lines.slice(0, 4), [
      "data/train.csv@1  3.2 kB  2 is newer",
      "came from",
      "└─ nothing that is known",
      "led to",
    ]);
    assert.deepEqual(lines.slice(4), [
      "├─ A-RUN  finished  f1 0.954",
      "│  └─ churn/2  champion",
      "└─ A-RUN  finished  f1 0.931",
      "   └─ churn/1",
    ]);
  });

  it("tells the graph as JSON, what was asked for first", async () => {
    const graph = JSON.parse(await told(models, "churn/1", "--json")) as LineageGraph;
    assert.equal(graph.nodes[0]?.kind, "version");
    assert.deepEqual(graph.edges.map(({ kind }) => kind).sort(), ["read", "registered"]);
    assert.equal(graph.leftOut, 0);
  });

  it("refuses what it does not know", async () => {
    assert.equal((await failed(models, ["churn/9", "--dir", world.folder])).code, "version.notFound");
    assert.equal((await failed(data, ["absent", "--dir", world.folder])).code, "dataset.notFound");
    assert.equal((await failed(models, ["--dir", world.folder])).code, "usage.wrong");
    assert.equal((await failed(data, ["a", "b", "--dir", world.folder])).code, "usage.wrong");
  });

  it("has the page of a run name versions, and a comparison the versions that differ", async () => {
    const { run } = world;
    assert.ok(run.kind === "run");
    const page = await told(show, run.run);
    assert.match(page, /data\/customers\.csv +450 kB +data\/customers\.csv@1 +changed while read/);
    assert.match(page, /zip-codes-of-all-regions\.csv +4 B +not versioned/);
    const graph = JSON.parse(await told(models, "churn/1", "--json")) as LineageGraph;
    const other = graph.nodes.find((node) => node.kind === "run");
    assert.ok(other?.kind === "run");
    const { data: rows } = JSON.parse(await told(compare, run.run, other.run, "--json")) as {
      readonly data: readonly { readonly name: string; readonly values: readonly (string | null)[] }[];
    };
    assert.deepEqual(rows[0], { name: "data/customers.csv", values: ["v1", null] });
  });
});
