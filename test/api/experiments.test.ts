import assert from "node:assert/strict";
import { newRun, openEndpoint, readRun, type Client, type Endpoint } from "./endpoint.js";

interface ExperimentJson {
  readonly experiment: {
    readonly experiment_id: string;
    readonly name: string;
    readonly artifact_location: string;
    readonly lifecycle_stage: string;
    readonly creation_time: number;
    readonly last_update_time: number;
    readonly tags: readonly { readonly key: string; readonly value: string }[];
  };
}

const INVALID = [400, "INVALID_PARAMETER_VALUE"];
const MISSING = [404, "RESOURCE_DOES_NOT_EXIST"];
const at = (path: string): string => `/api/2.0/mlflow/experiments/${path}`;

describe("experiments over REST", () => {
  let endpoint: Endpoint;
  let client: Client;
  before(async () => {
    endpoint = await openEndpoint();
    client = endpoint.client;
  });
  after(() => endpoint.close());

  const create = async (name: string, more: object = {}): Promise<string> =>
    (await client.post<{ experiment_id: string }>("/experiments/create", { name, ...more })).experiment_id;
  const read = async (id: string) =>
    (await client.get<ExperimentJson>("/experiments/get", { experiment_id: id })).experiment;
  const refused = async (path: string, body: object) =>
    (await client.refused("POST", at(path), body)) satisfies [number, string, string];

  it("has the Default experiment from the start", async () => {
    const found = await read("0");
    assert.deepEqual(
      [found.name, found.lifecycle_stage, found.artifact_location],
      ["Default", "active", "mlflow-artifacts:/0"],
    );
    const [status, code, message] = await refused("delete", { experiment_id: "0" });
    assert.deepEqual([status, code], INVALID);
    assert.match(message, /Default/);
  });

  it("creates one with location and tags, and gives it by id and by name", async () => {
    const id = await create("churn", {
      artifact_location: "s3://bucket/x",
      tags: [{ key: "team", value: "größe" }],
    });
    assert.match(id, /^\d{1,18}$/);
    const found = await read(id);
    assert.equal(found.artifact_location, "s3://bucket/x");
    assert.deepEqual(found.tags, [{ key: "team", value: "größe" }]);
    assert.ok(found.creation_time > 1.6e12 && found.last_update_time >= found.creation_time);
    const byName = await client.get<ExperimentJson>("/experiments/get-by-name", { experiment_name: "churn" });
    assert.deepEqual(byName.experiment, found);
    const plain = await create("plain");
    assert.equal((await read(plain)).artifact_location, `mlflow-artifacts:/${plain}`);
  });

  it("answers a missing one with 404, by id and by name", async () => {
    for (const query of ["get?experiment_id=123456", "get-by-name?experiment_name=never"]) {
      const [status, code] = await client.refused("GET", at(query));
      assert.deepEqual([status, code], MISSING);
    }
    for (const path of ["delete", "restore"]) {
      const [status, code, message] = await refused(path, { experiment_id: "123456" });
      assert.deepEqual([status, code], MISSING);
      assert.match(message, /No Experiment with id=123456/);
    }
  });

  it("refuses a taken name, also that of a deleted one", async () => {
    const id = await create("taken");
    const other = await create("other");
    assert.deepEqual((await refused("create", { name: "taken" })).slice(0, 2), [
      400,
      "RESOURCE_ALREADY_EXISTS",
    ]);
    await client.post("/experiments/delete", { experiment_id: id });
    const [, code, message] = await refused("create", { name: "taken" });
    assert.equal(code, "RESOURCE_ALREADY_EXISTS");
    assert.match(message, /deleted/);
    assert.equal((await refused("update", { experiment_id: other, new_name: "taken" }))[0], 400);
  });

  it("deletes and restores it with its runs", async () => {
    const id = await create("cycle");
    const run = (await newRun(client, { experiment_id: id })).info.run_id;
    const before = (await read(id)).last_update_time;
    await client.post("/experiments/delete", { experiment_id: id });
    const deleted = await read(id);
    assert.equal(deleted.lifecycle_stage, "deleted");
    assert.ok(deleted.last_update_time >= before);
    assert.equal((await readRun(client, run)).info["lifecycle_stage"], "deleted");
    for (const [path, body] of [
      ["runs/create", { experiment_id: id }],
      ["runs/log-metric", { run_id: run, key: "a", value: 1, timestamp: 1 }],
      ["experiments/set-experiment-tag", { experiment_id: id, key: "a", value: "b" }],
    ] as const) {
      const [status, code, message] = await client.refused("POST", `/api/2.0/mlflow/${path}`, body);
      assert.deepEqual([status, code], INVALID);
      assert.match(message, /must be in the 'active' state/);
    }
    assert.deepEqual((await refused("delete", { experiment_id: id })).slice(0, 2), MISSING);
    assert.deepEqual((await refused("update", { experiment_id: id, new_name: "x" })).slice(0, 2), [
      400,
      "INVALID_STATE",
    ]);
    await client.post("/experiments/restore", { experiment_id: id });
    assert.equal((await readRun(client, run)).info["lifecycle_stage"], "active");
    assert.deepEqual((await refused("restore", { experiment_id: id })).slice(0, 2), MISSING);
  });

  it("deletes a run again that was deleted before its experiment came back", async () => {
    const id = await create("twice");
    const run = (await newRun(client, { experiment_id: id })).info.run_id;
    await client.post("/runs/delete", { run_id: run });
    await client.post("/experiments/delete", { experiment_id: id });
    await client.post("/experiments/restore", { experiment_id: id });
    assert.equal((await readRun(client, run)).info["lifecycle_stage"], "active");
    await client.post("/runs/delete", { run_id: run });
    assert.equal((await readRun(client, run)).info["lifecycle_stage"], "deleted");
  });

  it("renames, and finds it by the new name alone", async () => {
    const id = await create("old name");
    await client.post("/experiments/update", { experiment_id: id, new_name: "new name" });
    assert.equal((await read(id)).name, "new name");
    const [status] = await client.refused("GET", at("get-by-name?experiment_name=old%20name"));
    assert.equal(status, 404);
  });

  it("sets, changes and deletes tags, within their limits", async () => {
    const id = await create("tagged");
    const set = (key: string, value?: string) =>
      client.post("/experiments/set-experiment-tag", { experiment_id: id, key, value });
    await set("a", "1");
    await set("a", "2");
    await set("empty");
    assert.deepEqual(
      (await read(id)).tags.toSorted((x, y) => (x.key < y.key ? -1 : 1)),
      [
        { key: "a", value: "2" },
        { key: "empty", value: "" },
      ],
    );
    await client.post("/experiments/delete-experiment-tag", { experiment_id: id, key: "a" });
    assert.deepEqual((await read(id)).tags, [{ key: "empty", value: "" }]);
    const gone = await refused("delete-experiment-tag", { experiment_id: id, key: "a" });
    assert.deepEqual(gone.slice(0, 2), MISSING);
    assert.match(gone[2], /No tag with name: a/);
    const long = { experiment_id: id, key: "k".repeat(251), value: "" };
    assert.deepEqual((await refused("set-experiment-tag", long)).slice(0, 2), INVALID);
    const great = { experiment_id: id, key: "k", value: "v".repeat(20_001) };
    assert.deepEqual((await refused("set-experiment-tag", great)).slice(0, 2), INVALID);
    await set("k".repeat(250), "v".repeat(20_000));
  });

  it("keeps odd names, and refuses empty and too long ones", async () => {
    for (const name of ["a/b", "quote ' and \" here", "emoji 🚀", "..", "CON", "a:b", "x".repeat(500)])
      assert.equal((await read(await create(name))).name, name);
    for (const name of ["", "x".repeat(501)])
      assert.deepEqual((await refused("create", { name })).slice(0, 2), INVALID);
  });

  it("searches by POST and GET, page by page, and wants max_results", async () => {
    interface Found {
      readonly experiments?: readonly { readonly name: string }[];
      readonly next_page_token?: string;
    }
    for (const name of ["s 1", "s 2", "s 3"]) await create(name);
    const filter = "name LIKE 's _'";
    const query = { max_results: 2, filter, order_by: ["name ASC"] };
    const first = await client.post<Found>("/experiments/search", query);
    assert.deepEqual(
      first.experiments?.map(({ name }) => name),
      ["s 1", "s 2"],
    );
    assert.deepEqual((await client.get<Found>("/experiments/search", query)).experiments, first.experiments);
    const rest = await client.post<Found>("/experiments/search", {
      ...query,
      page_token: first.next_page_token,
    });
    assert.deepEqual(
      rest.experiments?.map(({ name }) => name),
      ["s 3"],
    );
    assert.equal(rest.next_page_token, undefined);
    assert.deepEqual(
      await client.post("/experiments/search", { max_results: 5, filter: "name = 'never'" }),
      {},
    );
    const deleted = { max_results: 9, view_type: 2, filter };
    assert.deepEqual(await client.post("/experiments/search", deleted), {});
    for (const bad of [
      {},
      { max_results: 0 },
      { max_results: 50_001 },
      { max_results: 5, filter: "nonsense" },
    ])
      assert.deepEqual((await refused("search", bad)).slice(0, 2), INVALID);
  });

  it("sums up the data sets of its runs", async () => {
    const id = await create("data");
    const run = (await newRun(client, { experiment_id: id })).info.run_id;
    const dataset = { name: "train", digest: "abc", source_type: "local", source: "{}" };
    const tags = [{ key: "mlflow.data.context", value: "training" }];
    await client.post("/runs/log-inputs", { run_id: run, datasets: [{ dataset, tags }] });
    const path = "/ajax-api/2.0/mlflow/experiments/search-datasets";
    assert.deepEqual(await client.ok("POST", path, { experiment_ids: [id] }), {
      dataset_summaries: [{ experiment_id: id, name: "train", digest: "abc", context: "training" }],
    });
    for (const ids of [[], Array(21).fill("0")])
      assert.equal((await client.refused("POST", path, { experiment_ids: ids }))[0], 400);
  });

  it("sees what another process did to experiments", async () => {
    const other = await openEndpoint({ folder: endpoint.bench.folder });
    try {
      const id = await create("shared");
      const run = (await newRun(client, { experiment_id: id })).info.run_id;
      await other.client.post("/experiments/delete", { experiment_id: id });
      assert.equal((await read(id)).lifecycle_stage, "deleted");
      assert.equal((await refused("create", { name: "shared" }))[1], "RESOURCE_ALREADY_EXISTS");
      assert.equal(
        (await client.refused("POST", "/api/2.0/mlflow/runs/create", { experiment_id: id }))[0],
        400,
      );
      await client.post("/experiments/restore", { experiment_id: id });
      assert.equal((await readRun(other.client, run)).info["lifecycle_stage"], "active");
    } finally {
      await other.close();
    }
  });
});
