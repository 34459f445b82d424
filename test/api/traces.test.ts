import assert from "node:assert/strict";
import { M, openEndpoint, queryOf, type Client, type Endpoint } from "./endpoint.js";

const V3 = "/api/3.0/mlflow/traces";

interface Info {
  readonly trace_id: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly state: string;
}
interface ShortInfo {
  readonly request_id: string;
  readonly timestamp_ms: number;
  readonly execution_time_ms: number;
  readonly status: string;
  readonly request_metadata: readonly { readonly key: string; readonly value: string }[];
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

describe("traces over REST", () => {
  let endpoint: Endpoint;
  let client: Client;
  let experiment = "";
  before(async () => {
    endpoint = await openEndpoint();
    client = endpoint.client;
  });
  after(() => endpoint.close());
  beforeEach(async function () {
    const name = this.currentTest?.title ?? "";
    experiment = (await client.post<{ experiment_id: string }>("/experiments/create", { name }))
      .experiment_id;
  });

  const info = (id: string, more: object = {}) => ({
    trace_id: id,
    trace_location: { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: experiment } },
    request_time: "2026-11-01T10:00:00.250Z",
    execution_duration: "1.5s",
    state: "OK",
    trace_metadata: { "mlflow.sourceRun": "r" },
    tags: { a: "1" },
    ...more,
  });
  const save = async (id: string, more: object = {}): Promise<Info> =>
    (await client.ok<{ trace: { trace_info: Info } }>("POST", V3, { trace: { trace_info: info(id, more) } }))
      .trace.trace_info;
  const read = async (id: string): Promise<Info> =>
    (await client.ok<{ trace: { trace_info: Info } }>("GET", `${V3}/${id}`)).trace.trace_info;

  it("keeps an info, names the place of its spans, and takes them there", async () => {
    const kept = await save("tr-1");
    const place = `mlflow-artifacts:/${experiment}/traces/tr-1/artifacts`;
    assert.deepEqual(kept, { ...info("tr-1"), tags: { a: "1", "mlflow.artifactLocation": place } });
    assert.deepEqual(await read("tr-1"), kept);
    const file = `/api/2.0/mlflow-artifacts/artifacts/${experiment}/traces/tr-1/artifacts/traces.json`;
    await client.ok("PUT", file, undefined, { raw: '{"spans":[]}' });
    assert.equal((await client.ask("GET", file)).text, '{"spans":[]}');
    const missing = file.replace("tr-1", "tr-never");
    assert.equal((await client.ask("PUT", missing, undefined, { raw: "x" })).status, 404);
    for (const path of ["get?trace_id=tr-1", "tr-1"]) {
      const { trace } = await client.ok<{ trace: { trace_info: Info } }>("GET", `${V3}/${path}`);
      assert.deepEqual(trace.trace_info, kept);
    }
    await save("tr-2");
    const query = queryOf({ trace_ids: ["tr-1", "tr-never", "tr-2"] });
    const { traces } = await client.ok<{ traces: { trace_info: Info }[] }>("GET", `${V3}/batchGet${query}`);
    assert.deepEqual(
      traces.map((one) => one.trace_info.trace_id),
      ["tr-1", "tr-2"],
    );
  });

  it("sets and deletes tags", async () => {
    await save("tr-tags");
    await client.ok("PATCH", `${M}/traces/tr-tags/tags`, { key: "quality", value: "good" });
    assert.equal((await read("tr-tags")).tags["quality"], "good");
    for (const key of ["quality", "a"]) await client.ok("DELETE", `${M}/traces/tr-tags/tags`, { key });
    assert.deepEqual(Object.keys((await read("tr-tags")).tags), ["mlflow.artifactLocation"]);
    const gone = await client.refused("DELETE", `${M}/traces/tr-tags/tags`, { key: "a" });
    assert.deepEqual(gone.slice(0, 2), [404, "RESOURCE_DOES_NOT_EXIST"]);
  });

  it("answers a missing one with 404, and refuses what is none", async () => {
    assert.equal((await client.refused("GET", `${V3}/tr-never`))[1], "RESOURCE_DOES_NOT_EXIST");
    for (const wrong of [
      {},
      { trace: {} },
      { trace: { trace_info: { trace_id: "x" } } },
      { trace: { trace_info: info("a/../b") } },
      { trace: 3 },
    ])
      assert.equal((await client.refused("POST", V3, wrong))[1], "INVALID_PARAMETER_VALUE");
    const elsewhere = info("tr-e", { trace_location: { mlflow_experiment: { experiment_id: "77" } } });
    assert.equal((await client.refused("POST", V3, { trace: { trace_info: elsewhere } }))[0], 404);
  });

  it("serves 2.x clients from begin to end", async () => {
    const tags = [{ key: "mlflow.traceName", value: "step" }];
    const begun = await client.post<{ trace_info: ShortInfo }>("/traces", {
      experiment_id: experiment,
      timestamp_ms: 1_700_000_000_123,
      request_metadata: [{ key: "m", value: "1" }],
      tags,
    });
    const { request_id: id } = begun.trace_info;
    assert.match(id, /^tr-[0-9a-f]{32}$/);
    assert.deepEqual(
      [begun.trace_info.status, begun.trace_info.timestamp_ms],
      ["IN_PROGRESS", 1_700_000_000_123],
    );
    const end = {
      timestamp_ms: 1_700_000_000_623,
      status: "OK",
      request_metadata: [{ key: "n", value: "2" }],
    };
    const { trace_info: ended } = await client.ok<{ trace_info: ShortInfo }>(
      "PATCH",
      `${M}/traces/${id}`,
      end,
    );
    assert.deepEqual(
      [ended.status, ended.execution_time_ms, ended.timestamp_ms],
      ["OK", 500, 1_700_000_000_123],
    );
    assert.deepEqual(ended.request_metadata, [
      { key: "m", value: "1" },
      { key: "n", value: "2" },
    ]);
    assert.deepEqual((await client.get<{ trace_info: ShortInfo }>(`/traces/${id}/info`)).trace_info, ended);
    const { traces } = await client.get<{ traces: ShortInfo[] }>("/traces", {
      experiment_ids: [experiment],
      max_results: 5,
    });
    assert.deepEqual(traces, [ended]);
    assert.ok(ended.tags.some(({ key, value }) => key === "mlflow.traceName" && value === "step"));
  });

  it("searches page by page, newest first, and deletes by id and by age", async () => {
    const ids = ["tr-a", "tr-b", "tr-c", "tr-d"];
    for (const [n, id] of ids.entries()) await save(id, { request_time: `2026-11-0${n + 1}T00:00:00Z` });
    const locations = [{ type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: experiment } }];
    const search = async (page_token?: string) =>
      client.ok<{ traces?: Info[]; next_page_token?: string }>("POST", `${V3}/search`, {
        locations,
        max_results: 3,
        page_token,
      });
    const first = await search();
    assert.deepEqual(
      first.traces?.map((one) => one.trace_id),
      ["tr-d", "tr-c", "tr-b"],
    );
    assert.deepEqual(
      (await search(first.next_page_token)).traces?.map((one) => one.trace_id),
      ["tr-a"],
    );
    await save("tr-e", {
      request_time: "2026-11-09T00:00:00Z",
      trace_metadata: { "mlflow.sourceRun": "run 7" },
    });
    for (const [filter, expected] of [
      ["run_id = 'run 7'", ["tr-e"]],
      ["attribute.run_id IN ('r') AND trace_id LIKE 'tr-%'", ["tr-d", "tr-c", "tr-b", "tr-a"]],
      ["tags.a = '1' AND status = 'ERROR'", []],
    ] as const) {
      const some = await client.ok<{ traces?: Info[] }>("POST", `${V3}/search`, { locations, filter });
      assert.deepEqual(some.traces?.map((one) => one.trace_id) ?? [], expected, filter);
    }
    await client.post("/traces/delete-traces", { experiment_id: experiment, request_ids: ["tr-e"] });
    const remove = (how: object) =>
      client.post("/traces/delete-traces", { experiment_id: experiment, ...how });
    assert.deepEqual(await remove({ request_ids: ["tr-c", "tr-never"] }), { traces_deleted: 1 });
    assert.deepEqual(
      await remove({ max_timestamp_millis: Date.parse("2026-11-02T12:00:00Z"), max_traces: 1 }),
      { traces_deleted: 1 },
    );
    assert.deepEqual(
      (await search()).traces?.map((one) => one.trace_id),
      ["tr-d", "tr-b"],
    );
    assert.equal((await client.refused("GET", `${V3}/tr-a`))[0], 404);
    assert.equal(
      (await client.refused("POST", `${M}/traces/delete-traces`, { experiment_id: experiment }))[0],
      400,
    );
  });

  it("tells clients to send spans as an artifact", async () => {
    const otlp = { raw: "\u0000\u0001", headers: { "Content-Type": "application/x-protobuf" } };
    const [status, code, message] = await client.refused("POST", "/v1/traces", undefined, otlp);
    assert.deepEqual([status, code], [501, "NOT_IMPLEMENTED"]);
    assert.match(message, /REST OTLP span logging is not supported/);
  });
});
