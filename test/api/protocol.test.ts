import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Failure } from "../../src/core/base/failure.js";
import { said } from "../../src/core/base/said.js";
import { failureAnswer } from "../../src/api/failures.js";
import type { Client } from "./endpoint.js";
import { M, newRun, openEndpoint, readRun, type Endpoint } from "./endpoint.js";

const AJAX = "/ajax-api/2.0/mlflow";

describe("the protocol as a whole", () => {
  let endpoint: Endpoint;
  let client: Client;
  before(async () => {
    endpoint = await openEndpoint();
    client = endpoint.client;
  });
  after(() => endpoint.close());

  it("tells that it is alive, its version, and what it can do", async () => {
    assert.deepEqual(
      [(await client.ask("GET", "/health")).text, (await client.ask("GET", "/version")).text],
      ["OK", "3.17.2"],
    );
    for (const base of ["/api/3.0/mlflow", "/ajax-api/3.0/mlflow"]) {
      const info = await client.ok("GET", `${base}/server-info`);
      assert.deepEqual([info["multipart_uploads_enabled"], info["workspaces_enabled"]], [false, false]);
    }
  });

  it("answers unknown routes with a 404 that is no JSON, so that clients fall back", async () => {
    for (const [method, path] of [
      ["GET", "/"],
      ["GET", `${M}/never/made`],
      ["POST", "/api/9.9/mlflow/x"],
      ["POST", `${M}/gateway-proxy`],
      ["GET", "/graphql"],
      ["GET", `${M}/runs/get/`],
      ["GET", "//"],
      ["PROPFIND", `${M}/runs/get`],
      ["GET", "/api/2.0/mlflow-artifacts"],
    ] as const) {
      const reply = await client.ask(method, path, method === "POST" ? {} : undefined);
      assert.equal(reply.status, 404, path);
      assert.throws(() => JSON.parse(reply.text) as unknown, path);
      assert.match(String(reply.headers["content-type"]), /^text\/plain/);
    }
  });

  it("answers a known route asked in a wrong way with 405", async () => {
    for (const [method, path] of [
      ["GET", `${M}/runs/create`],
      ["POST", `${M}/runs/get`],
      ["PUT", `${M}/runs/log-metric`],
      ["DELETE", "/health"],
      ["HEAD", `${M}/runs/create`],
      ["POST", "/api/2.0/mlflow-artifacts/artifacts/x"],
      ["DELETE", `${M}/logged-models/search`],
    ] as const) {
      const reply = await client.ask(method, path);
      assert.equal(reply.status, 405, `${method} ${path}`);
      if (method !== "HEAD")
        assert.match(reply.text, /"error_code":"BAD_REQUEST","message":"Method not allowed/);
    }
  });

  it("answers alike under both prefixes", async () => {
    const { info } = await newRun(client);
    for (const base of [M, AJAX]) {
      await client.ok("POST", `${base}/runs/set-tag`, {
        run_id: info.run_id,
        key: base.slice(1, 4),
        value: "1",
      });
      assert.ok(await client.ok("GET", `${base}/experiments/get?experiment_id=0`));
      assert.ok(await client.ok("GET", `${base}/metrics/get-history?run_id=${info.run_id}&metric_key=x`));
    }
    assert.equal((await readRun(client, info.run_id)).data.tags.length, 3);
  });

  it("reads bodies of old and odd clients", async () => {
    const { run_id } = (await newRun(client)).info;
    const tag = `${M}/runs/set-tag`;
    const text = JSON.stringify({ run_id, key: "a", value: "1", unknown: { x: [1] } });
    const send = (raw: string, type: string | string[] = "application/json") =>
      client.ask("POST", tag, undefined, { raw, headers: { "Content-Type": type } });
    for (const type of [
      "application/json; charset=utf-8",
      "application/json;charset=UTF-8",
      "APPLICATION/JSON",
    ])
      assert.equal((await send(text, type)).status, 200, type);
    assert.equal((await send(JSON.stringify(text))).status, 200);
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/jsonx",
      "nonsense",
      [],
    ]) {
      for (const path of [tag, `${M}/experiments/create`]) {
        const reply = await client.refused("POST", path, undefined, {
          raw: text,
          headers: { "Content-Type": type },
        });
        assert.deepEqual(reply.slice(0, 2), [400, "INVALID_PARAMETER_VALUE"]);
        assert.match(reply[2], /Content-Type must be application\/json/);
      }
    }
    for (const raw of ["not json", "", "[]", "null", '{"run_id": NaN}', "\ud800", "{".repeat(100_000)]) {
      for (const path of [tag, `${M}/experiments/create`]) {
        const reply = await client.refused("POST", path, undefined, { raw });
        assert.equal(reply[0], 400);
        assert.match(reply[2], /Missing value for required parameter/);
      }
    }
  });

  it("has a status and a name of MLflow's for every failure, and none that makes clients try again in vain", () => {
    const again = new Set([408, 429, 500, 502, 503, 504]);
    const mayPass = new Set([
      "request.slow",
      "request.tooMany",
      "internal",
      "store.damaged",
      "store.io",
      "store.needs",
      "store.none",
    ]);
    for (const code of [
      "param.changed",
      "run.notFound",
      "store.full",
      "owner.gone",
      "state.wrong",
      "feature.absent",
      "request.slow",
      "request.tooMany",
      "store.io",
    ] as const) {
      const answer = failureAnswer(
        new Failure(code, said`What happened`, { next: said`Do this.` }),
        "a test",
      );
      assert.ok(answer.kind === "json");
      assert.equal(again.has(answer.status), mayPass.has(code), code);
      const { error_code, message } = JSON.parse(answer.text) as Record<string, string>;
      assert.match(String(error_code), /^[A-Z_]+$/);
      assert.equal(message, "What happened. Do this.");
    }
    const unknown = failureAnswer(new TypeError("x is not a function"), "GET /x");
    assert.deepEqual([unknown.status, unknown.kind], [500, "json"]);
  });

  it("answers with 500 and tells the log when something is broken inside", async () => {
    const broken = await openEndpoint();
    try {
      Object.defineProperty(broken.bench.tracking.experiments, "byName", {
        value: () => {
          throw new TypeError("planted");
        },
      });
      const [status, code] = await broken.client.refused(
        "GET",
        `${M}/experiments/get-by-name?experiment_name=x`,
      );
      assert.deepEqual([status, code], [500, "INTERNAL_ERROR"]);
      assert.match(broken.complaints.join(), /planted/);
      assert.equal((await broken.client.ask("GET", "/health")).text, "OK");
    } finally {
      await broken.close();
    }
  });

  it("loads no router, and no index, to log metrics", () => {
    const script = `
      import { nodePorts } from ${JSON.stringify(new URL("../../src/core/base/ports.ts", import.meta.url).href)};
      import { openWorkbench } from ${JSON.stringify(new URL("../../src/core/workbench.ts", import.meta.url).href)};
      import { startApi } from ${JSON.stringify(new URL("../../src/api/server.ts", import.meta.url).href)};
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
      const bench = openWorkbench(process.argv[1], nodePorts, { create: true });
      const api = await startApi({ bench, token: null });
      const post = async (path, body) => (await fetch(api.url + "${M}/runs/" + path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).json();
      const { run } = await post("create", { experiment_id: "0" });
      await post("log-metric", { run_id: run.info.run_id, key: "a", value: 1, timestamp: 1 });
      await post("update", { run_id: run.info.run_id, status: "FINISHED" });
      const before = loaded.filter((url) => /fastify|sql/.test(url)).length;
      await fetch(api.url + "/version");
      const after = loaded.filter((url) => /fastify/.test(url)).length;
      console.log(JSON.stringify({ before, after: after > 0, metrics: bench.tracking.runs.get(run.info.run_id).metrics.length }));
      await api.close();
      bench.dispose();
    `;
    const folder = endpoint.bench.folder;
    const out = execFileSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", script, folder],
      {
        encoding: "utf8",
        cwd: fileURLToPath(new URL("../..", import.meta.url)),
      },
    );
    assert.deepEqual(JSON.parse(out), { before: 0, after: true, metrics: 1 });
  });
});
