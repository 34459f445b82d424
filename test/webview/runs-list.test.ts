import assert from "node:assert/strict";
import fc from "fast-check";
import type { Asker } from "../../src/protocol/channel.js";
import { RemoteFailure } from "../../src/protocol/failure.js";
import { packRows } from "../../src/protocol/rows.js";
import type { PageRequests } from "../../src/protocol/pages.js";
import type { FoundRuns, KeysOfRuns, ListedRun, RunQuery } from "../../src/protocol/tracking.js";
import { ReadRuns } from "../../webview/tracking/read-runs.js";
import { findGroups, mostGroups, type GroupValue } from "../../webview/tracking/runs-groups.js";
import { RunsList } from "../../webview/tracking/runs-list.js";

describe("groups of runs", () => {
  const grouped = async (values: readonly GroupValue[]) => {
    let read = 0;
    const ids = values.map((_, at) => String(at));
    const found = await findGroups(
      ids,
      async (some) => {
        read += some.length;
        return some.map((id) => values[Number(id)] ?? null);
      },
      (value) => value ?? "none",
      "others",
    );
    return { ...found, read };
  };

  it("are found as a walk through all rows finds them", async () => {
    const sorted = fc
      .array(fc.option(fc.constantFrom("a", "b", "c", "d")), { maxLength: 60 })
      .map((values) =>
        [...values].sort(
          (a, b) => Number(a === null) - Number(b === null) || ((a ?? "") < (b ?? "") ? -1 : 1),
        ),
      );
    await fc.assert(
      fc.asyncProperty(sorted, async (values) => {
        const { groups } = await grouped(values);
        const expected: { label: string; count: number }[] = [];
        for (const value of values) {
          const last = expected.at(-1);
          if (last?.label === (value ?? "none")) last.count++;
          else expected.push({ label: value ?? "none", count: 1 });
        }
        assert.deepEqual(
          groups.map(({ label, count }) => ({ label, count })),
          expected,
        );
      }),
    );
  });

  it("read few of many rows", async () => {
    const { groups, read } = await grouped(
      Array.from({ length: 10_000 }, (_, at) => String(Math.floor(at / 2500))),
    );
    assert.equal(groups.length, 4);
    assert.ok(read < 120, `${read} rows were read`);
  });

  it("end in one for the rest where there are too many", async () => {
    const { groups, cut } = await grouped(Array.from({ length: 3000 }, (_, at) => String(at)));
    assert.ok(cut);
    assert.ok(groups.length <= mostGroups);
    assert.equal(groups.at(-1)?.label, "others");
    assert.equal(
      groups.reduce((sum, { count }) => sum + count, 0),
      3000,
    );
  });
});

describe("rows of runs", () => {
  it("are read for the columns in view, and again for what they lack of others", async () => {
    const asked: (KeysOfRuns | undefined)[] = [];
    const ask: Asker<PageRequests> = {
      request: async (_, params) => {
        const { ids, keys } = params as PageRequests["runs/rows"]["params"];
        asked.push(keys);
        const metrics = Object.fromEntries(keys?.metrics.map((name) => [name, asked.length]) ?? []);
        return packRows(ids.map((id) => ({ id, metrics, params: {}, tags: {} }) as unknown as ListedRun));
      },
    };
    const runs = new ReadRuns(ask);
    const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
    runs.want(["name", "metric:a", "param:p"]);
    runs.store.from(runs.rowsOf(["r"]));
    runs.store.want(0, 1);
    await settle();
    runs.want(["metric:a"]);
    runs.want(["metric:a", "metric:b"]);
    await settle();
    assert.deepEqual(asked, [
      { metrics: ["a"], params: ["p"], tags: [] },
      { metrics: ["a", "b"], params: [], tags: [] },
    ]);
    const row = runs.store.byKey("r");
    assert.deepEqual(row?.metrics, { a: 2, b: 2 });
    assert.deepEqual([...row.columns], ["metric:a", "param:p", "metric:b"]);
    runs.want(["metric:b"]);
    runs.store.refresh(["r"]); // what was read before may be another by now
    await settle();
    assert.deepEqual([...(runs.store.byKey("r")?.columns ?? [])], ["metric:b"]);
  });
});

describe("list of runs", () => {
  /** An engine that finds what the test says. */
  function engine(first: FoundRuns) {
    const state = { found: first, asked: [] as RunQuery[], failure: undefined as RemoteFailure | undefined };
    const rowsOf = (ids: readonly string[]) =>
      packRows(ids.map((id) => ({ id, params: { model: id.charAt(0) } }) as unknown as ListedRun));
    const ask: Asker<PageRequests> = {
      request: async (method, params) => {
        if (state.failure) throw state.failure;
        if (method === "runs/find") {
          const query = params as RunQuery;
          state.asked.push(query);
          return { ...state.found, ...(query.first && { first: rowsOf(state.found.ids) }) };
        }
        return rowsOf((params as { ids: readonly string[] }).ids);
      },
    };
    return { state, ask };
  }
  const found = (...ids: string[]): FoundRuns => ({ ids, total: ids.length, complete: true });
  const all = { text: "", stage: "active", grouping: null } as const;

  it("shows what came at once while nobody reads, and lets it wait while somebody does", async () => {
    const { state, ask } = engine(found("b", "a"));
    let reads = false;
    const list = new RunsList(
      ask,
      new ReadRuns(ask),
      () => undefined,
      () => !reads,
    );
    await list.search(all);
    state.found = found("c", "b", "a");
    await list.refresh();
    assert.deepEqual(list.state.ids, ["c", "b", "a"]);
    reads = true;
    state.found = found("e", "d", "c", "a");
    await list.refresh();
    assert.deepEqual(list.state.ids, ["c", "a"]);
    assert.deepEqual(list.state.waiting, { fresh: 2 });
    list.showWaiting();
    assert.deepEqual(list.state.ids, ["e", "d", "c", "a"]);
    assert.equal(list.state.waiting, undefined);
  });

  it("has the first rows of what it finds before it shows that", async () => {
    const { state, ask } = engine(found("b", "a"));
    const runs = new ReadRuns(ask);
    const here: boolean[] = [];
    const list: RunsList = new RunsList(
      ask,
      runs,
      () => here.push(list.state.ids.every((id) => runs.store.byKey(id) !== undefined)),
      () => true,
    );
    runs.want(["param:model"]); // as a grid does
    await list.search(all);
    state.found = found("d", "c");
    await list.search({ ...all, text: "metrics.f1 > 0" });
    assert.deepEqual(here, [true, true]);
  });

  it("keeps its source while the runs are the same", async () => {
    const { ask } = engine(found("b", "a"));
    const list = new RunsList(
      ask,
      new ReadRuns(ask),
      () => undefined,
      () => true,
    );
    await list.search(all);
    const { source } = list.state;
    await list.refresh();
    assert.equal(list.state.source, source);
  });

  it("keeps its rows when a query has a mistake", async () => {
    const { state, ask } = engine(found("b", "a"));
    const list = new RunsList(
      ask,
      new ReadRuns(ask),
      () => undefined,
      () => true,
    );
    await list.search(all);
    state.failure = new RemoteFailure({ code: "filter.syntax", message: "Column 1: no." });
    await list.search({ ...all, text: "?" });
    assert.equal(list.state.failure?.code, "filter.syntax");
    assert.deepEqual(list.state.ids, ["b", "a"]);
  });

  it("asks in the order of its groups before its own", async () => {
    const { state, ask } = engine(found("x1", "x2", "y1"));
    const list = new RunsList(
      ask,
      new ReadRuns(ask),
      () => undefined,
      () => true,
    );
    const grouping = {
      column: "param:model",
      field: "params.model",
      name: "model",
      value: (run: ListedRun) => run.params["model"] ?? null,
    };
    await list.search({ text: "metrics.f1 > 0 order by metrics.f1 desc", stage: "active", grouping });
    assert.equal(state.asked[0]?.filter, "metrics.f1 > 0 order by params.model, metrics.f1 desc");
    assert.deepEqual(
      list.state.groups.map(({ label, count }) => [label, count]),
      [
        ["x", 2],
        ["y", 1],
      ],
    );
  });
});
