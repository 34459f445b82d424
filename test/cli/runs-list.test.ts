import assert from "node:assert/strict";
import { verb } from "../../src/cli/runs.js";
import type { Workbench } from "../../src/core/workbench.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { call, failed } from "./call.js";
import { storeRun } from "./stored-runs.js";

interface Listed {
  readonly runs: readonly { readonly name: string; readonly state: string; readonly id: string }[];
  readonly more: boolean;
}

describe("loam runs list", () => {
  let bench: Workbench;
  const at = (): readonly string[] => ["--dir", bench.folder];
  const listed = async (...words: readonly string[]): Promise<Listed> =>
    JSON.parse((await call(verb, [...words, ...at(), "--json"])).out) as Listed;
  const names = async (...words: readonly string[]): Promise<string> =>
    (await listed(...words)).runs.map(({ name }) => name).join(" ");

  beforeEach(() => {
    bench = newWorkbench();
    const now = Date.now();
    storeRun(bench, { name: "old", start: now - 9 * 86_400_000, metrics: { f1: 0.9538461, loss: 0.3 } });
    storeRun(bench, {
      name: "svm",
      start: now - 7_200_000,
      seconds: 125,
      metrics: { f1: 0.975, loss: [0.5, 0.2], "system/cpu": 40 },
      params: { model: "svm" },
    });
    storeRun(bench, { name: "bad", start: now - 120_000, status: "FAILED", metrics: { f1: NaN } });
    storeRun(bench, { name: "other", start: now - 60_000, experiment: "churn", status: "RUNNING" });
  });
  afterEach(() => bench.dispose());

  it("shows the newest first, in a table with the metrics that most share", async () => {
    const { out, err } = await call(verb, ["list", ...at()]);
    const lines = out.trimEnd().split("\n");
    assert.match(lines[0] ?? "", /^id +name +state +f1 +loss +started +took +experiment$/);
    assert.deepEqual(
      lines.slice(1).map((line) => line.split(/ {2,}/).slice(1)),
      [
        ["other", "running", "1 min ago", lines[1]?.match(/6\d s/)?.[0] ?? "", "churn"],
        ["bad", "failed", "NaN", "2 min ago", "10 s", "Default"],
        ["svm", "finished", "0.975", "0.20", "2 h ago", "2 min", "Default"],
        [
          "old",
          "finished",
          "0.954",
          "0.30",
          lines[4]?.match(/\d{4}-\d\d-\d\d/)?.[0] ?? "",
          "10 s",
          "Default",
        ],
      ],
    );
    assert.equal(err, "");
  });

  it("names runs by as many digits as tell them apart", async () => {
    const { out } = await call(verb, ["list", ...at()]);
    const { runs } = await listed("list");
    const shown = out
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split(" ")[0] ?? "");
    shown.forEach((short, n) => {
      assert.ok(short.length >= 8 && runs[n]?.id.startsWith(short) === true);
      assert.equal(runs.filter(({ id }) => id.startsWith(short)).length, 1);
    });
  });

  it("filters and orders in the grammar, and shows what was asked about first", async () => {
    const filter = "metrics.loss < 0.4 and not state = 'running' order by metrics.loss desc";
    assert.equal(await names("list", "--filter", filter), "old svm");
    assert.equal(await names("search", "params.model = 'svm'"), "svm");
    const { out } = await call(verb, [
      "search",
      "params.model = 'svm' and metrics.`system/cpu` > 1",
      ...at(),
    ]);
    assert.match(out.split("\n")[0] ?? "", /^id +name +state +system\/cpu +model +/);
  });

  it("limits by option, else by the filter, and says that there is more", async () => {
    const some = await listed("list", "--limit", "2");
    assert.deepEqual(
      some.runs.map(({ name }) => name),
      ["other", "bad"],
    );
    assert.equal(some.more, true);
    assert.equal(await names("search", "limit 1"), "other");
    assert.match(
      (await call(verb, ["list", "-n", "1", ...at()])).err,
      /More runs match; --limit 5 shows more\./,
    );
    assert.equal((await call(verb, ["list", "-n", "1", ...at(), "--quiet"])).err, "");
  });

  it("looks into one experiment, by name or id", async () => {
    assert.equal(await names("list", "--experiment", "churn"), "other");
    assert.equal(await names("list", "-e", "0"), "bad svm old");
    const failure = await failed(verb, ["list", "-e", "chrun", ...at()]);
    assert.equal(failure.code, "experiment.notFound");
    assert.equal(failure.next, "There is: Default, churn");
  });

  it("shows deleted runs only when asked", async () => {
    await call(verb, ["delete", "bad", ...at()]);
    assert.equal(await names("list", "--deleted"), "bad");
    assert.equal(await names("list"), "other svm old");
  });

  it("tells a run that was lost", async () => {
    const recorder = bench.tracking.runs.create({ experiment: "0", name: "gone", start: Date.now() });
    const { machine, boot } = bench.store.self;
    const launch = { command: ["x"], folder: "", machine, boot, pid: process.pid, start: "1", host: "here" };
    recorder.write({ kind: "launch.started", ...launch });
    bench.tracking.runs.release(recorder.id);
    const { runs } = await listed("search", "run_name = 'gone'");
    assert.equal(runs[0]?.state, "lost");
  });

  it("says when a run of another machine was last heard of", async () => {
    const recorder = bench.tracking.runs.create({
      experiment: "0",
      name: "far",
      start: Date.now() - 3_600_000,
    });
    const machine = "f".repeat(32);
    const launch = { command: ["x"], folder: "", machine, boot: "b", pid: 1, start: "1", host: "cluster" };
    recorder.write({ kind: "launch.started", ...launch });
    const { out } = await call(verb, ["search", "run_name = 'far'", ...at()]);
    assert.match(out, /far +running +1 h ago +heard just now/);
  });

  it("has a sentence where there is nothing", async () => {
    assert.equal((await call(verb, ["search", "metrics.f1 > 5", ...at()])).err, "No run matches.\n");
    assert.equal((await call(verb, ["list", "--deleted", ...at()])).err, "No run is deleted.\n");
    const empty = newWorkbench();
    const { out, err } = await call(verb, ["list", "--dir", empty.folder]);
    assert.equal(out, "");
    assert.equal(err, "No run yet. Track one with: loam run -- python train.py\n");
    assert.deepEqual(JSON.parse((await call(verb, ["list", "--dir", empty.folder, "--json"])).out), {
      runs: [],
      more: false,
    });
    empty.dispose();
  });

  it("points at the place of a mistake in a filter", async () => {
    const mistakes: readonly (readonly [string, RegExp, string])[] = [
      ["metrics.f1 >> 0.9", /^Column 13: found '>'/, "  metrics.f1 >> 0.9\n              ^"],
      ["metrik.f1 > 0.9", /did you mean metrics\?$/, "  metrik.f1 > 0.9\n  ^^^^^^^^^"],
      ["状態 = 'x' and metrics.f1 >", /./, "  状態 = 'x' and metrics.f1 >\n                             ^"],
      ["metrics.f1 > 'a'", /number/, "  metrics.f1 > 'a'\n               ^^^"],
      ["order by nothing", /nothing/, "  order by nothing\n           ^^^^^^^"],
    ];
    for (const [filter, message, picture] of mistakes) {
      const failure = await failed(verb, ["search", filter, ...at()]);
      assert.equal(failure.code, "filter.syntax");
      assert.match(failure.message, message);
      assert.equal(failure.next, picture);
    }
    const long = await failed(verb, ["search", `${"metrics.f1 > 0 and ".repeat(20)}metrics.f1 ~ 1`, ...at()]);
    const [text = "", carets = ""] = long.next?.split("\n") ?? [];
    assert.ok(text.startsWith("  …") && text.length < 100);
    assert.equal(text[carets.indexOf("^")], "~");
  });

  it("tells of wrong usage how it is used", async () => {
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /^What about the runs\?$/],
      [["lst"], /^There is no verb 'runs lst'\.$/],
      [["search"], /^There is no filter to search with\.$/],
      [["search", "metrics.f1", ">", "1"], /^'>' is one word too many\. Put the whole filter in quotes\.$/],
      [["list", "metrics.f1 > 1"], /A filter goes behind --filter, in quotes\.$/],
      [["list", "--limit", "0"], /^--limit takes a whole number from 1 on, not '0'\.$/],
      [["list", "--limit", "many"], /not 'many'\.$/],
      [["list", "--nope"], /^Unknown option '--nope'\.$/],
    ];
    for (const [words, message] of wrong) {
      const failure = await failed(verb, words);
      assert.equal(failure.code, "usage.wrong");
      assert.match(failure.message, message);
      assert.match(failure.next ?? "", /^Usage: loam runs /);
    }
  });
});
