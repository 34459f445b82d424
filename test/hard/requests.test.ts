import assert from "node:assert/strict";
import * as net from "node:net";
import type { ApiLimits } from "../../src/api/limits.js";
import { startApi } from "../../src/api/server.js";
import { nodePorts } from "../../src/core/base/ports.js";
import { openWorkbench } from "../../src/core/workbench.js";
import { loam, newFolder, stopAll } from "../run/loam.js";
import { TestServer } from "./server.js";

/** Sends bytes and returns what comes back until the other side closes. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket
      .on("data", (chunk: Buffer) => (text += chunk.toString()))
      .on("error", reject)
      .on("close", () => {
        resolve(text);
      });
  });
}

const words =
  "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).";
const paths =
  "Names may be treated as files in certain cases, and must not resolve to other names when treated as such.";

describe("requests that a server must withstand", function () {
  let folder = "";
  let server: TestServer;
  let run = "";

  before(async () => {
    folder = newFolder();
    server = await TestServer.start(folder);
    run = (await server.createRun()).id;
  });
  after(async () => {
    await server.end();
    stopAll();
  });

  const refused = async (...asking: Parameters<TestServer["ask"]>): Promise<[number, string]> => {
    const { status, message } = await server.ask(...asking);
    return [status, message];
  };

  it("a wrong token, and none", async () => {
    const place = `runs/get?run_id=${run}`;
    assert.deepEqual(await refused(place, { headers: { authorization: "Bearer x" } }), [
      401,
      "The token of the request is not the one of this endpoint. Set MLFLOW_TRACKING_TOKEN to the token that was printed when it was started; a new start may have a new one.",
    ]);
    const answer = await raw(
      server.port,
      `GET /api/2.0/mlflow/${place} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    assert.match(
      answer,
      /^HTTP\/1\.1 401 [^]*This endpoint wants a token, and the request has none\. Set MLFLOW_TRACKING_TOKEN/,
    );
  });

  it("pages of other origins, and names of other hosts", async () => {
    assert.deepEqual(await refused("runs/get", { headers: { origin: "https://evil.example" } }), [
      403,
      "Requests from pages of 'https://evil.example' are refused. Only pages of this endpoint itself may ask, and origins that were allowed when it was started.",
    ]);
    assert.deepEqual(await refused("runs/get", { headers: { host: "evil.example" } }), [
      403,
      "Requests for the host 'evil.example' are refused. Address this endpoint as http://127.0.0.1 or http://localhost.",
    ]);
  });

  it("endless bodies, headers and addresses", async () => {
    assert.deepEqual(await refused("runs/log-batch", { body: Buffer.alloc(40 * 1024 * 1024, "x") }), [
      413,
      "The body of the request is larger than 33554432 bytes. Send less at once; files go up as artifacts, which have no limit.",
    ]);
    assert.deepEqual(await refused("/health", { headers: { "x-long": "y".repeat(20_000) } }), [
      413,
      "The headers are larger than 16384 bytes.",
    ]);
    assert.deepEqual(await refused(`/health?${"y".repeat(70_000)}`), [
      413,
      "The URL is longer than 65536 bytes. Ask for fewer things at once.",
    ]);
  });

  it("what is no HTTP", async () => {
    assert.match(
      await raw(server.port, "hello there\r\n\r\n"),
      /^HTTP\/1\.1 400 [^]*This is not an HTTP\/1\.1 request\./,
    );
  });

  it("requests that never come to their end", async () => {
    const bench = openWorkbench(newFolder(), nodePorts, { create: true });
    const answer = async (limits: Partial<ApiLimits>, bytes: string): Promise<string> => {
      const api = await startApi({ bench, token: null, limits });
      try {
        return await raw(api.port, bytes);
      } finally {
        await api.close();
      }
    };
    try {
      const headers = "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
      assert.match(
        await answer({ headersMs: 300 }, headers),
        /^HTTP\/1\.1 408 [^]*The headers of the request took more than 0\.3 s\./,
      );
      const body =
        "POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{";
      assert.match(
        await answer({ idleMs: 300 }, body),
        /^HTTP\/1\.1 408 [^]*Nothing of the request's body came for 0\.3 s\./,
      );
    } finally {
      bench.dispose();
    }
  });

  it("a port that another process has", async () => {
    const { code, err } = await loam(folder, ["server", "--port", String(server.port)]);
    assert.equal(code, 1);
    assert.equal(
      err,
      `loam: Port ${server.port} of 127.0.0.1 is taken by another process.\nGive another port, or none, and a free one is taken.\n`,
    );
  });

  it("a param of a megabyte, which is cut as MLflow's own server does", async () => {
    await server.get("runs/log-parameter", { run_id: run, key: "huge", value: "z".repeat(1_000_000) });
    const { run: read } = await server.get<{ run: { data: { params: { key: string; value: string }[] } } }>(
      `runs/get?run_id=${run}`,
    );
    assert.equal(read.data.params.find(({ key }) => key === "huge")?.value, "z".repeat(6000));
  });

  it("names of params and metrics", async () => {
    const invalid = (key: string, why: string): [number, string] => [
      400,
      `Invalid value '${key}' for parameter 'key' supplied: ${why}`,
    ];
    const log = async (key: string): Promise<[number, string]> => {
      const asParam = await refused("runs/log-parameter", { body: { run_id: run, key, value: "1" } });
      const point = { run_id: run, key, value: 1, step: 0, timestamp: 1 };
      assert.deepEqual(await refused("runs/log-metric", { body: point }), asParam);
      return asParam;
    };
    for (const key of ["a/b", "CON", "a:b", "con.txt", "é ü", "loss", "日本"])
      assert.deepEqual(await log(key), [200, ""], key);
    for (const key of [`q"x`, "it's", "😀", "a\nb", "a\\b"])
      assert.deepEqual(await log(key), invalid(key, words));
    for (const key of ["..", ".", "a/../b", "/abs", "a//b"])
      assert.deepEqual(await log(key), invalid(key, paths));
    assert.deepEqual(await log(""), [400, "Missing value for required parameter 'key'."]);
    assert.match(
      (await log("x".repeat(251)))[1],
      /^key 'x{60}…' had length 251, which exceeded length limit of 250$/,
    );
  });

  it("names of experiments and runs, which are text of any kind", async () => {
    for (const name of [`a/b "q" 😀`, "..", "CON", "a:b"]) {
      const { experiment_id: id } = await server.get<{ experiment_id: string }>("experiments/create", {
        name,
      });
      const { run: made } = await server.get<{ run: { info: { run_name: string } } }>("runs/create", {
        experiment_id: id,
        run_name: name,
      });
      assert.equal(made.info.run_name, name);
      const found = await server.get<{ experiment: { experiment_id: string } }>(
        `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`,
      );
      assert.equal(found.experiment.experiment_id, id);
    }
    assert.deepEqual(await refused("experiments/create", { body: { name: "x".repeat(501) } }), [
      400,
      "Experiment name exceeds the maximum length of 500 characters (it has 501).",
    ]);
  });

  it("metrics that are no numbers", async () => {
    const point = (value: unknown, step: number) => ({ run_id: run, key: "odd", value, timestamp: 1, step });
    for (const [step, value] of ["NaN", "Infinity", "-Infinity"].entries())
      await server.get("runs/log-metric", point(value, step));
    const { metrics } = await server.get<{ metrics: { value: unknown }[] }>(
      `metrics/get-history?run_id=${run}&metric_key=odd`,
    );
    assert.deepEqual(
      metrics.map(({ value }) => value),
      ["NaN", "Infinity", "-Infinity"],
    );
    assert.deepEqual(await refused("runs/log-metric", { body: point("abc", 3) }), [
      400,
      "Invalid value 'abc' for parameter 'value' supplied: It must be a number.",
    ]);
    const bare = `{"run_id":"${run}","key":"odd","value":NaN,"timestamp":1,"step":4}`;
    assert.equal((await refused("runs/log-metric", { body: bare }))[0], 400);
    const { runs } = await server.get<{ runs: unknown[] }>("runs/search", {
      experiment_ids: ["0"],
      filter: "metrics.odd < 0",
    });
    assert.equal(runs.length, 1);
  });
});
