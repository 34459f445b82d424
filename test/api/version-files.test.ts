import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { M, newRun, pairs } from "./endpoint.js";
import { INVALID, MISSING, registryHere } from "./registry-client.js";

const proxy = "/api/2.0/mlflow-artifacts/artifacts";

interface Entry {
  readonly path: string;
  readonly is_dir: boolean;
  readonly file_size?: number;
}

describe("the files of model versions over REST", () => {
  const here = registryHere();
  beforeEach(() => here.registry.create("churn"));

  const put = (uri: string, content: string) =>
    here.client.ok("PUT", `${proxy}/${placeOf(uri)}`, undefined, { raw: content });
  /** Where the client's artifact repository looks for a URI of the proxy. */
  const placeOf = (uri: string): string =>
    uri
      .replace(/^mlflow-artifacts:\/+/, "")
      .split("/")
      .map(decodeURIComponent)
      .map(encodeURIComponent)
      .join("/");
  const uriOf = async (name: string, version: number | string): Promise<string> =>
    (await here.client.get<{ artifact_uri: string }>("/model-versions/get-download-uri", { name, version }))
      .artifact_uri;
  const list = async (uri: string): Promise<readonly Entry[]> => {
    const query = `path=${encodeURIComponent(decodeURIComponent(uri.replace(/^mlflow-artifacts:\/+/, "")))}`;
    return (await here.client.ok<{ files?: Entry[] }>("GET", `${proxy}?${query}`)).files ?? [];
  };
  /** Everything below a URI, as a client downloads it. */
  const download = async (uri: string): Promise<Record<string, string>> => {
    const files = await list(uri);
    if (files.length === 0) return { "": (await here.client.ask("GET", `${proxy}/${placeOf(uri)}`)).text };
    const all = await Promise.all(
      files.map(async ({ path: name, is_dir }) => {
        const inside = await download(`${uri}/${encodeURIComponent(name)}`);
        assert.equal(Object.keys(inside).join() !== "", is_dir);
        return Object.entries(inside).map(
          ([rest, text]) => [is_dir ? `${name}/${rest}` : name, text] as const,
        );
      }),
    );
    return Object.fromEntries(all.flat());
  };
  const runWith = async (files: Readonly<Record<string, string>>): Promise<{ id: string; uri: string }> => {
    const { info } = await newRun(here.client);
    const uri = String(info["artifact_uri"]);
    for (const [name, content] of Object.entries(files))
      await put(`${uri}/${name.split("/").map(encodeURIComponent).join("/")}`, content);
    return { id: info.run_id, uri };
  };

  const files = { MLmodel: "flavors: {}\n", "data/model.pkl": "bytes", "data/ä+b 100%41.txt": "odd" };
  const inModel = Object.fromEntries(Object.entries(files).map(([name, text]) => [`model/${name}`, text]));

  it("stay what they were, whatever becomes of the run's", async () => {
    const { id, uri } = await runWith(inModel);
    const made = await here.registry.version("churn", { source: `${uri}/model`, run_id: id });
    assert.deepEqual([made["source"], made["run_id"]], [`${uri}/model`, id]);
    assert.deepEqual(await download(await uriOf("churn", 1)), files);
    await put(`${uri}/model/MLmodel`, "another");
    await here.client.ok("DELETE", `${proxy}/${placeOf(`${uri}/model/data`)}`);
    await here.client.post("/runs/delete", { run_id: id });
    const frozen = await uriOf("churn", 1);
    assert.deepEqual(await download(frozen), files);
    assert.deepEqual(
      (await list(frozen)).map(({ path: name, is_dir, file_size }) => [name, is_dir, file_size]),
      [
        ["MLmodel", false, files.MLmodel.length],
        ["data", true, undefined],
      ],
    );
  });

  it("are had one by one, in parts, and never written", async () => {
    const { id } = await runWith(inModel);
    await here.registry.version("churn", { source: `runs:/${id}/model`, run_id: id });
    const frozen = placeOf(await uriOf("churn", 1));
    const part = await here.client.ask("GET", `${proxy}/${frozen}/data/model.pkl`, undefined, {
      headers: { Range: "bytes=1-3" },
    });
    assert.deepEqual([part.status, part.text, part.headers["content-range"]], [206, "yte", "bytes 1-3/5"]);
    const far = await here.client.ask("GET", `${proxy}/${frozen}/MLmodel`, undefined, {
      headers: { Range: "bytes=99-" },
    });
    assert.equal(far.status, 416);
    assert.equal((await here.client.ask("GET", `${proxy}/${frozen}/never`)).status, 404);
    assert.equal((await here.client.ask("GET", `${proxy}/${frozen}/data`)).status, 400);
    assert.equal((await here.client.ask("GET", `${proxy}/${frozen}`)).status, 400);
    for (const bad of ["..%2f..%2fformat.json", "..%252fx"])
      assert.equal((await here.client.ask("GET", `${proxy}/${frozen}/${bad}`)).status, 400, bad);
    for (const method of ["PUT", "DELETE"]) {
      const refused = await here.client.refused(method, `${proxy}/${frozen}/MLmodel`, undefined, {
        raw: "x",
      });
      assert.deepEqual(refused.slice(0, 2), INVALID);
    }
    const page = (query: string) => here.client.ask("GET", `/model-versions/get-artifact?${query}`);
    assert.equal((await page("name=churn&version=1&path=data/model.pkl")).text, "bytes");
    assert.equal((await page("name=churn&version=1&path=never")).status, 404);
    assert.equal((await page("name=churn&version=1&path=../x")).status, 400);
    assert.equal((await page("name=churn&version=7&path=MLmodel")).status, 404);
    await here.registry.version("churn");
    assert.equal((await page("name=churn&version=2&path=MLmodel")).status, 404);
    await here.registry.change("DELETE", "/model-versions/delete", { name: "churn", version: "1" });
    assert.equal((await here.client.ask("GET", `${proxy}/${frozen}/MLmodel`)).status, 404);
    const nowhere = frozen.replace(/[^/]+\/[^/]+$/, `${"0".repeat(26)}/model`);
    assert.equal((await here.client.ask("GET", `${proxy}/${nowhere}/MLmodel`)).status, 404);
  });

  it("may be one file, which keeps its name", async () => {
    const { id, uri } = await runWith({ "out/best model.bin": "weights" });
    await here.registry.version("churn", { source: `${uri}/out/best model.bin`, run_id: id });
    const frozen = await uriOf("churn", 1);
    assert.match(frozen, /\/best%20model\.bin$/);
    assert.deepEqual(await download(frozen), { "": "weights" });
    assert.equal(
      (await here.client.ask("GET", `/model-versions/get-artifact?name=churn&version=1&path=x`)).status,
      404,
    );
  });

  it("come with a copy, also where the model that was copied is deleted", async () => {
    const { id } = await runWith(inModel);
    await here.registry.create("live");
    await here.registry.version("churn", { source: `runs:/${id}/model`, run_id: id });
    await here.client.post("/registered-models/alias", { name: "churn", alias: "best", version: "1" });
    const copy = await here.registry.version("live", { source: "models:/churn/1" });
    assert.deepEqual([copy["source"], copy["run_id"]], ["models:/churn/1", id]);
    await here.registry.version("live", { source: "models:/churn@best" });
    await here.registry.version("live", { source: "models:/live/latest" });
    await here.registry.change("DELETE", "/registered-models/delete", { name: "churn" });
    for (const number of [1, 2, 3]) assert.deepEqual(await download(await uriOf("live", number)), files);
    await here.registry.version("live", { source: "s3://bucket/path" });
    await here.registry.version("live", { source: "models:/live/4" });
    await here.registry.version("live", { source: "models:/live/5" });
    assert.equal(await uriOf("live", 6), "s3://bucket/path");
  });

  it("come from a logged model, whose tag names the version", async () => {
    const { info } = await newRun(here.client);
    const make = async (): Promise<string> =>
      (
        await here.client.post<{ model: { info: { model_id: string } } }>("/logged-models", {
          experiment_id: "0",
          source_run_id: info.run_id,
          params: [{ key: "depth", value: "3" }],
        })
      ).model.info.model_id;
    const model = await make();
    const source = `models:/${model}`;
    assert.deepEqual(
      await here.registry.refused("POST", "/model-versions/create", { name: "churn", source }),
      [400, "INVALID_STATE"],
    );
    for (const [name, content] of Object.entries(files))
      await put(
        `mlflow-artifacts:/0/models/${model}/artifacts/${name.split("/").map(encodeURIComponent).join("/")}`,
        content,
      );
    await here.client.ok("PATCH", `${M}/logged-models/${model}`, {
      model_id: model,
      status: "LOGGED_MODEL_READY",
    });
    const made = await here.registry.version("churn", { source, model_id: model });
    assert.deepEqual([made["source"], made["model_id"], made["run_id"]], [source, model, info.run_id]);
    await here.registry.version("churn", { source: `mlflow-artifacts:/0/models/${model}/artifacts` });
    assert.deepEqual(await download(await uriOf("churn", 1)), files);
    const read = await here.client.get<{ model: { info: { tags: { key: string; value: string }[] } } }>(
      `/logged-models/${model}`,
    );
    assert.deepEqual(JSON.parse(String(pairs(read.model.info.tags)["mlflow.modelVersions"])), [
      { name: "churn", version: 1 },
      { name: "churn", version: 2 },
    ]);
    const other = await make();
    assert.deepEqual(
      await here.registry.refused("POST", "/model-versions/create", {
        name: "churn",
        source,
        model_id: other,
      }),
      INVALID,
    );
    const gone = `m-${"0".repeat(32)}`;
    for (const body of [{ source: `models:/${gone}` }, { source: "s3://a/b", model_id: gone }])
      assert.deepEqual(
        await here.registry.refused("POST", "/model-versions/create", { name: "churn", ...body }),
        MISSING,
      );
    assert.equal((await here.registry.read("churn")).latest_versions[0]?.version, "2");
  });

  it("may come later, as with MLflow, but never from another run than is said", async () => {
    const { id, uri } = await runWith({});
    const made = await here.registry.version("churn", { source: `${uri}/later`, run_id: id });
    assert.equal(made["run_id"], id);
    assert.equal(await uriOf("churn", 1), `${uri}/later`);
    const { id: other } = await runWith({});
    for (const body of [
      { source: `${uri}/model`, run_id: other },
      { source: `runs:/${id}/model`, run_id: other },
      { source: `mlflow-artifacts:/0/traces/${id}/artifacts/x` },
    ])
      assert.deepEqual(
        await here.registry.refused("POST", "/model-versions/create", { name: "churn", ...body }),
        INVALID,
      );
    const unknown = { source: `runs:/${"0".repeat(32)}/model` };
    assert.deepEqual(
      await here.registry.refused("POST", "/model-versions/create", { name: "churn", ...unknown }),
      MISSING,
    );
  });

  it("are found by what was frozen of the run", async () => {
    const { id, uri } = await runWith(inModel);
    await here.client.post("/runs/log-batch", {
      run_id: id,
      metrics: [{ key: "f1", value: 0.75, timestamp: 1 }],
      params: [{ key: "depth", value: "3" }],
    });
    await here.registry.version("churn", { source: `${uri}/model` });
    const searches = await here.endpoint.bench.registrySearches();
    assert.equal(searches.findVersions("metrics.f1 = 0.75 and params.depth = '3'", 0, 5).total, 1);
    assert.equal(searches.findVersions("flavor = 'mlflow' and size > 10", 0, 5).total, 1);
  });

  it("take a protected alias only once they are approved", async () => {
    fs.writeFileSync(
      path.join(here.endpoint.bench.folder, "loam.yaml"),
      "models:\n  churn:\n    protected: [champion]\n",
    );
    await here.registry.version("churn");
    const asked = { name: "churn", alias: "champion", version: "1" };
    const [status, , message] = await here.client.refused("POST", `${M}/registered-models/alias`, asked);
    assert.equal(status, 400);
    assert.match(message, /champion/);
    await here.client.post("/registered-models/alias", { ...asked, alias: "challenger" });
  });
});
