import assert from "node:assert/strict";
import {
  newRun,
  openEndpoint,
  pairs,
  readRun,
  type Client,
  type Endpoint,
  type RunJson,
} from "./endpoint.js";

const INVALID = [400, "INVALID_PARAMETER_VALUE"];
const MISSING = [404, "RESOURCE_DOES_NOT_EXIST"];
const at = (path: string): string => `/api/2.0/mlflow/runs/${path}`;

describe("runs over REST", () => {
  let endpoint: Endpoint;
  let client: Client;
  before(async () => {
    endpoint = await openEndpoint();
    client = endpoint.client;
  });
  after(() => endpoint.close());

  const refused = (path: string, body: object) => client.refused("POST", at(path), body);

  it("creates a run as it is asked for", async () => {
    const tags = [
      { key: "mlflow.user", value: "ann" },
      { key: "mlflow.parentRunId", value: "f".repeat(32) },
    ];
    const { info, data } = await newRun(client, {
      start_time: "1234",
      run_name: "first",
      user_id: "ann",
      tags,
    });
    assert.match(info.run_id, /^[0-9a-f]{32}$/);
    assert.deepEqual(info, {
      run_id: info.run_id,
      run_uuid: info.run_id,
      experiment_id: "0",
      run_name: "first",
      user_id: "ann",
      status: "RUNNING",
      start_time: 1234,
      artifact_uri: `mlflow-artifacts:/0/${info.run_id}/artifacts`,
      lifecycle_stage: "active",
    });
    assert.deepEqual(pairs(data.tags), { ...pairs(tags), "mlflow.runName": "first" });
    assert.deepEqual(await readRun(client, info.run_id), await readRun(client, info.run_id));
  });

  it("names a run by its field, its tag, or by itself, and keeps both places alike", async () => {
    const tag = (value: string) => [{ key: "mlflow.runName", value }];
    assert.equal((await newRun(client, { tags: tag("from tag") })).info["run_name"], "from tag");
    assert.equal((await newRun(client, { run_name: "a", tags: tag("a") })).info["run_name"], "a");
    assert.match(String((await newRun(client)).info["run_name"]), /^[a-z]+-[a-z]+-\d+$/);
    assert.deepEqual((await refused("create", { run_name: "one", tags: tag("two") })).slice(0, 2), INVALID);
    const id = (await newRun(client, { run_name: "old" })).info.run_id;
    const name = async () => {
      const { info, data } = await readRun(client, id);
      assert.equal(pairs(data.tags)["mlflow.runName"], info["run_name"]);
      return info["run_name"];
    };
    await client.post("/runs/set-tag", { run_id: id, key: "mlflow.runName", value: "by tag" });
    assert.equal(await name(), "by tag");
    await client.post("/runs/log-batch", { run_id: id, tags: tag("by batch") });
    assert.equal(await name(), "by batch");
    await client.post("/runs/update", { run_id: id, run_name: "by update" });
    assert.equal(await name(), "by update");
    await client.post("/runs/update", { run_id: id, run_name: "" });
    assert.equal(await name(), "by update");
  });

  it("follows the status a client sets, back to running too", async () => {
    const id = (await newRun(client)).info.run_id;
    const update = async (fields: object) =>
      (await client.post<{ run_info: RunJson["info"] }>("/runs/update", { run_id: id, ...fields })).run_info;
    const ended = await update({ status: "FAILED", end_time: 5678 });
    assert.deepEqual([ended["status"], ended["end_time"]], ["FAILED", 5678]);
    assert.deepEqual((await readRun(client, id)).info, ended);
    assert.equal((await update({ status: 1 }))["status"], "RUNNING");
    assert.equal((await readRun(client, id)).info["end_time"], undefined);
    assert.equal((await update({ status: "NONSENSE" }))["status"], "RUNNING");
    assert.equal((await update({ status: "3", end_time: "99" }))["end_time"], 99);
  });

  it("takes run_uuid for run_id everywhere", async () => {
    const id = (await newRun(client)).info.run_id;
    await client.post("/runs/log-parameter", { run_uuid: id, key: "a", value: "1" });
    await client.post("/runs/update", { run_uuid: id, status: "FINISHED" });
    const { run } = await client.get<{ run: RunJson }>("/runs/get", { run_uuid: id });
    assert.deepEqual([pairs(run.data.params), run.info["status"]], [{ a: "1" }, "FINISHED"]);
    const { run: same } = await client.ok<{ run: RunJson }>(
      "GET",
      `/ajax-api/2.0/mlflow/runs/get?run_id=${id}`,
    );
    assert.deepEqual(same, run);
  });

  it("deletes softly and again, refuses each write then, and restores", async () => {
    const id = (await newRun(client)).info.run_id;
    await client.post("/runs/delete", { run_id: id });
    await client.post("/runs/delete", { run_id: id });
    assert.equal((await readRun(client, id)).info["lifecycle_stage"], "deleted");
    for (const [path, fields] of Object.entries({
      "log-metric": { key: "a", value: 1, timestamp: 1 },
      "log-parameter": { key: "a", value: "1" },
      "set-tag": { key: "a", value: "1" },
      "delete-tag": { key: "a" },
      "log-batch": { tags: [{ key: "a", value: "b" }] },
      "log-inputs": { models: [{ model_id: "m" }] },
      outputs: { models: [{ model_id: "m", step: 0 }] },
      update: { status: "FINISHED" },
    })) {
      const [status, code, message] = await refused(path, { run_id: id, ...fields });
      assert.deepEqual([status, code], INVALID, path);
      assert.match(message, new RegExp(`The run ${id} must be in the 'active' state`));
    }
    await client.post("/runs/restore", { run_id: id });
    await client.post("/runs/restore", { run_id: id });
    assert.equal((await readRun(client, id)).info["lifecycle_stage"], "active");
  });

  it("answers an unknown run with 404 on every route, whatever its id looks like", async () => {
    for (const id of ["0".repeat(32), "short", "a/../b", "x".repeat(255)]) {
      const read = await client.refused("GET", `${at("get")}?run_id=${encodeURIComponent(id)}`);
      assert.deepEqual(read.slice(0, 2), MISSING);
      assert.equal(read[2], `Run with id=${id.slice(0, 100)} not found`);
      for (const path of ["delete", "restore", "update"])
        assert.deepEqual((await refused(path, { run_id: id })).slice(0, 2), MISSING);
      const metric = { run_id: id, key: "a", value: 1, timestamp: 1 };
      assert.deepEqual((await refused("log-metric", metric)).slice(0, 2), MISSING);
    }
  });

  it("never changes a param, and keeps nothing of a batch that tries", async () => {
    const id = (await newRun(client)).info.run_id;
    const log = (key: string, value?: string) => ({ run_id: id, key, value });
    await client.post("/runs/log-parameter", log("lr", "0.1"));
    await client.post("/runs/log-parameter", log("lr", "0.1"));
    await client.post("/runs/log-parameter", log("empty"));
    const [status, code, message] = await refused("log-parameter", log("lr", "0.2"));
    assert.deepEqual([status, code], INVALID);
    assert.match(
      message,
      /^Changing param values is not allowed\. Param with key='lr' was already logged with value='0\.1'/,
    );
    const batch = {
      run_id: id,
      metrics: [{ key: "m", value: 1, timestamp: 1 }],
      params: [
        { key: "new", value: "1" },
        { key: "lr", value: "3" },
      ],
      tags: [{ key: "late", value: "1" }],
    };
    assert.deepEqual((await refused("log-batch", batch)).slice(0, 2), INVALID);
    const { data } = await readRun(client, id);
    assert.deepEqual(
      [pairs(data.params), data.metrics, pairs(data.tags)["late"]],
      [{ lr: "0.1", empty: "" }, [], undefined],
    );
  });

  it("sets and deletes tags", async () => {
    const id = (await newRun(client)).info.run_id;
    const odd = "line\nbreak\ttab 'quote' \"double\" \\ 🚀";
    for (const value of ["1", odd]) await client.post("/runs/set-tag", { run_id: id, key: "a", value });
    assert.equal(pairs((await readRun(client, id)).data.tags)["a"], odd);
    await client.post("/runs/delete-tag", { run_id: id, key: "a" });
    assert.equal(pairs((await readRun(client, id)).data.tags)["a"], undefined);
    const [status, code, message] = await refused("delete-tag", { run_id: id, key: "a" });
    assert.deepEqual([status, code], MISSING);
    assert.match(message, /^No tag with name: a/);
  });

  it("cuts long values, and refuses keys that break the rules", async () => {
    const id = (await newRun(client)).info.run_id;
    await client.post("/runs/log-parameter", { run_id: id, key: "p", value: "x".repeat(1_000_000) });
    await client.post("/runs/set-tag", { run_id: id, key: "t", value: "y".repeat(8001) });
    for (const key of ["a/b.c-d e:f_1", "größe", "k".repeat(250)])
      await client.post("/runs/log-parameter", { run_id: id, key, value: "v" });
    const { data } = await readRun(client, id);
    assert.equal(pairs(data.params)["p"], "x".repeat(6000));
    assert.equal(pairs(data.tags)["t"], "y".repeat(8000));
    for (const key of ["/absolute", "a//b", "../up", "a/./b", "semi;colon", "q'uote", "k".repeat(251), ""]) {
      for (const [path, more] of [
        ["log-parameter", { value: "v" }],
        ["set-tag", { value: "v" }],
        ["log-metric", { value: 1, timestamp: 1 }],
      ] as const)
        assert.deepEqual((await refused(path, { run_id: id, key, ...more })).slice(0, 2), INVALID, key);
    }
  });

  it("keeps data sets once, with their first tags, within the limits", async () => {
    const id = (await newRun(client)).info.run_id;
    const dataset = {
      name: "train",
      digest: "abc",
      source_type: "local",
      source: "{}",
      schema: "{}",
      profile: '{"rows": 3}',
    };
    const tags = [{ key: "mlflow.data.context", value: "training" }];
    const models = [{ model_id: `m-${"0".repeat(32)}` }];
    await client.post("/runs/log-inputs", { run_id: id, datasets: [{ dataset, tags }], models });
    await client.post("/runs/log-inputs", { run_id: id, datasets: [{ dataset, tags: [] }], models });
    await client.post("/runs/outputs", { run_id: id, models: [{ model_id: "m-1", step: "7" }] });
    const { inputs, outputs } = await readRun(client, id);
    assert.deepEqual(inputs, { dataset_inputs: [{ dataset, tags }], model_inputs: models });
    assert.deepEqual(outputs, { model_outputs: [{ model_id: "m-1", step: 7 }] });
    for (const wrong of [
      { name: "n".repeat(501) },
      { digest: "d".repeat(37) },
      { schema: "s".repeat(1_048_576) },
      { source: "s".repeat(65_536) },
      { name: "" },
      { source: null },
    ]) {
      const body = { run_id: id, datasets: [{ dataset: { ...dataset, ...wrong }, tags }] };
      assert.deepEqual((await refused("log-inputs", body)).slice(0, 2), INVALID);
    }
    for (const tag of [
      { key: "k".repeat(256), value: "" },
      { key: "k", value: "v".repeat(501) },
    ]) {
      const body = { run_id: id, datasets: [{ dataset, tags: [tag] }] };
      assert.deepEqual((await refused("log-inputs", body)).slice(0, 2), INVALID);
    }
    const great = { ...dataset, digest: "great", profile: '"column": 1,'.repeat(1_398_101) };
    await client.post("/runs/log-inputs", { run_id: id, datasets: [{ dataset: great, tags: [] }] });
    assert.equal((await readRun(client, id)).inputs.dataset_inputs.length, 2);
    assert.deepEqual((await refused("outputs", { run_id: id })).slice(0, 2), INVALID);
  });

  it("appends the models of 2.x clients to their tag", async () => {
    const id = (await newRun(client)).info.run_id;
    const model = { run_id: id, utc_time_created: "2026-01-01", flavors: {} };
    for (const artifact_path of ["model", "second"]) {
      const model_json = JSON.stringify({ ...model, artifact_path });
      await client.post("/runs/log-model", { run_id: id, model_json });
    }
    const history = pairs((await readRun(client, id)).data.tags)["mlflow.log-model.history"];
    const paths = (JSON.parse(String(history)) as { artifact_path: string }[]).map(
      (one) => one.artifact_path,
    );
    assert.deepEqual(paths, ["model", "second"]);
    for (const [model_json, words] of [
      ["no json", /not JSON/],
      [JSON.stringify(model), /artifact_path/],
      ["null", /run_id/],
    ] as const) {
      const [status, code, message] = await refused("log-model", { run_id: id, model_json });
      assert.deepEqual([status, code], INVALID);
      assert.match(message, words);
    }
  });

  it("searches complete runs, page by page", async () => {
    interface Found {
      readonly runs?: readonly RunJson[];
      readonly next_page_token?: string;
    }
    const experiment = await client.post<{ experiment_id: string }>("/experiments/create", {
      name: "search",
    });
    const ids = [];
    for (let n = 0; n < 3; n++) {
      const { info } = await newRun(client, { ...experiment, start_time: n, run_name: `r${n}` });
      await client.post("/runs/log-metric", {
        run_id: info.run_id,
        key: "v",
        value: n,
        timestamp: 1,
        step: "9007199254740993",
      });
      ids.push(info.run_id);
    }
    const query = {
      experiment_ids: [experiment.experiment_id],
      order_by: ["metrics.v DESC"],
      max_results: 2,
    };
    const first = await client.post<Found>("/runs/search", query);
    assert.deepEqual(
      first.runs?.map(({ info }) => info.run_id),
      [ids[2], ids[1]],
    );
    assert.deepEqual(first.runs?.[0], await readRun(client, ids[2] ?? ""));
    const rest = await client.post<Found>("/runs/search", { ...query, page_token: first.next_page_token });
    assert.deepEqual(
      rest.runs?.map(({ info }) => info.run_id),
      [ids[0]],
    );
    assert.equal(rest.next_page_token, undefined);
    const reply = await client.ask("POST", at("search"), query);
    assert.match(reply.text, /"step":9007199254740993/);
    assert.deepEqual(await client.post("/runs/search", { ...query, filter: "metrics.v > 5" }), {});
    assert.deepEqual(await client.post("/runs/search", { experiment_ids: [] }), {});
    await client.post("/runs/delete", { run_id: ids[1] });
    const views = async (run_view_type: unknown) =>
      (await client.post<Found>("/runs/search", { ...query, max_results: "9", run_view_type })).runs
        ?.length ?? 0;
    assert.deepEqual([await views("ACTIVE_ONLY"), await views(2), await views("ALL")], [2, 1, 3]);
    for (const bad of [
      { max_results: 0 },
      { max_results: 50_001 },
      { filter: "a = 1 OR b = 2" },
      { order_by: ["never"] },
      { page_token: "no" },
      { experiment_ids: "0" },
    ])
      assert.deepEqual(
        (await refused("search", { ...query, ...bad })).slice(0, 2),
        INVALID,
        JSON.stringify(bad),
      );
  });

  it("asks for the run of a launch when one is created", async () => {
    const asked: string[] = [];
    const other = await openEndpoint({
      adopt: (input) => {
        asked.push(input.experiment, input.name ?? "", String(input.start), JSON.stringify(input.tags));
        return asked.length === 4 ? own : undefined;
      },
    });
    const own = other.bench.tracking.runs.create({ experiment: "0", name: "the launch" });
    try {
      const body = { run_name: "x", start_time: 7, tags: [{ key: "a", value: "b" }] };
      const first = await newRun(other.client, body);
      assert.equal(first.info.run_id, own.id);
      assert.deepEqual(asked, ["0", "x", "7", '[{"key":"a","value":"b"}]']);
      assert.notEqual((await newRun(other.client)).info.run_id, own.id);
    } finally {
      await other.close();
    }
  });
});
