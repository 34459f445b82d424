import assert from "node:assert/strict";
import { M, pairs } from "./endpoint.js";
import { INVALID, MISSING, type ModelJson, registryHere, type VersionJson } from "./registry-client.js";

describe("model versions over REST", () => {
  const here = registryHere();

  it("moves versions through stages, and gives the newest of each", async () => {
    await here.registry.create("churn");
    for (let n = 0; n < 4; n++) await here.registry.version("churn");
    const move = async (number: string, stage: string, archive_existing_versions?: boolean) =>
      (
        await here.client.post<{ model_version: VersionJson }>("/model-versions/transition-stage", {
          name: "churn",
          version: number,
          stage,
          archive_existing_versions,
        })
      ).model_version.current_stage;
    assert.equal(await move("1", "production"), "Production");
    assert.equal(await move("2", "PRODUCTION"), "Production");
    assert.equal(await move("3", "Staging", false), "Staging");
    const latest = async (body: object = {}, way: "post" | "get" = "post"): Promise<string[]> => {
      const told = await here.client[way]<{ model_versions?: VersionJson[] }>(
        "/registered-models/get-latest-versions",
        { name: "churn", ...body },
      );
      return (told.model_versions ?? []).map((one) => `${one.version} ${one.current_stage}`).sort();
    };
    assert.deepEqual(await latest(), ["2 Production", "3 Staging", "4 None"]);
    assert.deepEqual(await latest({ stages: ["production", "None"] }, "get"), ["2 Production", "4 None"]);
    assert.deepEqual(await latest({ stages: ["Archived"] }), []);
    assert.equal(await move("4", "Production", true), "Production");
    assert.deepEqual(await latest(), ["2 Archived", "3 Staging", "4 Production"]);
    assert.deepEqual((await here.registry.read("churn")).latest_versions.map((one) => one.version).sort(), [
      "2",
      "3",
      "4",
    ]);
    const transition = (body: object) =>
      here.registry.refused("POST", "/model-versions/transition-stage", { name: "churn", ...body });
    assert.deepEqual(await transition({ version: "1", stage: "Live" }), INVALID);
    assert.deepEqual(
      await transition({ version: "1", stage: "None", archive_existing_versions: true }),
      INVALID,
    );
    assert.deepEqual(await transition({ version: "1" }), INVALID);
    assert.deepEqual(await transition({ version: "8", stage: "Staging" }), MISSING);
    assert.deepEqual(
      await here.registry.refused("POST", "/registered-models/get-latest-versions", {
        name: "churn",
        stages: ["Live"],
      }),
      INVALID,
    );
  });

  it("searches models and versions page by page", async () => {
    for (const name of ["b", "a", "c"])
      await here.registry.create(name, { tags: [{ key: "n", value: name }] });
    for (const name of ["a", "b", "a"])
      await here.registry.version(name, { tags: [{ key: "of", value: name }] });
    const models = async (query: object): Promise<[string, string | undefined]> => {
      const told = await here.client.get<{ registered_models?: ModelJson[]; next_page_token?: string }>(
        "/registered-models/search",
        query,
      );
      return [(told.registered_models ?? []).map(({ name }) => name).join(""), told.next_page_token];
    };
    const [first, token = ""] = await models({ max_results: 2 });
    assert.equal(first, "ab");
    assert.deepEqual(await models({ max_results: 2, page_token: token }), ["c", undefined]);
    assert.deepEqual(await models({ filter: "tags.n != 'a'", order_by: ["name DESC"] }), ["cb", undefined]);
    const versions = async (query: object): Promise<[string, string | undefined]> => {
      const told = await here.client.get<{ model_versions?: VersionJson[]; next_page_token?: string }>(
        "/model-versions/search",
        query,
      );
      return [
        (told.model_versions ?? []).map((one) => one.name + one.version).join(" "),
        told.next_page_token,
      ];
    };
    assert.deepEqual(await versions({ filter: "name = 'a'", order_by: ["version_number ASC"] }), [
      "a1 a2",
      undefined,
    ]);
    const [some, next = ""] = await versions({ max_results: 2, order_by: ["name", "version_number DESC"] });
    assert.equal(some, "a2 a1");
    const order = { order_by: ["name", "version_number DESC"], max_results: 2 };
    assert.deepEqual(await versions({ ...order, page_token: next }), ["b1", undefined]);
    assert.deepEqual(await versions({ filter: "tags.of = 'b' AND version_number = 1" }), ["b1", undefined]);
    for (const path of ["/registered-models/search", "/model-versions/search"]) {
      for (const query of [
        { filter: "name = 'a' OR name = 'b'" },
        { filter: "never = 'a'" },
        { filter: "name LIKE" },
        { order_by: ["never"] },
        { order_by: ["name", "name"] },
        { page_token: "x" },
        { max_results: 0 },
        { max_results: 1_000_000 },
        { max_results: "many" },
      ])
        assert.deepEqual(
          await here.registry.refused("GET", path, query),
          INVALID,
          `${path} ${JSON.stringify(query)}`,
        );
    }
    assert.deepEqual(
      await here.registry.refused("GET", "/registered-models/search", { max_results: 1001 }),
      INVALID,
    );
  });

  it("changes versions one by one, and never gives a number again", async () => {
    await here.registry.create("churn");
    const first = await here.registry.version("churn", {
      description: "first",
      run_link: "https://elsewhere/run",
      tags: [{ key: "a", value: "1" }],
    });
    assert.deepEqual(
      [first.version, first["status"], first.current_stage, first["source"], first["description"]],
      ["1", "READY", "None", "s3://bucket/model", "first"],
    );
    assert.deepEqual(
      [first["run_link"], first["run_id"], pairs(first.tags)],
      ["https://elsewhere/run", "", { a: "1" }],
    );
    const before = (await here.registry.read("churn")).last_updated_timestamp;
    const { model_version: updated } = await here.registry.change<{ model_version: VersionJson }>(
      "PATCH",
      "/model-versions/update",
      { name: "churn", version: "1" },
    );
    assert.equal(updated["description"], "");
    assert.ok((await here.registry.read("churn")).last_updated_timestamp >= before);
    await here.client.post("/model-versions/set-tag", { name: "churn", version: "1", key: "b", value: "2" });
    for (const key of ["a", "never"])
      await here.registry.change("DELETE", "/model-versions/delete-tag", {
        name: "churn",
        version: "1",
        key,
      });
    assert.deepEqual(pairs((await here.registry.readVersion("churn", 1)).tags), { b: "2" });
    await here.registry.version("churn");
    await here.registry.change("DELETE", "/model-versions/delete", { name: "churn", version: "2" });
    assert.deepEqual(
      await here.registry.refused("DELETE", "/model-versions/delete", { name: "churn", version: "2" }),
      MISSING,
    );
    assert.equal((await here.registry.version("churn")).version, "3");
    const { artifact_uri } = await here.client.get<{ artifact_uri: string }>(
      "/model-versions/get-download-uri",
      {
        name: "churn",
        version: 3,
      },
    );
    assert.equal(artifact_uri, "s3://bucket/model");
    const missing = await here.client.refused("GET", `${M}/model-versions/get?name=churn&version=2`);
    assert.deepEqual(missing.slice(0, 2), MISSING);
    assert.equal(missing[2], "Model Version (name=churn, version=2) not found");
  });

  it("refuses what is missing, ill-typed or too long, and goes on", async () => {
    await here.registry.create("churn");
    await here.registry.version("churn");
    const long = (length: number): string => "x".repeat(length);
    for (const [method, path, body] of [
      ["POST", "/registered-models/create", {}],
      ["POST", "/registered-models/create", { name: "" }],
      ["POST", "/registered-models/create", { name: "  " }],
      ["POST", "/registered-models/create", { name: 7 }],
      ["POST", "/registered-models/create", { name: "a/b" }],
      ["POST", "/registered-models/create", { name: "../a" }],
      ["POST", "/registered-models/create", { name: "a:b" }],
      ["POST", "/registered-models/create", { name: long(300) }],
      ["POST", "/registered-models/create", { name: "b", tags: "no" }],
      ["POST", "/registered-models/create", { name: "b", tags: [{ value: "no key" }] }],
      ["POST", "/registered-models/create", { name: "b", tags: [{ key: long(300), value: "" }] }],
      ["POST", "/registered-models/create", { name: "b", tags: [{ key: "a", value: long(100_001) }] }],
      ["GET", "/registered-models/get", {}],
      ["GET", "/registered-models/get", { name: "a/b" }],
      ["POST", "/registered-models/rename", { name: "churn" }],
      ["POST", "/registered-models/rename", { name: "churn", new_name: "a/b" }],
      ["POST", "/registered-models/set-tag", { name: "churn" }],
      ["POST", "/registered-models/set-tag", { name: "churn", key: long(300), value: "" }],
      ["POST", "/registered-models/set-tag", { name: "churn", key: "a", value: 3 }],
      ["DELETE", "/registered-models/delete-tag", { name: "churn" }],
      ["GET", "/model-versions/get", { name: "churn" }],
      ["GET", "/model-versions/get", { name: "churn", version: "one" }],
      ["GET", "/model-versions/get", { name: "churn", version: "1.5" }],
      ["GET", "/model-versions/get", { name: "churn", version: "9".repeat(30) }],
      ["POST", "/model-versions/create", { name: "churn" }],
      ["POST", "/model-versions/create", { source: "s3://a" }],
      ["POST", "/model-versions/create", { name: "churn", source: "/etc/passwd" }],
      ["POST", "/model-versions/create", { name: "churn", source: "model" }],
      ["POST", "/model-versions/create", { name: "churn", source: "file:///etc" }],
      ["POST", "/model-versions/create", { name: "churn", source: "C:\\models" }],
      ["POST", "/model-versions/create", { name: "churn", source: "s3://a/../b" }],
      ["POST", "/model-versions/create", { name: "churn", source: "mlflow-artifacts:/..%252f..%252fetc" }],
      ["POST", "/model-versions/create", { name: "churn", source: "mlflow-artifacts:/nowhere/x" }],
      ["POST", "/model-versions/create", { name: "churn", source: "models:/" }],
      ["POST", "/model-versions/create", { name: "churn", source: "models:/churn" }],
      ["POST", "/model-versions/create", { name: "churn", source: "models:/churn@never" }],
      ["POST", "/model-versions/create", { name: "churn", source: "runs:/" }],
      ["POST", "/model-versions/create", { name: "churn", source: "s3://a", run_id: "../../x" }],
      ["POST", "/model-versions/set-tag", { name: "churn", version: "1" }],
      ["PATCH", "/model-versions/update", { name: "churn", version: "1", description: long(1_000_001) }],
    ] as const)
      assert.deepEqual(
        await here.registry.refused(method, path, body),
        INVALID,
        `${method} ${path} ${JSON.stringify(body).slice(0, 90)}`,
      );
    assert.deepEqual(
      await here.registry.refused("POST", "/model-versions/create", {
        name: "churn",
        source: "models:/churn/7",
      }),
      MISSING,
    );
    const raw = await here.client.ask("POST", `${M}/registered-models/create`, undefined, { raw: "no json" });
    assert.equal(raw.status, 400);
    const name = `it's "quoted" \\ %2e%2e 模型 ${"y".repeat(100)}`;
    assert.equal((await here.registry.create(name)).name, name);
    assert.equal((await here.registry.read(name)).name, name);
    const found = await here.client.get<{ registered_models: ModelJson[] }>("/registered-models/search", {
      filter: `name = 'it''s "quoted" \\ %2e%2e 模型 ${"y".repeat(100)}'`,
    });
    assert.equal(found.registered_models.length, 1);
    assert.equal((await here.registry.read("churn")).latest_versions.length, 1);
  });
});
