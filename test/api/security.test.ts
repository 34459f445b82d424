import assert from "node:assert/strict";
import { Client, M, newRun, openEndpoint, type Endpoint } from "./endpoint.js";
import { head, Wire } from "./wire.js";

const token = "a-token-of-43-characters-0123456789-abcdefg";
const search = `${M}/experiments/search`;

describe("who may ask over REST", () => {
  let endpoint: Endpoint;
  let bare: Client;
  before(async () => {
    endpoint = await openEndpoint({ token, allowedOrigins: ["vscode-webview://abc", "http://page.test"] });
    bare = new Client(endpoint.api.port);
  });
  after(async () => {
    bare.close();
    await endpoint.close();
  });

  const asked = (headers: Record<string, string>) =>
    bare.ask("GET", `${M}/experiments/get?experiment_id=0`, undefined, { headers });
  const bearer = { Authorization: `Bearer ${token}` };
  const basic = (user: string, password: string) => ({
    Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
  });

  it("listens on 127.0.0.1 alone", () => {
    assert.equal(endpoint.api.url, `http://127.0.0.1:${endpoint.api.port}`);
  });

  it("wants the token: as bearer, or as the password of any user", async () => {
    for (const good of [bearer, basic("ann", token), basic("", token), { Authorization: `bearer ${token}` }])
      assert.equal((await asked(good)).status, 200, JSON.stringify(good));
    const wrong = [
      {},
      { Authorization: "" },
      { Authorization: "Bearer " },
      { Authorization: `Bearer ${token}x` },
      { Authorization: `Bearer ${token.slice(0, -1)}` },
      { Authorization: `Bearer ${token.replace("a", "b")}` },
      { Authorization: token },
      { Authorization: `Token ${token}` },
      basic(token, ""),
      basic("ann", `${token} `),
      { Authorization: "Basic !!!" },
      { Cookie: `token=${token}` },
      { "X-Token": token },
    ];
    for (const headers of wrong) {
      const reply = await asked(headers);
      const { error_code, message } = JSON.parse(reply.text) as Record<string, string>;
      assert.deepEqual([reply.status, error_code], [401, "UNAUTHENTICATED"], JSON.stringify(headers));
      assert.match(String(message), /token.*MLFLOW_TRACKING_TOKEN/);
      assert.doesNotMatch(reply.text, new RegExp(token.slice(0, 10)));
    }
    const inUrl = await bare.ask("GET", `${M}/experiments/get?experiment_id=0&token=${token}`);
    assert.equal(inUrl.status, 401);
  });

  it("wants it on every route but /health, before anything is done", async () => {
    assert.equal((await bare.ask("GET", "/health")).text, "OK");
    for (const [method, path] of [
      ["GET", "/version"],
      ["GET", "/never"],
      ["POST", `${M}/runs/create`],
      ["POST", `${M}/runs/log-metric`],
      ["GET", `${M}/runs/get?run_id=x`],
      ["PUT", "/api/2.0/mlflow-artifacts/artifacts/x"],
      ["POST", "/loam/logged-models/x/metrics"],
      ["GET", "/health?x"],
      ["POST", search],
    ] as const)
      assert.equal((await bare.ask(method, path, method === "GET" ? undefined : {})).status, 401, path);
    const runs = await endpoint.client.post<{ runs?: unknown[] }>("/runs/search", { experiment_ids: ["0"] });
    assert.equal(runs.runs, undefined);
  });

  it("refuses other names of this machine, which a foreign page could have made", async () => {
    for (const host of [
      "localhost",
      "LOCALHOST:80",
      "127.0.0.1",
      `127.0.0.1:${endpoint.api.port}`,
      "localhost:65535",
    ])
      assert.equal((await asked({ ...bearer, Host: host })).status, 200, host);
    for (const host of [
      "evil.test",
      "localhost.evil.test",
      "127.0.0.1.evil.test",
      "evil.test:80",
      "[::1]",
      "0.0.0.0",
      "127.0.0.2",
      "localhost:",
      "localhost:1x",
      "a@localhost",
    ]) {
      const reply = await asked({ ...bearer, Host: host });
      assert.deepEqual(
        [reply.status, (JSON.parse(reply.text) as Record<string, string>)["error_code"]],
        [403, "PERMISSION_DENIED"],
        host,
      );
      assert.equal((await bare.ask("GET", "/health", undefined, { headers: { Host: host } })).status, 403);
    }
    const wire = await Wire.open(endpoint.api.port);
    wire.send("GET /health HTTP/1.0\r\n\r\n");
    assert.match(await wire.until(/\}$/), /^HTTP\/1\.1 403/);
  });

  it("refuses pages of other origins", async () => {
    const { port } = endpoint.api;
    for (const origin of [
      `http://localhost:${port}`,
      `http://127.0.0.1:${port}`,
      "vscode-webview://abc",
      "http://page.test",
    ]) {
      const reply = await asked({ ...bearer, Origin: origin });
      assert.deepEqual([reply.status, reply.headers["access-control-allow-origin"]], [200, origin]);
    }
    for (const origin of [
      "http://evil.test",
      "null",
      `https://localhost:${port}`,
      "http://localhost:1",
      "http://localhost",
      `http://localhost:${port}.evil.test`,
      "vscode-webview://other",
      "",
    ]) {
      const reply = await asked({ ...bearer, Origin: origin });
      assert.equal(reply.status, 403, origin);
      assert.match(reply.text, /Requests from pages of/);
      assert.equal(reply.headers["access-control-allow-origin"], undefined);
    }
  });

  it("answers a browser's question for allowed origins alone", async () => {
    const preflight = (origin: string) =>
      bare.ask("OPTIONS", search, undefined, {
        headers: {
          Origin: origin,
          "Access-Control-Request-Method": "POST",
          "Access-Control-Request-Headers": "authorization",
        },
      });
    const allowed = await preflight("http://page.test");
    assert.deepEqual(
      [allowed.status, allowed.headers["access-control-allow-origin"]],
      [204, "http://page.test"],
    );
    assert.match(String(allowed.headers["access-control-allow-headers"]), /Authorization/);
    assert.equal((await preflight("http://evil.test")).status, 403);
    assert.equal((await bare.ask("OPTIONS", search)).status, 401);
  });

  it("asks for nothing where it was started without a token, but still looks at host and origin", async () => {
    const open = await openEndpoint({ token: null });
    try {
      await newRun(open.client);
      assert.equal(
        (await open.client.ask("GET", "/version", undefined, { headers: { Host: "evil.test" } })).status,
        403,
      );
      assert.equal(
        (await open.client.ask("GET", "/version", undefined, { headers: { Origin: "http://evil.test" } }))
          .status,
        403,
      );
      assert.equal((await open.client.ask("GET", "/version", undefined, { headers: bearer })).status, 200);
    } finally {
      await open.close();
    }
  });

  it("tells a client that waits to send its body whether it may", async () => {
    const expect = { Expect: "100-continue", "Content-Type": "application/json" };
    const refused = await Wire.open(endpoint.api.port);
    refused.send(head("POST", search, { ...expect, "Content-Length": 18 }));
    assert.match(await refused.until("closed"), /^HTTP\/1\.1 401/);
    const wire = await Wire.open(endpoint.api.port);
    wire.send(head("POST", search, { ...bearer, ...expect, "Content-Length": 18 }));
    await wire.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    wire.send('{"max_results": 1}');
    assert.match(await wire.until(/\}\]/), /HTTP\/1\.1 200 OK/);
    wire.end();
    const large = await Wire.open(endpoint.api.port);
    large.send(head("POST", search, { ...bearer, ...expect, "Content-Length": 99_000_000 }));
    assert.match(await large.until("closed"), /^HTTP\/1\.1 413/);
    const put = await Wire.open(endpoint.api.port);
    const { info } = await newRun(endpoint.client);
    const file = `/api/2.0/mlflow-artifacts/artifacts/0/${info.run_id}/artifacts/x`;
    put.send(head("PUT", file, { ...bearer, Expect: "100-continue", "Content-Length": 1 }));
    await put.until(/100 Continue/);
    put.send("x");
    await put.until(/200 OK/);
    put.end();
  });
});
