import assert from "node:assert/strict";
import type { LineageGraph } from "../../src/protocol/registry.js";
import { gather } from "../../webview/registry/lineage-gather.js";

type Node = LineageGraph["nodes"][number];
type Edge = LineageGraph["edges"][number];

const data = (name: string): Node => ({
  ...{
    kind: "data",
    key: `data:${name}`,
    dataset: name,
    version: name,
    name,
    number: 1,
    newest: 1,
    size: 9,
    givenUp: null,
  },
});
const run = (name: string): Node => ({
  ...{ kind: "run", key: `run:${name}`, run: name, name, state: "finished", headline: null },
});
const version = (model: string, number: number, aliases: readonly string[] = []): Node => ({
  ...{ kind: "version", key: `version:${model}${number}`, model, version: `${model}${number}`, name: model },
  ...{ number, aliases, approval: "none" },
});
const line = (from: Node, to: Node, kind: Edge["kind"] = "read", changed = false): Edge => ({
  ...{ from: from.key, to: to.key, kind, changed },
});
const many = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));
const drawn = (nodes: readonly Node[], edges: readonly Edge[], opened: readonly string[] = []): string[] =>
  gather({ nodes, edges, leftOut: 0 }, new Set(opened)).nodes.map((node) =>
    node.kind === "gathered" ? `${node.members.length} ${node.of}` : node.key,
  );

describe("gathering in a graph of lineage", () => {
  const start = data("start");

  it("leaves a small graph as it is", () => {
    const runs = many(29, (at) => run(String(at)));
    assert.equal(
      drawn(
        [start, ...runs],
        runs.map((one) => line(start, one)),
      ).length,
      30,
    );
  });

  it("makes one of what is joined alike, along whole chains", () => {
    const runs = many(100, (at) => run(String(at)));
    const versions = many(60, (at) => version("churn", at + 1));
    const edges = [
      ...runs.map((one) => line(start, one)),
      ...versions.map((one, at) => line(runs[at] ?? start, one, "registered")),
    ];
    const graph = gather({ nodes: [start, ...runs, ...versions], edges, leftOut: 0 }, new Set());
    assert.deepEqual(drawn([start, ...runs, ...versions], edges), [
      start.key,
      "60 run",
      "40 run",
      "60 version",
    ]);
    assert.equal(graph.edges.length, 3);
  });

  it("keeps apart what is named, of another model, changed while read, or joined to another", () => {
    const runs = many(50, (at) => run(String(at)));
    const other = data("other");
    const versions = [
      ...many(20, (at) => version("churn", at + 1)),
      version("churn", 21, ["champion"]),
      ...many(12, (at) => version("fraud", at + 1)),
    ];
    const edges = [
      ...runs.map((one, at) => line(start, one, "read", at >= 40)),
      ...versions.map((one, at) => line(runs[at] ?? start, one, "registered")),
      line(other, runs[0] ?? start),
    ];
    assert.deepEqual(
      drawn([start, ...runs, ...versions, other], edges).sort(),
      [
        "10 run",
        "12 run",
        "12 version",
        "19 run",
        "19 version",
        ...many(7, (at) => `run:${at + 33}`),
        "run:0",
        "run:20",
        ...["data:other", "data:start", "version:churn1", "version:churn21"],
      ].sort(),
    );
  });

  it("tells by the few that are drawn one by one whose the many are", () => {
    const runs = many(3, (at) => run(String(at)));
    const versions = many(60, (at) => version("churn", at + 1));
    const edges = [
      ...runs.map((one) => line(start, one)),
      ...versions.map((one, at) => line(runs[at % 3] ?? start, one, "registered")),
    ];
    assert.deepEqual(drawn([start, ...runs, ...versions], edges), [
      ...[start, ...runs].map(({ key }) => key),
      ...["20 version", "20 version", "20 version"],
    ]);
  });

  it("takes out what a person opened, and what hangs on it", () => {
    const runs = many(100, (at) => run(String(at)));
    const versions = many(100, (at) => version("churn", at + 1));
    const edges = [
      ...runs.map((one) => line(start, one)),
      ...versions.map((one, at) => line(runs[at] ?? start, one, "registered")),
    ];
    const found = drawn([start, ...runs, ...versions], edges, ["run:3", "run:7"]);
    assert.deepEqual(
      found.sort(),
      [
        ...["98 run", "98 version", "data:start"],
        ...["run:3", "run:7", "version:churn4", "version:churn8"],
      ].sort(),
    );
  });

  it("gathers two thousand things in a moment and keeps each of them once", () => {
    const runs = many(1500, (at) => run(String(at)));
    const versions = many(500, (at) => version(`model ${at % 40}`, at));
    const edges = [
      ...runs.map((one) => line(start, one)),
      ...versions.map((one, at) => line(runs[(at * 7) % 1500] ?? start, one, "registered")),
    ];
    const nodes = [start, ...runs, ...versions];
    const members = gather({ nodes, edges, leftOut: 0 }, new Set()).nodes.flatMap((node) =>
      node.kind === "gathered" ? node.members : [node],
    );
    assert.deepEqual(members.map(({ key }) => key).sort(), nodes.map(({ key }) => key).sort());
  });
});
