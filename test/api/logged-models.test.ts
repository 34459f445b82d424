import assert from "node:assert/strict";
import { M, newRun, openEndpoint, pairs, readRun, type Client, type Endpoint } from "./endpoint.js";

const INVALID = [400, "INVALID_PARAMETER_VALUE"];
const MISSING = [404, "RESOURCE_DOES_NOT_EXIST"];

interface ModelJson {
  readonly info: Readonly<Record<string, unknown>> & {
    readonly model_id: string;
    readonly tags: readonly { readonly key: string; readonly value: string }[];
  };
  readonly data: {
    readonly params: readonly { readonly key: string; readonly value: string }[];
    readonly metrics: readonly Readonly<Record<string, unknown>>[];
  };
}

describe("logged models over REST", () => {
  let endpoint: Endpoint;
  let client: Client;
  before(async () => {
    endpoint = await openEndpoint();
    client = endpoint.client;
  });
  after(() => endpoint.close());

  const create = async (fields: object = {}): Promise<ModelJson> =>
    (await client.post<{ model: ModelJson }>("/logged-models", { experiment_id: "0", ...fields })).model;
  const read = async (id: string): Promise<ModelJson> =>
    (await client.get<{ model: ModelJson }>(`/logged-models/${id}`)).model;
  const patch = (path: string, body: object) => client.ok("PATCH", `${M}/logged-models/${path}`, body);

  it("creates one, follows its status, and gives it back", async () => {
    const made = await create({
      name: "flower",
      model_type: "classifier",
      source_run_id: "r",
      params: [{ key: "C", value: "1" }],
      tags: [{ key: "a", value: "b" }],
    });
    const { model_id: id } = made.info;
    assert.match(id, /^m-[0-9a-f]{32}$/);
    assert.equal(made.info["artifact_uri"], `mlflow-artifacts:/0/models/${id}/artifacts`);
    assert.deepEqual(
      [
        made.info["name"],
        made.info["status"],
        made.info["model_type"],
        made.info["source_run_id"],
        made.info["experiment_id"],
      ],
      ["flower", "LOGGED_MODEL_PENDING", "classifier", "r", "0"],
    );
    assert.deepEqual([pairs(made.data.params), pairs(made.info.tags)], [{ C: "1" }, { a: "b" }]);
    for (const [status, told] of [
      ["LOGGED_MODEL_READY", "LOGGED_MODEL_READY"],
      [3, "LOGGED_MODEL_UPLOAD_FAILED"],
    ]) {
      await patch(id, { model_id: id, status });
      assert.equal((await read(id)).info["status"], told);
    }
    assert.deepEqual(
      (await client.refused("PATCH", `${M}/logged-models/${id}`, { model_id: id })).slice(0, 2),
      INVALID,
    );
    assert.ok(String((await create()).info["name"]).length > 0);
  });

  it("refuses names that would not fit a path, and leaves nothing behind", async () => {
    for (const fields of [
      { name: "a/b" },
      { name: "a:b" },
      { name: "a.b" },
      { name: "a%b" },
      { name: "a'b" },
      { name: 'a"b' },
      { name: "c", params: [{ key: "bad;", value: "" }] },
      { experiment_id: 3 },
    ])
      assert.deepEqual(
        (await client.refused("POST", `${M}/logged-models`, { experiment_id: "0", ...fields })).slice(0, 2),
        INVALID,
      );
    assert.deepEqual(
      (await client.refused("POST", `${M}/logged-models`, { experiment_id: "5" })).slice(0, 2),
      MISSING,
    );
    const found = await client.post<{ models: ModelJson[] }>("/logged-models/search", {
      experiment_ids: ["0"],
      filter: "name = 'c'",
    });
    assert.deepEqual(found.models, []);
  });

  it("adds params but changes none, sets tags and deletes them", async () => {
    const { model_id: id } = (await create({ params: [{ key: "p", value: "1" }] })).info;
    await client.post(`/logged-models/${id}/params`, { params: [{ key: "q", value: "2" }] });
    const again = await client.refused("POST", `${M}/logged-models/${id}/params`, {
      params: [{ key: "p", value: "x" }],
    });
    assert.deepEqual(again.slice(0, 2), INVALID);
    await patch(`${id}/tags`, {
      tags: [
        { key: "a", value: "1" },
        { key: "b b/c", value: "größe" },
      ],
    });
    await patch(`${id}/tags`, { tags: [{ key: "a", value: "2" }] });
    assert.deepEqual(pairs((await read(id)).info.tags), { a: "2", "b b/c": "größe" });
    assert.deepEqual(pairs((await read(id)).data.params), { p: "1", q: "2" });
    const tag = `${M}/logged-models/${id}/tags/${encodeURIComponent("b b/c")}`;
    await client.ok("DELETE", tag);
    assert.deepEqual((await client.refused("DELETE", tag)).slice(0, 2), MISSING);
    assert.deepEqual(pairs((await read(id)).info.tags), { a: "2" });
  });

  it("deletes softly", async () => {
    const { model_id: id } = (await create({ name: "gone" })).info;
    await client.ok("DELETE", `${M}/logged-models/${id}`);
    assert.deepEqual((await client.refused("GET", `${M}/logged-models/${id}`)).slice(0, 2), MISSING);
    const kept = await client.get<{ model: ModelJson }>(`/logged-models/${id}`, { allow_deleted: true });
    assert.equal(kept.model.info["name"], "gone");
    for (const [method, path, body] of [
      ["PATCH", id, { status: 2 }],
      ["DELETE", id, undefined],
      ["PATCH", `${id}/tags`, { tags: [] }],
    ] as const)
      assert.deepEqual(
        (await client.refused(method, `${M}/logged-models/${path}`, body)).slice(0, 2),
        MISSING,
      );
    const found = await client.post<{ models: ModelJson[] }>("/logged-models/search", {
      experiment_ids: ["0"],
      filter: "name = 'gone'",
    });
    assert.deepEqual(found.models, []);
    assert.deepEqual(
      (await client.refused("GET", `${M}/logged-models/m-${"0".repeat(32)}`)).slice(0, 2),
      MISSING,
    );
    assert.deepEqual((await client.refused("GET", `${M}/logged-models/nonsense`)).slice(0, 2), MISSING);
  });

  it("keeps a metric of a run on the model that it is about", async () => {
    const run = (await newRun(client)).info.run_id;
    const { model_id: id } = (await create()).info;
    const metric = {
      run_id: run,
      key: "f1",
      value: 0.5,
      timestamp: 10,
      step: 1,
      model_id: id,
      dataset_name: "test",
      dataset_digest: "d1",
    };
    await client.post("/runs/log-metric", metric);
    await client.post("/runs/log-batch", {
      run_id: run,
      metrics: [
        { ...metric, value: 0.75, step: 2 },
        { key: "loss", value: "NaN", timestamp: 1, model_id: id },
        { key: "plain", value: 1, timestamp: 1 },
      ],
    });
    const { metrics } = (await read(id)).data;
    assert.deepEqual(
      metrics.toSorted((a, b) => (String(a["key"]) < String(b["key"]) ? -1 : 1)),
      [
        {
          key: "f1",
          value: 0.75,
          timestamp: 10,
          step: 2,
          model_id: id,
          run_id: run,
          dataset_name: "test",
          dataset_digest: "d1",
        },
        { key: "loss", value: "NaN", timestamp: 1, step: 0, model_id: id, run_id: run },
      ],
    );
    assert.deepEqual(pairs((await readRun(client, run)).data.metrics), { f1: 0.75, loss: "NaN", plain: 1 });
    const missing = await client.refused("POST", `${M}/runs/log-metric`, {
      ...metric,
      key: "other",
      model_id: `m-${"0".repeat(32)}`,
    });
    assert.deepEqual(missing.slice(0, 2), MISSING);
    assert.equal(pairs((await readRun(client, run)).data.metrics)["other"], undefined);
  });

  it("lists and gives its artifacts", async () => {
    const made = await create({ name: "files" });
    const { model_id: id } = made.info;
    for (const name of ["MLmodel", "data/model.pkl"])
      await client.ok(
        "PUT",
        `/api/2.0/mlflow-artifacts/artifacts/0/models/${id}/artifacts/${name}`,
        undefined,
        { raw: name },
      );
    const root_uri = made.info["artifact_uri"];
    const folders = `/logged-models/${id}/artifacts/directories`;
    assert.deepEqual(await client.get(folders), {
      root_uri,
      files: [
        { path: "MLmodel", is_dir: false, file_size: 7 },
        { path: "data", is_dir: true },
      ],
    });
    assert.deepEqual(await client.get(folders, { artifact_directory_path: "data" }), {
      root_uri,
      files: [{ path: "data/model.pkl", is_dir: false, file_size: 14 }],
    });
    const file = `/ajax-api/2.0/mlflow/logged-models/${id}/artifacts/files?artifact_file_path=`;
    assert.equal((await client.ask("GET", `${file}data/model.pkl`)).text, "data/model.pkl");
    assert.equal((await client.ask("GET", `${file}never`)).status, 404);
    assert.equal((await client.ask("GET", `${file}..%2Fx`)).status, 400);
  });

  it("searches with order, data sets and pages", async () => {
    const at = await client.post<{ experiment_id: string }>("/experiments/create", { name: "models" });
    const run = (await newRun(client, at)).info.run_id;
    for (const [name, f1] of [
      ["low", 0.1],
      ["high", 0.9],
      ["none", undefined],
    ] as const) {
      const { model_id } = (await create({ ...at, name })).info;
      if (f1 !== undefined)
        await client.post("/runs/log-metric", {
          run_id: run,
          key: "f1",
          value: f1,
          timestamp: 1,
          model_id,
          dataset_name: "test",
          dataset_digest: "d",
        });
    }
    const search = async (more: object) => {
      const found = await client.post<{ models: ModelJson[]; next_page_token?: string }>(
        "/logged-models/search",
        { experiment_ids: [at.experiment_id], ...more },
      );
      return { names: found.models.map(({ info }) => info["name"]), next: found.next_page_token };
    };
    const order_by = [{ field_name: "metrics.f1", ascending: false }];
    const first = await search({ order_by, max_results: 2 });
    assert.deepEqual(first.names, ["high", "low"]);
    assert.deepEqual((await search({ order_by, max_results: 2, page_token: first.next })).names, ["none"]);
    assert.deepEqual(
      (await search({ filter: "metrics.f1 > 0.5", datasets: [{ dataset_name: "test" }] })).names,
      ["high"],
    );
    assert.deepEqual((await search({ datasets: [{ dataset_name: "other" }] })).names, []);
    assert.deepEqual(
      (
        await client.refused("POST", `${M}/logged-models/search`, { experiment_ids: [], filter: "never = 1" })
      ).slice(0, 2),
      INVALID,
    );
  });
});
