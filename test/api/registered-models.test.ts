import assert from "node:assert/strict";
import { M, pairs } from "./endpoint.js";
import { INVALID, MISSING, type ModelJson, registryHere, type VersionJson } from "./registry-client.js";

describe("registered models over REST", () => {
  const here = registryHere();

  it("makes a model, describes and tags it, and gives it another name", async () => {
    const made = await here.registry.create("churn", {
      description: "who leaves",
      tags: [{ key: "team", value: "risk" }],
    });
    assert.deepEqual(
      [made.name, made["description"], pairs(made.tags), made.aliases, made.latest_versions],
      ["churn", "who leaves", { team: "risk" }, [], []],
    );
    assert.equal(typeof made["creation_timestamp"], "number");
    await here.registry.change("PATCH", "/registered-models/update", { name: "churn", description: "new" });
    assert.equal((await here.registry.read("churn"))["description"], "new");
    await here.registry.change("PATCH", "/registered-models/update", { name: "churn" });
    assert.equal((await here.registry.read("churn"))["description"], "");
    await here.client.post("/registered-models/set-tag", { name: "churn", key: "a b/c", value: "größe" });
    await here.client.post("/registered-models/set-tag", { name: "churn", key: "team" });
    assert.deepEqual(pairs((await here.registry.read("churn")).tags), { team: "", "a b/c": "größe" });
    for (const key of ["team", "never"])
      await here.registry.change("DELETE", "/registered-models/delete-tag", { name: "churn", key });
    assert.deepEqual(pairs((await here.registry.read("churn")).tags), { "a b/c": "größe" });
    await here.registry.version("churn");
    const { registered_model: renamed } = await here.client.post<{ registered_model: ModelJson }>(
      "/registered-models/rename",
      { name: "churn", new_name: "leavers" },
    );
    assert.deepEqual(
      [renamed.name, renamed.latest_versions.map(({ name }) => name)],
      ["leavers", ["leavers"]],
    );
    assert.deepEqual(
      await here.registry.refused("GET", "/registered-models/get", { name: "churn" }),
      MISSING,
    );
    await here.registry.create("churn");
    assert.deepEqual(
      await here.registry.refused("POST", "/registered-models/rename", {
        name: "churn",
        new_name: "leavers",
      }),
      [400, "RESOURCE_ALREADY_EXISTS"],
    );
  });

  it("says that a name is taken as MLflow does, which clients count on", async () => {
    await here.registry.create("churn");
    const taken = await here.client.refused("POST", `${M}/registered-models/create`, { name: "churn" });
    assert.deepEqual(taken, [
      400,
      "RESOURCE_ALREADY_EXISTS",
      "Registered Model (name=churn) already exists.",
    ]);
  });

  it("deletes a model for good; made again, it begins at version 1", async () => {
    await here.registry.create("churn");
    await here.registry.version("churn");
    await here.registry.version("churn");
    await here.client.post("/registered-models/alias", { name: "churn", alias: "champion", version: "2" });
    await here.registry.change("DELETE", "/registered-models/delete", { name: "churn" });
    for (const [method, path, body] of [
      ["GET", "/registered-models/get", {}],
      ["DELETE", "/registered-models/delete", {}],
      ["PATCH", "/registered-models/update", { description: "x" }],
      ["POST", "/registered-models/rename", { new_name: "b" }],
      ["POST", "/registered-models/set-tag", { key: "a", value: "b" }],
      ["DELETE", "/registered-models/delete-tag", { key: "a" }],
      ["POST", "/registered-models/alias", { alias: "a", version: "1" }],
      ["DELETE", "/registered-models/alias", { alias: "a" }],
      ["GET", "/registered-models/alias", { alias: "champion" }],
      ["GET", "/registered-models/alias", { alias: "latest" }],
      ["POST", "/registered-models/get-latest-versions", {}],
      ["GET", "/model-versions/get", { version: "1" }],
      ["POST", "/model-versions/create", { source: "s3://a/b" }],
      ["GET", "/model-versions/get-download-uri", { version: "2" }],
    ] as const)
      assert.deepEqual(
        await here.registry.refused(method, path, { name: "churn", ...body }),
        MISSING,
        `${method} ${path}`,
      );
    assert.deepEqual(await here.client.get("/registered-models/search"), {});
    assert.deepEqual(await here.client.get("/model-versions/search"), {});
    await here.registry.create("churn");
    assert.equal((await here.registry.version("churn")).version, "1");
    assert.deepEqual((await here.registry.readVersion("churn", 1)).aliases, []);
  });

  it("has an alias at one version, also the one that is always the newest", async () => {
    await here.registry.create("churn");
    await here.registry.version("churn");
    await here.registry.version("churn");
    const alias = (name: string, number: string) =>
      here.client.post("/registered-models/alias", { name: "churn", alias: name, version: number });
    const at = async (name: string): Promise<string> =>
      (
        await here.client.get<{ model_version: VersionJson }>("/registered-models/alias", {
          name: "churn",
          alias: name,
        })
      ).model_version.version;
    await alias("champion", "1");
    await alias("größe-1", "1");
    assert.deepEqual([await at("champion"), await at("latest"), await at("Latest")], ["1", "2", "2"]);
    await alias("champion", "2");
    assert.deepEqual((await here.registry.read("churn")).aliases, [
      { alias: "champion", version: "2" },
      { alias: "größe-1", version: "1" },
    ]);
    assert.deepEqual((await here.registry.readVersion("churn", 2)).aliases, ["champion"]);
    await here.registry.change("DELETE", "/registered-models/alias", { name: "churn", alias: "champion" });
    await here.registry.change("DELETE", "/registered-models/alias", { name: "churn", alias: "champion" });
    assert.deepEqual(
      await here.registry.refused("GET", "/registered-models/alias", { name: "churn", alias: "champion" }),
      INVALID,
    );
    await here.registry.change("DELETE", "/model-versions/delete", { name: "churn", version: "1" });
    assert.deepEqual((await here.registry.read("churn")).aliases, []);
    for (const [name, number, told] of [
      ["latest", "2", INVALID],
      ["LATEST", "2", INVALID],
      ["v7", "2", INVALID],
      ["a b", "2", INVALID],
      ["a/b", "2", INVALID],
      ["", "2", INVALID],
      ["x".repeat(256), "2", INVALID],
      ["a", "9", MISSING],
      ["a", "1", MISSING],
      ["a", "two", INVALID],
    ] as const)
      assert.deepEqual(
        await here.registry.refused("POST", "/registered-models/alias", {
          name: "churn",
          alias: name,
          version: number,
        }),
        told,
        `${name} ${number}`,
      );
  });

  it("tells wrong methods from routes that are not there", async () => {
    assert.equal((await here.client.ask("GET", `${M}/registered-models/create`)).status, 405);
    const unknown = await here.client.ask("GET", `${M}/registered-models/never`);
    assert.equal(unknown.status, 404);
    assert.throws(() => JSON.parse(unknown.text) as unknown);
    await here.registry.create("churn");
    const page = await here.client.ask("GET", "/ajax-api/2.0/mlflow/registered-models/get?name=churn");
    assert.equal(page.status, 200);
  });
});
