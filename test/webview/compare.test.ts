import assert from "node:assert/strict";
import type { RunComparison, RunSummary } from "../../src/protocol/tracking.js";
import { compareTable } from "../../webview/tracking/compare-rows.js";
import { comparisonSentence, leadingMetric } from "../../webview/tracking/compare-sentence.js";

const run = (id: string, f1: number): RunSummary => ({
  id,
  name: id,
  experiment: { id: "0", name: "Default" },
  state: "finished",
  status: "FINISHED",
  stage: "active",
  user: "",
  start: 1,
  end: 2,
  seconds: 0.001,
  metrics: { f1, steps: 10 },
  params: { seed: "1" },
  tags: {},
});

const nothing: RunComparison = {
  directions: {},
  runs: [run("a", 0.954), run("b", 0.954)],
  params: [],
  metrics: [],
  code: [],
  data: [],
  artifacts: [],
  environment: [],
  packages: [],
  same: { params: 1, metrics: 2, data: 0, artifacts: 0, packages: 40 },
};
const better: RunComparison = {
  ...nothing,
  runs: [run("a", 0.954), run("b", 0.975)],
  metrics: [{ name: "f1", values: [0.954, 0.975] }],
  params: [
    { name: "lr", values: ["0.1", "0.2"] },
    { name: "model", values: ["rf", null] },
  ],
  code: [{ path: "train.py", states: [null, "modified"] }],
  data: [{ name: "train.csv", values: ["1a", "2b"] }],
  same: { ...nothing.same, metrics: 1 },
};
const otherFiles: RunComparison = {
  ...nothing,
  artifacts: [{ name: "plots/roc.png", values: ["5 bytes, 12345678", null] }],
  same: { ...nothing.same, artifacts: 3 },
};

describe("comparison in one sentence", () => {
  it("counts artifacts too, and they stand in a group of their own", () => {
    assert.equal(comparisonSentence(otherFiles, "f1"), "f1 is 0.954 in both. 1 artifact differs.");
    const { rows, groups } = compareTable(otherFiles);
    assert.deepEqual(
      rows.flatMap((row) => (row.key.startsWith("artifacts ") ? [row.name] : [])),
      ["plots/roc.png"],
    );
    assert.ok(groups.some(({ key, count }) => key === "artifacts" && count === 1));
    assert.ok(groups.some(({ key }) => key === "same artifacts"));
  });

  it("says what came of it and what differs", () => {
    assert.equal(
      comparisonSentence(better, "f1"),
      "f1 +0.021 (0.954 → 0.975). 2 params, 1 file, 1 data set differ.",
    );
  });

  it("says so where one thing or nothing differs", () => {
    assert.equal(
      comparisonSentence(nothing, "f1"),
      "f1 is 0.954 in both. Nothing else that was recorded differs.",
    );
    assert.equal(comparisonSentence(nothing, undefined), "Nothing that was recorded differs.");
    assert.equal(
      comparisonSentence({ ...better, metrics: [], params: [], data: [] }, undefined),
      "1 file differs.",
    );
  });

  it("counts the other metrics where the one that matters does not tell what came of it", () => {
    const metrics = [
      { name: "loss", values: [0.2, 0.1] },
      { name: "system/cpu", values: [1, 2] },
    ];
    assert.equal(comparisonSentence({ ...nothing, metrics }, "f1"), "f1 is 0.954 in both. 1 metric differs.");
    assert.equal(comparisonSentence(better, undefined), "1 metric, 2 params, 1 file, 1 data set differ.");
  });

  it("tells of another metric where some run lacks the one that matters", () => {
    const directions = { f1: "more" } as const;
    assert.equal(leadingMetric({ ...better, directions }, "auc"), "f1");
    assert.equal(leadingMetric({ ...better, directions }, "steps"), "steps");
    assert.equal(leadingMetric(better, undefined), undefined);
  });

  it("says first which run came to no good end", () => {
    const ended = (...states: readonly RunSummary["state"][]): RunComparison => ({
      ...nothing,
      runs: states.map((state, at) => ({ ...run("abc"[at] ?? "", 0.954), state })),
    });
    const rest = "Nothing else that was recorded differs.";
    const told = (...states: readonly RunSummary["state"][]): string =>
      comparisonSentence(ended(...states), undefined).replace(rest, "…");
    assert.equal(told("finished", "failed"), "b failed. …");
    assert.equal(told("killed", "running"), "a was stopped. …");
    assert.equal(told("finished", "lost", "failed"), "2 of 3 runs did not finish. …");
    assert.equal(told("failed", "failed"), "Nothing that was recorded differs.");
  });

  it("gives the range of more than two runs, and nothing where a run lacks the metric", () => {
    const runs = [run("a", 0.954), run("b", 0.975), run("c", 0.913)];
    assert.match(comparisonSentence({ ...better, runs }, "f1"), /^f1 from 0\.913 to 0\.975\. 2 params/);
    assert.equal(
      comparisonSentence({ ...better, params: [], code: null, data: [] }, "gone"),
      "1 metric differs.",
    );
  });
});

describe("comparison in rows", () => {
  const { rows, groups, folded } = compareTable(better);

  it("has a group a section, what is the same folded with its count", () => {
    assert.deepEqual(
      groups.map(({ key, told, from, count }) => [key, told, from, count]),
      [
        ["metrics", "1 differs", 0, 1],
        ["same metrics", "1", 1, 1],
        ["params", "2 differ", 2, 2],
        ["same params", "1", 4, 1],
        ["code", "1 differs", 5, 1],
        ["data", "1 differs", 6, 1],
        ["same packages", "40", 7, 0],
      ],
    );
    assert.deepEqual(folded, ["same metrics", "same params", "same packages"]);
    assert.equal(rows.length, 7);
  });

  it("tells numbers by as many digits as tell them apart", () => {
    const [f1] = rows;
    assert.ok(f1?.kind === "number");
    assert.deepEqual(f1.texts, ["0.954", "0.975"]);
  });

  it("knows which way a metric is better, and lets what the machine did stand by itself", () => {
    const table = compareTable({
      ...better,
      directions: { f1: "more" },
      metrics: [...better.metrics, { name: "system/cpu", values: [1, 2] }],
    });
    const of = (key: string): unknown => {
      const group = table.groups.find((one) => one.key === key);
      const row = group && table.rows[group.from];
      return [group?.count, row?.name, row?.kind === "number" ? row.better : row?.kind];
    };
    assert.deepEqual(of("metrics"), [1, "f1", "more"]);
    assert.deepEqual(of("system"), [1, "system/cpu", undefined]);
    assert.ok(table.folded.includes("system"));
  });

  it("has how the runs ended and how long they took, where that differs", () => {
    const [first = run("a", 1), second = run("b", 1)] = better.runs;
    const { groups: own, rows: lines } = compareTable({
      ...better,
      runs: [first, { ...second, state: "failed", end: 90_001 }],
    });
    assert.deepEqual(own[0], { key: "run", label: "Run", told: "", from: 0, count: 2 });
    assert.deepEqual(
      lines.slice(0, 2).map((row) => [row.kind, row.kind === "file" ? [] : row.values]),
      [
        ["state", ["finished", "failed"]],
        ["text", ["1 ms", "1 min 30 s"]],
      ],
    );
  });

  it("tells sizes and settings as people read them, and p2 before p11", () => {
    const { rows: lines } = compareTable({
      ...nothing,
      params: [
        { name: "p11", values: ["1", "2"] },
        { name: "p2", values: ["10240 bytes", "2"] },
      ],
      artifacts: [{ name: "model.bin", values: ["10240 bytes, 12345678", null] }],
      environment: [
        { name: "memory", values: ["26843545600", "16000000000"] },
        { name: "LANG", values: ["C", null] },
      ],
    });
    assert.deepEqual(
      lines.flatMap((row) => (row.kind === "text" && row.name !== "seed" ? [[row.name, ...row.values]] : [])),
      [
        ["p2", "10240 bytes", "2"],
        ["p11", "1", "2"],
        ["model.bin", "10 kB, 12345678", null],
        ["LANG", "C", null],
        ["Memory", "27 GB", "16 GB"],
      ],
    );
  });

  it("says that code is not known", () => {
    const code = compareTable({ ...better, code: null }).groups.find(({ key }) => key === "code");
    assert.equal(code?.told, "The code of some run is not known here.");
  });
});
