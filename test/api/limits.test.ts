import assert from "node:assert/strict";
import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { M, newRun, openEndpoint, readRun, type Endpoint } from "./endpoint.js";
import { head, Wire } from "./wire.js";

const json = { "Content-Type": "application/json" };
const metric = `${M}/runs/log-metric`;

describe("limits of the endpoint", () => {
  let endpoint: Endpoint;
  beforeEach(async () => {
    endpoint = await openEndpoint({
      limits: {
        bodyBytes: 100_000,
        connections: 6,
        headersMs: 300,
        idleMs: 1000,
        keepAliveMs: 60_000,
        drainMs: 400,
      },
    });
  });
  afterEach(() => endpoint.close());

  const errorOf = (text: string): { status: number; code: string; message: string } => {
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
    const { error_code: code, message } = JSON.parse(text.slice(text.indexOf("{"))) as Record<string, string>;
    return { status, code: code ?? "", message: message ?? "" };
  };
  const alive = async (): Promise<void> => {
    assert.equal((await endpoint.client.ask("GET", "/health")).text, "OK");
  };

  it("takes a body up to the limit, and says so beyond it", async () => {
    const { run_id } = (await newRun(endpoint.client)).info;
    const body = JSON.stringify({ run_id, key: "a", value: 1, timestamp: 1 });
    const padded = (size: number): string => body + " ".repeat(size - body.length);
    assert.equal(
      (await endpoint.client.ask("POST", metric, undefined, { raw: padded(100_000) })).status,
      200,
    );
    const [status, code, message] = await endpoint.client.refused("POST", metric, undefined, {
      raw: padded(100_001),
    });
    assert.deepEqual([status, code], [413, "BAD_REQUEST"]);
    assert.match(message, /larger than 100000 bytes/);
    assert.equal((await readRun(endpoint.client, run_id)).data.metrics.length, 1);
  });

  it("answers before it hangs up, when a body is far too long, with its length told or not", async () => {
    const megabyte = Buffer.alloc(1024 * 1024, " ");
    for (const told of [true, false]) {
      for (const path of [metric, `${M}/experiments/create`]) {
        const wire = await Wire.open(endpoint.api.port);
        const size = 20 * megabyte.byteLength;
        wire.send(
          head("POST", path, {
            ...json,
            ...(told ? { "Content-Length": size } : { "Transfer-Encoding": "chunked" }),
          }),
        );
        for (let n = 0; n < 20; n++)
          wire.send(
            told ? megabyte : Buffer.concat([Buffer.from("100000\r\n"), megabyte, Buffer.from("\r\n")]),
          );
        if (!told) wire.send("0\r\n\r\n");
        const text = await wire.until("closed");
        assert.deepEqual([errorOf(text).status, errorOf(text).code], [413, "BAD_REQUEST"]);
        assert.match(text, /Connection: close/);
      }
    }
    await alive();
  });

  it("cuts off a body that never ends", async () => {
    const wire = await Wire.open(endpoint.api.port);
    wire.send(head("POST", metric, { ...json, "Transfer-Encoding": "chunked" }));
    const chunk = `4000\r\n${" ".repeat(0x4000)}\r\n`;
    const flow = setInterval(() => wire.send(chunk), 5);
    try {
      assert.equal(errorOf(await wire.until(/\}$/)).status, 413);
      await wire.until("closed");
    } finally {
      clearInterval(flow);
    }
    await alive();
  });

  it("limits the URL and the headers", async () => {
    const { client } = endpoint;
    const long = `${M}/runs/get?run_id=${"x".repeat(64 * 1024)}`;
    const [status, code, message] = await client.refused("GET", long);
    assert.deepEqual([status, code], [413, "BAD_REQUEST"]);
    assert.match(message, /URL is longer/);
    assert.equal((await client.ask("GET", `${M}/runs/get?run_id=${"x".repeat(60 * 1024)}`)).status, 404);
    const great = await client.refused("GET", "/health", undefined, {
      headers: { "X-Great": "y".repeat(17_000) },
    });
    assert.deepEqual([great[0], great[1]], [413, "BAD_REQUEST"]);
    assert.match(great[2], /headers are larger/);
    const wire = await Wire.open(endpoint.api.port);
    wire.send(`GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${"z".repeat(200_000)}\r\n\r\n`);
    assert.equal(errorOf(await wire.until(/\}$/)).status, 413);
    await wire.until("closed");
  });

  it("answers what is no HTTP", async () => {
    for (const noise of [
      "\u0016\u0003\u0001\u0002",
      "GET\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    ]) {
      const wire = await Wire.open(endpoint.api.port);
      wire.send(Buffer.from(noise, "latin1"));
      const { status, code } = errorOf(await wire.until(/\}$/));
      assert.deepEqual([status, code], [400, "BAD_REQUEST"], noise);
      await wire.until("closed");
    }
    const wire = await Wire.open(endpoint.api.port);
    wire.send(head("GET", "http://evil.test/x"));
    assert.equal(errorOf(await wire.until(/\}$/)).status, 400);
    wire.end();
    await alive();
  });

  it("ends headers that drip, and bodies that stop", async () => {
    const slow = await Wire.open(endpoint.api.port);
    slow.send("GET /health HTTP/1.1\r\nHost: localhost\r\n");
    const drip = setInterval(() => slow.send("X: y\r\n"), 50);
    const headers = errorOf(await slow.until(/\}$/));
    clearInterval(drip);
    assert.deepEqual([headers.status, headers.code], [408, "DEADLINE_EXCEEDED"]);
    for (const path of [metric, `${M}/experiments/create`]) {
      const stopped = await Wire.open(endpoint.api.port);
      stopped.send(`${head("POST", path, { ...json, "Content-Length": 50 })}{"name`);
      const { status, message } = errorOf(await stopped.until("closed"));
      assert.equal(status, 408);
      assert.match(message, /Nothing of the request's body came for 1 s/);
    }
    const upload = await Wire.open(endpoint.api.port);
    const { run_id } = (await newRun(endpoint.client)).info;
    upload.send(
      `${head("PUT", `/api/2.0/mlflow-artifacts/artifacts/0/${run_id}/artifacts/x`, { "Content-Length": 50 })}half`,
    );
    assert.equal(errorOf(await upload.until("closed")).status, 408);
    assert.deepEqual(endpoint.complaints, []);
  });

  it("bears a long upload as long as bytes come", async () => {
    const { run_id } = (await newRun(endpoint.client)).info;
    const wire = await Wire.open(endpoint.api.port);
    wire.send(
      head("PUT", `/api/2.0/mlflow-artifacts/artifacts/0/${run_id}/artifacts/x`, { "Content-Length": 12 }),
    );
    for (let n = 0; n < 12; n++) {
      await sleep(120);
      wire.send("x");
    }
    await wire.until(/200 OK/);
    wire.end();
  });

  it("keeps a connection between requests, beyond the time that a body may stop", async () => {
    const wire = await Wire.open(endpoint.api.port);
    wire.send(head("GET", "/health"));
    await wire.until(/OK$/);
    await sleep(1300);
    wire.received = "";
    wire.send(head("GET", "/health") + head("GET", "/version"));
    assert.match(await wire.until(/3\.17\.2$/), /OKHTTP\/1\.1 200 OK/);
    wire.end();
  });

  it("answers the connections beyond the limit, and takes them when there is room", async () => {
    const { port } = endpoint.api;
    const busy = await Promise.all(Array.from({ length: 6 }, () => Wire.open(port)));
    for (const wire of busy) wire.send(head("POST", metric, { ...json, "Content-Length": 50 }));
    await sleep(50);
    const beyond = await Wire.open(port);
    beyond.send(head("GET", "/health"));
    const { status, code, message } = errorOf(await beyond.until("closed"));
    assert.deepEqual([status, code], [429, "REQUEST_LIMIT_EXCEEDED"]);
    assert.match(message, /More than 6 connections/);
    for (const wire of busy) wire.end();
    await sleep(50);
    const idle = await Promise.all(Array.from({ length: 6 }, () => Wire.open(port)));
    for (const wire of idle) wire.send(head("GET", "/health"));
    await Promise.all(idle.map((wire) => wire.until(/OK$/)));
    const next = await Wire.open(port); // idle ones make room
    next.send(head("GET", "/health"));
    assert.match(await next.until(/OK$/), /200 OK/);
    for (const wire of [...idle, next]) wire.end();
  });

  it("ends with what was asked answered, and takes nothing new", async () => {
    const { port } = endpoint.api;
    const { run_id } = (await newRun(endpoint.client)).info;
    const body = JSON.stringify({ run_id, key: "a", value: 1, timestamp: 1 });
    const idle = await Wire.open(port);
    idle.send(head("GET", "/health"));
    await idle.until(/OK$/);
    const begun = await Wire.open(port);
    begun.send(head("POST", metric, { ...json, "Content-Length": body.length }));
    const stuck = await Wire.open(port);
    stuck.send(head("POST", metric, { ...json, "Content-Length": 5 }));
    await sleep(50);
    const closing = endpoint.api.close();
    await idle.until("closed");
    begun.send(body);
    assert.match(await begun.until("closed"), /200 OK[^]*Connection: close[^]*\{\}/);
    await assert.rejects(Wire.open(port));
    await closing;
    await stuck.until("closed");
    assert.equal(endpoint.bench.tracking.runs.get(run_id).metrics.length, 1);
  });

  it("says when its port is taken", async () => {
    await assert.rejects(
      openEndpoint({ port: endpoint.api.port }),
      (error: Error & { code?: string; next?: string }) => {
        assert.equal(error.code, "port.taken");
        assert.match(error.message, new RegExp(`Port ${endpoint.api.port} of 127\\.0\\.0\\.1 is taken`));
        assert.match(error.next ?? "", /another port/);
        return true;
      },
    );
    const foreign = http.createServer();
    const port = await new Promise<number>((resolve) => {
      foreign.listen(0, "127.0.0.1", () => resolve((foreign.address() as { port: number }).port));
    });
    foreign.close();
    const again = await openEndpoint({ port });
    assert.equal(again.api.port, port);
    await again.close();
  });
});
